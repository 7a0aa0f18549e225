"""Runs the user's script inside the user's interpreter. Standard library only, Python 3.9 and later."""
