"""The commands. stdout is data, stderr is for people."""

from __future__ import annotations

import asyncio
import enum
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tfwizard import __version__

if TYPE_CHECKING:
    from tfwizard.session import Session


class Exit(enum.IntEnum):
    """What each exit code says."""

    CLEAN = 0  # nothing is open, advice aside
    FINDINGS = 1  # findings are open
    USAGE = 2  # wrong usage
    NOT_EXAMINED = 3  # the script died or timed out before anything was captured
    INTERRUPTED = 130


def script_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The arguments and options that every command on a script takes."""
    for option in (
        click.argument("args", nargs=-1, type=click.UNPROCESSED),
        click.argument("script", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.option(
            "--python", metavar="PATH", help="The Python that trains (default: the active virtual environment's)."
        ),
        click.option(
            "--timeout",
            type=click.FloatRange(min=1),
            default=600.0,
            show_default=True,
            help="Seconds until the training call.",
        ),
    ):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tfwizard")
def main() -> None:
    """Step through a failing TensorFlow training script until every problem is proved fixed."""


@main.command()
@script_options
@click.option("--no-color", is_flag=True, help="No colours at all (as with NO_COLOR).")
def run(script: Path, args: tuple[str, ...], python: str | None, timeout: float, no_color: bool) -> None:
    """The wizard. Arguments of the script come behind --."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        click.echo("No terminal here: doing what `tfwizard check` does.", err=True)
        _check(script, args, python, timeout, as_json=False)
    else:
        _wizard(script, args, python, timeout, no_color)


@main.command()
@script_options
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON (schema tfwizard/1).")
def check(script: Path, args: tuple[str, ...], python: str | None, timeout: float, as_json: bool) -> None:
    """Every automatic stage, without a screen."""
    _check(script, args, python, timeout, as_json)


@main.command()
@script_options
@click.option("--write", is_flag=True, help="Write the verified edits to the file (a backup is kept).")
@click.option("--json", "as_json", is_flag=True, help="The findings and the diff as JSON (schema tfwizard/1).")
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
    sys.exit(session.exit_code())


@main.command()
@click.argument("lesson", default="mnli")
@click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), help="The folder to copy to (default: ./tfwizard-demo)."
)
@click.option("--python", metavar="PATH", help="The Python that trains (default: the active virtual environment's).")
@click.option("--copy-only", is_flag=True, help="Copy the lesson and do not open it.")
@click.option("--no-color", is_flag=True, help="No colours at all (as with NO_COLOR).")
def demo(lesson: str, into: Path | None, python: str | None, copy_only: bool, no_color: bool) -> None:
    """Copy a bundled failing script with its data and checkpoint into a folder, and open it. Needs no network."""
    from tfwizard.lessons.shelf import NoLesson, copy_lesson

    try:
        folder, new = copy_lesson(lesson, into or Path("tfwizard-demo"))
    except NoLesson as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"{'The lesson is in' if new else 'Going on with the lesson in'} {folder}", err=True)
    if copy_only:
        return
    os.chdir(folder)
    script = folder / "train.py"
    if sys.stdin.isatty() and sys.stdout.isatty():
        _wizard(script, (), python, 600.0, no_color)
    else:
        click.echo("No terminal here: doing what `tfwizard check` does.", err=True)
        _check(script, (), python, 600.0, as_json=False)


def _check(script: Path, args: tuple[str, ...], python: str | None, timeout: float, as_json: bool) -> None:
    from tfwizard import headless
    from tfwizard.report.contract import dumps
    from tfwizard.report.text import as_text

    session = _session(script, args, python, timeout, None)
    document = _drive(session, lambda: headless.check(session, _say))
    click.echo(dumps(document) if as_json else as_text(document), nl=as_json)
    sys.exit(session.exit_code())


def _wizard(script: Path, args: tuple[str, ...], python: str | None, timeout: float, no_color: bool) -> None:
    if no_color:
        os.environ["NO_COLOR"] = "1"
    from tfwizard.tui.app import run_wizard

    session = _session(script, args, python, timeout, "run")
    sys.exit(run_wizard(session))


def _session(script: Path, args: tuple[str, ...], python: str | None, timeout: float, kept: str | None) -> Session:
    """A session; `kept` names the kind of those whose journal and backups stay."""
    from tfwizard.runner.interpreter import NoInterpreter
    from tfwizard.session import Session

    folder = _session_folder(kept) if kept else None
    try:
        return Session(script.resolve(), args, python=python, folder=folder, timeout=timeout)
    except NoInterpreter as error:
        raise click.UsageError(str(error)) from None


def _session_folder(kind: str) -> Path:
    import time

    import platformdirs

    state = platformdirs.user_state_path("tfwizard") / "sessions"
    return state / f"{time.strftime('%Y%m%d-%H%M%S')}-{kind}-{os.getpid()}"


def _drive(session: Session, work: Callable[[], Any]) -> Any:
    """Run a command of the session; ctrl+c and SIGTERM end its worker first."""

    async def driven() -> Any:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, task.cancel)
        try:
            return await work()
        finally:
            await session.close()

    try:
        return asyncio.run(driven())
    except asyncio.CancelledError:
        click.echo("Interrupted; the script's process was ended.", err=True)
        sys.exit(Exit.INTERRUPTED)


def _say(text: str) -> None:
    click.echo(text, err=True)
