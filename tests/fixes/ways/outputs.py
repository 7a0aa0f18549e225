"""Facts of a Keras script that is held at fit, with outputs that do not fit their labels."""

from __future__ import annotations

from dataclasses import replace

from checks.plain_facts import SOUND, at, step

from tfwizard.facts import ErrorFacts, Facts, FitLabels, HeadsFacts, LastLayer, MetricFacts, OutputFacts, TargetFacts

ERROR = ErrorFacts("ValueError", "boom", "boom", at(24))
IDS = TargetFacts("", (32,), "int64", "class ids", 0, 4, 5, above=0.6, beyond=0.6, seen=320, whole=True)
YES = TargetFacts("", (32,), "int64", "binary", 0, 1, 2, seen=320, whole=True)
REAL = TargetFacts("", (32,), "float32", "real", -9, 12, 320, 1.0, 0.4, 0.5, 0.8, seen=320, whole=True)
HOT = TargetFacts("", (32, 5), "float32", "one-hot", 0, 1, 2, seen=320, whole=True, row_sum_spread=0)
KINDS = {
    "sparse": "SparseCategoricalCrossentropy", "categorical": "CategoricalCrossentropy", "binary": "BinaryCrossentropy",
    "regression": "MeanSquaredError", "custom": "mine",
}  # fmt: skip


def output(units: int, kind: str, target: TargetFacts, activation: str = "linear", **changes: object) -> OutputFacts:
    """One output with its labels and its loss."""
    facts = OutputFacts(
        "", (32, units), "float32", 0.01, 0.9, target=target, loss=KINDS[kind], loss_kind=kind,
        loss_source=f"{KINDS[kind]}()", last=LastLayer("Dense", units, activation, at(18), before_dense=at(17)),
    )  # fmt: skip
    return replace(facts, **changes)  # type: ignore[arg-type]


def run(*outputs: OutputFacts, **changes: object) -> Facts:
    """The run; its objects come from `tf.keras`, which is the model's Keras."""
    assert SOUND.pipelines and SOUND.labels and SOUND.batch and SOUND.script
    heads = HeadsFacts(outputs, "tf_keras", fit=FitLabels("y"))
    return replace(
        SOUND,
        script=replace(SOUND.script, keras_of_tf="tf_keras"),
        heads=replace(heads, **changes),  # type: ignore[arg-type]
        pipelines=replace(SOUND.pipelines, pipelines=(), load_call=None),
        labels=replace(SOUND.labels, kind="other", counts={}),
        batch=replace(SOUND.batch, step=step()),
    )


def metric(name: str, kind: str, **changes: object) -> MetricFacts:
    """One metric of compile."""
    return replace(MetricFacts(name, f"{name}()", kind=kind, imports=(name,)), **changes)  # type: ignore[arg-type]
