"""The wizard on a fake session, driven by its keys at both sizes."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path

import pytest
from textual import events

from tfwizard.facts import Sample
from tfwizard.language import use
from tfwizard.runner.log import Line
from tfwizard.stages import STAGES
from tfwizard.tui.app import WizardApp

from .conftest import SIZES, Open, Wizard
from .fakes import HOSTILE, FakeSession

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "140x45"])

SHOWN = {
    1: [
        "Run the script",
        "held at Model.fit (train.py:16)",
        "✓ Dataset.map",
        "⊘ Model.fit",
        "tensorflow 2.21.0",
        "Gradients taken at train.py:15",
    ],
    2: [
        "inside the inputs, as labels",
        "412 of 1216 positions",
        "input_ids",
        "(16,76)",
        "int64",
        "30521",
        "! WARNING Padding",
    ],
    3: ["Question 1 of 2", "Sample 1 of 16", "0 = entailment", "‹[CLS]›", "?[UNK]?", "░pad×56░", "BertTokenizerFast"],
    4: ["chance is ln 2 = 0.6931", "topic (16,3) Dense softmax · labels (16,) class ids", "refused ✗", "0.66"],
    5: ["5 of 16 rows have no finite loss 1, 3, 6, 13, 14", "every one has label 2", "2 (×5)", "Log in scores (Dense)"],
    6: ["2 classes (config.num_labels)", "3 different labels, 0 to 2", "all 600 rows", "contradiction 200 ✗ no output"],
    7: ["learning_rate", "BY NAME", "HIDDEN", "1e-5 – 1e-4", "loaded from checkpoint"],
    8: [
        "1.1 → 0.05882 in 60 steps",
        "every label is in it (0, 1, 2)",
        "✓ weights, optimizer and random state are as before",
    ],
    9: [
        "A step with a batch of 16 × 76 positions takes 2.06 GB at its peak (measured), 1.76 GB of it whatever the batch.",
        "8 % of 25.3 GB, main memory",
        "parameters 266 MB measured 66.4 M × 4 B",
        "gradients 266 MB estimated one per parameter",
        "optimizer 531 MB measured Adam: 2 per number",
    ],
    0: [
        "5 epochs × 50 steps = 250; the data has 38 batches",
        "CosineDecay: 0.001 → 0 in 190 steps",
        "accuracy, loss, val_loss",
        "✗ EarlyStopping watches val_acc",
        "in % of its highest",
    ],
}


@both_sizes
@pytest.mark.parametrize("stage", SHOWN)
async def test_every_stage_shows_its_evidence(wizard: Open, size: tuple[int, int], stage: int) -> None:
    async with wizard(size) as it:
        await it.press(str(stage))
        seen = it.flat()
        for _ in range(4):  # what does not fit is below; steps of less than a page, so that no sentence is cut in two
            it.app.query_one(f"#{it.app.place}").scroll_relative(y=8, animate=False)
            await it.settle()
            seen += " " + it.flat()
        for words in SHOWN[stage]:
            assert words in seen


async def test_more_space_shows_the_training_set_and_the_gradients(wizard: Open) -> None:
    async with wizard((140, 60)) as it:
        await it.press("2")
        assert "Training set seen all 600 rows, 38 batches" in it.flat()
        assert "30 of 100 validation rows stand in the training set too" in it.flat()
        await it.press("4")
        assert "gradient norm, first layer to last: 2e-05 … 0.2" in it.flat()
        assert "trainable 4 of 12 weights, 8 frozen" in it.flat()


@both_sizes
async def test_after_the_run_the_first_stage_with_a_problem_says_what_and_which_key(
    wizard: Open, size: tuple[int, int]
) -> None:
    async with wizard(size) as it:
        seen = it.flat()
        assert "Inspect data" in seen
        assert "✗ 1 error, 1 warning ✗ ERROR The labels are inside the inputs" in seen
        assert "i why f fix: Drop the loss" in seen
        assert "4 problems" in it.screen().split("\n")[0]


async def test_a_person_who_went_elsewhere_is_left_there(wizard: Open) -> None:
    async with wizard(hold=True) as it:
        await it.press("6")
        it.session.gate.set()
        await it.settle()
        assert it.app.stage_at == 5


async def test_the_screen_paints_before_the_script_runs_and_shows_its_calls_one_by_one(wizard: Open) -> None:
    async with wizard(hold=True) as it:
        assert "Run the script" in it.screen()
        assert "starting" in it.screen()
        it.session.gate.set()
        while len(it.session.run_state.calls) < 3:  # noqa: ASYNC110
            await asyncio.sleep(0)
        it.session.gate.clear()
        await it.settle()
        assert "✓ datasets.load_dataset" in it.flat()
        assert "▶ " in it.flat().split("Calls")[1]


@both_sizes
async def test_stages_have_a_sign_and_a_word(wizard: Open, size: tuple[int, int]) -> None:
    async with wizard(size) as it:
        left = [row[:21].strip(" ▌│") for row in it.screen().split("\n")]
        for words in ("✓ passed", "✗ 2 problems", "? 2 questions", "! 1 warning"):
            assert words in left
        for stage in STAGES[:6]:
            assert any(stage.title in row for row in left)


async def test_on_the_memory_o_asks_how_large_the_batch_could_be(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("8", "o", "9", "o")
        assert it.session.said[-2:] == ["probe: overfit", "fit batch"]


async def test_up_and_down_go_from_stage_to_stage(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("down", "down")
        assert "Run one batch" in it.flat()
        await it.press("up")
        assert "Sample 1 of 16" in it.flat()


async def test_next_walks_through_the_open_problems_and_around(wizard: Open) -> None:
    async with wizard() as it:
        for title in (
            "The labels are inside",
            "Padding enters",
            "The model has 2 classes",
            "The learning rate",
            "The labels are inside",
        ):
            await it.press("n")
            assert title in it.flat()


@both_sizes
async def test_a_problem_is_explained_with_why_evidence_place_and_remedies(wizard: Open, size: tuple[int, int]) -> None:
    async with wizard(size) as it:
        await it.press("6", "i")
        seen = it.flat()
        for words in (
            "Label 2 has no output",
            "model classes 2",
            "labels 0, 1, 2",
            "train.py:14",
            "f Give the model 3 classes",
            "proved on this run",
        ):
            assert words in seen
        await it.press("escape")
        assert "2 classes (config.num_labels)" in it.flat()


async def test_a_problem_without_an_edit_says_what_to_do_by_hand(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("7", "i")
        assert "Use Adam(5e-5) instead of the string." in it.flat()


@both_sizes
async def test_fix_goes_from_preview_over_try_and_verdict_to_write(wizard: Open, size: tuple[int, int]) -> None:
    async with wizard(size) as it:
        await it.press("6", "f")
        seen = it.flat()
        assert "Fix: Give the model 3 classes" in seen
        assert "t try it" in seen
        assert "14 + model" in seen
        assert "14 - model" in seen
        assert "num_labels=3" in seen.replace(" ", "")
        await it.press("t")
        assert "✓ VERIFIED" in it.flat()
        assert "Padding enters" in it.flat()
        assert "1 edit unwritten" in it.screen()
        await it.press("w")
        assert "Write to disk?" in it.screen()
        assert "train.py" in it.screen()
        assert "write" not in it.session.said
        await it.press("y")
        assert "write" in it.session.said
        assert "Written: train.py" in it.screen()


async def test_a_fix_that_is_not_verified_says_so_and_is_not_kept(wizard: Open) -> None:
    session = FakeSession()
    session.verifies = False
    async with wizard(session=session) as it:
        await it.press("f", "t")
        assert "✗ NOT VERIFIED, so it was not kept" in it.flat()
        assert "The problem is still there." in it.flat()
        assert "unwritten" not in it.screen()


async def test_left_and_right_choose_among_remedies(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("f")
        assert "one of 2 ways: ← → chooses ▸ Drop the loss" in it.flat()
        assert "The loss is then computed on logits, as it should be. Move the labels out" in it.flat()
        await it.press("right")
        assert "▸ Move the labels out of the inputs" in it.flat()
        await it.press("t")
        assert it.session.said[-1] == "try: labels-in-inputs-with-keras-loss 1"


async def test_a_trial_shows_what_it_does_and_x_stops_it(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("f")
        it.session.gate.clear()
        await it.press("t")
        assert "Trying it in a fresh worker: running datasets.load_dataset" in it.flat()
        assert "x Stop" in it.footer()
        await it.press("x")
        assert "Stopped. Nothing was changed." in it.flat()


async def test_fix_all_shows_a_line_for_each_trial(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("F")
        assert it.flat().count("✓ VERIFIED") == 3
        assert "1 problem is still open" in it.flat()


@both_sizes
async def test_yes_and_no_answer_the_questions_of_the_samples(wizard: Open, size: tuple[int, int]) -> None:
    async with wizard(size) as it:
        await it.press("3")
        assert "y Yes" in it.footer()
        assert "n No" in it.footer()
        await it.press("y")
        assert "Question 2 of 2" in it.flat()
        await it.press("n")
        assert it.session.said[-2:] == ["answer: samples.readable True", "answer: samples.labels False"]
        assert "n Next" in it.footer()
        await it.press("a")
        assert "Question 1 of 2" in it.flat()


async def test_left_and_right_turn_the_samples(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("3", "right")
        assert "Sample 2 of 16" in it.flat()
        assert "2 = contradiction" in it.flat()
        await it.press("left", "left")
        assert "Sample 16 of 16" in it.flat()


@both_sizes
async def test_a_lost_worker_is_named_everything_stays_and_r_restarts(wizard: Open, size: tuple[int, int]) -> None:
    session = FakeSession()
    async with wizard(size, session) as it:
        session.lose_worker = True
        await it.press("r")
        assert "killed by SIGKILL, likely out of memory" in it.screen()
        assert "r runs it again" in it.screen()
        await it.press("p")
        assert "The model has 2 classes" in it.screen()
        session.lose_worker = False
        await it.press("r")
        assert "SIGKILL" not in it.screen()
        assert session.said.count("run: asked by the person") == 2


async def test_a_blocked_stage_says_why_and_where_to_go(wizard: Open) -> None:
    async with wizard() as it:
        it.session.casebook.stage_moved("batch", "blocked", "No batch could be read.")
        await it.press("4")
        assert "⊘ Blocked: No batch could be read. Press 2: Inspect data." in it.flat()


@both_sizes
async def test_problems_script_and_log_are_one_key_away(wizard: Open, size: tuple[int, int]) -> None:
    async with wizard(size) as it:
        await it.press("p")
        assert "4 open, 0 proved fixed" in it.screen()
        assert "WARNING open, by hand" in it.screen()
        await it.press("down", "enter")
        assert "Padding enters the model without an attention mask" in it.flat()
        assert "The model reads padding as words." in it.flat()
        await it.press("s")
        assert "└ ✗ The model has 2 cl" in it.screen()
        assert "14 ✗ model = TFAuto" in it.screen()
        await it.press("l")
        assert "calling Dataset.map" in it.screen()


async def test_the_log_stands_still_while_paused(wizard: Open) -> None:
    async with wizard() as it:
        it.session.log.lines.extend(Line(n, "out", f"line {n}") for n in range(9, 60))
        it.session.log.total = 59
        await it.press("l")
        assert "line 59" in it.flat()
        await it.press("space")
        it.session.log.feed("out", b"a new line\n")
        await it.settle()
        assert "a new line" not in it.flat()
        assert "PAUSED, 1 new line" in it.flat()
        await it.press("space")
        assert "a new line" in it.flat()


@both_sizes
async def test_hostile_text_is_shown_as_text(wizard: Open, size: tuple[int, int]) -> None:
    session = FakeSession()
    session._left = {
        key: type(one)(
            **{
                **{name: getattr(one, name) for name in one.__slots__},
                "title": HOSTILE,
                "why": HOSTILE,
                "evidence": {HOSTILE: HOSTILE},
            }
        )
        for key, one in session._left.items()
    }
    facts = session._facts.samples
    assert facts
    session._facts = type(session._facts)(
        **{
            **vars(session._facts),
            "samples": type(facts)((Sample(0, HOSTILE, (), {HOSTILE: HOSTILE}, HOSTILE, HOSTILE),)),
        }
    )
    async with wizard(size, session) as it:
        for keys in (["1"], ["2"], ["3"], ["i"], ["f"], ["p"], ["s"], ["l"]):
            seen = await it.press(*keys)
            assert "\x1b" not in seen
        assert "[/device:GPU:0] oom [bold]x[/bold]" in it.screen()
        it.app.say(HOSTILE, bad=True)
        session.worker, session.worker_message = "lost", HOSTILE
        await it.settle()
        assert "✗ [/device:GPU:0] oom" in it.screen()


async def test_a_terminal_that_is_too_small_is_told_so_and_comes_back(wizard: Open) -> None:
    async with wizard((40, 12)) as it:
        assert "needs 50×15" in " ".join(it.screen().split())
        await it.pilot.resize_terminal(80, 24)
        await it.settle()
        assert "Inspect data" in it.screen()
        assert "needs 50×15" not in it.screen()


async def test_the_low_terminal_keeps_a_sign_for_every_stage(wizard: Open) -> None:
    async with wizard((60, 16)) as it:
        assert "✗ 2 Inspect data" in it.screen()
        assert "✓ 8 Overfit" in it.screen()


async def test_a_live_overfit_shows_its_curve_and_how_to_stop(wizard: Open) -> None:
    async with wizard() as it:
        from tfwizard.session import Progress

        it.session.casebook.stage_moved("overfit", "running")
        it.session.progress = Progress("overfit", 20, 60, "overfitting", (1.0, 0.5, 0.25))
        await it.press("8")
        assert "step 20 of 60 loss 1 → 0.25 x stop" in it.flat()
        assert "loss on the same batch" in it.flat()


async def test_o_tests_the_stage_again(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("8", "o")
        assert it.session.said[-1] == "probe: overfit"


async def test_quit_asks_while_edits_are_not_written(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("f", "t", "q")
        assert "Quit?" in it.screen()
        await it.press("escape")
        assert it.app.return_value is None
        await it.press("q", "w")
        assert "write" in it.session.said
        assert it.app.return_value == 1


async def test_quit_gives_the_exit_code_and_closes_the_session(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("q")
        assert it.app.return_value == 1
    assert it.session.said[-1] == "close"


async def test_undo_waive_and_reopen(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("f", "t", "u")
        assert "Undone: Drop the loss" in it.screen()
        await it.press("7", "i", "v")
        assert "Why is this no problem here?" in it.screen()
        await it.press("o", "k", "enter")
        assert it.session.casebook.problems["learning-rate-high"].status == "waived"
        await it.press("p")
        assert "waived" in it.screen()


async def test_help_lists_keys_and_signs_and_ctrl_c_says_how_to_quit(wizard: Open) -> None:
    async with wizard((140, 45)) as it:
        await it.press("question_mark")
        assert "next problem, explained" in it.screen()
        await it.press("end")  # a page that is longer than the screen scrolls
        assert "waived: somebody said why" in it.screen()
        await it.press("escape", "ctrl+c")
        assert "Press q to quit" in it.screen()


async def test_what_the_session_refuses_is_said(wizard: Open) -> None:
    session = FakeSession()

    async def broken(why: str = "") -> None:
        raise RuntimeError(HOSTILE)

    session.run = broken  # type: ignore[assignment, method-assign]
    async with wizard(session=session) as it:
        assert "✗ RuntimeError: [/device:GPU:0] oom" in it.screen()


async def test_an_unchanged_session_draws_nothing(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("2")
        drawn: list[object] = []
        it.app.screen._compositor.update_widgets = lambda widgets: drawn.extend(widgets)  # type: ignore[method-assign]
        for _ in range(3):
            it.session.tell("facts")
            it.app.refresh_now()
            await it.pilot.pause()
        assert drawn == []


async def test_what_is_typed_before_the_pages_are_there_waits_for_them() -> None:
    class TypedAt(WizardApp):
        CSS_PATH = Path(inspect.getfile(WizardApp)).with_name("app.tcss")

        async def _mount_other_pages(self) -> None:
            for key in ("l", "p"):  # over a slow line they may all be there with the first paint
                self.post_message(events.Key(key, key))
            await asyncio.sleep(0.2)
            await super()._mount_other_pages()

    session = FakeSession()
    app = TypedAt(session)  # type: ignore[arg-type]
    async with app.run_test(size=SIZES[0]) as pilot:
        it = Wizard(app, pilot, session)
        await it.settle()
        assert app.place == "problems"


async def test_a_short_message_is_broken_as_its_language_wants_it(wizard: Open) -> None:
    use("fr")
    try:
        async with wizard(SIZES[0]) as it:
            for letters in range(30, 40):
                it.app.say("x" * letters + " ; la suite : « oui »")
            await it.settle()
            rows = [row.strip() for row in it.screen().split("\n")]
            assert any("la suite :" in row for row in rows)
            assert not [row for row in rows if row.startswith((";", ":", "»")) or row.endswith("«")]
    finally:
        use("en")
