"""What a session found, for programs and for people."""
