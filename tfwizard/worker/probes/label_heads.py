"""What the model makes of labels: its head, the label arguments that it takes, and those that it was given."""

from __future__ import annotations

import contextlib
import inspect
import sys
from typing import Any

from tfwizard.facts import HeadFacts
from tfwizard.language import _
from tfwizard.worker.batches import Batch, leaves
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.places import is_user_file

#: What transformers' loss mixins read; the masked one derives from the causal one.
KINDS = {
    "TFMaskedLanguageModelingLoss": "a hidden token",
    "TFCausalLanguageModelingLoss": "the next token",
    "TFTokenClassificationLoss": "one class a token",
    "TFSequenceClassificationLoss": "one class a sample",
    "TFMultipleChoiceLoss": "one choice a sample",
    "TFNextSentencePredictionLoss": "one class a sample",
    "TFQuestionAnsweringLoss": "a span",
}
#: The names under which datasets and collators hand on labels.
LABEL_LIKE = ("label", "labels", "label_ids", "target", "targets")
REGRESSION_METRICS = (
    "mse", "mae", "rmse", "mape", "msle", "meansquarederror", "meanabsoluteerror", "rootmeansquarederror", "r2score",
    "meanabsolutepercentageerror", "meansquaredlogarithmicerror", "logcosh", "logcosherror",
)  # fmt: skip


def head_facts(case: Case) -> HeadFacts | None:
    """The head of one of transformers' own models, and what reaches its loss. None for any other model."""
    model = case.model
    if not model.transformers or _trains_by_itself(model.object):
        return None
    live, config = model.object, model.config
    batch = _batch(case)
    kind, arguments = _kind(live), _label_arguments(live)
    own_loss = any(
        "hf_compute_loss" in vars(base) for base in type(live).__mro__ if base.__name__ != "TFPreTrainedModel"
    )
    outputs, width = _outputs(case, batch, own_loss)
    given, unread = _given(case, batch, arguments) if batch is not None else ((), ())
    tried = batch is not None and model.internal_loss and own_loss and _doubtful(batch, given, unread, arguments)
    made = case.load_call
    config_call, config_object = _config(case)
    return HeadFacts(
        type(live).__name__, kind, own_loss, not outputs or "logits" in outputs or "loss" in outputs, outputs, width,
        getattr(config, "num_labels", None), getattr(config, "problem_type", None), str(getattr(config, "model_type", "")),
        arguments, given, unread, batch is not None and batch.y is not None,
        _loss_computed(case, batch, arguments) if tried and batch is not None else None,
        _pairs_in_order(batch) if batch is not None else False,
        getattr(made.owner, "__name__", "") if made else "", _headed(case, batch, made),
        config_call.facts if config_call else None,
        case.recorder.where_made(config_object) if config_object is not None else None,
        type(config_object).__name__ if config_object is not None else "",
    )  # fmt: skip


def _trains_by_itself(live: Any) -> bool:
    """Whether the user wrote the training step, or the model itself."""
    for name in ("train_step", "call"):
        function = inspect.unwrap(getattr(type(live), name, None) or _trains_by_itself)
        code = getattr(function, "__code__", None)
        if code is not None and code is not _trains_by_itself.__code__ and is_user_file(code.co_filename):
            return True
    return False


def _batch(case: Case) -> Batch | None:
    with contextlib.suppress(Blocked):
        return case.batch
    return None


def _kind(live: Any) -> str:
    bases = [base.__name__ for base in type(live).__mro__]
    return next((what for mixin, what in KINDS.items() if mixin in bases), "")


def _label_arguments(live: Any) -> tuple[str, ...]:
    """The arguments that transformers' training step takes for labels."""
    find: Any = getattr(sys.modules.get("transformers.utils.generic"), "find_labels", None)
    with contextlib.suppress(Exception):
        return tuple(find(type(live)))
    return ()


def _outputs(case: Case, batch: Batch | None, own_loss: bool) -> tuple[tuple[str, ...], int | None]:
    """The names of the outputs and the width of the first; run on one row, and only where there is no loss to speak of."""
    if own_loss or batch is None:
        return (), None
    with contextlib.suppress(Exception):
        made = case.model.outputs(_without_labels(batch.take(case.tf, [0]).x, case))
        if hasattr(made, "to_tuple"):
            return tuple(str(name) for name in list(made)), int(made.to_tuple()[0].shape[-1])
        return ("logits",), None
    return (), None


def _without_labels(x: Any, case: Case) -> Any:
    """The inputs that the model takes, so that a label among them does not fail the call."""
    if not hasattr(x, "items"):
        return x
    takes = case.model.call_arguments
    return {name: value for name, value in x.items() if name in takes}


