"""What the script printed, and the script itself, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tfwizard.language import N_, _
from tfwizard.plain.menu import Choice, Menu, back
from tfwizard.tui.gather import marks
from tfwizard.tui.lines import clean, clean_lines
from tfwizard.tui.pending import text_of, unwritten

if TYPE_CHECKING:
    from tfwizard.plain.walk import Walk

#: So many lines are read at a time.
PAGE = 15


class Pages:
    """A text in pages. It begins at its end with `end`."""

    def __init__(self, walk: Walk, rows: Sequence[str], end: bool = False) -> None:
        self.walk, self.rows = walk, rows
        self.at = max(0, len(rows) - PAGE) if end else 0
        self._sought = ""

    async def read(self, sought: str = "") -> None:
        """Say the first page, or where `sought` stands; then turn pages until the person goes back."""
        if sought:
            await self._search(sought)
        else:
            self._say()
        menu = Menu(self.walk.console, lambda: _("Pages: what next?"), self._choices, self.walk.choices, empty=self._on)
        await menu.loop()

    def _say(self) -> None:
        last = min(len(self.rows), self.at + PAGE)
        self.walk.say(
            _("Lines {first} to {last} of {n}:", first=self.at + 1 if last else 0, last=last, n=len(self.rows))
        )
        self.walk.console.verbatim(self.rows[self.at : last])

    def _choices(self) -> list[Choice]:
        return [
            Choice(N_("older"), _("the lines before"), self._older, "", self.at > 0),
            Choice(N_("newer"), _("the lines behind; Enter alone does the same"), self._newer, "", self.at + PAGE < len(self.rows)),
            Choice(N_("search"), _("the next line with this text"), self._search, "/"),
            Choice(N_("first"), _("the beginning"), self._first),
            Choice(N_("last"), _("the end"), self._last),
            Choice(N_("back"), _("to the main menu"), back, "b"),
        ]  # fmt: skip

    async def _on(self) -> None:
        await self._newer("")

    async def _older(self, _rest: str) -> None:
        self.at = max(0, self.at - PAGE)
        self._say()

    async def _newer(self, _rest: str) -> None:
        if self.at + PAGE < len(self.rows):
            self.at += PAGE
            self._say()
        else:
            self.walk.say(_("This is the end."))

    async def _first(self, _rest: str) -> None:
        self.at = 0
        self._say()

    async def _last(self, _rest: str) -> None:
        self.at = max(0, len(self.rows) - PAGE)
        self._say()

    async def _search(self, rest: str) -> None:
        text = rest or await self.walk.console.ask(_("Which text?")) or self._sought
        again = text == self._sought
        self._sought = text
        order = [*range(self.at + again, len(self.rows)), *range(self.at + again)]
        found = next((at for at in order if text.casefold() in self.rows[at].casefold()), None)
        if found is None:
            self.walk.say(_("No line holds “{text}”.", text=text))
            return
        self.at = found
        self._say()


async def read_log(walk: Walk, rest: str) -> None:
    """What the script printed, from its end."""
    log = walk.session.log
    rows = [clean(line.text) for line in log.lines]
    rows += [clean(each.text) for each in log.unfinished]
    if not rows:
        walk.say(_("The script has printed nothing."))
        return
    if log.path:
        walk.say(_("All of it is in {path}.", path=clean(log.path)))
    await Pages(walk, rows, end=True).read(rest)


async def read_script(walk: Walk, rest: str) -> None:
    """The script with its line numbers, and below a line the problem that it is about."""
    session = walk.session
    found = marks(session, session.script)
    if session.script.name in unwritten(session)[1]:
        walk.say(_("With the edits of this session, which are not written to disk."))
    rows: list[str] = []
    begin = 0
    for number, text in enumerate(clean_lines(text_of(session, session.script).rstrip("\n")), 1):
        rows.append(f"{number} {text}")
        for mark in found:
            if mark.line == number and mark.text:
                begin = begin or max(1, len(rows) - 2)
                rows.append(_("(line {n}: {problem})", n=number, problem=clean(mark.text)))
    pages = Pages(walk, rows)
    pages.at = max(0, begin - 1)
    await pages.read(rest)
