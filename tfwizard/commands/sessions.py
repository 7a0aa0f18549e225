"""Sessions and the folders that they are kept in: new ones, those that go on, and the list of them."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tfwizard.language import _

if TYPE_CHECKING:
    from tfwizard.session import Session


def new_session(
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

    _need_current_folder()
    if not script.is_file():  # a pipe can be read but once, and waits
        raise click.UsageError(_("{script} is no regular file. Save the script as a file first.", script=script))
    try:
        if folder is None and kept:
            folder = new_folder(kept)
        for above in (sessions_folder().parent, sessions_folder()) if kept else ():
            above.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Session(script.resolve(), args, python=python, folder=folder, timeout=timeout, standby=standby)
    except NoInterpreter as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        raise _not_kept(error, folder) from None


def _not_kept(error: OSError, folder: Path | None) -> click.UsageError:
    return click.UsageError(
        _(
            "The session cannot be kept in {folder}: {error}. Set XDG_STATE_HOME or TMPDIR to a folder with room that you may write to.",
            folder=error.filename or folder or tempfile.gettempdir(),
            error=error.strerror,
        )
    )


def resumed(name: str | None, python: str | None, standby: bool) -> Session:
    """The session of this name or folder, else the latest that nobody has open."""
    from tfwizard.runner.interpreter import NoInterpreter
    from tfwizard.session.keeper import trains
    from tfwizard.session.resume import CannotResume, resume, saved

    if name is None:
        kept = saved(sessions_folder())
        folder = next((one.folder for one in kept if not one.in_use), None)
        if folder is None and kept:
            raise click.UsageError(_("Every session is open in a wizard: leave one there first."))
        if folder is None:
            raise click.UsageError(_("There is no session to resume. `tfwizard run train.py` begins one."))
    else:
        folder = sessions_folder() / name if (sessions_folder() / name).is_dir() else Path(name)
        if trains(folder):
            raise click.UsageError(
                _("It trains: `tfwizard watch --attach --session {name}` shows it.", name=folder.name)
            )
    try:
        return resume(folder, python=python, standby=standby)
    except (CannotResume, NoInterpreter) as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        raise _not_kept(error, folder) from None


def taught(session: Session, teach: bool, faults: Sequence[str] = ()) -> Session:
    """The session as a learner sees it, where that is asked for, or was when it was begun."""
    from tfwizard.session import learner

    return learner.taught(session, faults, teach)


def interpreter(asked: str | None) -> str:
    """The Python that trains."""
    from tfwizard.runner.interpreter import NoInterpreter, find_interpreter

    _need_current_folder()
    try:
        return find_interpreter(asked)
    except NoInterpreter as error:
        raise click.UsageError(str(error)) from None


def _need_current_folder() -> None:
    """The script runs in it: where somebody has removed it, everything else would blame another folder."""
    try:
        os.getcwd()
    except FileNotFoundError:
        raise click.UsageError(_("The current folder was removed. Go to one that is there, with cd.")) from None


def sessions_folder() -> Path:
    """The folder that sessions are kept in."""
    import platformdirs

    return platformdirs.user_state_path("tfwizard") / "sessions"


def new_folder(kept: str) -> Path:
    """Where a new session of this kind is kept; old ones go where there are many."""
    from tfwizard.session.pruning import prune

    prune(sessions_folder())
    return sessions_folder() / f"{time.strftime('%Y%m%d-%H%M%S')}-{kept}-{os.getpid()}"


def list_sessions() -> None:
    """Those that can be resumed, one a line."""
    from tfwizard.session.keeper import trains
    from tfwizard.session.resume import saved

    for one in saved(sessions_folder()):
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.at))
        busy = _("trains: `tfwizard watch --attach` shows it") if trains(one.folder) else _("open in another terminal")
        state = busy if one.in_use else _("{open} open, {resolved} resolved", open=one.open, resolved=one.resolved)
        click.echo(f"{one.folder.name}  {when}  {state}  {one.script}")
