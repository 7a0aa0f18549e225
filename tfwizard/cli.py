"""The commands. stdout is data, stderr is for people."""

from __future__ import annotations

import asyncio
import enum
import os
import shutil
import signal
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tfwizard import __version__
from tfwizard.command_words import Command, FloatRange, Group, IntRange, Option, PathType, argument, option
from tfwizard.language import N_, _, ngettext
from tfwizard.terminal_commands import debug_info, keys, theme_option

if TYPE_CHECKING:
    from tfwizard.session import Session


class Exit(enum.IntEnum):
    """What each exit code says."""

    CLEAN = 0  # nothing is open, advice aside
    FINDINGS = 1  # findings are open
    USAGE = 2  # wrong usage, or a file that could not be written as was asked
    NOT_EXAMINED = 3  # the script died or timed out before anything was captured
    INTERRUPTED = 130


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
    """The options that every command with a screen takes."""
    for add in (
        plain_option,
        option("--no-color", is_flag=True, help=N_("No colours at all (as with NO_COLOR).")),
        theme_option,
        option(
            "--standby/--no-standby",
            default=True,
            help=N_("Keep a second worker ready that has imported what the script imports (takes the memory of that)."),
        ),
    ):
        command = add(command)
    return command


teach_option = option(
    "--teach",
    is_flag=True,
    help=N_(
        "For learners: a finding is first a question with hints; the answer comes when you ask, or prove it by mending the script."
    ),
)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tfwizard", cls=Option)
def main() -> None:
    """Step through a failing TensorFlow training script until every problem is proved fixed."""


main.add_command(keys)
main.add_command(debug_info)


@main.command()
@script_options
@teach_option
@screen_options
def run(
    script: Path, args: tuple[str, ...], python: str | None, timeout: float, teach: bool, plain: bool,
    no_color: bool, standby: bool,
) -> None:  # fmt: skip
    """The wizard. Arguments of the script come behind --."""
    plain = _plain(plain)
    if plain or _is_terminal():
        _wizard(_taught(_session(script, args, python, timeout, "run", standby), teach), no_color, plain=plain)
    else:
        click.echo(_("No terminal here: doing what `tfwizard check` does."), err=True)
        _check(script, args, python, timeout, as_json=False, teach=teach)


@main.command()
@argument("session", required=False)
@option("--list", "listed", is_flag=True, help=N_("The sessions that can be resumed."))
@option("--python", metavar="PATH", help=N_("The Python that trains (default: that of the session)."))
@teach_option
@screen_options
def resume(
    session: str | None, listed: bool, python: str | None, teach: bool, plain: bool, no_color: bool, standby: bool
) -> None:
    """Take up the last session, or the one that is named, as it was: also after a crash.

    One that was begun with --teach goes on so.
    """
    from tfwizard.report.text import as_text
    from tfwizard.session.lock import InUse

    if listed:
        _list_sessions()
        return
    plain = _plain(plain)
    try:
        again = _taught(_resumed(session, python, standby and (plain or _is_terminal())), teach)
    except InUse as error:
        raise click.UsageError(str(error)) from None
    if plain or _is_terminal():
        _wizard(again, no_color, start=False, plain=plain)
    else:
        from tfwizard import headless

        click.echo(again.notice, err=True)
        click.echo(as_text(_drive(again, lambda: headless.standing(again))), nl=False)
        sys.exit(again.exit_code())


@main.command()
@script_options
@option("--json", "as_json", is_flag=True, help=N_("The findings as JSON (schema tfwizard/1)."))
@teach_option
def check(script: Path, args: tuple[str, ...], python: str | None, timeout: float, as_json: bool, teach: bool) -> None:
    """Every automatic stage, without a screen."""
    _check(script, args, python, timeout, as_json, teach)


@main.command()
@script_options
@option("--write", is_flag=True, help=N_("Write the verified edits to the file (a backup is kept)."))
@option("--json", "as_json", is_flag=True, help=N_("The findings and the diff as JSON (schema tfwizard/1)."))
def fix(script: Path, args: tuple[str, ...], python: str | None, timeout: float, write: bool, as_json: bool) -> None:
    """Propose a fix, verify it by running the edited copy, repeat; prints the diff."""
    from tfwizard import headless
    from tfwizard.report.contract import dumps
    from tfwizard.report.text import as_text

    session = _session(script, args, python, timeout, "fix" if write else None)
    document = _drive(session, lambda: headless.fix(session, _say, write))
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


