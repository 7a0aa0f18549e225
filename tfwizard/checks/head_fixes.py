"""The edits that give an output another loss, other metrics, another last layer, or other labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tfwizard.checks.expressions import keras_object
from tfwizard.facts import Facts, LastLayer, MetricFacts, OutputFacts
from tfwizard.source_edits import Edit, InsertLayer, RemoveArgument, SetArgument, WrapArgument

#: The string by which Keras knows a loss.
STRINGS = {
    "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
    "CategoricalCrossentropy": "categorical_crossentropy",
    "BinaryCrossentropy": "binary_crossentropy",
    "MeanSquaredError": "mse",
}


def loss_edits(facts: Facts, output: OutputFacts, name: str, arguments: str = "") -> tuple[Edit, ...]:
    """Give this output the loss `name(arguments)`; the other outputs keep theirs. Nothing where that cannot be written."""
    place = facts.pipelines.compile_call.where if facts.pipelines and facts.pipelines.compile_call else None
    assert facts.heads
    if place is None:
        return ()
    # An object of this class stays where it is made, and would go on to say what it says.
    if not arguments and output.from_logits and output.loss_source.startswith(f"{name}("):
        arguments = "from_logits=False"
    # A name where the script has a name: the smallest change.
    if not arguments and name in STRINGS and (output.loss_source.startswith('"') or name == "MeanSquaredError"):
        mine, imports = f'"{STRINGS[name]}"', ()
    else:
        mine, imports = keras_object(facts, "losses", name, arguments)  # type: ignore[assignment]
    written = _for_all(
        facts, output, mine, lambda one: (one.loss_source, one.loss_imports), facts.heads.loss_shape, "losses"
    )
    return () if written is None else (SetArgument("compile", place, "loss", written[0], (*imports, *written[1])),)


def metrics_edits(facts: Facts, output: OutputFacts, replaced: dict[int, tuple[str, str, str]]) -> tuple[Edit, ...]:
    """Write other metrics for some of this output's, by their position: class and arguments, a text, or nothing."""
    place = facts.pipelines.compile_call.where if facts.pipelines and facts.pipelines.compile_call else None
    assert facts.heads
    if place is None:
        return ()
    parts: list[str] = []
    imports: list[str] = []
    for number, metric in enumerate(output.metrics):
        if replaced.get(number) == ("", "", ""):
            continue
        if number in replaced:
            name, arguments, text = replaced[number]
            value, needed = keras_object(facts, "metrics", name, arguments) if name else (text, ())
        else:
            value, needed = _rewritten(facts, metric)
        if not value:
            return ()
        parts.append(value)
        imports += needed
    mine = f"[{', '.join(dict.fromkeys(parts))}]"
    written = _for_all(facts, output, mine, lambda one: _metrics_of(facts, one), facts.heads.metrics_shape, "metrics")
    return () if written is None else (SetArgument("compile", place, "metrics", written[0], (*imports, *written[1])),)


def _rewritten(facts: Facts, metric: MetricFacts) -> tuple[str, tuple[str, ...]]:
    imports: tuple[str, ...] = ()
    for name in metric.imports:
        imports = keras_object(facts, "metrics", name, "")[1]
    return metric.source, imports


def _metrics_of(facts: Facts, output: OutputFacts) -> tuple[str, tuple[str, ...]]:
    parts = [_rewritten(facts, metric) for metric in output.metrics]
    if not all(value for value, _ in parts):
        return "", ()
    return f"[{', '.join(value for value, _ in parts)}]", tuple(line for _, lines in parts for line in lines)


def _for_all(
    facts: Facts, output: OutputFacts, mine: str, other: Callable[[OutputFacts], tuple[str, tuple[str, ...]]], shape: str,
    module: str,
) -> tuple[str, tuple[str, ...]] | None:  # fmt: skip
    """One value for a model with one output; a dict or list of them otherwise, the others as they were."""
    assert facts.heads
    if len(facts.heads.outputs) == 1:
        return mine, ()
    parts, imports = [], []
    for one in facts.heads.outputs:
        value, needed = (mine, ()) if one.name == output.name else other(one)
        if not value:
            return None
        parts.append(value if shape == "list" and module == "losses" else f'"{one.name}": {value}')
        imports += [line if line.startswith("from") else keras_object(facts, module, line, "")[1][0] for line in needed]
    text = ", ".join(parts)
    return (f"[{text}]" if shape == "list" and module == "losses" else f"{{{text}}}"), tuple(imports)


def activation_edits(last: LastLayer | None, activation: str) -> tuple[Edit, ...]:
    """Give the last layer another activation: "linear", "sigmoid" or "softmax"."""
    if last is None:
        return ()
    if last.activation_layer:
        if last.activation_layer == "Activation" and last.activation_where:
            return (SetArgument("Activation", last.activation_where, "activation", f'"{activation}"'),)
        return ()
    if last.where is None:
        return ()
    if activation == "linear":
        return (RemoveArgument(last.type, last.where, "activation"),)
    return (SetArgument(last.type, last.where, "activation", f'"{activation}"'),)


def units_edits(last: LastLayer | None, units: int) -> tuple[Edit, ...]:
    """Give the last layer another width."""
    if last is None or last.where is None or last.type != "Dense":
        return ()
    return (SetArgument("Dense", last.where, "units", str(units)),)


def flatten_edits(facts: Facts, last: LastLayer | None, extra: int) -> tuple[Edit, ...]:
    """Take `extra` axes away before the dense layers at the end."""
    if last is None:
        return ()
    if last.sequences:
        return (
            (RemoveArgument(last.sequences, last.sequences_where, "return_sequences"),) if last.sequences_where else ()
        )
    if last.before_dense is None:
        return ()
    name = "Flatten" if last.fixed_size or extra > 3 else f"GlobalAveragePooling{extra}D"
    return (InsertLayer(last.before_dense, *keras_object(facts, "layers", name, "")),)


def label_edits(facts: Facts, template: str, imports: tuple[str, ...] = ()) -> tuple[Edit, ...]:
    """Change the labels where the training call is given them: `template` has "{}" for the labels."""
    held = facts.script.held if facts.script else None
    assert facts.heads
    if held is None or held.where is None:
        return ()
    function, place, how = held.name.rsplit(".", 1)[-1], held.where, facts.heads.fit
    edits = []
    for argument, given in (("y" if how.given == "y" else "x", how.given), ("validation_data", how.validation)):
        if argument == "validation_data" and not given:
            continue
        wrapped = _wrapped(given, template, how.key, argument)
        if not wrapped:
            return ()
        edits.append(WrapArgument(function, place, argument, wrapped, imports))
    return tuple(edits)


def _wrapped(given: str, template: str, key: str, argument: str) -> str:
    changed = template.replace("{}", "y")
    if given == "y":
        return template if argument == "y" else f"(lambda x, y: (x, {changed}))(*{{}})"
    if given == "pairs":
        return f"{{}}.map(lambda x, y: (x, {changed}))"
    if given == "weighted pairs":
        return f"{{}}.map(lambda x, y, weight: (x, {changed}, weight))"
    if given == "inputs" and key:
        inside = template.replace("{}", f'batch["{key}"]')
        return f'{{}}.map(lambda batch: {{**batch, "{key}": {inside}}})'
    return ""


def edits_of(*groups: tuple[Edit, ...]) -> Iterator[Edit]:
    """All the edits, or none where one group is empty: half a change is none."""
    if all(groups):
        for group in groups:
            yield from group
