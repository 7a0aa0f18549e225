"""Comparing from the train page: asked, refused, shown."""

from __future__ import annotations

from tfwizard.facts import BaselineFacts, Facts, OutputBaseline
from tfwizard.session.comparing import Setting
from tfwizard.stages import BY_ID
from tfwizard.tui.screens.baseline import answer_words, baseline_lines
from tfwizard.tui.screens.compare import compare_lines
from tfwizard.tui.view import digit

from .conftest import SIZES, Open
from .fakes import FakeSession, compared

TRAIN = str(digit(BY_ID["train"]))


def on_train(session: FakeSession) -> FakeSession:
    session.may_compare = True
    return session


async def test_the_train_page_has_the_baseline_and_the_key(wizard: Open) -> None:
    async with wizard(SIZES[1]) as app:
        await app.press(TRAIN)
        assert "Trivial baseline: the best constant answer" in app.flat()
        assert "41.0 % right; loss 1.073 at the class frequencies, 1.099 by chance; 600 labels" in app.flat()
        assert "C Compare" in app.footer()
        await app.press("1")
        assert "C Compare" not in app.footer()


async def test_too_early_is_said(wizard: Open) -> None:
    async with wizard(SIZES[0]) as app:
        await app.press(TRAIN)
        assert "Mend it first" in await app.press("C")
        assert not any(said.startswith("compare") for said in app.session.said)


async def test_the_values_are_asked_for_and_set_beside_each_other(wizard: Open) -> None:
    async with wizard(SIZES[1]) as app:
        on_train(app.session)
        await app.press(TRAIN)
        assert "learning_rate=" in await app.press("C")
        await app.press("home", *["delete"] * 60, *"lr=5e-5,1e-3", "enter")
        assert app.session.said[-1] == "compare: learning_rate=5e-5,1e-3"
        shown = app.flat()
        assert "learning_rate matters: 5e-5 is better than 1e-3 by 0.4, and the noise is 0.01" in shown
        assert "constant answer" in shown
        assert "0.36 ± 0.01" in shown
        assert "✓ best" in shown
        await app.press("escape")
        assert "Trivial baseline" in app.flat()


async def test_what_cannot_be_compared_stays_to_be_corrected(wizard: Open) -> None:
    async with wizard(SIZES[0]) as app:
        on_train(app.session)
        await app.press(TRAIN)
        await app.press("C")
        shown = await app.press("home", *["delete"] * 60, *"optimizer=adam,sgd", "enter")
        assert "learning rate of its own" in " ".join(shown.split())


def test_each_kind_of_baseline_in_words() -> None:
    numbers = OutputBaseline("", "validation", "numbers", 96, False, mean=2.5, variance=0.75)
    assert answer_words(numbers) == "the mean, 2.5: squared error 0.75; 96 labels read so far"
    several = OutputBaseline("tags", "training", "several classes", 1, True, share=0.8, entropy=0.5)
    assert answer_words(several) == "the commoner answer for each class: 80.0 % right, loss 0.5; 1 label"
    lines = baseline_lines(Facts(baseline=BaselineFacts((numbers, several))), 60)
    assert all(line.cell_length <= 60 for line in lines)


def test_no_line_is_wider_than_its_room() -> None:
    facts = Facts(compare=compared(Setting("learning_rate", ("5e-5", "1e-3"))))
    for width in (30, 57, 90):
        assert all(line.cell_length <= width for line in compare_lines(facts, None, "", width))
    assert "no worker" in compare_lines(Facts(), None, "no worker", 57)[1].plain
