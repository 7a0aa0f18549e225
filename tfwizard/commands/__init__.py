"""The commands, one module for each family of them. Importing one costs little: what a command works with is imported when it runs."""