@main.command(cls=_BeforeDashes)
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
    session = _session(script, ctx.meta["tfwizard.script"], python, timeout, None)
    found = _drive(session, lambda: headless.compare(session, _say, setting, seeds, steps, budget))
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


@main.command()
@argument("script", required=False, type=PathType(exists=True, dir_okay=False, path_type=Path))
@argument("args", nargs=-1, type=click.UNPROCESSED)
@python_option
@timeout_option
@option("--rehearsal/--no-rehearsal", default=True, help=N_("Look first at what could end the training late."))
@option("--json", "as_json", is_flag=True, help=N_("Findings and training as JSON (schema tfwizard/1); no view."))
@option("--attach", is_flag=True, help=N_("Show a training that runs already: the last one, or --session."))
@option("--session", "name", metavar="SESSION", help=N_("The session that --attach shows."))
@plain_option
@option("--no-color", is_flag=True, help=N_("No colours at all (as with NO_COLOR)."))
@theme_option
@option("--folder", type=PathType(file_okay=False, path_type=Path), hidden=True)
def watch(
    script: Path | None,
    args: tuple[str, ...],
    python: str | None,
    timeout: float,
    rehearsal: bool,
    as_json: bool,
    attach: bool,
    name: str | None,
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

    plain = folder is None and not as_json and _plain(plain)
    if attach or name:
        try:
            sys.exit(view.attach(_sessions(), name, no_color, _is_terminal(), plain))
        except view.NoTraining as error:
            raise click.UsageError(str(error)) from None
    if script is None:
        raise click.UsageError(
            _("Which script? `tfwizard watch train.py`; `tfwizard watch --attach` shows one that runs.")
        )
    if folder is None and not as_json and (plain or _is_terminal()):
        sys.exit(view.in_view(_folder("watch"), script, args, _python(python), timeout, rehearsal, no_color, plain))
    session = _session(script, args, python, timeout, "watch", folder=folder)
    document = _drive(
        session, lambda: headless_watch.watch(session, _say, rehearsal),
        {signal.SIGINT: lambda: headless_watch.interrupted(session, _say), signal.SIGHUP: lambda: True},
    )  # fmt: skip
    click.echo(dumps(document) if as_json else as_text(document), nl=as_json)
    sys.exit(session.exit_code())


class _Demo(Command):
    """Its help page shows what a lesson is made of, line by line as it stands here."""

    FOLDER = N_(
        """\
A lesson of your own needs no code:

  lesson.toml     title = "Penguins"                       # gives nothing away
                  level = 2                                # 1 to 9
                  learned = "Look at the labels first."    # for --list
                  story = "What the script is to do."
                  faults = ["num-labels-too-small"]        # what check finds
                  script = "train.py"
                  [fr]                                     # the same in French
  train.py        the script, and beside it the files that it reads
  make.py         makes those files          } neither is
  solution.py     the script as it should be } copied"""
    )

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The lines, without wrapping them."""
        formatter.write(f"\n{_(self.FOLDER)}\n")


@main.command(cls=_Demo)
@argument("lesson", default="mnli")
@option(
    "--into",
    type=PathType(file_okay=False, path_type=Path),
    help=N_("The folder to copy to (default: ./tfwizard-demo, or ./tfwizard-demo-LESSON for another than mnli)."),
)
@option("--list", "listed", is_flag=True, help=N_("The lessons there are, easy ones first."))
@option("--json", "as_json", is_flag=True, help=N_("With --list: as JSON (schema tfwizard-lessons/1)."))
@option(
    "--lessons",
    "own",
    multiple=True,
    type=PathType(file_okay=False, path_type=Path),
    help=N_("A folder of lessons of your own (may be given again; TFWIZARD_LESSONS names such folders too)."),
)
@option("--python", metavar="PATH", help=N_("The Python that trains (default: the active virtual environment's)."))
@option("--copy-only", is_flag=True, help=N_("Copy the lesson and do not open it."))
@teach_option
@screen_options
def demo(
    lesson: str, into: Path | None, listed: bool, as_json: bool, own: tuple[Path, ...], python: str | None,
    copy_only: bool, teach: bool, plain: bool, no_color: bool, standby: bool,
) -> None:  # fmt: skip
    """Copy a failing script with its data into a folder, and open it. Needs no network.

    LESSON is the name of a lesson (--list tells them), or the path of a folder that holds one: a lesson.toml, the script, and what
    that reads.
    """
    from tfwizard.lessons.lesson import BadLesson
    from tfwizard.lessons.shelf import NoLesson, copy_lesson, find_lesson, shelves

    if as_json and not listed:
        raise click.UsageError(_("--json goes with --list."))
    try:
        folders = shelves(own, os.environ)
        if listed:
            _list_lessons(folders, as_json)
            return
        found = find_lesson(lesson, folders)
        folder, new = copy_lesson(
            found, into or Path("tfwizard-demo" if lesson == "mnli" else f"tfwizard-demo-{found.name}")
        )
    except (NoLesson, BadLesson) as error:
        raise click.UsageError(str(error)) from None
    words = _("The lesson is in {folder}") if new else _("Going on with the lesson in {folder}")
    click.echo(words.format(folder=folder), err=True)
    if found.story:
        width = shutil.get_terminal_size((100, 24)).columns
        click.echo(textwrap.fill(found.says("story").strip(), min(width, 100)), err=True)
    if copy_only:
        return
    os.chdir(folder)
    script = folder / found.script
    plain = _plain(plain)
    if plain or _is_terminal():
        _wizard(
            _taught(_session(script, (), python, 600.0, "run", standby), teach, found.faults), no_color, plain=plain
        )
    else:
        click.echo(_("No terminal here: doing what `tfwizard check` does."), err=True)
        _check(script, (), python, 600.0, as_json=False, teach=teach)


def _list_lessons(folders: list[Path], as_json: bool) -> None:
    """The lessons on stdout; what is wrong with a broken one on stderr."""
    from tfwizard.lessons.listing import lesson_lines, lessons_document
    from tfwizard.lessons.shelf import lessons
    from tfwizard.report.contract import dumps

    found, broken = lessons(folders)
    for why in broken:
        click.echo(str(why), err=True)
    width = shutil.get_terminal_size((100, 24)).columns
    click.echo(dumps(lessons_document(found)) if as_json else "\n".join(lesson_lines(found, width)))
    if broken:
        sys.exit(Exit.USAGE)


@main.command()
@option("--json", "as_json", is_flag=True, help=N_("As JSON (schema tfwizard-gpus/1)."))
@option("--once", is_flag=True, help=N_("Print the table once, also in a terminal."))
@plain_option
@option("--no-color", is_flag=True, help=N_("No colours at all (as with NO_COLOR)."))
@theme_option
def gpus(as_json: bool, once: bool, plain: bool, no_color: bool) -> None:
    """The GPUs and who holds their memory. k asks a process of yours to stop."""
    if not (as_json or once) and _plain(plain):
        from tfwizard.plain.program import gpus_plain

        sys.exit(gpus_plain())
    if _is_terminal() and not (as_json or once):
        if no_color:
            os.environ["NO_COLOR"] = "1"
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

    width = shutil.get_terminal_size((120, 24)).columns
    click.echo("\n".join(row.plain.rstrip() for row in gpu_lines(facts, width)))


def _check(
    script: Path, args: tuple[str, ...], python: str | None, timeout: float, as_json: bool, teach: bool = False
) -> None:
    from tfwizard import headless
    from tfwizard.report.contract import dumps
    from tfwizard.report.text import as_text

    session = _taught(_session(script, args, python, timeout, None), teach)
    document = _drive(session, lambda: headless.check(session, _say))
    click.echo(dumps(document) if as_json else as_text(document), nl=as_json)
    sys.exit(session.exit_code())


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _plain(asked: bool) -> bool:
    """Whether text is wanted instead of a screen: it was asked for, or the environment says so where a screen would come."""
    from tfwizard.plain.program import chosen_by

    setting = chosen_by(os.environ) if not asked and _is_terminal() else ""
    if setting:
        click.echo(_("Plain text, because of {setting}.", setting=setting), err=True)
    return asked or bool(setting)


def _wizard(session: Session, no_color: bool, start: bool = True, plain: bool = False) -> None:
    if no_color:
        os.environ["NO_COLOR"] = "1"
    if plain:
        from tfwizard.plain.program import run_plain

        code = run_plain(session, start)
    else:
        from tfwizard.tui.app import run_wizard

        code = run_wizard(session, start)
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
    _say_what_was_learned(session)
    sys.exit(code)


def _taught(session: Session, teach: bool, faults: Sequence[str] = ()) -> Session:
    """The session as a learner sees it, where that is asked for, or was when it was begun."""
    from tfwizard.session.learner import taught

    return taught(session, faults, teach)


def _say_what_was_learned(session: Session) -> None:
    """The summary for a learner who leaves."""
    from tfwizard.session.learner import learner_of
    from tfwizard.tui.screens.question import summary_lines

    learner = learner_of(session)
    if learner is not None:
        lines = summary_lines(*learner.summary(), shutil.get_terminal_size((100, 24)).columns)
        click.echo("\n".join(row.plain.rstrip() for row in lines), err=True)


def _session(
    script: Path,
    args: tuple[str, ...],
    python: str | None,
    timeout: float,
    kept: str | None,
    standby: bool = False,
    folder: Path | None = None,
) -> Session:
    """A session; `kept` names the kind of those whose journal and backups stay, in `folder` or where sessions are kept."""
    from tfwizard.runner.interpreter import NoInterpreter
    from tfwizard.session import Session

    if folder is None and kept:
        folder = _folder(kept)
    try:
        return Session(script.resolve(), args, python=python, folder=folder, timeout=timeout, standby=standby)
    except NoInterpreter as error:
        raise click.UsageError(str(error)) from None


def _folder(kept: str) -> Path:
    """Where a new session of this kind is kept."""
    import time

    return _sessions() / f"{time.strftime('%Y%m%d-%H%M%S')}-{kept}-{os.getpid()}"


def _python(asked: str | None) -> str:
    """The Python that trains."""
    from tfwizard.runner.interpreter import NoInterpreter, find_interpreter

    try:
        return find_interpreter(asked)
    except NoInterpreter as error:
        raise click.UsageError(str(error)) from None


def _sessions() -> Path:
    """The folder that sessions are kept in."""
    import platformdirs

    return platformdirs.user_state_path("tfwizard") / "sessions"


def _resumed(name: str | None, python: str | None, standby: bool) -> Session:
    """The session of this name or folder, else the latest that nobody has open."""
    from tfwizard.runner.interpreter import NoInterpreter
    from tfwizard.session.keeper import trains
    from tfwizard.session.resume import CannotResume, saved
    from tfwizard.session.resume import resume as resume_session

    if name is None:
        folder = next((one.folder for one in saved(_sessions()) if not one.in_use), None)
        if folder is None:
            raise click.UsageError(_("There is no session to resume. `tfwizard run train.py` begins one."))
    else:
        folder = _sessions() / name if (_sessions() / name).is_dir() else Path(name)
        if trains(folder):
            raise click.UsageError(
                _("It trains: `tfwizard watch --attach --session {name}` shows it.", name=folder.name)
            )
    try:
        return resume_session(folder, python=python, standby=standby)
    except (CannotResume, NoInterpreter) as error:
        raise click.UsageError(str(error)) from None


def _list_sessions() -> None:
    import time

    from tfwizard.session.keeper import trains
    from tfwizard.session.resume import saved

    for one in saved(_sessions()):
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.at))
        busy = _("trains: `tfwizard watch --attach` shows it") if trains(one.folder) else _("open in another terminal")
        state = busy if one.in_use else _("{open} open, {resolved} resolved", open=one.open, resolved=one.resolved)
        click.echo(f"{one.folder.name}  {when}  {state}  {one.script}")


def _drive(session: Session, work: Callable[[], Any], on_signal: dict[int, Callable[[], bool]] | None = None) -> Any:
    """Run a command of the session; ctrl+c and SIGTERM end its worker first.

    `on_signal` says by signal what else is to be done; where that gives False, the command ends.
    """

    async def driven() -> Any:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None

        def got(number: int) -> None:
            if not (on_signal or {}).get(number, lambda: False)():
                task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, got, number)
        try:
            return await work()
        finally:
            await session.close()

    try:
        return asyncio.run(driven())
    except asyncio.CancelledError:
        click.echo(_("Interrupted; the script's process was ended."), err=True)
        sys.exit(Exit.INTERRUPTED)


def _say(text: str) -> None:
    try:
        click.echo(text, err=True)
    except OSError:
        pass  # the terminal is gone, and what goes on without it must not end by that
