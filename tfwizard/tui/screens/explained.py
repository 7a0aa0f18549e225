"""A fault explained to somebody who meets it for the first time."""

from __future__ import annotations

from textual.content import Content

from tfwizard.explanations import Explanation
from tfwizard.findings import Finding
from tfwizard.language import _
from tfwizard.tui.lines import FAINT, OWN_KEY, STRONG, Lines, blank, clean, heading, key, paragraph, phrase, wrapped
from tfwizard.tui.screens.change import folded
from tfwizard.tui.view import where_words


def explained_lines(title: str, finding: Finding | None, text: Explanation | None, width: int) -> Lines:
    """Why it happens, how to see it by hand, where the course tells of it; without a text what the finding itself says."""
    lines = [*wrapped(Content.styled(clean(title), STRONG), width), blank()]
    if text is None:
        return lines + without_text(finding, width)
    lines += [heading(_("Why it happens")), *paragraph(_(text.why), width, 1), blank()]
    if text.by_hand:
        where = where_words(finding.where) if finding else ""
        place = _("In your script, just before it trains:") if not where else _(
            "In your script, just before it trains (the line concerned is {where}):", where=where)  # fmt: skip
        lines += [heading(_("See it by hand")), *paragraph(place, width, 1), blank()]
        lines += code_lines(text.by_hand, width)
        lines += [blank(), *wrapped(phrase(_("{k} copies this Python."), k=key("k")), width, 1), blank()]
    if text.section:
        course = _(
            "The Hugging Face course, chapter 8, “Debugging the training pipeline”: {section}", section=_(text.section)
        )
        lines += [heading(_("Read more")), *paragraph(course, width, 1), blank()]
    return [*lines, *closing(width)]


def without_text(finding: Finding | None, width: int) -> Lines:
    """What there is to say where nobody wrote an explanation."""
    lines: Lines = []
    if finding is not None and finding.why:
        lines += [heading(_("Why it happens")), *paragraph(clean(finding.why), width, 1), blank()]
    if finding is not None and finding.advice:
        lines += [heading(_("What to do")), *paragraph(clean(finding.advice), width, 1), blank()]
    lines += paragraph(_("There is no longer explanation of this one."), width, 0, FAINT)
    return [*lines, blank(), *closing(width)]


def closing(width: int) -> Lines:
    """The way back."""
    return wrapped(phrase(_("{esc} goes back, {down} scrolls."), esc=("esc", OWN_KEY), down=("↓", OWN_KEY)), width)


def code_lines(code: str, width: int) -> Lines:
    """Source as it is; what is too long goes on in the next row, further in."""
    rows: Lines = []
    for text in code.split("\n"):
        first, *rest = folded(Content(text.replace("\t", "    ")), max(8, width - 6)) or [Content("")]
        rows += [first.pad_left(3), *(piece.pad_left(6) for piece in rest)]
    return rows
