"""A report in sections, in the order in which maintainers ask: what happened, what was expected, environment, code, traceback; then the rest."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from tfwizard.foreign import clean
from tfwizard.language import N_, _, ngettext
from tfwizard.report.blocks import Block, Code, Heading, Items, Pairs, Plot, Section, Words
from tfwizard.report.contents import Failure, Found, Lines, Masked, Report
from tfwizard.report.evidence import evidence_name, evidence_text
from tfwizard.report.measured_blocks import (
    batch_blocks,
    fresh_blocks,
    gpus_blocks,
    labels_blocks,
    sample_blocks,
    settings_blocks,
)
from tfwizard.report.text import SIGNS
from tfwizard.report.words import number
from tfwizard.session.plain import STATUS
from tfwizard.session.teaching import QUESTION
from tfwizard.stages import BY_ID

#: What a shell does not take as it stands; "*" and "~" are what masks leave.
_NOT_PLAIN = re.compile(r"[\s'\"\\$`!;&|<>()#?\[\]{}]")
#: Where something was masked, in words.
WHERE = {
    "command": N_("the command"), "environment": N_("the environment"), "failures": N_("the traceback"), "sources": N_("the script"),
    "reproduction": N_("the minimal code"), "diff": N_("the changes"), "output": N_("the output"), "findings": N_("the findings"),
    "settings": N_("the arguments"), "sample": N_("the sample"), "summary": N_("the summary"), "gpus": N_("the GPUs"),
}  # fmt: skip


def title(report: Report) -> str:
    """The report in one line, as the title of an issue."""
    first = next(iter(report.failures), None)
    if first is not None:
        return f"{first.type}: {clean(first.useful)}"[:160]
    wanting = next((one for one in report.findings if one.status == "open" and one.severity != "advice"), None)
    return wanting.title if wanting else report.summary


def sections(report: Report) -> tuple[Section, ...]:
    """Every section that has something to say."""
    made = (
        Section("happened", _("What happened"), tuple(_happened(report))),
        Section("expected", _("What was expected"), tuple(_expected(report))),
        Section("environment", _("Environment"), tuple(_environment(report))),
        Section("code", _("Code to reproduce it"), tuple(_code(report))),
        Section("traceback", _("Full traceback"), tuple(_tracebacks(report.failures))),
        Section("findings", _("What was found, and what proves it"), tuple(_findings(report))),
        Section("settings", _("What compile and the training were given"), tuple(settings_blocks(report))),
        Section("batch", _("One batch, as it enters the model"), tuple(batch_blocks(report))),
        Section("sample", _("One sample, decoded"), tuple(sample_blocks(report))),
        Section("labels", _("Labels of the training data"), tuple(labels_blocks(report))),
        Section("fresh", _("The fresh model on that batch"), tuple(fresh_blocks(report))),
        Section("curves", _("Losses"), tuple(Plot(one) for one in report.curves)),
        Section("gpus", _("GPUs"), tuple(gpus_blocks(report.gpus))),
        Section("lacking", _("What could not be checked"), tuple(_lacking(report))),
        Section("diff", _("Changes that were proved, and are not in the file yet"), tuple(_diff(report)), True),
        Section("sources", _("The sources, as they ran"), tuple(_sources(report)), True),
        Section(
            "output", _("The last lines of its output"), (Code(report.output),) if report.output.strip() else (), True
        ),
        Section("masked", _("Masked in this report"), tuple(_masked(report))),
    )
    return tuple(one for one in made if one.blocks)


# --- what maintainers ask first ------------------------------------------------------------------------------------------


def _happened(report: Report) -> Iterator[Block]:
    yield Words(report.summary)
    yield Pairs(((_("command"), clean(" ".join(map(_as_typed, report.command)))),))
    for failure in report.failures:
        if failure.stage != "script":
            at = _(BY_ID[failure.stage].title)
            yield Words(_("{stage}: {error}.", stage=at, error=clean(f"{failure.type}: {failure.useful}").rstrip(".!")))
    wanting = [one for one in report.findings if one.status == "open" and one.severity != "advice"]
    if wanting:
        yield Items(tuple(_named(_(SIGNS[one.severity]), one) for one in wanting))


def _as_typed(word: str) -> str:
    """A word of a command, in quotes where a shell would take it for something else; what was masked is no pattern."""
    return shlex.quote(word) if not word or _NOT_PLAIN.search(word) else word


def _named(name: str, found: Found) -> str:
    """A finding behind its severity or its id."""
    return _("{name}: {value}", name=name, value=found.title + _at(found.where))


def _at(where: Lines | None) -> str:
    return f" ({where.file}:{where.line})" if where else ""


def _expected(report: Report) -> Iterator[Block]:
    if report.failures or report.outcome in ("failed", "died", "timed_out", "no_training"):
        yield Words(_("The script trains to its end."))
    elif report.fresh and report.fresh.chance is not None:
        chance = number(report.fresh.chance)
        yield Words(_("The loss begins near chance, {chance}, and goes down from there.", chance=chance))
    yield Words(_("In your own words: what should have happened?"), ask=True)


def _environment(report: Report) -> Iterator[Block]:
    known = report.environment
    rows = [("python", known.python), (_("system"), known.platform), *known.packages.items()]
    if known.keras_of_tf:
        rows.append(("tf.keras", known.keras_of_tf))
    rows.append((_("GPUs"), known.gpus or _("not looked at")))
    if known.tensorflow_gpus is not None:
        rows.append((_("GPUs that TensorFlow sees"), str(known.tensorflow_gpus)))
    if known.built_with_cuda is not None:
        rows.append((_("TensorFlow built with CUDA"), _("yes") if known.built_with_cuda else _("no")))
    if known.driver:
        rows.append((_("driver"), known.driver))
    rows += list(known.variables.items())
    yield Pairs(tuple((name, value) for name, value in [*rows, ("tfwizard", report.tfwizard)] if value))


def _code(report: Report) -> Iterator[Block]:
    found = report.reproduction
    if found is not None and found.code:
        yield Words(
            ngettext(
                "Cut from {file}: without the {n} line that this call does not depend on. Not run.",
                "Cut from {file}: without the {n} lines that this call does not depend on. Not run.",
                found.left_out, file=report.script,
            )
        )  # fmt: skip
        yield Code(found.code, "python")
    elif report.script in report.sources:
        yield Words(_("The script as it ran."))
        yield Code(report.sources[report.script], "python")
    if found is not None and found.data:
        yield Words(_("A batch with the shapes, types and ranges of the real one, and made-up values. Not run."))
        yield Code(found.data, "python")


def _tracebacks(failures: tuple[Failure, ...]) -> Iterator[Block]:
    for failure in failures:
        if failure.stage != "script":
            yield Heading(_("Met by the stage {title}", title=_(BY_ID[failure.stage].title)))
        yield Code(failure.traceback)


# --- what was found ------------------------------------------------------------------------------------------------------


def _findings(report: Report) -> Iterator[Block]:
    for one in report.findings:
        if one.status == "resolved":
            continue
        status = "" if one.status == "open" else f" [{_(STATUS[one.status])}]"
        yield Heading(_named(_(SIGNS[one.severity]) + status, one))
        if one.id == QUESTION:
            continue
        if one.why and one.status in ("open", "waived"):
            yield Words(one.why)
        rows = [
            ("id", one.id),
            *(
                (clean(evidence_name(name)), evidence_text(value))
                for name, value in one.evidence.items()
                if value != ""
            ),
        ]
        yield Pairs((*rows, *_remedy(one)))
    resolved = tuple(_named(one.id, one) for one in report.findings if one.status == "resolved")
    if resolved:
        yield Heading(_("Found earlier, and proved gone"))
        yield Items(resolved)


def _remedy(one: Found) -> Iterator[tuple[str, str]]:
    if one.status == "open" and (one.fix or one.advice):
        yield _("what mends it"), one.fix or one.advice
    if one.reason:
        yield _("waived, because"), one.reason


def _lacking(report: Report) -> Iterator[Block]:
    """By reason: one often keeps several things from being examined."""
    reasons: dict[str, list[str]] = {}
    for what, why in report.lacking:
        if what not in (names := reasons.setdefault(why, [])):
            names.append(what)
    if reasons:
        yield Items(tuple(_("{names}: {why}", names=", ".join(names), why=why) for why, names in reasons.items()))


def _diff(report: Report) -> Iterator[Block]:
    if report.diff:
        yield Code(report.diff, "diff")


def _sources(report: Report) -> Iterator[Block]:
    shown_already = not (report.reproduction and report.reproduction.code)
    for name, text in report.sources.items():
        if name == report.script and shown_already:
            continue
        yield Heading(name)
        yield Code(text, "python")


def _masked(report: Report) -> Iterator[Block]:
    if not report.masked:
        yield Words(_("Nothing: no token, key or password was found. Read it before you publish it."))
        return
    yield Items(tuple(masked_words(report.masked)))
    yield Words(_("Read it before you publish it: a secret that looks like any other text is not recognised."))


def masked_words(masked: tuple[Masked, ...]) -> list[str]:
    """What was masked, a line for each kind."""
    lines = []
    for kind in dict.fromkeys(one.kind for one in masked):
        mine = [one for one in masked if one.kind == kind]
        places = ", ".join(
            _(WHERE[where]) if where in WHERE else where for where in dict.fromkeys(one.where for one in mine)
        )
        count = sum(one.count for one in mine)
        lines.append(
            ngettext(
                "{kind}: {n} time, in {places}", "{kind}: {n} times, in {places}", count, kind=_(kind), places=places
            )
        )
    return lines
