"""A training loop of the user's own: its tape, its loss, its updates."""

from __future__ import annotations

from collections.abc import Iterator

from tfwizard.checks.rules import Undecided, check
from tfwizard.facts import BroadcastFacts, Facts, TapeFacts
from tfwizard.findings import Finding, Remedy
from tfwizard.language import _, ngettext
from tfwizard.source_edits import ReplaceName


@check("optimizer-not-applied", "script", "loop")
def optimizer_not_applied(facts: Facts) -> Iterator[Finding]:
    """Gradients are computed, and no variable ever moves."""
    assert facts.script and facts.loop
    if facts.loop.applied == 0:
        yield _nothing_applied(facts)
        return
    asked = [one for one in facts.loop.gradients if one.sources]
    if facts.script.outcome != "no_training":
        if asked or facts.script.outcome in ("failed", "died", "timed_out"):
            raise Undecided(_("the script did not reach the end of its loop"))
        return
    if not asked or facts.loop.updates or any(one.moved for one in asked):
        return
    if any(one.moved is None for one in asked):
        raise Undecided(_("the values of the variables were not read"))
    # Gradients that are looked at once, by a script that has no optimizer, are no training.
    first = next((one for one in asked if facts.loop.optimizers or one.traced or one.calls > 1), None)
    if first is None:
        return
    yield Finding(
        "optimizer-not-applied", "hyperparameters", "error",
        ngettext(
            "Gradients of {n} variable are computed and never applied: every weight is what it was at the start",
            "Gradients of {n} variables are computed and never applied: every weight is what it was at the start", first.sources,
        ),
        _("A tape only computes gradients. The weights move when an optimizer applies them, with optimizer.apply_gradients."),
        {
            "variables": first.sources, "gradient_calls": first.calls, "traced": first.traced,
            "applied": facts.loop.updates, "optimizers_made": facts.loop.optimizers, "weights_moved": False,
        },
        first.where, "", (),
        _("Apply them behind this line: optimizer.apply_gradients(zip(gradients, model.trainable_variables))."),
    )  # fmt: skip


def _nothing_applied(facts: Facts) -> Finding:
    """The optimizer is given a list without any variable."""
    assert facts.script and facts.loop
    held = facts.script.held
    return Finding(
        "optimizer-not-applied", "hyperparameters", "error",
        _("The optimizer is given no variable at all: every weight stays what it was at the start"),
        _("A model has no variables before it is called or built: a list of them taken earlier is empty, and stays so."),
        {"applied": 0, "updates": facts.loop.updates, "optimizers_made": facts.loop.optimizers},
        held.where if held else None, "", (),
        _("Ask the model for its trainable_variables at each step, behind the call of the model."),
    )  # fmt: skip


def updates_by_hand(facts: Facts) -> bool:
    """Whether a loop moved its variables itself, without an optimizer."""
    return bool(facts.loop and any(one.moved for one in facts.loop.gradients))


def without_gradients(facts: Facts) -> list[TapeFacts]:
    """The lines whose tape gave None for every trainable variable that was asked for."""
    return [
        one for one in (facts.loop.gradients if facts.loop else ()) if one.sources and len(one.missing) == one.sources
    ]


def loop_without_gradients(facts: Facts) -> Iterator[Finding]:
    """The finding of `no-gradients` for a loop of the user's own."""
    for one in without_gradients(facts)[:1]:
        cut = one.cuts[0] if one.cuts else None
        if cut is not None:
            title = _(
                "All {n} gradients are None: {operation} stands between them and the loss, and has no derivative",
                n=one.sources,
                operation=cut.operation,
            )
        elif one.connected:
            title = _("All {n} gradients are None: no way with derivatives leads from them to the loss", n=one.sources)
        else:
            title = _(
                "All {n} gradients are None: nothing that the tape recorded leads from them to the loss", n=one.sources
            )
        yield Finding(
            "no-gradients", "batch", "error",
            title,
            _("A gradient tells which way to move a weight. It exists only where each operation from the weight to the loss has a "
              "derivative and ran under the tape: argmax, rounding, casts to integers and .numpy() end the way."),
            {
                "variables": one.sources, "without_gradient": list(one.missing)[:20], "connected": one.connected,
                "operations": [
                    {"operation": each.operation, "line": each.where.line if each.where else None, "text": each.where.text if each.where else ""}
                    for each in one.cuts
                ],
            },
            (cut.where if cut and cut.where else one.where), "", (),
            _("Compute the loss from the model's output itself, with a loss that has a derivative (a cross-entropy, say), and call "
              "the model under the tape."), explains_failure=True,
        )  # fmt: skip


def loop_broadcasts(facts: Facts) -> Iterator[Finding]:
    """The findings of `loss-broadcasts` for a loop of the user's own."""
    for one in facts.loop.broadcasts if facts.loop else ():
        rows = next((size for size in (*one.shape, *one.other) if size not in (None, 1)), None)
        errors = f"{rows} × {rows}" if rows else _("rows × rows")
        yield Finding(
            "loss-broadcasts", "hyperparameters", "error",
            _(
                "Predictions {predictions} and labels {labels} are stretched to each other: {errors} errors",
                predictions=_shape(one.shape), labels=_shape(one.other), errors=errors,
            ),
            _("Arrays of such shapes broadcast without an error: each prediction is compared with every label, and the model "
              "learns their mean."),
            {"operation": one.operation, "predictions": list(one.shape), "labels": list(one.other), "rows": rows},
            one.where, "", tuple(_same_shape(one)),
            _("Give both the same shape, for instance tf.squeeze(prediction, axis=-1)."),
        )  # fmt: skip


def _shape(shape: tuple[int | None, ...]) -> str:
    sizes = ", ".join(_("rows") if size is None else str(size) for size in shape)
    return f"({sizes}{',' if len(shape) == 1 else ''})"


def _same_shape(one: BroadcastFacts) -> Iterator[Remedy]:
    """Take the last axis of the one that has it away."""
    name = one.name if len(one.shape) == 2 else one.other_name
    if name and one.where:
        edit = ReplaceName(one.where, name, f"tf.squeeze({name}, axis=-1)", ("import tensorflow as tf",))
        yield Remedy(
            _("Take the last axis of {name} away before the comparison", name=name),
            (edit,),
            _("Each prediction is then compared with its own label."),
        )