def _given(case: Case, batch: Batch, arguments: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the labels in the batch, and those that no label argument takes."""
    among = tuple(str(key) for key in batch.x if key in arguments) if hasattr(batch.x, "items") else ()
    if batch.y is None:
        return (among, ()) if among else _strays(case, batch)
    if hasattr(batch.y, "items"):
        names = tuple(str(key) for key in batch.y)
        renamed = _renamed(case)
        return (*among, *names), tuple(
            name for name in names if renamed.get(name, name) not in case.model.call_arguments
        )
    return (*among, ""), ()


def _strays(case: Case, batch: Batch) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels among the inputs under a name that the call does not take: one number a sample."""
    if not hasattr(batch.x, "items"):
        return (), ()
    strange = [str(key) for key, value in batch.x.items() if key not in case.model.call_arguments and _flat(value)]
    likely = [name for name in strange if name in LABEL_LIKE] or strange
    return (tuple(likely), tuple(likely)) if len(likely) == 1 else ((), ())


def _flat(tensor: Any) -> bool:
    return len(getattr(tensor, "shape", (0, 0))) == 1 and tensor.dtype.is_integer


def _renamed(case: Case) -> dict[str, str]:
    """Output name to label argument, as transformers' training step matches them."""
    with contextlib.suppress(Exception):
        return {output: label for label, output in case.model.object.get_label_to_output_name_mapping().items()}
    return {}


def _doubtful(batch: Batch, given: tuple[str, ...], unread: tuple[str, ...], arguments: tuple[str, ...]) -> bool:
    """Whether the labels may pass the loss by: a strange name, or one bare tensor for several label arguments."""
    if unread:
        return True
    return "" in given and not any(name in arguments for name in given) and len(arguments) != 1 and batch.y is not None


def _loss_computed(case: Case, batch: Batch, arguments: tuple[str, ...]) -> bool | None:
    """Whether the model gives a loss for the labels, matched as its training step matches them."""
    part = batch.take(case.tf, [0])
    inputs = dict(part.x.items()) if hasattr(part.x, "items") else {case.model.call_arguments[0]: part.x}
    renamed = _renamed(case)
    if hasattr(part.y, "items"):
        for key, value in part.y.items():
            if renamed.get(key, key) in case.model.call_arguments:
                inputs.setdefault(renamed.get(key, key), value)
    elif part.y is not None and len(arguments) == 1 and not isinstance(part.y, (list, tuple)):
        inputs.setdefault(arguments[0], part.y)
    try:
        return getattr(case.model.object(_without_labels(inputs, case), training=False), "loss", None) is not None
    except Exception:
        return None


def _pairs_in_order(batch: Batch) -> bool:
    """Whether the labels are pairs of a first and a last position."""
    import numpy as np

    y = batch.y
    if isinstance(y, (list, tuple)) and len(y) == 2 and all(len(one.shape) == 1 for one in y):
        first, last = (np.asarray(one) for one in y)
    elif hasattr(y, "shape") and len(y.shape) == 2 and y.shape[1] == 2:
        first, last = np.asarray(y)[:, 0], np.asarray(y)[:, 1]
    else:
        return False
    return first.dtype.kind in "iu" and bool((first <= last).all())


def _headed(case: Case, batch: Batch | None, made: Any) -> str:
    """The class with a head for these labels, named as the script names its own: TFAutoModel… or TFBert…."""
    name = getattr(made.owner, "__name__", "") if made else ""
    if not name.endswith("Model"):
        return ""
    labels = case.model.labels_of(batch) if batch is not None else None
    task = "ForSequenceClassification"
    if isinstance(labels, dict):
        task = "ForQuestionAnswering" if any("position" in key for key in labels) else ""
    elif labels is not None and batch is not None and len(labels.shape) == 2 and labels.shape[1] != 1:
        ids = next((tensor for key, tensor in leaves(batch.x) if key.endswith("input_ids")), None)
        task = "ForTokenClassification" if ids is not None and tuple(ids.shape) == tuple(labels.shape) else ""
    root = name if name == "TFAutoModel" else name[: -len("Model")]
    with contextlib.suppress(Exception):
        if task and getattr(sys.modules["transformers"], root + task, None) is not None:
            return root + task
    return ""


def _config(case: Case) -> tuple[Any, Any]:
    """The call that loaded the model's config, and the config object that the script gave to the model."""
    load = case.load_call
    given = load.bound.get("config") if load is not None else case.model.config
    if given is None or isinstance(given, str):
        return None, None
    calls = [call for call in case.recorder.named("config.from_pretrained") if call.result is given]
    return (calls[-1] if calls else None), given


# --- what the loss is told to read --------------------------------------------------------------------------------------


def reads_classes(case: Case) -> bool | None:
    """Whether the loss takes a label as the index of an output: None where that cannot be said (a loss of the user's own)."""
    model = case.model
    if model.internal_loss:
        return _kind(model.object) not in ("", "a span") or None
    loss = model.loss
    if loss is None or isinstance(loss, (dict, list, tuple)):
        return None
    if isinstance(loss, str):
        name, package = loss, "keras"
    else:
        made = loss if hasattr(loss, "__name__") else type(loss)
        name, package = made.__name__, str(made.__module__).split(".")[0]
    if package not in ("keras", "tf_keras"):
        return None
    return name.replace("_", "").lower() == "sparsecategoricalcrossentropy"


def regression_meant(case: Case) -> str:
    """What in the script says that it means a regression: the config, or a metric of distances. "" where nothing does."""
    if getattr(case.model.config, "problem_type", None) == "regression":
        return 'problem_type="regression"'
    call = case.compile_call
    given = [call.bound.get(name) for name in ("metrics", "weighted_metrics")] if call is not None else []
    for _unused, metric in leaves(given):
        name = metric if isinstance(metric, str) else getattr(metric, "__name__", type(metric).__name__)
        if name.replace("_", "").lower() in REGRESSION_METRICS:
            return _("the metric {name}", name=name)
    return ""
