"""What a trial refuses before any worker is started."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from tfwizard.facts import Place
from tfwizard.findings import Finding, Remedy
from tfwizard.session import Session, SessionError
from tfwizard.session.mending import mend_all
from tfwizard.session.plain import Preview, Trial, words
from tfwizard.source_edits import InsertFirst


@pytest.fixture
async def session(tmp_path: Path) -> AsyncIterator[Session]:
    script = tmp_path / "train.py"
    script.write_bytes(b"# coding: latin-1\nimport json  # \xe9\n")
    made = Session(script, folder=tmp_path / "session", python=sys.executable)
    made.casebook.start_run("test")
    for id, statement in (("two-kerases", "import os"), ("no-collator", 'print("→")')):
        place = Place(str(script), 2)
        finding = Finding(
            id, "script", "error", id, "", {}, place, "", (Remedy("Mend it", (InsertFirst(place, (statement,)),)),)
        )
        made.findings[finding.key] = made.run_state.findings[finding.key] = finding
        made.casebook.examined({finding.key: words(finding)}, ())
    yield made
    await made.close()


async def test_a_file_that_changed_since_it_was_read_is_not_tried(session: Session) -> None:
    await session.preview("two-kerases")
    session.script.write_text("import json\n")
    with pytest.raises(SessionError, match=r"train\.py changed on disk .* run the script again"):
        await session.try_fix("two-kerases")
    assert session.casebook.problems["two-kerases"].status == "open"
    assert session.sources.steps == []


async def test_a_character_that_the_file_cannot_hold_leaves_the_problem_open(session: Session) -> None:
    with pytest.raises(SessionError, match="Save it as UTF-8 first"):
        await session.try_fix("no-collator")
    assert session.casebook.problems["no-collator"].status == "open"
    assert session.sources.steps == []
    assert session.casebook.open()


async def test_what_is_not_open_cannot_be_tried(session: Session) -> None:
    session.waive("two-kerases", "known")
    with pytest.raises(SessionError, match="waived"):
        await session.try_fix("two-kerases")


async def test_there_is_nothing_to_undo_at_first(session: Session) -> None:
    with pytest.raises(SessionError, match="nothing to undo"):
        session.undo()


class Seesaw:
    """Two problems; whichever is mended, the other one is back."""

    def __init__(self) -> None:
        self.open = "one"

    def next_fixable(self, tried: set[str]) -> str | None:
        return None if self.open in tried else self.open

    async def try_fix(self, key: str) -> Trial:
        self.open = "two" if key == "one" else "one"
        return Trial(key, Preview(key, "", "", "", {}, {}, None), True, "", (), (), 0.1)

    async def rest(self) -> None:
        pass


async def test_two_edits_that_bring_each_other_back_are_not_tried_for_ever() -> None:
    trials = await mend_all(cast(Session, Seesaw()), None)
    assert [one.key for one in trials] == ["one", "two", "one", "two"]
