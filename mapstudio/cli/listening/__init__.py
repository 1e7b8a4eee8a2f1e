"""Receivers of what systems tell by themselves: the secret address, the server, and the words about it."""
