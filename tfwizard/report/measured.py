"""What was measured, as a report tells it: the arguments, the model, one batch, one sample, the labels, the losses."""

from __future__ import annotations

from tfwizard.facts import Facts
from tfwizard.foreign import clean
from tfwizard.report import contents as of
from tfwizard.report.words import by_number, label_name


def settings(facts: Facts) -> tuple[of.Setting, ...]:
    """What compile and the training call were given, defaults included; then what stands behind it."""
    script, found = facts.script, []
    calls = {one.name: one for one in script.calls if one.name == "Model.compile"} if script else {}
    if script and script.held:
        calls[script.held.name] = script.held
    for call in calls.values():
        owner = call.name.rsplit(".", 1)[-1]
        for name, argument in call.arguments.items():
            how = "script" if argument.explicit else "default"
            found.append(
                of.Setting(owner, name, clean(argument.value), how, line=call.where.line if call.where else None)
            )
    known = {(one.owner, one.name) for one in found}
    for one in facts.hyperparameters.table if facts.hyperparameters else ():
        if (one.owner, one.name) not in known:
            line = one.where.line if one.where else None
            found.append(of.Setting(one.owner, one.name, clean(one.value), one.set_by, one.default, one.usual, line))
    return tuple(found)


def model(facts: Facts) -> dict[str, str]:
    """The model beside what it is given: the numbers that have to fit each other."""
    head = facts.labels.head if facts.labels else None
    text, tokenizer = facts.text, facts.text.tokenizer if facts.text else None
    ids = next((one for one in text.ids if one.size), None) if text else None
    pipelines, tuned = facts.pipelines, facts.hyperparameters
    values: dict[str, object] = {
        "class": head.model if head else (pipelines.model_type if pipelines else None),
        "keras": pipelines.model_keras if pipelines else None,
        "loaded_from": tuned.loaded_from if tuned else None,
        "num_labels": head.num_labels if head else None,
        "output_width": facts.labels.classes if facts.labels else None,
        "problem_type": head.problem_type if head else None,
        "output_shape": facts.batch.output_shape or None if facts.batch else None,
        "variables": facts.layers.trainable.variables if facts.layers and facts.layers.trainable else None,
        "trainable_variables": facts.layers.trainable.trainable if facts.layers and facts.layers.trainable else None,
        "tokenizer": tokenizer.type if tokenizer else None,
        "tokenizer_size": tokenizer.size if tokenizer else None,
        "embedding_rows": ids.size if ids else None,
        "largest_id": ids.maximum if ids else None,
        "pad_token": tokenizer.pad_token if tokenizer else None,
        "longest_sample": text.length.longest if text and text.length else None,
        "positions": text.length.positions if text and text.length else None,
    }
    return {name: clean(value) for name, value in values.items() if value is not None}


def batch(facts: Facts) -> of.Batch | None:
    """One batch as it enters the model."""
    if facts.data is None or not facts.data.tensors:
        return None
    found = facts.data
    tensors = tuple(
        of.Tensor(
            clean(one.name),
            one.role,
            one.shape,
            one.dtype,
            one.minimum,
            one.maximum,
            one.distinct,
            one.nan,
            one.infinite,
        )
        for one in found.tensors
    )
    return of.Batch(clean(found.source), found.structure, found.rows, found.batches, clean(found.loss or ""), tensors)


def sample(facts: Facts) -> of.Decoded | None:
    """The first sample, decoded where there is a tokenizer."""
    if facts.samples is None or not facts.samples.samples:
        return None
    first = facts.samples.samples[0]
    label = clean(f"{first.label} {first.label_name or ''}").strip()
    values = {clean(name): clean(value) for name, value in first.values.items()}
    return of.Decoded(clean(first.text), values, label, facts.samples.tokenizer)


def labels(facts: Facts) -> of.Labels | None:
    """How often each label was seen."""
    found = facts.labels
    if found is None or not sum(found.counts.values()):
        return None
    counts = tuple(
        of.Label(clean(label_name(found, label)), rows) for label, rows in sorted(found.counts.items(), key=by_number)
    )
    classes = found.kind != "float" and not found.regression_meant and len(counts) > 1
    return of.Labels(clean(found.column), found.seen, found.whole, found.classes, counts, classes)


def fresh(facts: Facts) -> of.Fresh | None:
    """The fresh model on that batch, row by row."""
    found = facts.batch
    if found is None or not found.losses:
        return None
    rows = []
    for at, loss in enumerate(found.losses):
        label = clean(found.labels[at]) if at < len(found.labels) else ""
        guess = found.predictions[at] if at < len(found.predictions) else None
        refused = at < len(found.raised) and found.raised[at]
        rows.append(of.Row(label, guess, None if refused else loss))
    return of.Fresh(found.mean_loss, found.chance, tuple(rows))
