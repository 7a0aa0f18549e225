"""What a browser gets: the page around the terminal, its files, and the words for who is not let in. Nothing is fetched elsewhere."""

from __future__ import annotations

import html
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import textual_serve

from tfwizard.language import _, language

if TYPE_CHECKING:
    from tfwizard.serve.seat import Seat

OURS = Path(__file__).resolve().parent / "page"
THEIRS = Path(textual_serve.__file__).resolve().parent / "static"
#: Every file that a page may ask for.
FILES = {
    "page.css": OURS / "page.css",
    "page.js": OURS / "page.js",
    "textual.js": THEIRS / "js" / "textual.js",
    "xterm.css": THEIRS / "css" / "xterm.css",
    "RobotoMono.ttf": THEIRS / "fonts" / "RobotoMono-VariableFont_wght.ttf",
    "RobotoMono-Italic.ttf": THEIRS / "fonts" / "RobotoMono-Italic-VariableFont_wght.ttf",
}
#: Nothing but our own files and our own connection; the terminal sets styles of its own.
POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "font-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'none'"],
}
HEADERS = {
    "Content-Security-Policy": "; ".join(" ".join([name, *sources]) for name, sources in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def page(seat: Seat) -> str:
    """The page with the terminal of this seat."""
    text = Template((OURS / "page.html").read_text(encoding="utf-8"))
    words = {
        "language": language(),
        "title": seat.title,
        "story": seat.story,
        "opening": _("The wizard is being opened …"),
        "again": _("Go on here"),
        "ended": _("The wizard has ended. What was found and proved is kept."),
        "taken": _("This seat was opened in another window or tab."),
        "gone": _("The server was ended, and the wizard with it. What was found and proved is kept."),
        "lost": _("The connection was lost. Trying again …"),
        "refused": refused(),
        "copy": _("The browser did not allow it to be copied by itself. ctrl+c copies this:"),
        "close": _("Close"),
    }
    return text.substitute({name: html.escape(value) for name, value in words.items()})


def entered() -> str:
    """What the first visit gets: on to the page, at an address without the token.

    Not a redirect: behind a link on somebody else's page a browser would keep the cookie back.
    """
    words = html.escape(_("The wizard is being opened …"))
    return (
        f'<!DOCTYPE html><html lang="{language()}"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=./">'
        f'<title>tfwizard</title></head><body><a href="./">{words}</a></body></html>'
    )


def refused() -> str:
    """What whoever is not let in reads."""
    return _(
        "This address opens with the URL that `tfwizard serve` printed, once, and from then on in the browser that opened it. "
        "Ask whoever started the server for a new URL."
    )
