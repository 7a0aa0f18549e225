"""What the keys do. Every change goes through a method of the session."""
