"""Each output of the model beside its labels, its loss and its metrics."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from tfwizard.facts import ClassWeights, ErrorFacts, FitLabels, HeadsFacts, LastLayer, OutputFacts
from tfwizard.language import N_, _
from tfwizard.worker.batches import leaves, map_leaves
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.errors import error_facts
from tfwizard.worker.last_layer import Trace
from tfwizard.worker.metrics import metric_facts, source_of
from tfwizard.worker.model import Head, call_loss, keras_package
from tfwizard.worker.probes.batch import from_logits, rehearse, states_restored
from tfwizard.worker.probes.labels import label_names
from tfwizard.worker.targets import labels_by_output, target_facts

#: What the losses of Keras compare, by their name without underscores.
LOSS_KINDS = {
    "sparsecategoricalcrossentropy": "sparse",
    "categoricalcrossentropy": "categorical",
    "categoricalfocalcrossentropy": "categorical",
    "binarycrossentropy": "binary",
    "binaryfocalcrossentropy": "binary",
    "meansquarederror": "regression",
    "meanabsoluteerror": "regression",
    "meanabsolutepercentageerror": "regression",
    "meansquaredlogarithmicerror": "regression",
    "huber": "regression",
    "logcosh": "regression",
    "hinge": "hinge",
    "squaredhinge": "hinge",
}


def probe(case: Case, report: Any) -> HeadsFacts:
    """Run the model once and set each output beside what it is compared with."""
    batch, model = case.batch, case.model
    facts = HeadsFacts(
        keras=keras_package(model.object) or "",
        transformers=model.transformers,
        own_loss=model.own_loss,
        batch_keys=tuple(name for name, _ in leaves(batch.x)),
        extra_inputs=_extra_inputs(case),
        loss_shape=_shape_of(model.loss),
        metrics_shape=_shape_of(_given(case, "metrics"), "list"),
        fit=_fit_labels(case),
    )
    labels = model.labels_of(batch)
    if labels is None:
        return replace(facts, no_labels=_without_labels(case))
    try:
        trace = Trace(case)
    except Exception as error:
        raise Blocked(_("The model fails on this batch."), "batch") from error
    if model.transformers and isinstance(labels, dict):
        return facts  # the model's own loss knows which label belongs to which output
    heads = model.heads(trace.predictions, labels)
    arrays = labels_by_output(case, tuple(head.name for head in heads), report)
    outputs = tuple(_output(case, head, arrays.get(head.name), trace.last_layer(head.output)) for head in heads)
    outputs = tuple(_with_alignment(case, heads, outputs))
    as_given, aligned = _step_norms(case, heads)
    return replace(
        facts,
        outputs=outputs,
        class_weights=_class_weights(case, heads, arrays),
        step_norm_as_given=as_given,
        step_norm_aligned=aligned,
    )


def _given(case: Case, argument: str) -> Any:
    return case.compile_call.bound.get(argument) if case.compile_call is not None else None


def _shape_of(value: Any, otherwise: str = "one") -> str:
    if isinstance(value, dict):
        return "dict"
    return "list" if isinstance(value, (list, tuple)) else otherwise


def _extra_inputs(case: Case) -> tuple[str, ...]:
    """Inputs that a transformers model does not take."""
    x, known = case.batch.x, case.model.call_arguments
    if not case.model.transformers or not hasattr(x, "items") or not known:
        return ()
    return tuple(name for name in case.model.inputs_only(x) if name not in known)


def _without_labels(case: Case) -> str:
    """What proves that no label reaches the loss; "" where the loss may need none, or was not reached."""
    model = case.model
    if (
        model.own_step
        or model.own_loss
        or (model.loss is None and not model.internal_loss)
        or case.compile_call is None
    ):
        return ""
    if not model.internal_loss:
        return _("the batch holds no labels, and compile was given a loss")
    try:
        output = model.outputs(case.batch.x)
    except Exception:
        return ""
    # Some models make their labels out of their inputs: those give a loss.
    return "" if getattr(output, "loss", None) is not None else _("the model was given no labels, and gave no loss")


def _output(case: Case, head: Head, read: Any, last: LastLayer | None) -> OutputFacts:
    import numpy as np

    model = case.model
    shape = tuple(int(size) for size in head.output.shape)
    dtype = head.output.dtype.name
    numeric = head.output.dtype.is_floating or head.output.dtype.is_integer
    values = head.output.numpy().astype("float64") if numeric else np.zeros((0,))
    values = values[np.isfinite(values)]
    loss = model.loss_of(head.loss)
    source, imports = source_of(_single(head.loss), "losses")
    target = None
    if head.labels is not None and hasattr(head.labels, "numpy"):
        array, whole = read if read is not None else (head.labels.numpy(), False)
        target = target_facts(head.name, head.labels, array, whole, shape)
    return OutputFacts(
        head.name,
        shape,
        dtype,
        float(values.min()) if values.size else None,
        float(values.max()) if values.size else None,
        bool(values.size) and float(np.ptp(values)) == 0.0,
        bool(values.size) and bool((values == np.rint(values)).all()),
        target,
        _loss_name(loss) or (N_("the model's own loss") if model.internal_loss else ""),
        loss_kind(loss) if loss is not None else ("internal" if model.internal_loss else ""),
        source,
        imports,
        from_logits(loss) if loss is not None else model.internal_loss,
        _ignored(loss),
        _loss_error(case, head),
        last=last,
        metrics=() if target is None else metric_facts(case, head),
    )


def _single(given: Any) -> Any:
    while isinstance(given, (list, tuple, dict)) and len(given) == 1:
        given = next(iter(given.values())) if isinstance(given, dict) else given[0]
    return given


def _loss_name(loss: Any) -> str:
    return "" if loss is None else str(getattr(loss, "__name__", type(loss).__name__))


def loss_kind(loss: Any) -> str:
    """The family of a loss of Keras' own; "custom" for what the user wrote."""
    home = loss if hasattr(loss, "__name__") else type(loss)
    if str(home.__module__).split(".")[0] not in ("keras", "tf_keras"):
        return "custom"
    return LOSS_KINDS.get(_loss_name(loss).replace("_", "").lower(), "other")


