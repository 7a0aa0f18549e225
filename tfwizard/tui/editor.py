"""The person's editor: which one it is, and how it is told the line."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

#: Tried in this order where no variable names one.
USUAL = ("nano", "vi")
#: The line as an argument of its own, before the file.
PLUS = {"vi", "vim", "vimx", "nvim", "view", "nvi", "elvis", "nano", "pico", "emacs", "emacsclient", "micro", "kak", "joe", "jed",
        "mg", "ne", "jmacs", "mcedit", "gvim", "gedit"}  # fmt: skip
#: VS Code and its relatives: the line behind the file with -g.
GO_TO = {"code", "code-insiders", "codium", "vscodium", "cursor", "windsurf"}
COLON = {"subl", "sublime_text", "hx", "helix", "zed"}
#: These return at once, unless they are told to wait until the file is closed.
WAIT = {**dict.fromkeys(GO_TO, "--wait"), "subl": "--wait", "sublime_text": "--wait", "zed": "--wait", "gvim": "--nofork",
        "gedit": "--wait"}  # fmt: skip
SHORT = {"--wait": "-w", "--nofork": "-f"}


def find_editor(environment: Mapping[str, str], which: Callable[[str], str | None] = shutil.which) -> list[str]:
    """The command of the person's editor: $VISUAL, else $EDITOR, else one that is there; empty where there is none.

    Raises ValueError for a variable that no shell could read (an open quote, say).
    """
    for name in ("VISUAL", "EDITOR"):
        value = environment.get(name, "").strip()
        if value:
            try:
                return shlex.split(value)
            except ValueError as error:
                raise ValueError(f"${name} is {value!r}, and that cannot be read: {error}") from None
    return next(([editor] for editor in USUAL if which(editor)), [])


def with_line(command: Sequence[str], path: Path, line: int) -> list[str]:
    """The whole command that opens the file at the line; an editor that is not known just gets the file."""
    name = Path(command[0]).name.removesuffix(".exe")
    start = [*command]
    if (wait := WAIT.get(name)) and not {wait, SHORT[wait]} & set(command):
        start.append(wait)
    if name in PLUS:
        return [*start, f"+{line}", str(path)]
    if name in GO_TO:
        return [*start, "-g", f"{path}:{line}"]
    if name in COLON:
        return [*start, f"{path}:{line}"]
    return [*start, str(path)]


def has_window(command: Sequence[str]) -> bool:
    """Whether the editor opens a window of its own, so that nothing would show in the terminal meanwhile."""
    return Path(command[0]).name in WAIT
