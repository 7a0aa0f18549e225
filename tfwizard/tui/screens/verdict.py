"""The verdict of a trial: verified or not, why, what stood behind it, and what to press."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tfwizard.language import _, ngettext
from tfwizard.tui.lines import BAD, FAINT, GOOD, KEY, STRONG, Lines, Part, clean, line, paragraph, wrapped

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
    seconds = (f"  ({trial.seconds:.0f} s)", FAINT)
    if not trial.verified:
        lines = [line((_("✗ NOT VERIFIED, so it was not kept"), BAD), seconds)]
        lines += paragraph(clean(trial.why), width, 2)
        for title in regressed:
            lines += wrapped(line((_("✗ came back: "), BAD), clean(title)), width, 2, 2)
        return [*lines, *again_lines(ways, width), *behind_lines(appeared, width)]
    lines = wrapped(line((_("✓ VERIFIED  "), GOOD), clean(trial.why), seconds), width, 0, 2)
    keys = line(("f", KEY), _(" next fix   "), ("w", KEY), _(" write to your file   "), ("u", KEY), _(" undo"))
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
    keys: list[Part] = [("t", KEY), _(" try again   ")]
    if ways > 1:
        keys += [("← →", KEY), _(" another way   ")]
    return wrapped(line(*keys, ("e", KEY), _(" edit by hand   "), ("esc", KEY), _(" back")), width, 2)
