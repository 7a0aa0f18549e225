"""The stages with their state; one of them: its state, its problems, what was seen; and what can be done there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tfwizard.language import N_, _
from tfwizard.plain.beginning import problem_sentence
from tfwizard.plain.evidence import evidence
from tfwizard.plain.menu import Back, Choice, Menu, back
from tfwizard.plain.samples import sample_sentences
from tfwizard.stages import STAGES, Stage
from tfwizard.tui.gather import stage_row_list
from tfwizard.tui.lines import clean
from tfwizard.tui.screens.head import verdict
from tfwizard.tui.screens.worst import losses_of, worst_first
from tfwizard.tui.signs import stage_words
from tfwizard.tui.view import View, questions_of, view_of

if TYPE_CHECKING:
    from tfwizard.plain.walk import Walk


class StagesMenu:
    """The list of the stages, and the stage that the person is at."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.at = 0
        self.sample = 0
        self.at_worst = -1
        self.asked_again: set[str] = set()

    # --- the list ----------------------------------------------------------------------------------------------------------

    async def all(self, rest: str) -> None:
        """The stages; `rest` may be the number of one of them."""
        if rest.isdecimal() and 1 <= int(rest) <= len(STAGES):
            await self.open(int(rest) - 1)
            return
        self._say_list()
        menu = Menu(
            self.walk.console, lambda: _("Stage number, or {back}?", back=_("back")), self._stages, self.walk.choices
        )
        await menu.loop(listing=False)

    def _say_list(self) -> None:
        for number, (stage, row) in enumerate(zip(STAGES, stage_row_list(self.walk.session), strict=True), 1):
            state = stage_words(row.state, row.errors, row.warnings, row.questions)
            self.walk.say(_("{number} {word}: {about}", number=number, word=_(stage.title), about=state))

    def _stages(self) -> list[Choice]:
        def choice(at: int, stage: Stage) -> Choice:
            async def taken(_rest: str) -> None:
                await self.open(at)
                self._say_list()

            return Choice(stage.id, _(stage.title), taken)

        return [
            *(choice(at, stage) for at, stage in enumerate(STAGES)),
            Choice(N_("back"), _("to the main menu"), back, "b"),
        ]

    # --- one of them -------------------------------------------------------------------------------------------------------

    async def open(self, at: int) -> None:
        """One stage: what is to be said of it, then what can be done there."""
        self.at = at
        if not self.stage.section:
            await self.walk.reporting.open()
            return
        self._say_stage()
        await Menu(self.walk.console, lambda: _("This stage: what next?"), self._choices, self.walk.choices).loop()

    @property
    def stage(self) -> Stage:
        """The stage that the person is at."""
        return STAGES[self.at]

    def _say_stage(self) -> None:
        walk, stage = self.walk, self.stage
        view = view_of(walk.session, stage, self.asked_again)
        walk.say(
            "", _("Stage {n} of {of}: {title}.", n=self.at + 1, of=len(STAGES), title=_(stage.title)), _(stage.question)
        )
        walk.say(_("State: {state}", state=state_sentence(view)))
        walk.say(*(problem_sentence(walk.session, problem) for problem in view.problems))
        if stage.id == "samples":
            self._say_sample()
        walk.say(*evidence(view))

    def _choices(self) -> list[Choice]:
        session = self.walk.session
        here, facts = self.stage.id, session.run_state.facts
        problems = [one for one in session.casebook.open() if one.stage == here]
        size = here == "memory"
        again = (
            _("which batch size fits? Runs the script again, as often as needed")
            if size
            else _("examine this stage again")
        )
        return [
            Choice(N_("forward"), _("the next stage"), self._forward),
            Choice(N_("problem"), _("the first problem of this stage, explained"), self._problem, "i", bool(problems)),
            Choice(N_("test"), again, self._test, "o", facts.script is not None and here != "script"),
            Choice(N_("sample"), _("the next sample; with a number, that one"), self._next_sample, "", self._has_samples),
            Choice(N_("worst"), _("the sample with the worst loss, then the next"), self._worst, "", bool(self._worst_first)),
            Choice(N_("cpu"), _("the same batch on the CPU, which says in words what a GPU answers with NaN"), self._cpu, "", here == "nan"),
            Choice(N_("back"), _("to the menu before"), back, "b"),
        ]  # fmt: skip

    async def _forward(self, _rest: str) -> None:
        self.at = (self.at + 1) % len(STAGES)
        if not self.stage.section:
            await self.walk.reporting.open()
            raise Back
        self._say_stage()

    async def _problem(self, _rest: str) -> None:
        mine = [one for one in self.walk.session.casebook.open() if one.stage == self.stage.id]
        await self.walk.problems.explain(mine[0].key)

    async def _test(self, _rest: str) -> None:
        session, here = self.walk.session, self.stage.id
        if await self.walk.settle():
            work = session.fit_batch() if here == "memory" else session.probe(here)
            if await self.walk.during(work, session.stop_probe):
                self._say_stage()

    async def _cpu(self, _rest: str) -> None:
        if await self.walk.settle() and await self.walk.during(
            self.walk.session.cpu_twin(), self.walk.session.stop_probe
        ):
            self._say_stage()

    # --- samples and questions ---------------------------------------------------------------------------------------------

    @property
    def _has_samples(self) -> bool:
        samples = self.walk.session.run_state.facts.samples
        return self.stage.id == "samples" and samples is not None and bool(samples.samples)

    def _say_sample(self) -> None:
        facts = self.walk.session.run_state.facts.samples
        if facts is not None and facts.samples:
            self.sample %= len(facts.samples)
            self.walk.say(*sample_sentences(facts, self.sample, self.walk.session.run_state.facts.batch))

    async def _next_sample(self, rest: str) -> None:
        self.sample = int(rest) - 1 if rest.isdecimal() else self.sample + 1
        self._say_sample()

    @property
    def _worst_first(self) -> list[int]:
        facts = self.walk.session.run_state.facts
        losses = losses_of(facts.batch)
        return worst_first(facts.samples.samples, losses) if self._has_samples and facts.samples and losses else []

    async def _worst(self, _rest: str) -> None:
        order = self._worst_first
        self.at_worst = (self.at_worst + 1) % len(order)
        self.sample = order[self.at_worst]
        self._say_sample()

    @property
    def can_ask(self) -> bool:
        """Whether there are samples to be asked about."""
        return self.walk.session.run_state.facts.samples is not None

    @property
    def has_questions(self) -> bool:
        """Whether not everything about them was answered."""
        return self.can_ask and bool(self._unanswered)

    @property
    def _unanswered(self) -> list[tuple[str, str]]:
        return [one for one in questions_of("samples") if one[0] not in self.walk.session.casebook.answers]

    async def answer(self, _rest: str) -> None:
        """Show a few samples, and ask what only a person can say of them."""
        facts = self.walk.session.run_state.facts.samples
        if facts is None:
            return
        for at in range(min(3, len(facts.samples))):
            self.walk.say(*sample_sentences(facts, at, self.walk.session.run_state.facts.batch))
        for question, text in self._unanswered or questions_of("samples"):
            yes = await self.walk.console.confirm(_(text))
            self.walk.session.answer(question, yes)
            self.walk.say(_("Noted.") if yes else _("Noted: this is a problem now."))


def state_sentence(view: View) -> str:
    """The state of a stage; what stands in its way where it is blocked."""
    if view.state.status != "blocked":
        return verdict(view)
    why = clean(view.state.why) or _("an earlier stage did not get this far.")
    text = _("Blocked: {why}", why=why)
    if view.unblocked_by is None:
        return text
    number = STAGES.index(view.unblocked_by) + 1
    first = _("Look at stage {n} first, {title}.", n=number, title=_(view.unblocked_by.title))
    return f"{text} {first}"
