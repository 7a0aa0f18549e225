"""What must hold of whatever a worker says: nothing raises, nothing acts on a terminal, every line has room."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from tfwizard import headless, protocol
from tfwizard.checks import examine
from tfwizard.plain.evidence import evidence
from tfwizard.plain.problems import problem_sentence
from tfwizard.plain.samples import sample_sentences
from tfwizard.reading import fields, read_line
from tfwizard.report.contract import dumps, plain
from tfwizard.report.formats import rendered
from tfwizard.report.gather import gather
from tfwizard.report.saving import FORMATS
from tfwizard.report.saving import written as report_text
from tfwizard.report.text import as_text
from tfwizard.session import RunState, Session, Training
from tfwizard.session.absorb import absorb
from tfwizard.stages import STAGES
from tfwizard.tui.pages import PAGES
from tfwizard.tui.screens.head import head_lines
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.view import view_of
from tfwizard.tui.widgets.live_training import loss_series, training_lines

#: What acts on a terminal: control characters (C0 but for a newline, C1, DEL), and what turns the direction of writing.
ACTS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
WIDTHS = (78, 40)
PIPELINES = ("github", "sarif", "junit")


def harmless(text: str) -> str:
    """The text itself. Raises AssertionError where something in it would act on a terminal."""
    found = ACTS.search(text)
    assert found is None, f"{found.group()!r} in {text[max(0, found.start() - 60) : found.end() + 60]!r}"
    return text


async def shown(session: Session) -> None:
    """Everything that is made of a session: the stages' lines, the sentences, the report and the document."""
    for stage in STAGES:
        view = view_of(session, stage)
        page = PAGES.get(stage.id, StagePage)
        for width in WIDTHS:
            for row in (*head_lines(view, width), *page.evidence(page.__new__(page), view, width)):
                harmless(row.plain)
        if stage.id != "report":
            all_harmless(evidence(view))
    facts = session.run_state.facts
    for at in range(len(facts.samples.samples) if facts.samples else 0):
        all_harmless(sample_sentences(facts.samples, at, facts.batch))
    for problem in session.casebook.ordered():
        harmless(problem_sentence(session, problem))
    document = await headless.standing(session)
    if facts.watch is not None:
        document["training"] = plain(facts.watch.fits)
    harmless(as_text(document).replace("\t", ""))  # a diff keeps the tabs of the source
    written = dumps(document)
    written.encode()
    harmless(written)
    json.loads(written)
    for form in PIPELINES:
        harmless(rendered(document, form).replace("\t", ""))
    report = gather(session)
    for form in FORMATS:
        harmless(report_text(report, form).replace("\t", ""))


def all_harmless(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        harmless(sentence)


def taken(line: bytes) -> dict[str, Any]:
    """One line through the reading, into the state of a run and the rules. Raises AssertionError where something got through."""
    message = read_line(line.rstrip(b"\n"), len(line))
    strings(message)
    assert message["kind"] == "unusable" or message["kind"] in fields()
    state = RunState(1)
    with suppress(ValueError):
        absorb(state, message)
    protocol.encode(**message)
    if message["kind"] in ("outcome", "facts"):
        examine(state.facts)
    if message["kind"] in ("training", "alarm"):
        training = Training()
        training.take(message)
        for row in training_lines(training, 78):
            harmless(row.plain)
        loss_series(training)
    return message


def strings(value: Any) -> None:
    """Every text in a message is harmless."""
    if isinstance(value, str):
        harmless(value.replace("\t", ""))
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            strings(getattr(value, field.name))
    elif isinstance(value, dict):
        for key, part in value.items():
            strings(key)
            strings(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            strings(part)
