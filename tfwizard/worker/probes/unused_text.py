"""Text columns that never reach the ids, and whether the label hangs on them."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Iterator

from tfwizard.facts import ColumnTextFacts, TokenizingFacts
from tfwizard.worker.capture.recorder import LiveCall
from tfwizard.worker.case import Case
from tfwizard.worker.probes.pipelines import arrow_dataset, names

#: Rows that are looked at: enough for a gain of some per cent to stand out of the noise.
ROWS = 3000
#: A text differs from row to row and has several words; titles of one word, sources and categories do not.
DISTINCT, WORDS = 0.5, 2.5
#: Words that the small classifier knows, and its folds.
VOCABULARY, FOLDS = 2000, 5
#: The first letters of a text have to be in what was tokenized, in this share of the rows that are tried.
START, PRESENT, TRIED = 32, 0.5, 100
LABEL_NAMES = ("label", "labels", "label_ids", "target", "targets")


class _Table:
    """Columns of one length: a data frame or a dataset."""

    def __init__(self, data: Any, encoded: Any = None) -> None:
        self.data = data
        self.encoded = encoded
        names: Any = data.column_names if hasattr(data, "column_names") else data.columns
        self.names = [str(name) for name in names]
        self.rows = min(len(data), ROWS)

    def column(self, name: str) -> list[Any]:
        if hasattr(self.data, "column_names"):
            return list(self.data[: self.rows][name])
        return list(self.data[name].iloc[: self.rows])

    def texts(self) -> dict[str, list[str]]:
        found = {}
        for name in self.names:
            values = self.column(name)
            if values and all(isinstance(one, str) for one in values):
                found[name] = values
        return found


def unused_columns(
    case: Case, tokenizer: Any, calls: list[LiveCall], facts: tuple[TokenizingFacts, ...]
) -> Iterator[ColumnTextFacts]:
    """A fact for each text column beside a tokenized one that never reaches the ids."""
    if tokenizer is None:
        return
    given = {text for call in calls for key in ("text", "text_pair") for text in _flat(call.bound.get(key))}
    for table in _tables(case, calls):
        texts = table.texts()
        if len(texts) < 2:
            continue
        reaching = {name for name, values in texts.items() if _reaches(values, given, table, tokenizer)}
        if not reaching:
            continue
        used = max(reaching, key=lambda name: sum(map(len, texts[name])))
        labels = _labels(case, table, texts)
        for name, values in texts.items():
            if name in reaching or not _is_text(values) or labels is None:
                continue
            call = next((one for one, live in zip(facts, calls) if one.direct and _takes_only(live, texts[used])), None)
            yield _measured(used, texts[used], name, values, labels, call)
        return


def _flat(value: Any) -> list[str]:
    """The texts of an argument: one, a list of them, or a list of lists of words."""
    if isinstance(value, str):
        return [value]
    if not isinstance(value, (list, tuple)):
        return []
    parts = [part for one in value[:ROWS] for part in (one if isinstance(one, (list, tuple)) else [one])]
    return [part for part in parts if isinstance(part, str)]


def _tables(case: Case, calls: list[LiveCall]) -> Iterator[_Table]:
    """The tables that the training data may come from, the nearest to the training first."""
    recorder = case.recorder
    made = recorder.named("Dataset.to_tf_dataset", "model.prepare_tf_dataset")
    feeding = case.source.pipeline if case.held is not None and not case.custom_loop else None
    for call in sorted(made, key=lambda call: call is not feeding):
        data = arrow_dataset(call)
        if "input_ids" in (getattr(data, "column_names", None) or ()):
            yield _Table(data, data)
    for call in reversed(recorder.named("Dataset.map", "DatasetDict.map")):
        raw, mapped = _split(call.owner), _split(call.result)
        if mapped is not None and raw is not None and len(raw) == len(mapped) and "input_ids" in mapped.column_names:
            yield _Table(raw, mapped)
    for call in calls:
        for data in call.extra.get("tables", {}).values():
            one = _split(data)
            if one is not None and (hasattr(one, "iloc") or hasattr(one, "column_names")) and len(one):
                yield _Table(one)


def _split(data: Any) -> Any:
    if type(data).__name__ == "DatasetDict":
        return data.get("train") if "train" in data else next(iter(data.values()), None)
    return data


def _reaches(values: list[str], given: set[str], table: _Table, tokenizer: Any) -> bool:
    """Whether these texts were given to the tokenizer, by themselves or within a longer one, or stand in their rows' ids."""
    known = set(values)
    if given and sum(text in known for text in given) >= PRESENT * min(len(given), len(known)):
        return True
    some = [_letters(text)[:START] for text in values[:TRIED]]
    if table.encoded is not None:
        rows = table.encoded[: len(some)]["input_ids"]
        if not rows or not isinstance(rows[0], list) or not rows[0] or not isinstance(rows[0][0], int):
            return False
        texts = [_letters(text) for text in tokenizer.batch_decode(rows, skip_special_tokens=True)]
        return sum(start in text for start, text in zip(some, texts)) >= PRESENT * len(some)
    joined = " ".join(_letters(text) for text in given)
    return sum(start in joined for start in some) >= PRESENT * len(some)


