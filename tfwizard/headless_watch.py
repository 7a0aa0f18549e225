"""`watch` without a screen: the training in lines, then the document of the contract."""

from __future__ import annotations

import time
from typing import Any

from tfwizard.headless import Say, narrated, standing
from tfwizard.report.contract import plain
from tfwizard.session import Session, SessionError, Topic, Training

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
        say("Asked the training to stop after this step; the script then runs on. Again to end it now.")
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
                    self._say(f"{problem.severity.upper()} {problem.id}: {self._session.findings[problem.key].title}")


class Lines:
    """Says how a training goes: a line an epoch, and one every ten seconds."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._at = 0.0
        self._epochs = (0, 0)
        self._ended = ""

    def heard(self, topic: Topic, training: Training | None) -> None:
        """Something changed."""
        if topic != "training" or training is None:
            return
        fit, epochs = self._epochs
        if training.fit != fit:
            epochs = 0
        for done in training.done[epochs:]:
            values = {"loss": done.loss, **done.values, **{f"val_{name}": one for name, one in done.validation.items()}}
            told = "  ".join(f"{name} {value:.4g}" for name, value in values.items() if value is not None)
            self._tell(f"epoch {done.epoch}/{training.epochs}  {done.steps} steps in {done.seconds:.1f} s  {told}")
        self._epochs = (training.fit, len(training.done))
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
    of = f"/{training.steps}" if training.steps else ""
    parts = [f"epoch {training.epoch}/{training.epochs}  step {training.step}{of}"]
    if training.points:
        parts.append(f"loss {training.points[-1][1]:.4g}")
    if training.rate is not None:
        parts.append(f"rate {training.rate:.3g}")
    if training.samples_per_s:
        parts.append(f"{training.samples_per_s:.0f} samples/s")
    if training.waiting is not None:
        parts.append(f"{training.waiting:.0%} waiting for data")
    if training.memory_mb is not None:
        parts.append(f"GPU {training.memory_mb[0]:.0f} MB, at most {training.memory_mb[1]:.0f}")
    if training.eta_s is not None:
        parts.append(f"{training.eta_s:.0f} s left")
    return "  ".join(parts)
