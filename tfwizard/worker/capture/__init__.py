"""Records what the script does with the public entry points of its libraries, as those modules are imported."""
