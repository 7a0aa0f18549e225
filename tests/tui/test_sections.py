"""The lines of the newer sections, without an app."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest

from tfwizard.casebook import StageState
from tfwizard.facts import (
    Call,
    CountsFacts,
    Facts,
    FittingFacts,
    HeadsFacts,
    HyperparametersFacts,
    IdsFacts,
    LayersFacts,
    LoopFacts,
    NonFiniteFacts,
    OutputFacts,
    Place,
    ScanFacts,
    ScheduleFacts,
    SizeTried,
    StepsFacts,
    TapeFacts,
    TensorNeed,
    TextFacts,
    TrainingFacts,
    VariableFacts,
)
from tfwizard.stages import STAGES, Stage
from tfwizard.tui.lines import Lines
from tfwizard.tui.pages import PAGES
from tfwizard.tui.screens.heads import heads_rows
from tfwizard.tui.screens.layers import layer_norms, layers_lines, origin_lines
from tfwizard.tui.screens.memory import memory_lines
from tfwizard.tui.screens.scan import scan_lines
from tfwizard.tui.screens.script import loop_lines
from tfwizard.tui.screens.text import text_lines
from tfwizard.tui.screens.train import lacking_lines, schedule_series, steps_words, training_lines
from tfwizard.tui.view import View
from tfwizard.tui.widgets.drawn import Drawn

from .conftest import Open
from .fakes import HOSTILE, FakeSession, facts


def text(lines: Lines) -> str:
    return " ".join(" ".join(line.plain for line in lines).split())


def test_sections_without_any_part_show_nothing_and_do_not_fail() -> None:
    assert training_lines(Facts(), 57) == training_lines(Facts(training=TrainingFacts()), 57) == []
    assert lacking_lines(None, 57) == text_lines(TextFacts(), 57) == []
    assert layers_lines(LayersFacts(), 57) == origin_lines(LayersFacts(), 57) == []
    assert loop_lines(None, None, 57) == heads_rows(None) == heads_rows(HeadsFacts()) == []
    assert schedule_series(ScheduleFacts("Flat", 5, ())) == ()
    assert text(scan_lines(ScanFacts(), 57)) == "Training set seen the first 0 rows, 0 batches"


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage.id in PAGES], ids=lambda stage: stage.id)
def test_every_page_copes_with_any_section_that_is_missing(stage: Stage) -> None:
    page = PAGES[stage.id]()
    for shown in (Facts(), *(replace(facts(), **{field.name: None}) for field in fields(Facts))):
        page.evidence(View(stage, StageState("passed"), facts=shown), 57)


def test_memory_shows_what_was_tried_in_runs_of_their_own() -> None:
    shown = facts().memory
    assert shown
    died = SizeTried(64, False, "The worker is gone: killed by SIGSEGV: native code crashed")
    found = FittingFacts(64, (died, SizeTried(32, True, "", 3_100_000_000)), 32)
    need = TensorNeed((64, 12, 512, 512), 805_306_368, "BatchMatMulV2", 2.0)
    lines = text(memory_lines(Facts(memory=replace(shown, untried="no room", largest=need), fitting=found), 90))
    for words in (
        "64×12×512×512, 805 MB",
        "to the power 2",
        "64* ✗ no – The worker is gone: killed by SIGSEGV",
        "✓ 32 samples fit",
    ):
        assert words in lines
    assert "(estimated)" in lines and "how large could it be" not in lines
    assert "64*" in text(memory_lines(Facts(fitting=found), 57))


@pytest.mark.parametrize("width", [40, 57, 110])
def test_no_line_is_wider_than_its_room(width: int) -> None:
    shown = facts()
    assert shown.scan
    assert shown.text
    assert shown.layers
    every = scan_lines(shown.scan, width) + text_lines(shown.text, width) + layers_lines(shown.layers, width)
    every += (
        memory_lines(shown, width)
        + training_lines(shown, width)
        + origin_lines(shown.layers, width)
        + lacking_lines(shown.training, width)
    )
    assert all(line.cell_length <= width for line in every)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (StepsFacts("training", 38, 50, 5), "5 epochs × 50 steps = 250; the data has 38 batches"),
        (StepsFacts("training", -1, None, 1, 38), "1 epoch; the data is endless, repeats after 38 batches"),
        (StepsFacts("training", None, None, 2), "2 epochs; number of batches not known"),
        (StepsFacts("validation", 7, 9), "9 steps; the data has 7 batches"),
    ],
)
def test_steps_stand_beside_the_batches_that_there_are(steps: StepsFacts, words: str) -> None:
    assert steps_words(steps) == words


def test_a_rate_is_called_constant_only_where_that_is_known() -> None:
    known = Facts(hyperparameters=HyperparametersFacts(learning_rate=0.01), training=TrainingFacts())
    assert "0.01, constant" in text(training_lines(known, 57))
    lacking = replace(known, training=TrainingFacts(lacking={"schedule": "no steps"}))
    assert "constant" not in text(training_lines(lacking, 57))


def test_parts_that_lack_for_one_reason_stand_together() -> None:
    training = TrainingFacts(lacking={"monitors": "no logs", "evaluation": "no logs", "steps": "endless"})
    assert text(lacking_lines(training, 57)) == "Could not be found out watched, evaluation: no logs steps: endless"


def test_a_schedule_is_drawn_in_percent_at_its_own_steps() -> None:
    [series] = schedule_series(ScheduleFacts("Decay", 10, ((0, 5e-5), (9, 0.0))))
    assert (series.steps, series.values) == ((0, 9), (100.0, 0.0))


def test_gradients_of_a_layer_are_one_norm_and_none_stays_none() -> None:
    of = [("b/kernel", "b", 1, 3.0), ("b/bias", "b", 1, 4.0), ("a/kernel", "a", 0, None), ("c", "c", None, math.nan)]
    variables = tuple(VariableFacts(name, layer, order, (2,), norm, 1.0) for name, layer, order, norm in of)
    norms = layer_norms(variables)
    assert list(norms) == ["a", "b", "c"]
    assert (norms["a"], norms["b"]) == (None, 5.0)
    shown = text(layers_lines(LayersFacts(gradients=variables), 57))
    assert "a none" in shown
    assert "c NaN" in shown


def test_the_bars_of_gradients_grow_with_their_logarithm() -> None:
    layers = facts().layers
    assert layers
    rows = [line.plain for line in layers_lines(layers, 57) if "dense_" in line.plain and "█" in line.plain]
    lengths = [row.count("█") for row in rows]
    assert lengths == sorted(lengths)
    assert lengths[1] - lengths[0] == pytest.approx(lengths[4] - lengths[3], abs=1)


def test_many_layers_are_shown_at_both_ends() -> None:
    variables = tuple(VariableFacts(f"k{n}", f"layer {n}", n, (2,), 1.0, 1.0) for n in range(100))
    shown = text(layers_lines(LayersFacts(gradients=variables), 57))
    assert "… 76 layers between" in shown
    assert "layer 99" in shown


def test_nan_that_the_model_copes_with_is_not_marked_as_wrong() -> None:
    bad = NonFiniteFacts("x", "input", 5, 0, 2)
    assert "✗" in text(scan_lines(ScanFacts(rows=9, batches=1, non_finite=(bad,)), 57))
    masked = text(scan_lines(ScanFacts(rows=9, batches=1, non_finite=(replace(bad, survives=True),)), 57))
    assert "the model copes" in masked
    assert "✗" not in masked


def test_many_classes_are_counted_and_not_all_listed() -> None:
    counts = CountsFacts("integer", {str(n): 5 for n in range(30)}, 30)
    assert "7 ×5, … 22 more" in text(scan_lines(ScanFacts(rows=150, counts=counts), 57))


def test_an_id_beyond_the_embedding_is_marked() -> None:
    ids = IdsFacts("ids", 100, 0, 9, 5, size=100)
    assert "✗ 100 in ids, the embedding has only 100 rows" in text(text_lines(TextFacts(ids=(ids,)), 70))
    assert "✗" not in text(text_lines(TextFacts(ids=(replace(ids, maximum=99),)), 70))


def test_a_loop_says_where_gradients_are_taken_and_applied() -> None:
    loop = LoopFacts((TapeFacts(Place("/a/train.py", 30), 4),))
    held = Call(3, "Optimizer.apply_gradients", Place("/a/train.py", 31))
    assert text(loop_lines(loop, held, 70)) == "Gradients taken at train.py:30, applied at train.py:31"
    assert text(loop_lines(loop, None, 70)) == "Gradients taken at train.py:30"


def test_a_loss_that_changes_with_the_shape_of_the_labels_is_said() -> None:
    [(name, words)] = heads_rows(HeadsFacts((OutputFacts("o", (8, 1), "float32", as_given=2.0, aligned=0.5),)))
    assert (name, words) == ("head", "(8,1) · loss 2 as given, 0.5 with labels of its shape")


async def test_hostile_names_in_the_newer_sections_are_shown_as_text(wizard: Open) -> None:
    session = FakeSession()
    session._facts = replace(
        session._facts,
        scan=ScanFacts(rows=1, non_finite=(NonFiniteFacts(HOSTILE, "input", 1, 0, 1),)),
        heads=HeadsFacts((OutputFacts(HOSTILE, (1,), "float32", loss=HOSTILE),), no_labels=HOSTILE),
        training=TrainingFacts(logged=(HOSTILE,), lacking={HOSTILE: HOSTILE}),
    )
    async with wizard((140, 45), session) as it:
        for key in "240":
            seen = await it.press(key)
            assert "\x1b" not in seen
            assert "oom [bold]x[/bold]" in it.flat()


async def test_a_page_that_cannot_be_shown_says_so_at_once_and_no_other_page_does(wizard: Open) -> None:
    session = FakeSession()
    lie = ScheduleFacts("decay", 2, rates=(("one", "two"),))  # type: ignore[arg-type]
    session._facts = replace(session._facts, training=TrainingFacts(schedule=lie))
    async with wizard(session=session) as it:
        await it.pilot.press("0")
        await it.pilot.pause()
        banner = it.app.screen_stack[0].query_one("#banner", Drawn)
        assert "This cannot be shown" in banner.plain
        assert banner.display
        await it.pilot.press("2")
        await it.pilot.pause()
        assert banner.plain == ""
