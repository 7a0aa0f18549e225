"""`watch` in a terminal: a keeper trains, and a view shows it; what is shown may be closed and opened again."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import click

from tfwizard.language import _, language
from tfwizard.session.keeper import Following, begin, trains


class NoTraining(Exception):
    """There is no training to show; the message says what to do."""


def in_view(
    folder: Path,
    script: Path,
    args: tuple[str, ...],
    python: str,
    timeout: float,
    rehearse: bool,
    no_color: bool,
    plain: bool = False,
    teach: bool = False,
) -> int:
    """Begin a training that outlives this terminal, and show it; the exit code of what was seen of it."""
    following = begin(
        script.resolve(), args, folder, python=python, cwd=Path.cwd(), timeout=timeout, rehearse=rehearse, teach=teach
    )
    return show(following, script.name, no_color, plain)


def attach(sessions: Path, name: str | None, no_color: bool, terminal: bool, plain: bool = False) -> int:
    """Show a training that runs: the one that is named, or the last. Raises NoTraining."""
    if name is not None:
        folder = sessions / name if (sessions / name).is_dir() else Path(name)
    else:
        running = [one for one in sorted(sessions.glob("*"), reverse=True) if trains(one)]
        if not running:
            raise NoTraining(_("No training runs. `tfwizard watch train.py` begins one."))
        folder = running[0]
    following = Following(folder)
    if following.training is None and not following.alive:
        raise NoTraining(_("{name} holds no training. `tfwizard resume --list` names the sessions.", name=folder.name))
    if terminal or plain:
        return show(following, folder.name, no_color, plain)
    from tfwizard.headless_watch import line_of

    click.echo(line_of(following.training) if following.training else _("It has not begun to train."), err=True)
    return 0


def show(following: Following, name: str, no_color: bool, plain: bool = False) -> int:
    """The view, in text with `plain`; behind it, where the training is to be found."""
    if no_color:
        os.environ["NO_COLOR"] = "1"
    from tfwizard.plain.program import follow_plain
    from tfwizard.tui.watch_app import OPEN_WIZARD, run_view

    code = follow_plain(following, name) if plain else run_view(following, name)
    if code == OPEN_WIZARD:
        _wait_for_end(following)
        os.execv(
            sys.executable, [sys.executable, "-m", "tfwizard", "resume", str(following.folder), "--lang", language()]
        )
    if following.alive:
        click.echo(
            _(
                "The training goes on. `tfwizard watch --attach --session {name}` shows it again; x stops it there.",
                name=following.folder.name,
            ),
            err=True,
        )
        return code
    document = following.document
    if document is None:
        click.echo("\n".join(following.said()), err=True)
        return code or 3
    from tfwizard.report.text import as_text

    click.echo(as_text(document), nl=False)
    still = [one for one in document["findings"] if one["status"] == "open" and one["severity"] != "advice"]
    return code or int(bool(still))


def _wait_for_end(following: Following) -> None:
    """The keeper gives its session back as it ends."""
    for _attempt in range(100):
        if not following.alive:
            return
        time.sleep(0.1)
