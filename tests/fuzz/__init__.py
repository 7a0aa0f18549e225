"""What a hostile or broken script can make its worker say, and what must hold of whatever is made of it."""
