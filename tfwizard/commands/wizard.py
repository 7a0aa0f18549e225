"""The wizard: begun on a script, or taken up where it was left."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tfwizard.commands.driving import drive
from tfwizard.commands.examining import check_script
from tfwizard.commands.options import folder_option, screen_options, script_options, teach_option
from tfwizard.commands.sessions import list_sessions, new_session, resumed, taught
from tfwizard.commands.terminal import columns, has_screen, wants_plain, without_color
from tfwizard.commands.translated_click import Command, argument, option
from tfwizard.language import N_, _, ngettext

if TYPE_CHECKING:
    from tfwizard.session import Session


@click.command(cls=Command)
@script_options
@teach_option
@screen_options
@folder_option
def run(
    script: Path, args: tuple[str, ...], python: str | None, timeout: float, teach: bool, plain: bool,
    no_color: bool, standby: bool, folder: Path | None,
) -> None:  # fmt: skip
    """The wizard. Arguments of the script come behind --."""
    begin(script, args, python, timeout, teach, plain, no_color, standby, folder=folder)


@click.command(cls=Command)
@argument("session", required=False)
@option("--list", "listed", is_flag=True, help=N_("The sessions that can be resumed."))
@option("--python", metavar="PATH", help=N_("The Python that trains (default: that of the session)."))
@teach_option
@screen_options
def resume(
    session: str | None, listed: bool, python: str | None, teach: bool, plain: bool, no_color: bool, standby: bool
) -> None:
    """Take up the last session, or the one that is named, as it was: also after a crash.

    One that was begun with --teach goes on so. Kept are the last 50 sessions, for 90 days, and 2 GB of them.
    """
    from tfwizard.report.text import as_text
    from tfwizard.session.lock import InUse

    if listed:
        list_sessions()
        return
    plain = wants_plain(plain)
    _until_painted(plain)
    try:
        again = taught(resumed(session, python, standby and (plain or has_screen())), teach)
    except InUse as error:
        raise click.UsageError(str(error)) from None
    if plain or has_screen():
        _show(again, no_color, plain, start=False)
    else:
        from tfwizard import headless

        click.echo(again.notice, err=True)
        click.echo(as_text(drive(again, lambda: headless.standing(again))), nl=False)
        sys.exit(again.exit_code())


def begin(
    script: Path,
    args: tuple[str, ...],
    python: str | None,
    timeout: float,
    teach: bool,
    plain: bool,
    no_color: bool,
    standby: bool,
    faults: Sequence[str] = (),
    folder: Path | None = None,
) -> None:
    """Open the wizard on a script, or examine that where there is no terminal.

    `faults` are those that its lesson holds; the session is kept in `folder`, or where sessions are kept.
    """
    plain = wants_plain(plain)
    _until_painted(plain)
    if plain or has_screen():
        session = new_session(script, args, python, timeout, "run", standby, folder)
        _show(taught(session, teach, faults), no_color, plain)
    else:
        click.echo(_("No terminal here: doing what `tfwizard check` does."), err=True)
        check_script(script, args, python, timeout, "text", teach)


def _until_painted(plain: bool) -> None:
    """Before the modules of the screen are imported: leave the garbage alone, where there is going to be a screen."""
    if not plain and has_screen():
        from tfwizard.tui.garbage import not_yet

        not_yet()


def _show(session: Session, no_color: bool, plain: bool, start: bool = True) -> None:
    if no_color:
        without_color()
    if plain:
        from tfwizard.plain.program import run_plain

        code = run_plain(session, start)
    else:
        from tfwizard.tui.app import run_wizard

        code = run_wizard(session, start)
    from tfwizard.serve import outlives

    if session.following is not None and not outlives(os.environ):
        session.following.end()
    _say_what_goes_on(session)
    _say_what_was_learned(session)
    sys.exit(code)


def _say_what_goes_on(session: Session) -> None:
    """The training and the edits that are still there when the person has left."""
    if session.following is not None and session.following.alive:
        name = session.following.folder.name
        click.echo(
            _(
                "The training goes on: `tfwizard watch --attach --session {name}` shows it; x stops it there.",
                name=name,
            ),
            err=True,
        )
    if kept := len(session.sources.steps):
        click.echo(
            ngettext(
                "{n} proved edit is not in your files: `tfwizard resume` has them.",
                "{n} proved edits are not in your files: `tfwizard resume` has them.",
                kept,
            ),
            err=True,
        )


def _say_what_was_learned(session: Session) -> None:
    """The summary for a learner who leaves."""
    from tfwizard.session.learner import learner_of
    from tfwizard.tui.screens.question import summary_lines

    learner = learner_of(session)
    if learner is not None:
        lines = summary_lines(*learner.summary(), columns())
        click.echo("\n".join(row.plain.rstrip() for row in lines), err=True)
