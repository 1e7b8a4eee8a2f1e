"""The studio's widgets: each draws a model that it is given; none reads a file or a network."""
