"""Lines on the disk that nobody reads by chance: what is kept of a learner's session holds the answers.

It is no secret. Whoever undoes the base64 has asked for the answer, as whoever undoes the ROT13 of a solution.
"""

from __future__ import annotations

import base64

MARK = b"base64 "


def sealed(line: bytes) -> bytes:
    """One line as it is kept; `line` and what it becomes end with a newline."""
    return MARK + base64.b64encode(line.removesuffix(b"\n")) + b"\n"


def unsealed(line: bytes) -> bytes:
    """The line that was sealed, without its newline; any other as it is. Raises ValueError where it was torn."""
    if not line.startswith(MARK):
        return line
    return base64.b64decode(line.removeprefix(MARK).rstrip(b"\n"), validate=True)
