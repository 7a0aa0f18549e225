"""A fix: preview as a diff, try it on a copy, the verdict, then keep or write."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from textual.app import ComposeResult
from textual.content import Content

from tfwizard.findings import Finding
from tfwizard.tui.lines import (
    BAD,
    FAINT,
    GOOD,
    KEY,
    STRONG,
    Lines,
    blank,
    clean,
    clean_lines,
    heading,
    line,
    paragraph,
    wrapped,
)
from tfwizard.tui.screens.page import Page
from tfwizard.tui.widgets.drawn import Drawn
from tfwizard.tui.words import _, ngettext

if TYPE_CHECKING:
    from tfwizard.session import Preview, Trial

Step = Literal["loading", "preview", "by hand", "trying", "verdict"]


@dataclass(frozen=True, slots=True)
class FixView:
    """Where the fix of one problem stands. `doing` says what the trial does now; `message` why there is no edit."""

    key: str
    finding: Finding
    remedy: int = 0
    step: Step = "loading"
    preview: Preview | None = None
    trial: Trial | None = None
    message: str = ""
    doing: str = ""
    appeared: tuple[str, ...] = ()
    regressed: tuple[str, ...] = ()


class FixPage(Page):
    """The fix of one problem."""

    def compose(self) -> ComposeResult:
        """One text."""
        yield Drawn()

    def show(self, fix: FixView) -> None:
        """Show the fix as it stands."""
        self.query_one(Drawn).show(partial(fix_lines, fix))

    def turn(self, step: int) -> None:
        """Choose another remedy."""
        self.app.call_later(self.app.run_action, f"remedy({step})")


def fix_lines(fix: FixView, width: int) -> Lines:
    """What would change, what that means, what to press next."""
    remedies = fix.finding.remedies
    title = remedies[fix.remedy].title if remedies else fix.finding.title
    lines = wrapped(line((_("Fix: "), STRONG), (clean(title), STRONG)), width, 0, 2)
    lines += wrapped(line((_("for: {title}").format(title=clean(fix.finding.title)), FAINT)), width, 2)
    if len(remedies) > 1 and fix.step in ("loading", "preview", "by hand"):
        way = _("way {k} of {n}").format(k=fix.remedy + 1, n=len(remedies))
        lines.append(line("  ", (way, FAINT), "  ", ("← →", KEY), _(" another way")))
    lines += [blank(), *step_lines(fix, width), blank()]
    if fix.preview:
        lines += [heading(_("The change")), *diff_lines(fix.preview.diff, width)]
    return lines


def step_lines(fix: FixView, width: int) -> Lines:
    """The state of the fix, and the keys that lead on."""
    match fix.step:
        case "loading":
            return [line(_("Preparing the edit …"))]
        case "by hand":
            lines = wrapped(line((_("! No safe edit: "), STRONG), clean(fix.message)), width, 0, 2)
            return lines + (paragraph(clean(fix.finding.advice), width) if fix.finding.advice else [])
        case "preview":
            lines = paragraph(clean(fix.preview.consequence), width) if fix.preview and fix.preview.consequence else []
            return lines + wrapped(
                line(
                    ("t", KEY),
                    _(" try it: the script runs again with this change, on a copy. Your file stays as it is."),
                ),
                width,
                0,
                2,
            )
        case "trying":
            return wrapped(
                line(("▶ ", STRONG), _("Trying it in a fresh worker: {doing}").format(doing=clean(fix.doing) or "…")),
                width,
                0,
                2,
            )
    return verdict_lines(fix, width)


def verdict_lines(fix: FixView, width: int) -> Lines:
    """Verified or not, and why."""
    trial = fix.trial
    if trial is None:
        return wrapped(line(("✗ ", BAD), clean(fix.message) or _("The trial did not end.")), width, 0, 2)
    if trial.verified:
        head = line((_("✓ VERIFIED: the problem is gone"), GOOD), (f"  ({trial.seconds:.0f} s)", FAINT))
    else:
        head = line((_("✗ NOT VERIFIED, so it was not kept"), BAD), (f"  ({trial.seconds:.0f} s)", FAINT))
    lines = [head, *paragraph(clean(trial.why), width, 2)]
    for title in fix.regressed:
        lines += wrapped(line((_("✗ came back: "), BAD), clean(title)), width, 2, 2)
    if fix.appeared:
        n = len(fix.appeared)
        lines += wrapped(
            line(ngettext("Behind it stood {n} more problem:", "Behind it stood {n} more problems:", n).format(n=n)),
            width,
            2,
        )
        for title in fix.appeared:
            lines += wrapped(line("! ", clean(title)), width, 4, 2)
    if trial.verified:
        lines += wrapped(
            line(
                ("f", KEY), _(" fix the next one   "), ("w", KEY), _(" write to your file   "), ("u", KEY), _(" undo")
            ),
            width,
            2,
        )
    else:
        lines += wrapped(
            line(("t", KEY), _(" try again   "), ("← →", KEY), _(" another way   "), ("esc", KEY), _(" back")), width, 2
        )
    return lines


def diff_lines(diff: str, width: int) -> Lines:
    """A unified diff: its own signs tell added from removed, the style repeats it."""
    lines: Lines = []
    for text in clean_lines(diff.rstrip("\n")):
        style = (
            FAINT
            if text.startswith(("---", "+++", "@@"))
            else GOOD
            if text.startswith("+")
            else BAD
            if text.startswith("-")
            else ""
        )
        content = Content.styled(text, style) if style else Content(text)
        # Code is folded where the line ends, not between words: every character stays in its place.
        first, *rest = content.fold(width - 3) if content.cell_length > width else [content]
        lines += [first, *(piece.pad_left(3) for piece in rest)]
    return lines
