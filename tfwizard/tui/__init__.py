"""The wizard in the terminal. Screens show what the session found; they decide nothing."""
