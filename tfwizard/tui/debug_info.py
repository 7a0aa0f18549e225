"""What whoever reads an issue report has to know of the machine and the terminal. No names of people, no addresses."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from tfwizard import __version__
from tfwizard.language import _, joined, language
from tfwizard.tui.clipboard import copy_path, short
from tfwizard.tui.config import config_path, read_config
from tfwizard.tui.themes import VARIABLE

PACKAGES = ("textual", "rich", "textual-plotext", "plotext", "libcst", "click", "msgspec", "nvidia-ml-py")
#: Their values say what the terminal can do.
SAID = (
    "TERM",
    "COLORTERM",
    "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION",
    "LANG",
    "LC_ALL",
    "NO_COLOR",
    VARIABLE,
    "EDITOR",
    "VISUAL",
)
#: Of these only whether they are there: they hold addresses and sockets.
PRESENT = ("TMUX", "STY", "SSH_CONNECTION", "VIRTUAL_ENV", "CONDA_PREFIX")


def rows() -> list[tuple[str, str]]:
    """Names and values, in the order of a report."""
    return [*_versions(), *_terminal(), *_files()]


def _versions() -> list[tuple[str, str]]:
    packages = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    return [
        ("tfwizard", __version__),
        ("python", f"{platform.python_version()}, {home_hidden(sys.executable)}"),
        (_("system"), f"{platform.system()} {platform.release()} {platform.machine()}"),
        (_("packages"), packages),
    ]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return _("missing")


def _terminal() -> list[tuple[str, str]]:
    from rich.console import Console

    try:
        size = os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else 1)
        words = f"{size.columns}×{size.lines}"
    except (OSError, ValueError):
        words = _("no terminal")
    # As Textual decides it: by TERM and COLORTERM, whatever stdout is here.
    colours = Console(force_terminal=True).color_system or _("none")
    variables = [f"{name}={home_hidden(os.environ[name])}" for name in SAID if name in os.environ]
    variables += [_("{name} is set", name=name) for name in PRESENT if name in os.environ]
    return [
        (_("size"), words),
        (_("colours"), colours),
        (_("encoding"), f"{sys.stdout.encoding}, {sys.getfilesystemencoding()}"),
        (_("language"), language()),
        (_("variables"), ", ".join(variables)),
    ]


def _files() -> list[tuple[str, str]]:
    import platformdirs

    config = read_config(config_path())
    state = joined(*config.wrong) or (_("is fine") if config.path and config.path.exists() else _("is not there"))
    return [
        (_("config"), f"{short(config.path) if config.path else ''} ({state})"),
        (_("sessions"), short(platformdirs.user_state_path("tfwizard") / "sessions")),
        (_("copied"), short(copy_path())),
    ]


def home_hidden(text: str) -> str:
    """A text in which the home folder, which often bears a name, is ~."""
    home = os.path.expanduser("~")
    return text.replace(home, "~") if len(home) > 1 else text