def _ignored(loss: Any) -> int | None:
    config = loss.get_config() if hasattr(loss, "get_config") else {}
    found = config.get("ignore_class")
    return int(found) if isinstance(found, (int, float)) else None


def _loss_error(case: Case, head: Head) -> ErrorFacts | None:
    """What the loss of this output raises on the live tensors, aligned as Keras aligns them."""
    model = case.model
    if head.labels is None or (head.loss is None and not model.internal_loss):
        return None
    try:
        if model.internal_loss:
            model.row_losses(head.labels, head.output)
        else:
            call_loss(model.loss_of(head.loss), *model.same_rank(head.labels, head.output))
    except Exception as error:
        return error_facts(error)
    return None


# --- labels that broadcast ---------------------------------------------------------------------------------------------------


def _lacks_axis(labels: Any, output: Any) -> bool:
    """Whether labels and output have the same values but for an axis of one."""
    if labels is None or not hasattr(labels, "shape"):
        return False
    ours, theirs = (tuple(int(size) for size in tensor.shape) for tensor in (labels, output))
    return ours != theirs and math.prod(ours) == math.prod(theirs) and abs(len(ours) - len(theirs)) == 1


def _with_alignment(case: Case, heads: list[Head], outputs: tuple[OutputFacts, ...]) -> list[OutputFacts]:
    """The compiled loss with the labels as they are, and with the labels in the shape of the output."""
    model, found = case.model, list(outputs)
    if (
        len(heads) != 1
        or model.internal_loss
        or model.loss is None
        or model.own_step
        or model.in_loop
        or not _lacks_axis(heads[0].labels, heads[0].output)
    ):
        return found
    head = heads[0]
    try:
        with states_restored(case):
            as_given, aligned = (
                float(model.object.compute_loss(x=case.batch.x, y=labels, y_pred=head.output, sample_weight=None))
                for labels in (head.labels, case.tf.reshape(head.labels, head.output.shape))
            )
    except Exception:  # what the step raises is told by the step
        return found
    found[0] = replace(found[0], as_given=as_given, aligned=aligned)
    return found


