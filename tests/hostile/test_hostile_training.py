"""Hostile to the training itself: what can only be tried with TensorFlow."""

from __future__ import annotations

from pathlib import Path

import pytest

from .place import Place

SCRIPTS = Path(__file__).parent / "training"
pytestmark = pytest.mark.tensorflow


def put(name: str, place: Place) -> str:
    (place.work / "train.py").write_bytes((SCRIPTS / f"{name}.py").read_bytes())
    return "train.py"


@pytest.mark.parametrize(
    ("name", "outcome", "finding", "evidence"),
    [
        ("segfaults_in_its_data", "held_at_fit", "script-error", {"exit_code": -11}),
        ("trains_in_a_fork", "no_training", "script-error", {}),
        ("replaces_fit", "no_training", "no-training-call", {"exit_code": 0}),
    ],
)
def test_what_happened_is_said(
    name: str, outcome: str, finding: str, evidence: dict[str, object], place: Place
) -> None:
    ran = place.run("check", put(name, place), "--json")
    place.is_left_clean()
    assert (ran.code, ran.document["outcome"], ran.loud) == (1, outcome, {finding})
    assert ran.open[finding]["evidence"].items() >= evidence.items()
    assert "Traceback" not in ran.err
    assert [path.name for path in place.work.iterdir()] == ["train.py"]


def test_a_death_in_a_callback_is_named_under_watch(place: Place) -> None:
    ran = place.run("watch", put("dies_in_a_callback", place), "--json", "--no-rehearsal")
    assert (ran.code, ran.document["outcome"], ran.loud) == (1, "died", {"script-error"})
    assert ran.open["script-error"]["evidence"]["exit_code"] == 0
    assert place.processes() == {}


def test_clocks_that_jump_and_a_batch_of_200_mb_are_examined_to_the_end(place: Place) -> None:
    ran = place.run("check", put("has_its_own_time", place), "--json")
    assert (ran.code, ran.document["outcome"], ran.loud) == (0, "held_at_fit", set())
    assert {one["id"] for one in ran.document["stages"] if one["status"] == "blocked"} <= {"samples", "report"}
    assert 0 < ran.document["seconds"]["script"] < 600
    place.is_left_clean()
