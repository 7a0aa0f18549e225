"""The verdict of a trial: verified or not, why, what stood behind it, and what to press."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tfwizard.language import _, ngettext
from tfwizard.tui.lines import BAD, FAINT, GOOD, KEY, STRONG, Lines, clean, line, paragraph, phrase, wrapped

if TYPE_CHECKING:
    from tfwizard.session import Trial


def verdict_lines(
    trial: Trial | None,
    message: str,
    appeared: Sequence[str],
    regressed: Sequence[str],
    rest: str,
    ways: int,
    width: int,
) -> Lines:
    """Verified or not, and why. `message` is for a trial without a verdict, `ways` the number of remedies."""
    if trial is None:
        return [*wrapped(line(("✗ ", BAD), message), width, 0, 2), *again_lines(ways, width)]
    seconds = ("  " + _("({n} s)", n=f"{trial.seconds:.0f}"), FAINT)
    if not trial.verified:
        lines = [line((_("✗ NOT VERIFIED, so it was not kept"), BAD), seconds)]
        lines += paragraph(clean(trial.why), width, 2)
        for title in regressed:
            lines += wrapped(
                phrase(_("{sign} came back: {title}"), sign=("✗", BAD), title=(clean(title), BAD)), width, 2, 2
            )
        return [*lines, *again_lines(ways, width), *behind_lines(appeared, width)]
    lines = wrapped(line((_("✓ VERIFIED"), GOOD), "  ", clean(trial.why), seconds), width, 0, 2)
    words = _("{f} next fix   {w} write to your file   {u} undo")
    keys = phrase(words, f=("f", KEY), w=("w", KEY), u=("u", KEY))
    lines += wrapped(keys, width, 2)
    if rest:
        text = _("The other stages are still examined: {what}. Go on meanwhile.", what=clean(rest))
        lines += wrapped(line(("▶ ", STRONG), text), width, 0, 2)
    return lines + behind_lines(appeared, width)


def behind_lines(appeared: Sequence[str], width: int) -> Lines:
    """The problems that the one which is gone had hidden."""
    if not appeared:
        return []
    n = len(appeared)
    text = ngettext("Behind it stood {n} more problem:", "Behind it stood {n} more problems:", n)
    return [
        *wrapped(line(text), width, 2),
        *(row for title in appeared for row in wrapped(line("! ", clean(title)), width, 4, 2)),
    ]


def again_lines(ways: int, width: int) -> Lines:
    """What one can do about a fix that did not prove itself."""
    keys = {"t": ("t", KEY), "arrows": ("← →", KEY), "e": ("e", KEY), "esc": ("esc", KEY)}
    words = _("{t} try again   {e} edit by hand   {esc} back")
    if ways > 1:
        words = _("{t} try again   {arrows} another way   {e} edit by hand   {esc} back")
    return wrapped(phrase(words, **keys), width, 2)
