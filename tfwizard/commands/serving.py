"""The wizard in a browser: on a script of one's own, or on a lesson for a whole workshop."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

import click

from tfwizard.commands.driving import say
from tfwizard.commands.options import (
    lessons_option,
    no_color_option,
    python_option,
    teach_option,
    theme_option,
    timeout_option,
)
from tfwizard.commands.sessions import interpreter, new_folder
from tfwizard.commands.translated_click import Command, FloatRange, IntRange, PathType, argument, option
from tfwizard.language import N_, _, ngettext

if TYPE_CHECKING:
    from tfwizard.serve.seat import Seat
    from tfwizard.serve.seats import Asked

#: More wizards than any machine has room for are a slip of the finger.
MOST_SEATS = 100
#: Until when nobody has to press a key, in minutes.
IDLE_MINUTES = 60.0


@click.command(cls=Command)
@argument("script", required=False, type=PathType(exists=True, dir_okay=False, path_type=Path))
@argument("args", nargs=-1, type=click.UNPROCESSED)
@option("--lesson", metavar="NAME", help=N_("A lesson in place of a script (tfwizard demo --list tells them)."))
@option("--seats", type=IntRange(1, MOST_SEATS), help=N_("With --lesson: how many learners; each gets a URL."))
@option(
    "--into",
    type=PathType(file_okay=False, path_type=Path),
    help=N_("With --lesson: the folder of the seats (default: ./tfwizard-seats). Seats that are there go on."),
)
@lessons_option
@teach_option
@option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help=N_("Listen on this address. Others than this machine's own are reached without encryption."),
)
@option(
    "--port",
    type=IntRange(0, 65535),
    default=8000,
    show_default=True,
    help=N_("Listen on this port; 0 takes a free one."),
)
@option("--public-url", metavar="URL", help=N_("The address at which your proxy shows this server."))
@option(
    "--idle",
    type=FloatRange(min=0),
    metavar=N_("MINUTES"),
    help=N_(
        "End a wizard that nobody uses for so long; it can be gone on with (default: 60 with --lesson, else 0: never)."
    ),
)
@option(
    "--memory",
    type=FloatRange(min=0.5),
    metavar="GB",
    help=N_("The most memory for data of each process of a seat (Linux)."),
)
@option("--json", "as_json", is_flag=True, help=N_("The URLs as JSON (schema tfwizard-serve/1)."))
@python_option
@timeout_option
@no_color_option
@theme_option
@option("--plain", is_flag=True, hidden=True)
def serve(
    script: Path | None, args: tuple[str, ...], lesson: str | None, seats: int | None, into: Path | None, own: tuple[Path, ...],
    teach: bool, host: str, port: int, public_url: str | None, idle: float | None, memory: float | None, as_json: bool,
    python: str | None, timeout: float, no_color: bool, plain: bool,
) -> None:  # fmt: skip
    """The wizard in a browser: on a script for one visitor, or with --lesson for a workshop.

    It prints a URL for each visitor, which opens once: then it belongs to the browser that opened it. Without it nothing is
    shown. ctrl+c ends the server and every wizard; arguments of the script come behind --.
    """
    if plain:
        raise click.UsageError(_("A browser shows the screens. Plain text is for a terminal: `tfwizard run --plain`."))
    if (script is None) == (lesson is None):
        raise click.UsageError(
            _("Name a script, or a lesson: `tfwizard serve train.py`, `tfwizard serve --lesson flowers`.")
        )
    if lesson is None and (seats is not None or into is not None or own):
        raise click.UsageError(_("--seats, --into and --lessons go with --lesson."))
    try:
        from tfwizard.serve.bounds import can_bound_memory
        from tfwizard.serve.running import CannotServe
        from tfwizard.serve.running import serve as serving
        from tfwizard.serve.seats import Asked, document, table, url
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("aiohttp", "textual_serve"):
            raise
        raise click.UsageError(
            _(
                "The browser needs textual-serve and aiohttp, which are not here. Install tfwizard[serve]; in a clone: uv tool install '.[serve]'."
            )
        ) from None
    if memory and not can_bound_memory():
        raise click.UsageError(_("--memory needs Linux."))
    public = _public(public_url)
    asked = Asked(interpreter(python), teach, no_color, lesson is None, memory or 0.0)
    if lesson is not None:
        places = _seats_on(lesson, seats or 1, into or Path("tfwizard-seats"), own, asked)
    else:
        from tfwizard.serve.seats import seat_on_script

        assert script is not None
        places = [seat_on_script(script.resolve(), args, new_folder("run"), timeout, asked, say)]

    def ready(base: str) -> None:
        if as_json:
            from tfwizard.report.contract import dumps

            click.echo(dumps(document(base, places)))
        else:
            click.echo("\n".join(table(base, places)) if lesson is not None else url(base, places[0]))
        _explain(host, len(places))

    host = "127.0.0.1" if host == "localhost" else host
    minutes = idle if idle is not None else (IDLE_MINUTES if lesson is not None else 0.0)
    try:
        asyncio.run(serving(places, host, port, public, minutes, ready=ready, say=say))
    except CannotServe as error:
        raise click.UsageError(str(error)) from None


def _public(text: str | None) -> SplitResult | None:
    """The address of the proxy in front."""
    if text is None:
        return None
    try:
        found = urlsplit(text)
        if found.scheme in ("http", "https") and found.hostname and not (found.query or found.fragment):
            return found
    except ValueError:
        pass
    raise click.UsageError(
        _("--public-url is a whole address, such as https://wizard.example.org, and not {url}.", url=text)
    )


def _seats_on(lesson: str, count: int, into: Path, own: tuple[Path, ...], asked: Asked) -> list[Seat]:
    from tfwizard.lessons.lesson import BadLesson
    from tfwizard.lessons.shelf import NoLesson, find_lesson, shelves
    from tfwizard.serve.seats import seats_on_lesson

    try:
        return seats_on_lesson(find_lesson(lesson, shelves(own, os.environ)), count, into, asked, say)
    except (NoLesson, BadLesson) as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        raise click.UsageError(
            _("The seats cannot be made in {folder}: {why}. --into names another.", folder=into, why=error.strerror)
        ) from None


def _explain(host: str, seats: int) -> None:
    """What there is to know for whoever has the URLs."""
    from tfwizard.serve.door import LOOPBACK

    say(ngettext("The URL opens once, in one browser.", "Each URL opens once, in one browser.", seats))
    if host not in LOOPBACK:
        say(
            _(
                "Everybody on the network can reach {host}, and nothing is encrypted: whoever listens can take a seat over. Where you do "
                "not trust all of them, leave --host out, and use an SSH tunnel or a proxy with TLS (--public-url).",
                host=host,
            )
        )
    say(_("ctrl+c ends the server and its wizards."))
