"""What must be seen before anything else: a worker that is gone, an error, a file that changed on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tfwizard.language import _, ngettext
from tfwizard.tui.lines import BAD, KEY, STRONG, WARN, Lines, clean, line, wrapped


@dataclass(frozen=True, slots=True)
class Banner:
    """`lost` is why the worker is gone (None while it is not); `changed` are names of files, and `dropped` the number of
    unwritten edits that were made on their old text. `said` is what the session has to say at the beginning.
    """

    lost: str | None = None
    error: str = ""
    changed: tuple[str, ...] = ()
    dropped: int = 0
    said: str = ""

    def __bool__(self) -> bool:
        return bool(self.lost is not None or self.error or self.changed or self.said)


def banner_lines(banner: Banner, width: int) -> Lines:
    """What happened, and what to press."""
    lines: Lines = []
    if banner.lost is not None:
        lines += wrapped(line(("✗ ", BAD), (clean(banner.lost) or _("The worker is gone."), BAD)), width, 0, 2)
        stays = line(_("  Everything found so far stays on the screen.  "), ("r", KEY), _(" runs it again"))
        lines += wrapped(stays, width)
    elif banner.error:
        lines += wrapped(line(("✗ ", BAD), (clean(banner.error), BAD)), width, 0, 2)
    if banner.changed:
        lines += wrapped(line(("! ", WARN), *changed_words(banner.changed, banner.dropped)), width, 0, 2)
    elif banner.said:
        lines += wrapped(line((f"i {clean(banner.said)}", STRONG)), width, 0, 2)
    return lines


def changed_words(names: Sequence[str], dropped: int) -> list[str | tuple[str, str]]:
    """Which file changed, and what `r` does then."""
    shown = ", ".join(clean(name) for name in names[:3]) + (" …" if len(names) > 3 else "")
    text = _("{files} changed on disk: ", files=shown)
    then = _(" runs it again")
    if dropped:
        edits = ngettext(" and drops the {n} unwritten edit", " and drops the {n} unwritten edits", dropped)
        then += edits
    return [(text, STRONG), ("r", KEY), then]
