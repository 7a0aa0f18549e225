"""Whether the training fits into memory, and which batch size does."""

from __future__ import annotations

from collections.abc import Iterator

from tfwizard.checks.gpus import shared_gpu
from tfwizard.checks.rules import Undecided, check
from tfwizard.facts import ErrorFacts, Facts, FittingFacts, MemoryFacts, Place, ScriptFacts
from tfwizard.findings import Finding, Number, Remedy
from tfwizard.language import N_, _, ngettext
from tfwizard.source_edits import SetArgument

WHY = N_("Memory grows with the batch size, where samples are compared with each other even with its square.")


@check("out-of-memory", "script")
def out_of_memory(facts: Facts) -> Iterator[Finding]:
    """An allocation failed, or a step would need far more than the device has."""
    memory, fitting, script = facts.memory, facts.fitting, facts.script
    assert script
    error = _failed(facts)
    died_examined = bool(script.died_in and script.out_of_memory)  # held before its training, with the batch in hand
    if error is None and script.out_of_memory and not died_examined:
        yield _died(script)
    elif error is not None or (memory and memory.hopeless) or (fitting and _own_failed(fitting)) or died_examined:
        yield _too_large(facts, error)
    elif memory is None and not (fitting and fitting.tried):
        raise Undecided(_("no training step was run to see what it takes"))
    elif memory is not None and memory.untried and memory.peak is not None and not (fitting and fitting.tried):
        raise Undecided(_("a step with the whole batch was not run: {why}", why=_(memory.untried)))


def _failed(facts: Facts) -> ErrorFacts | None:
    """The allocation that failed, in the script or where its batch was tried."""
    batch = facts.batch
    errors = [
        batch.error if batch else None, batch.step.error if batch and batch.step else None,
        facts.data.error if facts.data else None, facts.script.error if facts.script else None,
        facts.memory.error if facts.memory else None,
    ]  # fmt: skip
    return next((one for one in errors if one is not None and one.lacks_memory), None)


def _own_failed(fitting: FittingFacts) -> bool:
    """Whether the script's own size failed because of its size: a smaller one trains, or memory is what the failure names."""
    failed = [one for one in fitting.tried if one.rows == fitting.own and not one.fits]
    return bool(failed) and (fitting.largest is not None or failed[0].lacked)


def _died(script: ScriptFacts) -> Finding:
    last = script.calls[-1] if script.calls else None
    why = script.out_of_memory
    title = (
        _("The memory did not suffice in {call}: {why}", call=last.name, why=why)
        if last
        else _("The memory did not suffice: {why}", why=why)
    )
    return Finding(
        "out-of-memory", "memory", "error", title,
        _("The script's process was ended before it came to its training, so it is not the batch alone that is too large."),
        {"death": script.death, "exit_code": script.exit_code, "last_call": last.name if last else None},
        last.where if last else None, "", (), _("Load less at once, use a smaller model, or a machine with more memory."),
        explains_failure=True,
    )  # fmt: skip


def _too_large(facts: Facts, error: ErrorFacts | None) -> Finding:
    memory, fitting = facts.memory, facts.fitting
    rows = memory.rows if memory else (fitting.own if fitting else 0)
    evidence: dict[str, object] = {"batch_size": rows, "error": error.useful if error else None}
    title = ""
    if memory is not None:
        evidence |= {
            "peak_bytes": memory.peak, "device": memory.device.kind, "device_bytes": memory.device.total,
            "free_bytes": memory.device.free, "limit": memory.device.limit, "not_tried": _(memory.untried) if memory.untried else "",
        }  # fmt: skip
        if memory.largest is not None:
            evidence |= {
                "largest_tensor": list(memory.largest.shape), "largest_bytes": memory.largest.bytes,
                "operation": memory.largest.operation, "grows_with_rows_to_the": memory.largest.power,
            }  # fmt: skip
            shape = "×".join(str(size) for size in memory.largest.shape)
            title = _(
                "A batch of {n} samples needs a tensor of {size} ({shape}), which cannot be allocated",
                n=rows,
                size=in_bytes(memory.largest.bytes),
                shape=shape,
            )
        elif memory.untried and memory.peak and memory.device.total and memory.peak > memory.device.total:
            title = _(
                "A batch of {n} samples needs about {needed}; there are {there}",
                n=rows,
                needed=in_bytes(memory.peak),
                there=in_bytes(memory.device.total),
            )
    if not title:
        title = (
            _("A batch of {n} samples does not fit into memory", n=rows)
            if rows
            else _("An allocation failed: the memory does not suffice")
        )
    if fitting is not None:
        evidence["tried"] = [
            {"batch_size": one.rows, "fits": one.fits, "why": one.why, "peak_bytes": one.peak} for one in fitting.tried
        ]
        evidence["search_ended"] = fitting.stopped
    size = fitting.largest if fitting else (memory.fitting if memory else None)
    evidence["fitting_batch_size"] = size
    held = facts.script.held.where if facts.script and facts.script.held else None
    function, where = _batch_call(memory, fitting)
    advice = _("Use a smaller batch, or a smaller model.")
    if size:
        advice = (
            _("Use a batch size of {size}: training steps with it were run.", size=size)
            if fitting
            else _("A batch size of {size} should fit.", size=size)
        )
    if (gpu := shared_gpu(facts)) is not None:
        evidence["before_the_run"] = str(gpu)
        advice = _(
            "Other processes held a part of this GPU before it ran (gpu-held-by-others): without them more fits. {advice}",
            advice=advice,
        )
    return Finding(
        "out-of-memory", "memory", "error", title, _(WHY), evidence, where or (error.where if error else None) or held, "",
        tuple(_smaller(size, rows, function, where, _optimizer(memory, fitting))), advice, explains_failure=True,
    )  # fmt: skip


def _batch_call(memory: MemoryFacts | None, fitting: FittingFacts | None) -> tuple[str, Place | None]:
    for one in (memory, fitting):
        if one is not None and one.function:
            return one.function, one.batch_where
    return "", None


def _optimizer(memory: MemoryFacts | None, fitting: FittingFacts | None) -> str:
    return next((one.optimizer for one in (memory, fitting) if one is not None and one.optimizer), "")


def _smaller(size: int | None, rows: int, function: str, where: Place | None, optimizer: str) -> Iterator[Remedy]:
    if size and rows and function and where:
        yield Remedy(
            _("Use batches of {n} samples", n=size),
            (SetArgument(function, where, "batch_size", str(size)),),
            _(
                "{rate} An epoch has {factor} times as many steps.",
                rate=rate_words(size, rows, optimizer),
                factor=max(1, rows // size),
            ),
            Number(_("batch size"), str(size)),
        )


def rate_words(size: int, rows: int, optimizer: str) -> str:
    """What another batch size means for the learning rate (Goyal et al. 2017; Malladi et al. 2022)."""
    factor = size / rows
    if optimizer == "SGD":
        return _("With SGD the learning rate is usually scaled along: here times {factor:.3g}.", factor=factor)
    return _(
        "The learning rate stays as it is; where it was chosen for the old size, {optimizer} often takes it times "
        "{root:.3g} (the square root), and fine-tuning mostly the same.",
        optimizer=optimizer or "Adam",
        root=factor**0.5,
    )


def in_bytes(count: int) -> str:
    """A number of bytes as people say it."""
    for unit, size in ((N_("TB"), 1e12), (N_("GB"), 1e9), (N_("MB"), 1e6)):
        if count >= size:
            return f"{count / size:.3g} {_(unit)}"
    return ngettext("{n} byte", "{n} bytes", count)
