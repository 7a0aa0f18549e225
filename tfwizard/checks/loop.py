"""A training loop of the user's own: its tape, its loss, its updates."""
