"""The report for those who are asked for help: said first, then saved where that is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tfwizard.language import N_, _
from tfwizard.plain.menu import Choice, Menu, back
from tfwizard.report.saving import FORMATS, CannotSave
from tfwizard.report.sections import masked_words
from tfwizard.tui.reporting import Reports

if TYPE_CHECKING:
    from tfwizard.plain.walk import Walk


class ReportMenu:
    """The report as it stands, and the formats that it can be saved in."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.reports = Reports(walk.session)

    async def open(self, _rest: str = "") -> None:
        """Say what is masked and the whole report; then ask what is to be done with it."""
        self.say()
        await Menu(self.walk.console, lambda: _("The report: what next?"), self.choices, self.walk.choices).loop()

    def say(self) -> None:
        """What was masked, then the report as Markdown."""
        shown = self.reports.now()
        for words in masked_words(shown.report.masked) or [_("nothing: no token, key or password was found")]:
            self.walk.say(_("Masked: {what}", what=words))
        self.walk.console.verbatim(shown.markdown.rstrip("\n").split("\n"))

    def choices(self) -> list[Choice]:
        """What can be done with it."""
        about = _("write it where you started the wizard, as markdown, html or json; it is sent nowhere")
        return [
            Choice(N_("save"), about, self.save, "E"),
            Choice(N_("again"), _("say the report once more"), self._again),
            Choice(N_("back"), _("to the menu before"), back, "b"),
        ]

    async def _again(self, _rest: str) -> None:
        self.say()

    async def save(self, rest: str) -> None:
        """Save what was said, in the format that is named, or asked for."""
        names = ", ".join(FORMATS)
        name = (rest or await self.walk.console.ask(_("Which format: {names}?", names=names))).casefold()
        found = next((one for one in FORMATS if name and one.startswith(name)), "")
        if not found:
            self.walk.say(_("“{answer}” is none of {names}: nothing was saved.", answer=name, names=names))
            return
        try:
            self.walk.say(_("Saved: {path}", path=self.reports.save(found)))
        except CannotSave as error:
            self.walk.say(str(error))
