"""Out of the wizard as plain text: to the clipboard of the terminal, and into a file, as no terminal says whether it took it."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from pathlib import Path

#: What a terminal may be sent at once. xterm takes about 100,000 bytes; more is cut or dropped there.
LONGEST = 74_000
#: GNU screen cuts what it passes on at 768 bytes (its manual: string escape sequences).
SCREEN_PIECE = 700


def osc52(text: str, environ: Mapping[str, str]) -> str:
    """The sequence that puts `text` on the clipboard of the terminal; "" where it is too long for one.

    It reaches the person's own machine over SSH. GNU screen hands it on only when it is wrapped.
    """
    sequence = f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"
    if len(sequence) > LONGEST:
        return ""
    if environ.get("TERM", "").startswith("screen") and "STY" in environ:
        pieces = [sequence[at : at + SCREEN_PIECE] for at in range(0, len(sequence), SCREEN_PIECE)]
        return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    return sequence


def copy_path() -> Path:
    """The file that holds what was copied last."""
    import platformdirs

    return platformdirs.user_state_path("tfwizard") / "copied.txt"


def keep(text: str, path: Path) -> None:
    """Write it there, for the person's eyes alone. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text if text.endswith("\n") else text + "\n")


def short(path: Path) -> str:
    """The path as a person would type it."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)
