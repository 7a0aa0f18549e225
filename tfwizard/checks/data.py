"""What enters the model."""

from __future__ import annotations

from collections.abc import Iterator

from tfwizard.checks.expressions import keras_object
from tfwizard.checks.rules import Undecided, check
from tfwizard.checks.script import LABEL_NAMES, function_of
from tfwizard.facts import Facts, PipelineFacts
from tfwizard.findings import Finding, Remedy
from tfwizard.language import _
from tfwizard.source_edits import AddListItem, MoveListItem, RemoveArgument, SetArgument

#: Smaller changes of a logit are rounding, not the mask (float32, measured on tiny models: FP noise stays under 1e-6).
MASK_MATTERS = 1e-5


def feeding(facts: Facts) -> PipelineFacts | None:
    """The pipeline that the training call reads from."""
    pipelines = facts.pipelines.pipelines if facts.pipelines else ()
    return next((one for one in pipelines if one.feeds_training), None)


@check("labels-in-inputs-with-keras-loss", "data", "batch", "pipelines")
def labels_in_inputs(facts: Facts) -> Iterator[Finding]:
    """The labels are a key of the input dict, and compile was given a loss."""
    assert facts.data and facts.batch and facts.pipelines
    if facts.data.error is not None:
        raise Undecided(_("no batch could be read"))
    if not (facts.data.labels_in_inputs and facts.data.loss_explicit) or facts.pipelines.compile_call is None:
        return
    step = facts.batch.step
    trains = step is not None and step.ran and step.error is None and bool(step.gradient_norm)
    keys = ", ".join(facts.data.labels_in_inputs)
    yield Finding(
        "labels-in-inputs-with-keras-loss", "data", "warning" if trains else "error",
        _('The labels are among the inputs ("{keys}"), yet compile was given a Keras loss', keys=keys),
        _("A Keras loss wants the labels apart from the inputs: (inputs, labels). Only the model's own loss reads them among the inputs. "
          "This version of the libraries moves them by itself; others stop with “No gradients provided”.") if trains else
        _("A Keras loss wants the labels apart from the inputs: (inputs, labels). Only the model's own loss reads them among the inputs. "
          "Here the loss gets no labels, and nothing is learned."),
        {
            "keys": list(facts.data.labels_in_inputs), "structure": facts.data.structure, "loss": facts.data.loss,
            "one_step": None if step is None else {"ran": step.ran, "gradient_norm": step.gradient_norm, "rows": step.rows,
                                                   "error": step.error.useful if step.error else None},
        },
        facts.pipelines.compile_call.where, "", tuple(_separate(facts)),
        _("Either drop loss= and use the model's own loss, or give the dataset's labels separately."),
        explains_failure=not trains,
    )  # fmt: skip


def _separate(facts: Facts) -> Iterator[Remedy]:
    assert facts.pipelines and facts.pipelines.compile_call
    where = facts.pipelines.compile_call.where
    if where is None:
        return
    if facts.pipelines.load_call is not None:
        yield Remedy(
            _("Drop loss=: the model's own loss reads the labels where they are"),
            (RemoveArgument("compile", where, "loss"),),
            _("The model computes its cross-entropy from the logits itself."),
        )
    pipeline = feeding(facts)
    label = next((name for name in (pipeline.columns if pipeline else ()) if name in LABEL_NAMES), None)
    if pipeline and label and pipeline.call.where and function_of(pipeline) == "to_tf_dataset":
        value, imports = keras_object(facts, "losses", "SparseCategoricalCrossentropy", "from_logits=True")
        yield Remedy(
            _("Move the labels to label_cols and keep a Keras loss, on logits"),
            (
                MoveListItem("to_tf_dataset", pipeline.call.where, "columns", label, "label_cols"),
                SetArgument("compile", where, "loss", value, imports),
            ),
            _("Keras computes the loss; it must know that the model gives logits."),
        )


@check("attention-mask-missing", "data", "pipelines")
def attention_mask_missing(facts: Facts) -> Iterator[Finding]:
    """Padded ids enter a model that takes a mask, without one."""
    assert facts.data
    if facts.data.error is not None:
        raise Undecided(_("no batch could be read"))
    padding = facts.data.padding
    if padding is None or padding.has_mask or not padding.model_takes_mask or not padding.padded:
        return
    if padding.effect is None:
        raise Undecided(_("the model could not be run with a mask"))
    if padding.effect <= MASK_MATTERS:
        return
    pipeline = feeding(facts)
    share = padding.padded / padding.positions
    remedies: tuple[Remedy, ...] = ()
    if pipeline and pipeline.call.where and _could_hand_on_the_mask(pipeline):
        edit = AddListItem("to_tf_dataset", pipeline.call.where, "columns", padding.column, "attention_mask")
        remedies = (
            Remedy(
                _('Add "attention_mask" to the columns'), (edit,), _("Padding no longer takes part in the attention.")
            ),
        )
    elif refused := _refused_masks(facts):
        remedies = (
            Remedy(_("Let the tokenizer give the mask"), refused, _("Padding no longer takes part in the attention.")),
        )
    yield Finding(
        "attention-mask-missing", "data", "warning",
        _("{share:.0%} of the ids are padding, and no attention_mask says so", share=share),
        _("Without a mask the model attends to the padding as if it were text. It trains, and worse than it could."),
        {"padded": padding.padded, "positions": padding.positions, "pad_id": padding.pad_id,
         "largest_change_of_a_logit_with_the_mask": padding.effect, "columns": list(pipeline.columns) if pipeline else None},
        pipeline.call.where if pipeline else (facts.script.held.where if facts.script and facts.script.held else None),
        "", remedies, _("Hand the tokenizer's attention_mask on to the model."),
    )  # fmt: skip


def _refused_masks(facts: Facts) -> tuple[RemoveArgument, ...]:
    """The edits for tokenizer calls that were told to give no mask."""
    return tuple(
        RemoveArgument(one.callee, one.call.where, "return_attention_mask")
        for one in (facts.text.calls if facts.text else ())
        if one.callee and one.call.where and (given := one.call.arguments.get("return_attention_mask"))
        if given.value == "False"
    )


def _could_hand_on_the_mask(pipeline: PipelineFacts) -> bool:
    """Whether the call names its columns, and the mask is among those that it could name."""
    named = bool(pipeline.columns) and function_of(pipeline) == "to_tf_dataset"
    return named and (pipeline.available is None or "attention_mask" in pipeline.available)
