"""Which Python runs the script."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from tfwizard.language import _


class NoInterpreter(Exception):
    """The interpreter that was asked for cannot be run; the message says what to do."""


def find_interpreter(asked: str | None) -> str:
    """`asked`, else the active virtual environment's, else this one. Raises NoInterpreter."""
    if asked:
        inside = (
            Path(asked).expanduser() / "bin" / "python"
        )  # of a virtual environment's folder, whatever program has its name
        found = str(inside) if inside.exists() else shutil.which(os.path.expanduser(asked))
        if found is None:
            raise NoInterpreter(
                _(
                    "--python {asked}: there is no such interpreter. Give the path of a python, such as .venv/bin/python.",
                    asked=asked,
                )
            )
        return os.path.abspath(found)
    environment = os.environ.get("VIRTUAL_ENV")
    if environment:
        candidate = Path(environment) / "bin" / "python"
        if candidate.exists():
            return str(candidate)
    return sys.executable
