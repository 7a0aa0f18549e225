"""The problems: a list that can be filtered, and each of them explained, waived or opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tfwizard.casebook import Problem
from tfwizard.explanations import explanation
from tfwizard.language import N_, _, ngettext
from tfwizard.plain.beginning import problem_sentence
from tfwizard.plain.learning import asked
from tfwizard.plain.menu import Choice, Menu, back, folded
from tfwizard.plain.spoken import spoken
from tfwizard.stages import BY_ID
from tfwizard.tui.gather import listed
from tfwizard.tui.lines import clean
from tfwizard.tui.screens.head import sure_words
from tfwizard.tui.screens.problem import evidence_rows, history_lines
from tfwizard.tui.screens.question import is_question
from tfwizard.tui.signs import problem_words, severity_words
from tfwizard.tui.view import fixable, wanting, where_words

if TYPE_CHECKING:
    from tfwizard.plain.walk import Walk

FILTERS = {"open": ("open", "fix applied"), "fixed": ("resolved",), "waived": ("waived",)}
SEVERITIES = {"errors": "error", "warnings": "warning", "advice": "advice"}
WORDS = (N_("open"), N_("fixed"), N_("waived"), N_("errors"), N_("warnings"), N_("advice"), N_("everything"))


class Problems:
    """The list, and one of them."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self._filter = ""

    # --- the list ----------------------------------------------------------------------------------------------------------

    async def all(self, rest: str) -> None:
        """The list; `rest` filters it."""
        self._filter = rest
        self._say_list()
        menu = Menu(
            self.walk.console, lambda: _("Problem number, a filter, or {back}?", back=_("back")), self._choices, self.walk.choices,
            other=self._filtered,
        )  # fmt: skip
        await menu.loop(listing=False)

    def shown(self) -> list[Problem]:
        """The problems that the filter lets through, what is open first."""
        return [one.problem for one in listed(self.walk.session) if self._passes(one.problem)]

    def _passes(self, problem: Problem) -> bool:
        wanted = folded(self._filter)
        for word, statuses in FILTERS.items():
            if wanted in (word, folded(_(word))):
                return problem.status in statuses
        for word, severity in SEVERITIES.items():
            if wanted in (word, folded(_(word))):
                return problem.severity == severity
        stage = _(BY_ID[problem.stage].title) if problem.stage in BY_ID else ""
        key = "" if is_question(problem) else problem.key  # it would be the answer
        return wanted in folded(f"{key} {problem.title} {problem.stage} {stage}")

    def _say_list(self) -> None:
        problems = self.shown()
        total = len(self.walk.session.casebook.problems)
        self.walk.say(
            ngettext("{n} problem of {total} in all.", "{n} problems of {total} in all.", len(problems), total=total)
        )
        for number, problem in enumerate(problems, 1):
            sentence = problem_sentence(self.walk.session, problem)
            self.walk.say(f"{number} {sentence}" if problem.status != "open" else f"{number} {_('open')}, {sentence}")
        filters = ", ".join(_(word) for word in (*FILTERS, *SEVERITIES, "everything"))
        self.walk.say(_("A number explains that problem. Filters: {filters}, or any text.", filters=filters))

    def _choices(self) -> list[Choice]:
        async def explained(number: int) -> None:
            await self.explain(self.shown()[number].key)
            self._say_list()

        def choice(number: int, problem: Problem) -> Choice:
            async def taken(_rest: str) -> None:
                await explained(number)

            return Choice("" if is_question(problem) else problem.key, clean(problem.title), taken)

        return [
            *(choice(number, one) for number, one in enumerate(self.shown())),
            Choice(N_("back"), _("to the main menu"), back, "b"),
        ]

    async def _filtered(self, answer: str) -> bool:
        everything = folded(answer) in ("everything", folded(_("everything")))
        before, self._filter = self._filter, "" if everything else answer
        if not everything and not self.shown():
            self._filter = before
            return False
        self._say_list()
        return True

    # --- one of them -------------------------------------------------------------------------------------------------------

    async def next(self, _rest: str) -> None:
        """The next open problem; after the last one comes the first."""
        keys = [problem.key for problem in wanting(self.walk.session)]
        current = self.walk.current
        at = keys.index(current) + 1 if current in keys else 0
        await self.explain(keys[at % len(keys)])

    async def explain(self, key: str) -> None:
        """Explain one problem, then ask what to do about it."""
        self.walk.current = key
        self.say_problem(key)
        menu = Menu(self.walk.console, lambda: _("This problem: what next?"), self._about, self.walk.choices)
        await menu.loop()

    def say_problem(self, key: str) -> None:
        """What is to be said of a problem; of one that is a question only that."""
        question = is_question(self.walk.session.casebook.problems[key])
        self.walk.say("", *(asked(self.walk, key) if question else explained(self.walk, key)))

    def _about(self) -> list[Choice]:
        session, key = self.walk.session, self.walk.current or ""
        problem = session.casebook.problems[key]
        finding, known = session.findings.get(key), explanation(problem.id)
        waived = problem.status == "waived"
        return [
            Choice(N_("fix"), _("the change that mends it"), self.walk.fixing.one, "f", fixable(session, problem)),
            Choice(N_("evidence"), _("what proves it"), self._evidence, "", finding is not None and not is_question(problem)),
            Choice(N_("why"), _("why this happens, for somebody who meets it for the first time"), self._why, "i", known is not None),
            Choice(N_("hand"), _("the Python that shows it by hand"), self._by_hand, "", known is not None and bool(known.by_hand)),
            Choice(N_("waive"), _("say why it is no problem here"), self._waive, "v", problem.status == "open"),
            Choice(N_("reopen"), _("take the waiver back"), self._reopen, "", waived),
            *self.walk.learning.choices(),
            Choice(N_("back"), _("to the menu before"), back, "b"),
        ]  # fmt: skip

    async def _evidence(self, _rest: str) -> None:
        session, key = self.walk.session, self.walk.current or ""
        finding = session.findings[key]
        self.walk.say(
            *(_("{name}: {value}.", name=name, value=value) for name, value in evidence_rows(finding.evidence))
        )
        if finding.where:
            self.walk.say(_("Where: {place}.", place=where_words(finding.where)))
            self.walk.console.verbatim([clean(finding.where.text)])
        self.walk.say(*spoken(lambda width: history_lines(session.casebook.problems[key], width)))

    async def _why(self, _rest: str) -> None:
        known = explanation(self.walk.session.casebook.problems[self.walk.current or ""].id)
        if known:
            self.walk.say(_(known.why))
            if known.section:
                self.walk.say(_("In the course: {section}.", section=_(known.section)))

    async def _by_hand(self, _rest: str) -> None:
        known = explanation(self.walk.session.casebook.problems[self.walk.current or ""].id)
        if known:
            self.walk.say(_("Just before the training call:"))
            self.walk.console.verbatim(known.by_hand.split("\n"))

    async def _waive(self, rest: str) -> None:
        reason = rest or await self.walk.console.ask(_("Why is this no problem here? Enter alone changes nothing."))
        if reason:
            self.walk.session.waive(self.walk.current or "", reason)
            self.walk.say(_("Waived."))

    async def _reopen(self, _rest: str) -> None:
        self.walk.session.reopen(self.walk.current or "")
        self.walk.say(_("Open again."))


