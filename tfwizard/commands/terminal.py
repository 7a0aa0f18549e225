"""What a command has to show itself on: a screen, plain text prompts, or no terminal at all."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping

import click

from tfwizard.language import _


def is_terminal() -> bool:
    """Whether a person sits there, who sees what is printed and can answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def has_screen() -> bool:
    """Whether the wizard can show its screens here: in a terminal, or behind the page of a browser."""
    return is_terminal() or is_page(os.environ)


def is_page(environ: Mapping[str, str]) -> bool:
    """Whether a server of Textual's, or ours, started this process for a page: its variable names the driver."""
    from tfwizard.serve import DRIVER

    return environ.get("TEXTUAL_DRIVER", "") in (DRIVER, "textual.drivers.web_driver:WebDriver")


def wants_plain(asked: bool) -> bool:
    """Whether text is wanted instead of a screen: it was asked for, or the environment says so where a screen would come."""
    from tfwizard.plain.program import chosen_by

    setting = chosen_by(os.environ) if not asked and is_terminal() else ""
    if setting:
        click.echo(_("Plain text, because of {setting}.", setting=setting), err=True)
    return asked or bool(setting)


def without_color() -> None:
    """Take every colour from the screen that is opened next."""
    os.environ["NO_COLOR"] = "1"


def columns(unknown: int = 100) -> int:
    """The width of the terminal, in cells; `unknown` where nothing tells it."""
    return shutil.get_terminal_size((unknown, 24)).columns
