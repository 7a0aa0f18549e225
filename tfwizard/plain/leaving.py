"""Leaving: nothing that is proved but not written, and no training, is left without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tfwizard.language import N_, _, ngettext
from tfwizard.plain.menu import Back, Choice, Menu
from tfwizard.tui.lines import clean
from tfwizard.tui.pending import unwritten

if TYPE_CHECKING:
    from tfwizard.plain.walk import Walk


async def may_leave(walk: Walk) -> bool:
    """Whether the person still wants to leave, once what would be left behind was said."""
    return await _training_left(walk) and await _edits_left(walk)


async def _training_left(walk: Walk) -> bool:
    following = walk.session.following
    if following is None or not following.alive:
        return True
    walk.say(_("A training runs. It goes on without the wizard; `tfwizard watch --attach` shows it again."))
    answer = await one_of(walk, [
        ("leave", _("leave it running")), ("stop", _("ask it to stop after its step, and leave")), ("stay", _("stay here")),
    ])  # fmt: skip
    if answer == "stop":
        following.stop()
    return answer != "stay"


async def _edits_left(walk: Walk) -> bool:
    count, files = unwritten(walk.session)
    if not count:
        return True
    walk.say(
        ngettext(
            "{n} proved edit is not in your file yet: {files}.",
            "{n} proved edits are not in your files yet: {files}.",
            count,
            files=", ".join(clean(name) for name in files),
        )
    )
    answer = await one_of(walk, [
        ("write", _("write, and leave")), ("leave", _("leave without writing; `tfwizard resume` has the edits")),
        ("stay", _("stay here")),
    ])  # fmt: skip
    return answer == "leave" or (answer == "write" and walk.fixing.write_now())


async def one_of(walk: Walk, choices: list[tuple[str, str]]) -> str:
    """Ask until one of them is chosen; its word."""
    chosen: list[str] = []

    def choice(word: str, about: str) -> Choice:
        async def taken(_rest: str) -> None:
            chosen.append(word)
            raise Back

        return Choice(word, about, taken)

    listed = [choice(word, about) for word, about in choices]
    await Menu(walk.console, lambda: _("Which?"), lambda: listed, lambda: []).loop()
    return chosen[0]


WORDS = (N_("leave"), N_("stop"), N_("stay"))
