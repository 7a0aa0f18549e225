"""The commands about the terminal itself: which keys there are, and what an issue report should say of it."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from tfwizard.command_words import Command, option
from tfwizard.language import N_
from tfwizard.tui.themes import THEMES, VARIABLE


def _use_theme(ctx: click.Context, parameter: click.Parameter, name: str | None) -> None:
    if name:
        os.environ[VARIABLE] = name


def theme_option(command: Any) -> Any:
    """`--theme` of every command with a screen."""
    return option(
        "--theme", type=click.Choice(list(THEMES)), envvar=VARIABLE, expose_value=False, callback=_use_theme,
        help=N_("The colours: dark, light, high contrast, or the 16 of your terminal."),
    )(command)  # fmt: skip


@click.command(cls=Command)
def keys() -> None:
    """The keys of the wizard, by the names that the configuration knows them by."""
    from tfwizard.tui.clipboard import short
    from tfwizard.tui.config import config_path, read_config
    from tfwizard.tui.key_table import example, key_table

    config = read_config(config_path())
    click.echo(key_table(config))
    click.echo("\n" + example(short(config.path) if config.path else "config.toml"))
    for what in config.wrong:
        click.echo(f"{config.path}: {what}", err=True)
    sys.exit(2 if config.wrong else 0)


@click.command("debug-info", cls=Command)
def debug_info() -> None:
    """What an issue report should say of this machine and this terminal, as plain text."""
    from tfwizard.tui.debug_info import rows

    for name, value in rows():
        click.echo(f"{name:<14} {value}")
