"""What goes on, in sentences that one can follow."""

from __future__ import annotations

import asyncio

from tui.fakes import FakeSession, calls

from tfwizard.plain.narrate import narrated, sentence_of
from tfwizard.session import Progress


async def test_sentences_come_with_pauses_and_the_last_one_is_not_said_again() -> None:
    session, said = FakeSession(), list[str]()
    session.worker = "running"
    async with narrated(session, said.append, between_s=0.2, still_s=60):  # type: ignore[arg-type]
        for call in calls()[:5]:
            session.run_state.calls.append(call)
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.5)
    assert len(said) == 2
    assert said[-1] == "The script runs: TFAutoModelForSequenceClassification.from_pretrained, train.py:14."


async def test_what_takes_long_is_still_at_it() -> None:
    session, said = FakeSession(), list[str]()
    session.worker = "starting"
    async with narrated(session, said.append, between_s=0.05, still_s=0.2):  # type: ignore[arg-type]
        await asyncio.sleep(0.5)
    assert said[0] == "Starting."
    assert 1 <= said.count("Still at it after 0 seconds.") <= 2


def test_a_probe_is_named_with_how_far_it_is() -> None:
    session = FakeSession()
    session.worker = "probing"
    assert sentence_of(session) == ""  # type: ignore[arg-type]
    session.progress = Progress("overfit", 20, 60, "overfitting \x1b[31m", (1.1, 0.25))
    assert sentence_of(session) == "Examining: Overfit one batch, overfitting, 20 of 60, loss 0.25."  # type: ignore[arg-type]
    session.progress = Progress("nan", 0, 0, "the same batch on the CPU")
    assert sentence_of(session) == "Examining: Locate NaN, the same batch on the CPU."  # type: ignore[arg-type]
