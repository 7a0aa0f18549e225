"""A training to its end, under watch."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import click

from tfwizard.commands.driving import drive, say
from tfwizard.commands.options import (
    folder_option,
    no_color_option,
    plain_option,
    python_option,
    teach_option,
    theme_option,
    timeout_option,
)
from tfwizard.commands.sessions import interpreter, new_folder, new_session, sessions_folder, taught
from tfwizard.commands.terminal import is_terminal, wants_plain
from tfwizard.commands.translated_click import Command, PathType, argument, option
from tfwizard.language import N_, _


@click.command(cls=Command)
@argument("script", required=False, type=PathType(exists=True, dir_okay=False, path_type=Path))
@argument("args", nargs=-1, type=click.UNPROCESSED)
@python_option
@timeout_option
@option("--rehearsal/--no-rehearsal", default=True, help=N_("Look first at what could end the training late."))
@option("--json", "as_json", is_flag=True, help=N_("Findings and training as JSON (schema tfwizard/1); no view."))
@option("--attach", is_flag=True, help=N_("Show a training that runs already: the last one, or --session."))
@option("--session", "name", metavar="SESSION", help=N_("The session that --attach shows."))
@teach_option
@plain_option
@no_color_option
@theme_option
@folder_option
def watch(
    script: Path | None,
    args: tuple[str, ...],
    python: str | None,
    timeout: float,
    rehearsal: bool,
    as_json: bool,
    attach: bool,
    name: str | None,
    teach: bool,
    plain: bool,
    no_color: bool,
    folder: Path | None,
) -> None:
    """Let the script train to its end under watch: loss, pace, and NaN at the step at which it appears.

    In a terminal this shows a view; closing it does not stop the training. Arguments of the script come behind --.
    """  # fmt: skip
    from tfwizard import headless_watch, view
    from tfwizard.report.contract import dumps
    from tfwizard.report.text import as_text

    plain = folder is None and not as_json and wants_plain(plain)
    if attach or name:
        try:
            sys.exit(view.attach(sessions_folder(), name, no_color, is_terminal(), plain))
        except view.NoTraining as error:
            raise click.UsageError(str(error)) from None
    if script is None:
        raise click.UsageError(
            _("Which script? `tfwizard watch train.py`; `tfwizard watch --attach` shows one that runs.")
        )
    if folder is None and not as_json and (plain or is_terminal()):
        trainer = interpreter(python)
        sys.exit(view.in_view(new_folder("watch"), script, args, trainer, timeout, rehearsal, no_color, plain, teach))
    session = taught(new_session(script, args, python, timeout, "watch", folder=folder), teach)
    document = drive(
        session, lambda: headless_watch.watch(session, say, rehearsal),
        {signal.SIGINT: lambda: headless_watch.interrupted(session, say), signal.SIGHUP: lambda: True},
    )  # fmt: skip
    click.echo(dumps(document) if as_json else as_text(document), nl=as_json)
    sys.exit(session.exit_code())
