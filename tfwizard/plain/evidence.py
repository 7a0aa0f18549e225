"""What was seen on each stage, in sentences. The screens' own lines, except where those are a picture."""

from __future__ import annotations

from collections.abc import Callable

from tfwizard.facts import BatchFacts, DataFacts, Facts, LabelsFacts
from tfwizard.language import _
from tfwizard.plain.samples import loss_words
from tfwizard.plain.spoken import spoken
from tfwizard.tui.lines import Lines, clean, facts_list
from tfwizard.tui.screens import batch, data, hyperparameters, labels, layers, memory, nan, overfit, scan, script, train
from tfwizard.tui.screens.baseline import baseline_lines
from tfwizard.tui.screens.heads import heads_rows
from tfwizard.tui.screens.histogram import by_number, label_name
from tfwizard.tui.screens.path import path_lines
from tfwizard.tui.screens.text import text_lines
from tfwizard.tui.view import View

#: So many labels, rows of values and values of a row are read out.
MOST_LABELS, MOST_ROWS, MOST_VALUES = 40, 4, 12


def evidence(view: View) -> list[str]:
    """The facts of a stage."""
    return PARTS[view.stage.id](view)


def script_part(view: View) -> list[str]:
    """How the run ended, where, the calls, the environment."""
    facts = view.facts.script

    def lines(width: int) -> Lines:
        found: Lines = []
        if facts:
            found += script.outcome_lines(facts, width)
            found += script.error_lines(facts.error, width) if facts.error else []
            found += script.loop_lines(view.facts.loop, facts.held, width)
        found += script.calls_lines(facts.calls if facts else view.calls, facts.held if facts else None, width)
        return found + (script.environment_lines(facts, view.facts.gpus, width) if facts else [])

    return spoken(lines)


def data_part(view: View) -> list[str]:
    """The batch, key by key, and the whole training set."""
    facts, found = view.facts.scan, view.facts.data
    said = one_look(found, not view.veiled) if found else []
    return said + (spoken(lambda width: scan.scan_lines(facts, width)) if facts else [])


def one_look(facts: DataFacts, judged: bool = True) -> list[str]:
    """Where the labels are, every tensor, and its first values."""

    def lines(width: int) -> Lines:
        found = facts_list(data.summary(facts, judged), width)
        found += script.error_lines(facts.error, width) if facts.error else []
        return found + (data.tensor_table(facts.tensors, width, judged) if facts.tensors else [])

    said = spoken(lines)
    for tensor in facts.tensors:
        single = all(len(row) == 1 for row in tensor.preview)
        rows = (tuple(row[0] for row in tensor.preview),) if single else tensor.preview[:MOST_ROWS]
        values = "; ".join(", ".join(clean(value) for value in row[:MOST_VALUES]) for row in rows)
        if values:
            said.append(_("First values of {name}: {values}", name=clean(tensor.name), values=values))
    return said + [clean(note) for note in facts.notes]


def samples_part(view: View) -> list[str]:
    """What the model can take of the texts, and how the labels are distributed; the samples themselves are read one by one."""
    text = view.facts.text
    said = spoken(lambda width: text_lines(text, width)) if text else []
    return said + (counts_sentences(view.facts.labels) if view.facts.labels else [])


def counts_sentences(facts: LabelsFacts) -> list[str]:
    """How many rows each label has."""
    total = sum(facts.counts.values())
    if not total:
        return []
    scope = _("whole training set") if facts.whole else _("first {n} rows", n=facts.seen)
    said = [_("Labels ({scope})", scope=scope)]
    for label, count in sorted(facts.counts.items(), key=by_number)[:MOST_LABELS]:
        share = f"{100 * count / total:.0f}"
        said.append(_("{label}: {n} rows, {share} %", label=clean(label_name(facts, label)), n=count, share=share))
    return said


def batch_part(view: View) -> list[str]:
    """The outputs, then row by row, then one real step."""
    facts = view.facts
    heads = heads_rows(facts.heads)
    said = spoken(lambda width: nan.twin_lines(facts.cpu_twin, width))
    if facts.batch is None:
        said += spoken(lambda width: facts_list(heads, width))
    else:
        said += one_batch(facts.batch, heads)
    found = facts.layers
    return said + (spoken(lambda width: layers.layers_lines(found, width)) if found else [])


def one_batch(facts: BatchFacts, heads: list[tuple[str, str]]) -> list[str]:
    """One batch through the model."""
    said = spoken(lambda width: facts_list([*batch.summary(facts), *heads], width))
    if facts.error:
        error = facts.error
        said += spoken(lambda width: script.error_lines(error, width))
    said += rows_sentences(facts)
    if facts.from_logits:
        logits = facts.from_logits
        said += spoken(lambda width: batch.logits_lines(logits, width))
    if facts.step:
        step = facts.step
        said += spoken(lambda width: batch.step_lines(step, width))
    return said


def rows_sentences(facts: BatchFacts) -> list[str]:
    """Label, prediction and loss of each row."""
    said = []
    for row in range(len(facts.losses)):
        label = clean(facts.labels[row]) if row < len(facts.labels) else "–"
        guess = facts.predictions[row] if row < len(facts.predictions) else None
        said.append(
            _("row {row}: label {label}, predicted {guess}, loss {loss}", row=row, label=label, loss=loss_words(facts, row),
              guess="–" if guess is None else guess)
        )  # fmt: skip
    return said


def nan_part(view: View) -> list[str]:
    """Where the NaN come from."""
    facts = view.facts

    def lines(width: int) -> Lines:
        found = nan.twin_lines(facts.cpu_twin, width)
        found += layers.origin_lines(facts.layers, width) if facts.layers else []
        found += [] if view.veiled else path_lines(facts, width)
        return found + (nan.nan_lines(facts.nan, width) if facts.nan else [])

    return spoken(lines)


def overfit_part(view: View) -> list[str]:
    """What the test gave."""
    facts = view.facts.overfit
    return spoken(lambda width: overfit.overfit_lines(facts, width)) if facts else []


def train_part(view: View) -> list[str]:
    """The training as it would run, and what it has to beat."""
    facts = view.facts

    def lines(width: int) -> Lines:
        found = [*train.training_lines(facts, width), *baseline_lines(facts, width)]
        return found + train.lacking_lines(facts.training, width)

    return spoken(lines)


def labels_part(view: View) -> list[str]:
    """Model against data, class by class."""
    facts = view.facts.labels
    return spoken(lambda width: labels.labels_lines(facts, width, not view.veiled)) if facts else []


def _hyperparameters(facts: Facts, width: int) -> Lines:
    if facts.hyperparameters is None:
        return []
    return hyperparameters.hyperparameter_lines(facts.hyperparameters, facts.rates, width)


def _of_facts(make: Callable[[Facts, int], Lines]) -> Callable[[View], list[str]]:
    return lambda view: spoken(lambda width: make(view.facts, width))


PARTS: dict[str, Callable[[View], list[str]]] = {
    "script": script_part,
    "data": data_part,
    "samples": samples_part,
    "batch": batch_part,
    "nan": nan_part,
    "labels": labels_part,
    "hyperparameters": _of_facts(_hyperparameters),
    "overfit": overfit_part,
    "memory": _of_facts(memory.memory_lines),
    "train": train_part,
}
