"""Watches the script's real training: it changes nothing in it, and costs next to nothing."""
