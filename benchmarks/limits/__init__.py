"""How much of what a system allows its connector uses, and that it is never told to wait."""