def _letters(text: str) -> str:
    """A text as a tokenizer keeps it, without case, blanks and punctuation."""
    return re.sub(r"\W+", "", text.lower())


def _takes_only(call: LiveCall, used: list[str]) -> bool:
    given = _flat(call.bound.get("text"))
    return call.bound.get("text_pair") is None and bool(set(given[:50]) & set(used))


def _is_text(values: list[str]) -> bool:
    words = sum(len(text.split()) for text in values) / len(values)
    return len(set(values)) >= DISTINCT * len(values) and words >= WORDS


def _labels(case: Case, table: _Table, texts: dict[str, list[str]]) -> tuple[str, Any] | None:
    """The name and the classes of the label: the column that the pipeline names, else the one of few values."""
    import numpy as np

    asked = [
        name
        for call in case.recorder.named("Dataset.to_tf_dataset", "model.prepare_tf_dataset")
        for name in names(call.bound.get("label_cols"))
    ]
    others = [name for name in table.names if name not in texts]
    few = []
    for name in others:
        values = table.column(name)
        if values and isinstance(values[0], (bool, int, float, np.integer, np.floating)):
            few.append((name, np.asarray(values)))
    preferred = [one for one in few if one[0] in asked] or [one for one in few if one[0] in LABEL_NAMES]
    classes = [one for one in few if 2 <= len(np.unique(one[1])) <= min(50, len(one[1]) // 4)]
    chosen = (preferred or classes)[:1]
    if not chosen or (not preferred and len(classes) > 1):
        return None
    name, values = chosen[0]
    distinct = np.unique(values)
    if len(distinct) < 2:
        return None
    if len(distinct) > 50:  # a number, not a class: above and below its median
        values = values > np.median(values)
    return name, np.unique(values, return_inverse=True)[1]


def _measured(
    used: str, first: list[str], unused: str, second: list[str], label: tuple[str, Any], call: TokenizingFacts | None
) -> ColumnTextFacts:
    import numpy as np

    name, classes = label
    rows = len(classes)
    chance = float(np.bincount(classes).max() / rows)
    words_first = [_words(text) for text in first]
    words_second = [_words(text) for text in second]
    shared = [_overlap(one, other) for one, other in zip(words_first, words_second)]
    features_used = [{f"1 {word}" for word in words} for words in words_first]
    features_both = [
        {*one, *(f"2 {word}" for word in words), *overlap}
        for one, words, overlap in zip(features_used, words_second, shared)
    ]
    only_new = [{*(f"2 {word}" for word in words), *overlap} for words, overlap in zip(words_second, shared)]
    gain_both = (
        max(_accuracy(features_both, classes), _accuracy(only_new, classes), _accuracy(shared, classes)) - chance
    )
    counts = Counter(first)
    repeated = [row for row in range(rows) if counts[first[row]] > 1]
    seen: dict[str, set[int]] = {}
    for row in repeated:
        seen.setdefault(first[row], set()).add(int(classes[row]))
    conflicts = sum(len(seen[first[row]]) > 1 for row in repeated)
    return ColumnTextFacts(
        used, unused, rows, name, _accuracy(features_used, classes) - chance, gain_both,
        float(np.sqrt(chance * (1 - chance) / rows)), len(repeated) / rows, conflicts / rows, first[0][:120],
        second[0][:120], call,
    )  # fmt: skip


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower())[:200])


def _overlap(one: set[str], other: set[str]) -> set[str]:
    """What the two texts share, as features: how much of each, in fifths, and whether all of the second."""
    common = len(one & other)
    of_second = common / max(len(other), 1)
    of_both = common / max(len(one | other), 1)
    return {f"shared {int(of_second * 5)}", f"same {int(of_both * 5)}", f"length {len(one) > len(other)}"}


def _accuracy(features: list[set[str]], classes: Any) -> float:
    """Cross-validated accuracy of naive Bayes on which features are there."""
    import numpy as np

    counts = Counter(word for row in features for word in row)
    index = {word: number for number, (word, count) in enumerate(counts.most_common(VOCABULARY)) if count > 1}
    if not index:
        return 0.0
    matrix: Any = np.zeros((len(features), len(index)), np.float32)
    for row, words in enumerate(features):
        matrix[row, [index[word] for word in words if word in index]] = 1
    one_hot = np.eye(int(classes.max()) + 1, dtype=np.float32)[classes]
    fold = np.random.RandomState(0).permutation(len(features)) % FOLDS
    right = 0
    for number in range(FOLDS):
        train = fold != number
        present = one_hot[train].T @ matrix[train] + 1.0
        total = one_hot[train].sum(axis=0)[:, None] + 2.0
        share = present / total
        scores = (
            matrix[~train] @ (np.log(share) - np.log(1 - share)).T + np.log(1 - share).sum(axis=1) + np.log(total[:, 0])
        )
        right += int((scores.argmax(axis=1) == classes[~train]).sum())
    return right / len(features)
