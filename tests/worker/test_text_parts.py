"""Parts of the text probe that need no TensorFlow: calls recorded by line, and what two text columns tell."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tfwizard.worker.capture.recorder import Recorder
from tfwizard.worker.probes.text import _lost, _Seen
from tfwizard.worker.probes.unused_text import _is_text, _measured


class Words:
    def __call__(self, text: str, padding: bool = False) -> int:
        if padding:
            raise ValueError(text)
        return self.pad(text)

    def pad(self, text: str) -> int:
        return len(text)


@pytest.fixture
def recorder() -> Recorder:
    class Fresh(Words):
        pass

    recorder = Recorder(lambda kind, call: None)
    for name in ("__call__", "pad"):
        setattr(Fresh, name, getattr(Words, name))
        recorder.patch_by_line(Fresh, name, f"tokenizer.{name}")
    recorder.words = Fresh()  # type: ignore[attr-defined]
    return recorder


def test_a_line_is_recorded_once_and_what_it_calls_is_not(recorder: Recorder) -> None:
    words = recorder.words  # type: ignore[attr-defined]
    for text in ("one", "two", "three"):
        words(text)
    [call] = recorder.calls
    assert (call.facts.name, call.bound["text"], call.result, call.extra["direct"]) == (
        "tokenizer.__call__", "one", 3, True,
    )  # fmt: skip


def test_the_call_that_fails_is_recorded_however_late_it_comes(recorder: Recorder) -> None:
    words = recorder.words  # type: ignore[attr-defined]
    texts = iter(("one", "two", "three"))

    def one_line() -> None:
        text = next(texts)
        words(text, padding=text == "three")

    one_line(), one_line()
    with pytest.raises(ValueError, match="three"):
        one_line()
    assert [call.facts.failed for call in recorder.calls] == [False, True]


def test_inside_a_recorded_call_the_users_function_still_counts(recorder: Recorder) -> None:
    words = recorder.words  # type: ignore[attr-defined]
    mapped = recorder.wrap(lambda function: [function(text) for text in ("a", "b")], "Dataset.map")
    assert mapped(lambda text: words(text)) == [1, 1]
    assert [call.facts.name for call in recorder.calls] == ["Dataset.map", "tokenizer.__call__"]


def pairs(rows: int = 400) -> tuple[list[str], list[str], np.ndarray]:
    draw = random.Random(3)
    labels = [draw.randrange(3) for _ in range(rows)]
    tails = ("of course it is so", "it may be so on some days", "nobody has ever said so")
    first = [f"report number {draw.randrange(10_000)} of the day" for _ in labels]
    return first, [f"{tails[label]} {draw.randrange(10_000)}" for label in labels], np.array(labels)


def test_the_column_that_the_labels_hang_on() -> None:
    first, second, labels = pairs()
    facts = _measured("a", first, "b", second, ("label", labels), None)
    assert facts.gain_both > 0.5 and facts.gain_used < 2 * facts.noise
    other = _measured("b", second, "a", first, ("label", labels), None)
    assert other.gain_used > 0.5


def test_random_labels_hang_on_nothing() -> None:
    first, second, labels = pairs()
    shuffled = np.random.RandomState(1).permutation(labels)
    facts = _measured("a", first, "b", second, ("label", shuffled), None)
    assert facts.gain_both < 4 * facts.noise


def test_categories_and_short_titles_are_no_texts() -> None:
    assert not _is_text(["from the guide of the town"] * 20)
    assert not _is_text([f"review {number}" for number in range(20)])
    assert _is_text([f"this is review {number}" for number in range(20)])


def test_ids_are_counted_by_row() -> None:
    seen = _Seen(np.array([0, 1, 2]), 9)
    seen.add(np.array([1, 9, 9, 2, 1, 2, 1, 5, 7, 2]), np.array([4, 2, 4]))
    assert (seen.rows, seen.maximum, seen.longest, seen.words, seen.unknown) == (3, 9, 4, 4, 2)
    assert (seen.empty, seen.empty_rows) == (1, [1])
    assert seen.worst[1].tolist() == [1, 9, 9, 2]


@pytest.mark.parametrize(
    ("missing", "share"),
    [
        ({"bert", "classifier"}, 1.0),
        ({"bert/encoder/query/kernel:0"}, 0.75),
        ({"classifier"}, 0.0),
        ({"bert.encoder.query.weight", "classifier.weight"}, 0.5),  # as PyTorch names them: weights are counted
    ],
)
def test_the_share_of_an_encoder_that_is_missing(missing: set[str], share: float) -> None:
    weights = {"tf_bert_1/bert/encoder/query/kernel:0": 30, "tf_bert_1/bert/pooler/kernel:0": 10}
    assert _lost(weights, missing, "bert")[0] == share