def explained(walk: Walk, key: str) -> list[str]:
    """What, how sure, why, and what mends it."""
    session = walk.session
    problem, finding = session.casebook.problems[key], session.findings.get(key)
    stage = _(BY_ID[problem.stage].title) if problem.stage in BY_ID else problem.stage
    said = [
        _("{name}: {value}.", name=severity_words(problem.severity), value=clean(problem.title).rstrip(".")),
        _("State: {state}. Stage: {stage}.", state=problem_words(problem), stage=stage),
    ]
    if finding is None:
        return said
    if finding.where:
        said.append(_("Where: {place}.", place=where_words(finding.where)))
    if problem.status == "open":
        said.append(_("How sure: {sure}.", sure=sure_words(finding.explains_failure, problem.severity).plain))
    said.append(clean(finding.why))
    if problem.status == "waived":
        said.append(_("Waived: {reason}", reason=clean(problem.reason)))
    if problem.status != "open":
        return said
    for number, remedy in enumerate(finding.remedies, 1):
        way = _("Way {n} to mend it: {title}.", n=number, title=clean(remedy.title))
        said.append(f"{way} {clean(remedy.consequence)}".strip())
    if finding.advice:
        said.append(clean(finding.advice))
    if not finding.remedies:
        said.append(_("Change the line by hand; then {run} runs the script again.", run=_("run")))
    return said
