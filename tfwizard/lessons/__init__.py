"""Bundled failing scripts, each with its data, its checkpoint and the script that makes them."""
