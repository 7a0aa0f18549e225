"""What waits of a worker's messages: bounded, in order, and of live updates the last."""

from __future__ import annotations

import asyncio
from typing import Any

from tfwizard.facts import EpochWatched
from tfwizard.session.inbox import MOST, MOST_BYTES, Inbox
from tfwizard.session.training import MOST_EPOCHS, MOST_POINTS, Training


def tick(step: int, fit: int = 0, **changes: Any) -> dict[str, Any]:
    epoch = EpochWatched(step, 10, 1 / step, {"accuracy": 0.5}, {"loss": 0.25})
    message = {
        "kind": "training", "fit": fit, "epoch": step, "epochs": 10_000, "step": 10, "steps": 10, "loss": 1 / step, "points": [(10 * step, 1 / step)],
        "done": [epoch], "rate": 1e-3, "samples_per_s": 1.0, "steps_per_s": 1.0, "waiting": 0.0, "eta_s": 1.0, "memory_mb": None, "seconds": 1.0,
        "ended": "running",
    }  # fmt: skip
    return {**message, **changes}


def progress(done: int) -> dict[str, Any]:
    return {"kind": "progress", "stage": "overfit", "done": done, "total": 60, "label": "", "values": ()}


def call(index: int) -> dict[str, Any]:
    return {"kind": "call", "index": index}


async def all_of(inbox: Inbox) -> list[dict[str, Any]]:
    inbox.close()
    found = []
    while (message := await inbox.get()) is not None:
        found.append(message)
    return found


async def test_of_live_updates_that_wait_the_last_is_left() -> None:
    inbox = Inbox()
    for done in range(100_000):
        inbox.put(progress(done), 100)
    inbox.put(call(1), 100)
    inbox.put(progress(7), 100)
    assert [(one["kind"], one.get("done")) for one in await all_of(inbox)] == [
        ("progress", 99_999),
        ("call", None),
        ("progress", 7),
    ]
    assert inbox.lost == 0


async def test_what_a_training_adds_is_added_whether_it_waited_or_not() -> None:
    taken, waited, inbox = Training(), Training(), Inbox()
    for step in range(1, 201):
        taken.take(tick(step))
        inbox.put(tick(step), 500)
    [message] = await all_of(inbox)
    waited.take(message)
    assert (waited.points, waited.done, waited.epoch) == (taken.points, taken.done, taken.epoch)


async def test_two_trainings_are_not_mixed() -> None:
    inbox = Inbox()
    inbox.put(tick(1), 500)
    inbox.put(tick(1, fit=1), 500)
    assert [message["fit"] for message in await all_of(inbox)] == [0, 1]


async def test_ten_thousand_live_updates_take_no_more_than_a_thousand() -> None:
    training, inbox = Training(), Inbox()
    for step in range(1, 10_001):
        inbox.put(tick(step), 500)
        if step % 3 == 0:
            message = await inbox.get()
            assert message is not None
            training.take(message)
    training.take((await all_of(inbox))[-1])
    assert len(training.points) <= MOST_POINTS
    assert len(training.done) <= MOST_EPOCHS
    assert sum(epoch.steps for epoch in training.done) == 100_000  # the curve of the validation stands where it should
    assert training.done[-1].epoch == 10_000
    assert training.points[-1] == (100_000, 1e-4)
    assert [one.epoch for one in training.done] == sorted(one.epoch for one in training.done)


async def test_what_nobody_takes_does_not_grow_and_what_came_last_is_there() -> None:
    inbox = Inbox()
    for index in range(3 * MOST):
        inbox.put(call(index), 1)
    assert inbox.lost == 2 * MOST
    for index in range(10):
        inbox.put(call(-index), MOST_BYTES // 3)
    assert [message["index"] for message in await all_of(inbox)] == [-7, -8, -9]


async def test_who_waits_is_woken_by_a_message_and_by_the_end() -> None:
    inbox = Inbox()
    waiting = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    inbox.put(call(1), 10)
    assert await waiting == call(1)
    waiting = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    inbox.close()
    assert await waiting is None
