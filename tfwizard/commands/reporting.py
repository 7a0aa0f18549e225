"""The report for those who are asked for help: of a script that is examined now, or of the last session as it was left."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tfwizard.commands.driving import drive, say
from tfwizard.commands.exit_codes import Exit
from tfwizard.commands.options import python_option, teach_option, timeout_option
from tfwizard.commands.sessions import new_session, resumed, taught
from tfwizard.commands.translated_click import Command, PathType, argument, option
from tfwizard.language import N_, _

FORMATS = ("markdown", "html", "json")


@click.command(cls=Command)
@argument("script", required=False, type=PathType(exists=True, dir_okay=False, path_type=Path))
@argument("args", nargs=-1, type=click.UNPROCESSED)
@option(
    "--format",
    "form",
    type=click.Choice(FORMATS, case_sensitive=False),
    help=N_("How it is written (default: as the ending of --output says, else markdown)."),
)
@option("--output", type=PathType(path_type=Path), help=N_("The file to write (default: standard output)."))
@option("--force", is_flag=True, help=N_("Write over a file that is there."))
@option("--session", metavar="SESSION", help=N_("Report on this session instead of the last one."))
@python_option
@timeout_option
@teach_option
def report(
    script: Path | None, args: tuple[str, ...], form: str | None, output: Path | None, force: bool, session: str | None,
    python: str | None, timeout: float, teach: bool,
) -> None:  # fmt: skip
    """A report that a maintainer can act on, without your tokens, keys and passwords.

    With a script it is examined first, as check does; its arguments come behind --. Without one the last session is reported as it
    was left, and nothing runs.
    """
    from tfwizard import headless
    from tfwizard.report.saving import CannotSave, format_of, refuses, save, written
    from tfwizard.report.sections import masked_words
    from tfwizard.session.lock import InUse

    if script is not None and session is not None:
        raise click.UsageError(_("Either a script or --session: which one?"))
    if output is not None and (why := refuses(output, force)):
        raise click.UsageError(why)
    if script is not None:
        of = taught(new_session(script, args, python, timeout, None), teach)
    else:
        try:
            of = taught(resumed(session, python or sys.executable, False), teach)  # nothing is run by it
        except InUse as error:
            raise click.UsageError(str(error)) from None
        click.echo(
            _("Session {name}, {script}. {notice}", name=of.folder.name, script=of.script, notice=of.notice), err=True
        )
    made = drive(of, lambda: headless.report_on(of, say, examine=script is not None))
    for words in masked_words(made.masked):
        click.echo(_("Masked: {what}", what=words), err=True)
    text = written(made, form or format_of(output))
    if output is None:
        click.echo(text, nl=False)
    else:
        try:
            save(text, output, force)
        except CannotSave as error:
            click.echo(str(error), err=True)
            sys.exit(Exit.USAGE)
        click.echo(_("written: {path}", path=output), err=True)
    sys.exit(of.exit_code())
