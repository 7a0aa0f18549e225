"""`watch` without a screen: the training in lines, then the document of the contract."""

from __future__ import annotations

import time
from typing import Any

from tfwizard.headless import Say, narrated, standing
from tfwizard.language import _
from tfwizard.report.contract import plain
from tfwizard.session import Session, SessionError, Topic, Training
from tfwizard.session.plain import LOUD

#: Between two lines on a training, in seconds; the end of an epoch always gives one.
LINES_S = 10.0


async def watch(session: Session, say: Say, rehearse: bool) -> dict[str, Any]:
    """Let the script train under watch; the document of `check`, with what was seen of the training."""
    started = time.monotonic()
    lines, early = Lines(say), Early(session, say)

    def heard(topic: Topic) -> None:
        early.heard(topic)
        lines.heard(topic, session.training)

    end = session.subscribe(heard)
    try:
        with narrated(session, say):
            await session.watch(rehearse)
    finally:
        end()
    document = await standing(session)
    document["seconds"]["total"] = round(time.monotonic() - started, 2)
    seen = session.run_state.facts.watch
    return {**document, "training": plain(seen.fits) if seen else []}


def interrupted(session: Session, say: Say) -> bool:
    """Ctrl+c: ask the training to stop; asked again, end it. False where no training runs yet: then all is to end."""
    import asyncio

    training = session.training
    if training is None or training.over:
        return False
    if not training.stopping:
        say(_("Asked the training to stop after this step; the script then runs on. Again to end it now."))
    asyncio.get_running_loop().create_task(_stop(session))
    return True


async def _stop(session: Session) -> None:
    try:
        await session.stop_training()
    except SessionError:
        pass  # it has just ended by itself


class Early:
    """Says what was found before the training begins: what would end it late is worth nothing afterwards."""

    def __init__(self, session: Session, say: Say) -> None:
        self._session, self._say = session, say
        self._done = False

    def heard(self, topic: Topic) -> None:
        """Something changed."""
        if topic == "training" and not self._done:
            self._done = True
            for problem in self._session.casebook.open():
                if problem.severity != "advice":
                    self._say(f"{_(LOUD[problem.severity])} {problem.id}: {self._session.findings[problem.key].title}")


class Lines:
    """Says how a training goes: a line an epoch, and one every ten seconds."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._at = 0.0
        self._epoch = (0, 0)  # the training call, and its epoch that was told last
        self._ended = ""

    def heard(self, topic: Topic, training: Training | None) -> None:
        """Something changed."""
        if topic != "training" or training is None:
            return
        fit, last = self._epoch
        if training.fit != fit:
            last = 0
        for done in (one for one in training.done if one.epoch > last):
            values = {"loss": done.loss, **done.values, **{f"val_{name}": one for name, one in done.validation.items()}}
            told = "  ".join(f"{name} {value:.4g}" for name, value in values.items() if value is not None)
            self._tell(
                _(
                    "epoch {epoch}/{epochs}  {steps} steps in {s:.1f} s  {values}",
                    epoch=done.epoch,
                    epochs=training.epochs,
                    steps=done.steps,
                    s=done.seconds,
                    values=told,
                )
            )
        self._epoch = (training.fit, training.done[-1].epoch if training.done else 0)
        if time.monotonic() - self._at >= LINES_S and training.step and not training.over:
            self._tell(line_of(training))
        if training.over and training.message != self._ended:
            self._ended = training.message
            self._say(training.message)

    def _tell(self, text: str) -> None:
        self._at = time.monotonic()
        self._say(text)


def line_of(training: Training) -> str:
    """The training in one line."""
    at = f"{training.step}/{training.steps}" if training.steps else str(training.step)
    parts = [_("epoch {epoch}/{epochs}  step {step}", epoch=training.epoch, epochs=training.epochs, step=at)]
    if training.points:
        parts.append(_("loss {loss:.4g}", loss=training.points[-1][1]))
    if training.rate is not None:
        parts.append(_("rate {rate:.3g}", rate=training.rate))
    if training.samples_per_s:
        parts.append(_("{n:.0f} samples/s", n=training.samples_per_s))
    if training.waiting is not None:
        parts.append(_("{share:.0%} waiting for data", share=training.waiting))
    if training.memory_mb is not None:
        parts.append(_("GPU {now:.0f} MB, at most {most:.0f}", now=training.memory_mb[0], most=training.memory_mb[1]))
    if training.eta_s is not None:
        parts.append(_("{s:.0f} s left", s=training.eta_s))
    return "  ".join(parts)
