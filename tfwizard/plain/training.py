"""The real training under watch, and short trainings beside each other."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

from tfwizard.language import _
from tfwizard.plain.console import Console, Interrupted
from tfwizard.plain.spoken import spoken
from tfwizard.session.comparing import BadSetting, read_settings
from tfwizard.session.keeper import Following
from tfwizard.tui.lines import clean
from tfwizard.tui.screens.compare import compare_lines
from tfwizard.tui.widgets.live_training import stop_question, training_lines

if TYPE_CHECKING:
    from tfwizard.plain.walk import Walk

LOOK_S, BETWEEN_S = 0.5, 15.0


class RealTraining:
    """What the main menu has to offer on the stage of the training."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk

    async def train(self, _rest: str) -> None:
        """Ask, then let the script train, and tell how it goes; a training that runs is shown again."""
        walk, session = self.walk, self.walk.session
        if session.following is None or not session.following.alive:
            walk.say(
                _("The script runs from its beginning to its end, as it does by itself: it writes its files."),
                _("It goes on when the wizard is closed. What is held now is let go."),
            )
            if not await walk.console.confirm(_("Let it train for real?")) or not await walk.settle():
                return
            if not await walk.during(session.train_apart()):
                return
        if session.following is not None:
            await follow(walk.console, session.following)
            session.look_at_training()
            await walk.where_now()

    async def compare(self, rest: str) -> None:
        """Ask for the values, unless it is too early, and compare them."""
        walk, session = self.walk, self.walk.session
        if not await walk.settle():
            return
        if why := session.refuses_to_compare():
            walk.say(clean(why))
            return
        walk.say(_("One hyperparameter and its values, for example: learning_rate=1e-5,5e-5,1e-3"))
        text = rest or await walk.console.ask(_("Compare what?"))
        try:
            setting = read_settings(text.split())
        except BadSetting as wrong:
            walk.say(clean(wrong))
            return
        if await walk.during(session.compare(setting), session.stop_probe):
            facts = session.run_state.facts
            walk.say(*spoken(lambda width: compare_lines(facts, None, "", width)))


async def follow(console: Console, following: Following, between_s: float = BETWEEN_S) -> bool:
    """Tell how a training goes until it ends; ctrl+c asks what to do. Whether it has ended."""
    at, last, epochs = 0.0, "", 0
    stopped = asyncio.Event()
    with console.stoppable(stopped.set):
        while following.alive:
            following.look()
            training = following.training
            done = len(training.done) if training else 0
            if time.monotonic() - at >= between_s or done > epochs:
                said = " ".join(sentences_of(following))
                if said and said != last:
                    console.say(said)
                    at, last, epochs = time.monotonic(), said, done
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), LOOK_S)
            if stopped.is_set():
                stopped.clear()
                if not await _go_on(console, following):
                    return False
    following.look()
    console.say(*sentences_of(following))
    return True


async def _go_on(console: Console, following: Following) -> bool:
    """Stop the training, or leave it running; whether to go on watching."""
    title, text, _does = stop_question(following.training)
    try:
        console.say("", text)
        if await console.confirm(title):
            following.stop()
            return True
        return await console.confirm(_("Go on watching?"))
    except Interrupted:
        return False


def sentences_of(following: Following) -> list[str]:
    """The training as it stands; before it begins, the last that was said of it."""
    training = following.training
    if training is None:
        return [clean(text) for text in following.said()[-1:]]
    return spoken(lambda width: training_lines(training, width))
