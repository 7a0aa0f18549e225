"""The wizard in numbered text prompts, for screen readers and terminals that can only print: one line after the other."""
