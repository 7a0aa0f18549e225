"""What was measured, in blocks: the arguments, the model, one batch, one sample, the labels, the losses, the GPUs."""

from __future__ import annotations

from collections.abc import Iterator

from tfwizard.language import N_, _, ngettext
from tfwizard.report.blocks import Bars, Block, Code, Heading, Pairs, Table, Words
from tfwizard.report.contents import Gpu, Report, Setting
from tfwizard.report.words import number

#: More labels and rows than these say nothing more.
MOST_LABELS, MOST_ROWS = 40, 32
SET_BY = {"script": N_("the script"), "string": N_("a default behind a string"), "default": N_("a default")}
WHOSE = {
    "mine": N_("yours"),
    "notebook": N_("a notebook"),
    "tfwizard": N_("this wizard"),
    "other": N_("somebody else's"),
}
MODEL = {
    "class": N_("class"), "loaded_from": N_("loaded from"), "output_width": N_("outputs"), "output_shape": N_("output shape"),
    "variables": N_("variables"), "trainable_variables": N_("trainable variables"), "embedding_rows": N_("embedding rows"),
    "largest_id": N_("largest id"), "longest_sample": N_("longest sample"), "positions": N_("positions"),
    "tokenizer_size": N_("tokens that the tokenizer knows"),
}  # fmt: skip


def settings_blocks(report: Report) -> Iterator[Block]:
    """The arguments with their defaults, then the numbers that have to fit each other."""
    shown = [one for one in report.settings if one.set_by != "default" or one.value != "None"]
    if shown:
        yield Table(
            (_("given to"), _("name"), _("value"), _("set by"), _("usual")),
            tuple((one.owner, one.name, one.value, _set_by(one), one.usual or "") for one in shown),
        )
    if len(shown) < len(report.settings):
        left = len(report.settings) - len(shown)
        yield Words(ngettext("{n} more is None by default.", "{n} more are None by default.", left))
    if report.model:
        yield Heading(_("The model, beside what it is given"))
        yield Pairs(
            tuple(
                (_(MODEL[name]) if name in MODEL else name.replace("_", " "), value)
                for name, value in report.model.items()
            )
        )


def _set_by(one: Setting) -> str:
    words = _(SET_BY[one.set_by]) if one.set_by in SET_BY else one.set_by
    return _("{who}, line {n}", who=words, n=one.line) if one.set_by == "script" and one.line else words


def batch_blocks(report: Report) -> Iterator[Block]:
    """Tensor by tensor."""
    found = report.batch
    if found is None:
        return
    batches = {None: _("not known"), -1: _("endless")}.get(found.batches, str(found.batches))
    rows = [
        (_("given as"), found.source),
        (_("structure"), found.structure),
        (_("rows"), str(found.rows)),
        (_("batches"), batches),
    ]
    yield Pairs((*rows, *([(_("loss"), found.loss)] if found.loss else [])))
    header = (_("name"), _("role"), _("shape"), _("dtype"), _("minimum"), _("maximum"), _("distinct"), "NaN", "inf")
    rows_of = (
        (one.name, _(one.role), str(one.shape).replace(" ", ""), one.dtype, number(one.minimum), number(one.maximum),
         "–" if one.distinct is None else str(one.distinct), str(one.nan), str(one.infinite))
        for one in found.tensors
    )  # fmt: skip
    yield Table(header, tuple(rows_of), (4, 5, 6, 7, 8))


def sample_blocks(report: Report) -> Iterator[Block]:
    """Its text, or its values."""
    found = report.sample
    if found is None:
        return
    if found.text:
        yield Code(found.text)
    rows = list(found.values.items()) if not found.text else []
    rows += [(_("label"), found.label)] if found.label else []
    rows += [(_("decoded by the tokenizer of"), found.tokenizer)] if found.tokenizer else []
    if rows:
        yield Pairs(tuple(rows))


def labels_blocks(report: Report) -> Iterator[Block]:
    """How often each was seen."""
    found = report.labels
    if found is None:
        return
    seen = _("all rows") if found.whole else ngettext("the first {n} row", "the first {n} rows", found.seen)
    rows = [(_("column"), found.column), (_("counted"), seen), (_("different labels"), str(len(found.counts)))]
    yield Pairs((*rows, *([(_("classes of the model"), str(found.classes))] if found.classes is not None else [])))
    if len(found.counts) <= MOST_LABELS:
        yield Bars(found)


def fresh_blocks(report: Report) -> Iterator[Block]:
    """Row by row."""
    found = report.fresh
    if found is None:
        return
    rows = [(_("mean loss"), number(found.mean_loss))] if found.mean_loss is not None else []
    rows += [(_("chance"), number(found.chance))] if found.chance is not None else []
    if rows:
        yield Pairs(tuple(rows))
    if all(row.loss is None for row in found.rows):
        yield Words(_("TensorFlow refuses to compute the loss of any row."))
        return
    each = (
        (
            str(at),
            row.label,
            "–" if row.prediction is None else str(row.prediction),
            _("refused") if row.loss is None else number(row.loss),
        )
        for at, row in enumerate(found.rows[:MOST_ROWS])
    )
    yield Table((_("row"), _("label"), _("prediction"), _("loss")), tuple(each), (0, 1, 2, 3))


def gpus_blocks(gpus: tuple[Gpu, ...]) -> Iterator[Block]:
    """Each GPU, and who holds its memory."""
    rows = []
    for gpu in gpus:
        when = _("when it failed") if gpu.at_failure else _("before the run")
        rows.append((when, f"GPU {gpu.index}", gpu.name, _of(gpu.used, gpu.memory), ""))
        for one in gpu.holders:
            rows.append(
                (
                    "",
                    "",
                    one.program or _("a process that cannot be seen"),
                    _size(one.memory),
                    _(WHOSE.get(one.whose, one.whose)),
                )
            )
    if rows:
        yield Table((_("seen"), "GPU", _("name"), _("memory"), _("whose")), tuple(rows), (3,))


def _size(value: int | None) -> str:
    return _("not told") if value is None else f"{value / 2**30:.1f} GiB"


def _of(used: int | None, memory: int | None) -> str:
    return _("{used} of {memory}", used=_size(used), memory=_size(memory)) if memory is not None else _("not told")
