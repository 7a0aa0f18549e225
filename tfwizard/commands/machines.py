"""The commands that need no script: about the environment that trains, the GPUs of this machine, its terminal, and the keys in it."""

from __future__ import annotations

import asyncio
import sys

import click

from tfwizard.commands.exit_codes import Exit
from tfwizard.commands.options import no_color_option, plain_option, python_option, theme_option
from tfwizard.commands.sessions import interpreter
from tfwizard.commands.terminal import columns, is_terminal, wants_plain, without_color
from tfwizard.commands.translated_click import Command, option
from tfwizard.language import N_


@click.command(cls=Command)
@option("--json", "as_json", is_flag=True, help=N_("As JSON (schema tfwizard-gpus/1)."))
@option("--once", is_flag=True, help=N_("Print the table once, also in a terminal."))
@plain_option
@no_color_option
@theme_option
def gpus(as_json: bool, once: bool, plain: bool, no_color: bool) -> None:
    """The GPUs and who holds their memory. k asks a process of yours to stop."""
    if not (as_json or once) and wants_plain(plain):
        from tfwizard.plain.program import gpus_plain

        sys.exit(gpus_plain())
    if is_terminal() and not (as_json or once):
        if no_color:
            without_color()
        from tfwizard.tui.gpus_app import run_gpus

        sys.exit(run_gpus())
    from tfwizard.gpus.nvml import read_gpus_soon

    facts = asyncio.run(read_gpus_soon())
    if as_json:
        from tfwizard.report.contract import dumps
        from tfwizard.report.gpus import gpus_document

        click.echo(dumps(gpus_document(facts)))
        return
    from tfwizard.tui.widgets.gpu_panel import gpu_lines

    click.echo("\n".join(row.plain.rstrip() for row in gpu_lines(facts, columns(unknown=120))))


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
    sys.exit(Exit.USAGE if config.wrong else Exit.CLEAN)


@click.command("debug-info", cls=Command)
def debug_info() -> None:
    """What an issue report should say of this machine and this terminal, as plain text."""
    from tfwizard.tui.debug_info import rows

    for name, value in rows():
        click.echo(f"{name:<16} {value}")


@click.command(cls=Command)
@python_option
@option(
    "--import", "imports", is_flag=True, help=N_("Also import TensorFlow and the libraries, in a process of their own.")
)
@option("--json", "as_json", is_flag=True, help=N_("As JSON (schema tfwizard-doctor/1)."))
def doctor(python: str | None, imports: bool, as_json: bool) -> None:
    """Known conflicts of the environment that trains, without running a script. Exit code 1 if something would break."""
    from tfwizard.doctor import CannotRun, diagnose
    from tfwizard.report.contract import dumps
    from tfwizard.report.doctor import as_text, doctor_document

    path = interpreter(python)
    try:
        found = diagnose(path, imports)
    except CannotRun as why:
        click.echo(str(why), err=True)
        sys.exit(Exit.NOT_EXAMINED)
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)
    document = doctor_document(found)
    click.echo(dumps(document) if as_json else as_text(document, columns()), nl=as_json)
    sys.exit(Exit.FINDINGS if found.breaks else Exit.CLEAN)
