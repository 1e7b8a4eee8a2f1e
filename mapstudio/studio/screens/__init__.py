"""The studio's screens: each puts widgets together and turns their messages into work for the session."""
