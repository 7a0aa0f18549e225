"""The options that more than one command takes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tfwizard.commands.translated_click import FloatRange, PathType, argument, option
from tfwizard.language import N_
from tfwizard.tui.themes import THEMES, VARIABLE


def _use_theme(ctx: click.Context, parameter: click.Parameter, name: str | None) -> None:
    if name:
        os.environ[VARIABLE] = name


python_option = option(
    "--python", metavar="PATH", help=N_("The Python that trains (default: the active virtual environment's).")
)
timeout_option = option(
    "--timeout",
    type=FloatRange(min=1),
    default=600.0,
    show_default=True,
    help=N_("Seconds until the training call."),
)
plain_option = option(
    "--plain",
    is_flag=True,
    help=N_(
        "Numbered text prompts instead of a screen, for screen readers and simple terminals (as with TFWIZARD_PLAIN=1)."
    ),
)
no_color_option = option("--no-color", is_flag=True, help=N_("No colours at all (as with NO_COLOR)."))
theme_option = option(
    "--theme",
    type=click.Choice(list(THEMES)),
    envvar=VARIABLE,
    expose_value=False,
    callback=_use_theme,
    help=N_("The colours: dark, light, high contrast, or the 16 of your terminal."),
)
lessons_option = option(
    "--lessons",
    "own",
    multiple=True,
    type=PathType(file_okay=False, path_type=Path),
    help=N_("A folder of lessons of your own (may be given again; TFWIZARD_LESSONS names such folders too)."),
)
teach_option = option(
    "--teach",
    is_flag=True,
    help=N_(
        "For learners: a finding is first a question with hints; the answer comes when you ask, or prove it by mending the script."
    ),
)
#: Where the session is kept: for processes that another of ours starts.
folder_option = option("--folder", type=PathType(file_okay=False, path_type=Path), hidden=True)


def script_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The arguments and options that every command on a script takes."""
    for add in (
        argument("args", nargs=-1, type=click.UNPROCESSED),
        argument("script", type=PathType(exists=True, dir_okay=False, path_type=Path)),
        python_option,
        timeout_option,
    ):
        command = add(command)
    return command


def screen_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command with the wizard's screens takes."""
    for add in (
        plain_option,
        no_color_option,
        theme_option,
        option(
            "--standby/--no-standby",
            default=True,
            help=N_("Keep a second worker ready that has imported what the script imports (takes the memory of that)."),
        ),
    ):
        command = add(command)
    return command
