"""What must be seen before anything else: a worker that is gone, an error, a file that changed on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from tfwizard.language import _, ngettext
from tfwizard.tui.lines import BAD, STRONG, WARN, Lines, clean, key, line, phrase, wrapped


@dataclass(frozen=True, slots=True)
class Banner:
    """`lost` is why the worker is gone (None while it is not); `changed` are names of files, and `dropped` the number of
    unwritten edits that were made on their old text. `said` is what the session has to say at the beginning, `warned` what
    is wrong with the person's configuration.
    """

    lost: str | None = None
    error: str = ""
    changed: tuple[str, ...] = ()
    dropped: int = 0
    said: str = ""
    warned: str = ""

    def __bool__(self) -> bool:
        return bool(self.lost is not None or self.error or self.changed or self.said or self.warned)


def banner_lines(banner: Banner, width: int) -> Lines:
    """What happened, and what to press."""
    lines: Lines = []
    if banner.lost is not None:
        lines += wrapped(line(("✗ ", BAD), (clean(banner.lost) or _("The worker is gone."), BAD)), width, 0, 2)
        lines += wrapped(
            phrase(_("Everything found so far stays on the screen. {r} runs it again."), r=key("r")), width, 2
        )
    elif banner.error:
        lines += wrapped(line(("✗ ", BAD), (clean(banner.error), BAD)), width, 0, 2)
    if banner.changed:
        lines += wrapped(line(("! ", WARN), changed_words(banner.changed, banner.dropped)), width, 0, 2)
    elif banner.said:
        lines += wrapped(line((f"i {clean(banner.said)}", STRONG)), width, 0, 2)
    if banner.warned:
        lines += wrapped(line(("! ", WARN), clean(banner.warned)), width, 0, 2)
    return lines


def changed_words(names: Sequence[str], dropped: int) -> Content:
    """Which file changed, and what `r` does then."""
    files = (", ".join(clean(name) for name in names[:3]) + (" …" if len(names) > 3 else ""), STRONG)
    if dropped:
        text = ngettext(
            "{files} changed on disk: {r} runs it again and drops the {n} unwritten edit",
            "{files} changed on disk: {r} runs it again and drops the {n} unwritten edits",
            dropped, files="{files}", r="{r}",
        )  # fmt: skip
    else:
        text = _("{files} changed on disk: {r} runs it again")
    return phrase(text, files=files, r=key("r"))