def _step_norms(case: Case, heads: list[Head]) -> tuple[float | None, float | None]:
    """The gradient norm of a train_step of the user's own, with the labels as they are and in the shape of the output.

    None where chance plays a part in the step: then two runs of the same differ as well.
    """
    model = case.model
    if len(heads) != 1 or not model.own_step or not _lacks_axis(heads[0].labels, heads[0].output):
        return None, None
    head = heads[0]
    rows = list(range(case.batch.rows()))
    shape = [-1, *(int(size) for size in head.output.shape[1:])]
    aligned = map_leaves(lambda tensor: case.tf.reshape(tensor, shape), case.batch.y)
    norms = []
    for labels in (case.batch.y, case.batch.y, aligned):
        step = rehearse(case, rows, labels)
        if step is None or step.error is not None or step.gradient_norm is None:
            return None, None
        norms.append(step.gradient_norm)
    return (norms[0], norms[2]) if math.isclose(norms[0], norms[1], rel_tol=1e-6) else (None, None)


# --- how the labels get there ------------------------------------------------------------------------------------------------


def _fit_labels(case: Case) -> FitLabels:
    if case.loop is not None:
        return FitLabels()
    held = case.training
    x = held.bound.get("x", held.bound.get("generator"))
    keys = case.model.label_keys(case.batch.x)
    key = keys[0] if len(keys) == 1 else ""
    given = "y" if held.bound.get("y") is not None else _given_by(case, x, key)
    validation = held.bound.get("validation_data")
    return FitLabels(given, "" if validation is None else _given_by(case, validation, key) or "unknown", key)


def _given_by(case: Case, value: Any, key: str) -> str:
    if isinstance(value, case.tf.data.Dataset):
        spec = value.element_spec
        if isinstance(spec, tuple) and len(spec) in (2, 3):
            single = hasattr(spec[1], "shape")
            return ("pairs" if len(spec) == 2 else "weighted pairs") if single else ""
        return "inputs" if isinstance(spec, dict) and key in spec else ""
    if isinstance(value, (tuple, list)) and len(value) == 2 and hasattr(value[1], "shape"):
        return "y"
    return ""


# --- class weights -----------------------------------------------------------------------------------------------------------


def _class_weights(case: Case, heads: list[Head], arrays: dict[str, tuple[Any, bool]]) -> ClassWeights | None:
    """The weights beside the classes of the labels, as Keras looks them up: by whole number."""
    given = case.training.bound.get("class_weight") if case.loop is None else None
    if given is None or len(heads) != 1 or heads[0].name not in arrays:
        return None
    labels = _classes(arrays[heads[0].name][0])
    if not isinstance(given, dict):
        return ClassWeights(type(given).__name__, refused=True, labels=labels)
    whole = {key: _whole(key) for key in given}
    numbers = {number for number in whole.values() if number is not None}
    refused = keras_package(case.model.object) == "tf_keras" and (
        numbers != set(range(len(given))) or bool(labels and max(labels) >= len(given))
    )
    return ClassWeights(
        "dict",
        tuple(str(key) for key in given),
        tuple(float(value) for value in given.values()),
        None not in whole.values(),
        labels,
        tuple(label for label in labels if label not in numbers),
        tuple(str(key) for key, number in whole.items() if number not in labels),
        refused,
        label_names(case),
    )


def _whole(key: Any) -> int | None:
    """The whole number that Keras would find under this key: 1 and 1.0, not "1"."""
    return int(key) if not isinstance(key, (str, bytes)) and hasattr(key, "__int__") and int(key) == key else None


def _classes(array: Any) -> tuple[int, ...]:
    """The classes among the labels; none where they are no class numbers."""
    import numpy as np

    if array.dtype.kind not in "iufb" or array.ndim > 2:
        return ()
    values = array.argmax(axis=1) if array.ndim == 2 and array.shape[1] > 1 else array.ravel()
    distinct = np.unique(values[np.isfinite(values)])
    return (
        tuple(int(value) for value in distinct)
        if len(distinct) <= 1000 and (distinct == np.rint(distinct)).all()
        else ()
    )
