"""The tokens of one sample, each kind with marks and a colour of its own."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from textual.content import Content

from tfwizard.facts import Token
from tfwizard.language import _
from tfwizard.tui.lines import FAINT, KEY, WARN, Lines, Part, cell, clean, line, wrapped

#: How a tokenizer writes that a piece goes on a word, and that it begins one: for the machine, not for a reader.
GOES_ON, BEGINS = "##", ("▁", "Ġ")


def labelled(name: str, content: Content, width: int, room: int = 8) -> Lines:
    """`content` wrapped in its own column beside its name, which has `room` cells."""
    rows = wrapped(content, width, room)
    return [line((cell(name, room - 1) + " ", FAINT)) + rows[0][room:], *rows[1:]]


def tokens_content(tokens: tuple[Token, ...]) -> Content:
    """The tokens in order; a run of padding is one piece with its length."""
    parts: list[Content] = []
    for (kind, masked), group in groupby(tokens, key=lambda token: (token.kind, token.masked)):
        run = list(group)
        if kind == "padding":
            text = _("░pad×{n}░", n=len(run)) if masked else _("░pad×{n} NOT MASKED░", n=len(run))
            parts.append(line((text, FAINT if masked else WARN)))
        else:
            parts += [line(marked(token)) for token in run]
    return Content(" ").join(parts)


def marked(token: Token) -> Part:
    """One token that is no padding, with the marks and the style of its kind."""
    text = clean(token.text)
    match token.kind:
        case "special":
            return f"‹{text}›", KEY
        case "unknown":
            return f"?{text}?", WARN
        case "piece":
            return f"+{text.removeprefix(GOES_ON)}", "$text-secondary"
    for sign in BEGINS:
        text = text.removeprefix(sign) or text
    return text


def legend(tokens: Iterable[Token]) -> Content:
    """What the marks around the tokens mean, each in its own style; only those that are there."""
    kinds = {token.kind for token in tokens}
    words: list[tuple[str, Part]] = [
        ("special", (_("‹special›"), KEY)),
        ("unknown", (_("?unknown word?"), WARN)),
        ("piece", (_("+piece of a word"), "$text-secondary")),
        ("padding", (_("░padding×count░"), FAINT)),
    ]
    return Content("  ").join(line(part) for kind, part in words if kind in kinds)
