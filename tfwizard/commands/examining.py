"""The commands that examine a script without a screen: find, fix, compare. stdout is data, stderr is for people."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tfwizard.commands.driving import drive, say
from tfwizard.commands.exit_codes import Exit
from tfwizard.commands.options import python_option, script_options, teach_option, timeout_option
from tfwizard.commands.sessions import new_session, taught
from tfwizard.commands.translated_click import Command, FloatRange, IntRange, PathType, argument, option
from tfwizard.language import N_, _

#: What `check` prints its findings as; report/formats.py makes them.
FORMATS = ("text", "json", "github", "sarif", "junit")
#: Those that many people may read: secrets are masked in them.
PIPELINES = ("github", "sarif", "junit")


@click.command(cls=Command)
@script_options
@option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help=N_(
        "How the findings are printed: for people, as JSON (schema tfwizard/1), or as what pipelines read.  [default: text]"
    ),
)
@option("--json", "as_json", is_flag=True, help=N_("As --format json."))
@teach_option
def check(
    script: Path,
    args: tuple[str, ...],
    python: str | None,
    timeout: float,
    form: str | None,
    as_json: bool,
    teach: bool,
) -> None:
    """Every automatic stage, without a screen."""
    if as_json and form not in (None, "json"):
        raise click.UsageError(_("--json and --format {form} ask for two formats: leave one of them out.", form=form))
    check_script(script, args, python, timeout, "json" if as_json else form or "text", teach)


def check_script(
    script: Path, args: tuple[str, ...], python: str | None, timeout: float, form: str, teach: bool = False
) -> None:
    """Find what is wrong with a script, print that in one of FORMATS, and leave with its exit code."""
    from tfwizard import headless
    from tfwizard.report.formats import rendered

    session = taught(new_session(script, args, python, timeout, None), teach)
    document = drive(session, lambda: headless.check(session, say))
    if form in PIPELINES:
        from tfwizard.report.gather import for_others

        document = for_others(session, document)
    click.echo(rendered(document, form), nl=False)
    sys.exit(session.exit_code())


@click.command(cls=Command)
@script_options
@option("--write", is_flag=True, help=N_("Write the verified edits to the file (a backup is kept)."))
@option("--json", "as_json", is_flag=True, help=N_("The findings and the diff as JSON (schema tfwizard/1)."))
def fix(script: Path, args: tuple[str, ...], python: str | None, timeout: float, write: bool, as_json: bool) -> None:
    """Propose a fix, verify it by running the edited copy, repeat; prints the diff."""
    from tfwizard import headless
    from tfwizard.report.contract import dumps
    from tfwizard.report.text import as_text

    session = new_session(script, args, python, timeout, "fix" if write else None)
    document = drive(session, lambda: headless.fix(session, say, write))
    if as_json:
        click.echo(dumps(document))
    else:
        click.echo(as_text(document), err=True)
        click.echo(document["diff"], nl=False)
    refused = write and document["diff"] and not document["written"]
    sys.exit(Exit.USAGE if refused else session.exit_code())


class _BeforeDashes(Command):
    """A command whose own arguments stand before --, and those of the script behind it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        at = args.index("--") if "--" in args else len(args)
        ctx.meta["tfwizard.script"] = tuple(args[at + 1 :])
        return super().parse_args(ctx, args[:at])


@click.command(cls=_BeforeDashes)
@argument("script", type=PathType(exists=True, dir_okay=False, path_type=Path))
@argument("settings", nargs=-1, required=True, metavar=N_("NAME=VALUE,VALUE…"))
@option("--seeds", type=IntRange(1, 20), default=3, show_default=True, help=N_("Runs for each value."))
@option("--steps", type=IntRange(min=5), default=60, show_default=True, help=N_("Steps of each run."))
@option(
    "--budget",
    type=FloatRange(min=5),
    default=300.0,
    show_default=True,
    help=N_("Seconds for all runs; fewer steps where it needs."),
)
@option("--json", "as_json", is_flag=True, help=N_("The comparison as JSON (schema tfwizard-compare/1)."))
@python_option
@timeout_option
@click.pass_context
def compare(
    ctx: click.Context, script: Path, settings: tuple[str, ...], seeds: int, steps: int, budget: float, as_json: bool,
    python: str | None, timeout: float,
) -> None:  # fmt: skip
    """Short trainings that differ in one hyperparameter, against the noise between seeds and the trivial baseline.

    For example: tfwizard compare train.py learning_rate=1e-5,5e-5,1e-3. Arguments of the script come behind --.
    """
    from tfwizard import headless
    from tfwizard.report import comparison
    from tfwizard.report.contract import dumps
    from tfwizard.session.comparing import BadSetting, read_settings

    try:
        setting = read_settings(settings)
    except BadSetting as why:
        raise click.UsageError(str(why)) from None
    session = new_session(script, ctx.meta["tfwizard.script"], python, timeout, None)
    found = drive(session, lambda: headless.compare(session, say, setting, seeds, steps, budget))
    if as_json:
        click.echo(dumps(comparison.document(session, found.facts, found.why, found.early, found.seconds)))
    elif found.facts is not None:
        click.echo(comparison.as_text(found.facts, session.run_state.facts.baseline), nl=False)
    if found.facts is None:
        click.echo(_("Not compared. {why}", why=found.why), err=True)
        if found.interrupted:
            sys.exit(Exit.INTERRUPTED)
        not_examined = session.exit_code() == Exit.NOT_EXAMINED
        sys.exit(Exit.NOT_EXAMINED if not_examined else (Exit.FINDINGS if found.early else Exit.USAGE))
