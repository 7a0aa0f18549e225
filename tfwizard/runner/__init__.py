"""Starts, drains and stops workers."""
