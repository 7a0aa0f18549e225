"""Which Python runs the script."""

from __future__ import annotations

import os
import shutil
import sys

from tfwizard.language import _


class NoInterpreter(Exception):
    """The interpreter that was asked for cannot be run; the message says what to do."""


def find_interpreter(asked: str | None) -> str:
    """`asked`, else the active virtual environment's, else this one. Raises NoInterpreter."""
    # os.path and not pathlib: that raises for a user whom nobody knows (~someone), and for names that are too long.
    if asked:
        path = os.path.expanduser(asked)
        inside = os.path.join(path, "bin", "python")  # of a virtual environment's folder, whatever program has its name
        found = inside if os.path.exists(inside) else shutil.which(path)
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
        candidate = os.path.join(environment, "bin", "python")
        if os.path.exists(candidate):
            return candidate
    return sys.executable
