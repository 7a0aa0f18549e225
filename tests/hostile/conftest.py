"""A place for each hostile script."""

from __future__ import annotations

from .place import place

__all__ = ["place"]
