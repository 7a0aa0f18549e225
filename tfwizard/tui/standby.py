"""The worker that stands ready for the next trial, in words: the person must know what it gives and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tfwizard.language import _, joined
from tfwizard.tui.lines import clean

if TYPE_CHECKING:
    from tfwizard.session import Session


def ready_words(session: Session) -> tuple[str, ...]:
    """Beside the key that tries a fix: in full, then shorter for where that does not fit."""
    standby = session.standby
    if standby.status == "ready":
        memory = memory_words(standby.memory_mb)
        inside = joined(memory, _("--no-standby turns it off"))
        short = f" ({memory})" if memory else ""
        return (
            _("a worker with your imports stands ready ({about})", about=inside),
            _("a worker with your imports stands ready{about}", about=short),
        )
    if standby.status == "warming":
        return (_("a worker with your imports is getting ready"),)
    return (_("no worker stands ready: {why}", why=clean(standby.why)),) if standby.why else ()


def short_words(session: Session) -> str:
    """Below the stages; nothing where there is no standby worker."""
    standby = session.standby
    if standby.status == "ready":
        return _("standby {memory}", memory=memory_words(standby.memory_mb)) if standby.memory_mb else _("standby")
    return _("standby starting") if standby.status == "warming" else ""


def memory_words(megabytes: int | None) -> str:
    """640 MB, 1.2 GB."""
    if not megabytes:
        return ""
    return f"{megabytes} {_('MB')}" if megabytes < 1000 else f"{megabytes / 1000:.1f} {_('GB')}"
