"""The one error of this package."""

from __future__ import annotations


class CannotEdit(Exception):
    """There is no safe edit. The message says why, and what to do by hand."""
