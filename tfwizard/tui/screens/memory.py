"""Stage 9: what the training takes of the memory, part by part, against what the device has; which batch size fits."""

from __future__ import annotations

from tfwizard.facts import DeviceFacts, Facts, FittingFacts, MemoryFacts, MemoryPart, SizeTried
from tfwizard.language import N_, _, ngettext
from tfwizard.tui.lines import (
    BAD,
    FAINT,
    GOOD,
    KEY,
    Lines,
    Part,
    bar,
    blank,
    clean,
    heading,
    line,
    phrase,
    table,
    wrapped,
)
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.screens.script import error_lines
from tfwizard.tui.view import View
from tfwizard.tui.widgets.gpu_panel import looked_at

#: Cells of a bar; a narrow terminal has half of them.
BAR = 32


class MemoryPage(StagePage):
    """The parts of the peak, and the sizes that were tried."""

    def evidence(self, view: View, width: int) -> Lines:
        """The memory of this run."""
        return memory_lines(view.facts, width)


def memory_lines(facts: Facts, width: int) -> Lines:
    """The parts, the sum against the device, the largest tensor, the sizes; below them who holds the GPUs."""
    memory, fitting = facts.memory, facts.fitting
    lines: Lines = []
    if memory is not None:
        if memory.error:
            lines += error_lines(memory.error, width)
        if memory.parts:
            lines += [*need_lines(memory, width), blank()]
        lines += tensor_lines(memory, width)
        lines += size_lines(memory, fitting, width)
    elif fitting is not None:
        lines += tried_lines(fitting, width)
    gpus = looked_at(facts, width)
    return [*lines, *([blank()] if lines and gpus else []), *gpus]


def need_lines(memory: MemoryFacts, width: int) -> Lines:
    """The peak of a training step: a bar against the device, one sentence, then the parts."""
    total = memory.device.total
    cells = BAR if width > 2 * BAR else BAR // 2
    lines: Lines = []
    if memory.peak is not None:
        lines += wrapped(line((summary(memory), "")), width, 0, 2)
    if memory.peak is not None and total:
        full = bar(memory.peak, total, cells)
        over: Part = (full + "!", BAD) if memory.peak > total else full
        share = _(
            "{share} of {total}, {limit}",
            share=f"{100 * memory.peak / total:.0f} %",
            total=size_words(total),
            limit=limit_words(memory.device),
        )
        lines += wrapped(line("▕", over, " " * max(0, cells - len(full)), "▏ ", (share, FAINT)), width, 0, 2)
    rows: list[list[Part]] = [
        [
            part_words(part.name),
            size_words(part.bytes),
            _("measured") if part.measured else _("estimated"),
            sum_words(part, memory),
        ]
        for part in memory.parts
    ]
    return [*lines, *table((_("part"), _("bytes"), _("how"), ""), rows, width, (1,))]


def summary(memory: MemoryFacts) -> str:
    """The peak in one sentence."""
    held = sum(part.bytes for part in memory.parts if part.name not in ("batch", "activations"))
    kind = _("estimated") if memory.untried else _("measured")
    batch = (
        _("{rows} × {length} positions", rows=memory.rows, length=memory.length) if memory.length else str(memory.rows)
    )
    return _(
        "A step with a batch of {batch} takes {peak} at its peak ({kind}), {held} of it whatever the batch.",
        batch=batch,
        peak=size_words(memory.peak or 0),
        kind=kind,
        held=size_words(held),
    )


def sum_words(part: MemoryPart, memory: MemoryFacts) -> str:
    """How the bytes of a part come about: the arithmetic of the course, with the person's own numbers."""
    match part.name:
        case "framework":
            return _("held before training") if memory.device.kind == "CPU" else ""
        case "parameters" if part.count is not None:
            return _("{n} × {width} B", n=count_words(part.count), width=part.width)
        case "gradients" if part.count is not None:
            everything = next((one.count for one in memory.parts if one.name == "parameters"), None)
            return (
                _("one per parameter") if part.count == everything else _("{n} are trained", n=count_words(part.count))
            )
        case "optimizer" if part.count is not None:
            trained = next((one.count for one in memory.parts if one.name == "gradients" and one.count), None)
            each = part.count / trained if trained else 0.0
            optimizer = clean(memory.optimizer)
            if each < 0.5:
                return _("{optimizer}: no copies", optimizer=optimizer)
            return _("{optimizer}: {n} per number", optimizer=optimizer, n=f"{each:.2g}")
        case "batch":
            return ngettext("{n} sample", "{n} samples", memory.rows)
        case "activations":
            return _("kept for gradients")
    return ""


def tensor_lines(memory: MemoryFacts, width: int) -> Lines:
    """The largest tensor, where one is known."""
    if memory.largest is None:
        return []
    text = _(
        "largest tensor: {operation} gives {shape}, {size}; it grows with the batch size to the power {power}",
        operation=clean(memory.largest.operation),
        shape="×".join(str(size) for size in memory.largest.shape),
        size=size_words(memory.largest.bytes),
        power=f"{memory.largest.power:.2g}",
    )
    return [*wrapped(line(text), width, 0, 2), blank()]


def size_lines(memory: MemoryFacts, fitting: FittingFacts | None, width: int) -> Lines:
    """How the peak grows with the batch, what was searched, and the key for that."""
    lines: Lines = []
    if fitting is None and len(memory.steps) > 1:
        grows = ", ".join(_("{name}: {value}", name=one.rows, value=size_words(one.peak or 0)) for one in memory.steps)
        lines += wrapped(line(_("batch size: peak   {sizes}", sizes=grows)), width, 0, 2)
    if memory.untried and fitting is None:
        text = _("✗ the whole batch was not tried here: {why}", why=clean(_(memory.untried)))
        lines += wrapped(line((text, BAD)), width, 0, 2)
    if fitting is not None:
        return lines + tried_lines(fitting, width)
    text = _("{o} how large could it be? (runs the script again, as often as needed; ends the held run)")
    return lines + wrapped(phrase(text, o=("o", KEY)), width, 0, 2)


def tried_lines(fitting: FittingFacts, width: int) -> Lines:
    """The sizes that were tried in runs of their own."""
    lines: Lines = [heading(_("Batch sizes tried in throw-away runs"))]
    rows: list[list[Part]] = [tried_row(one, fitting.own) for one in sorted(fitting.tried, key=lambda one: one.rows)]
    lines += table((_("size"), _("trains"), _("peak"), _("why not")), rows, width, (0, 2)) if rows else []
    if fitting.largest:
        text = ngettext("{n} sample fits", "{n} samples fit", fitting.largest)
        lines += wrapped(line(("✓ ", GOOD), (text, GOOD)), width, 0, 2)
    if fitting.stopped:
        lines += wrapped(line((clean(fitting.stopped), FAINT)), width, 0, 2)
    return lines


def tried_row(one: SizeTried, own: int) -> list[Part]:
    """One size."""
    size = f"{one.rows}" + ("*" if one.rows == own else "")
    sign: Part = (_("✓ yes"), GOOD) if one.fits else (_("✗ no"), BAD)
    return [size, sign, size_words(one.peak) if one.peak else "–", clean(one.why)]


def limit_words(device: DeviceFacts) -> str:
    """What sets the total."""
    words = {"main memory": _("main memory"), "control group": _("this control group"), "GPU memory": _("GPU memory")}
    return words.get(device.limit, clean(device.limit))


def part_words(name: str) -> str:
    """The name of a part, for people."""
    words = {
        "framework": _("libraries, data"),
        "parameters": _("parameters"),
        "gradients": _("gradients"),
        "optimizer": _("optimizer"),
        "batch": _("batch"),
        "activations": _("activations"),
    }
    return words.get(name, clean(name))


def size_words(count: int) -> str:
    """Bytes in three digits."""
    for unit, size in ((N_("TB"), 1e12), (N_("GB"), 1e9), (N_("MB"), 1e6), (N_("kB"), 1e3)):
        if count >= size:
            digits = count / size
            return f"{digits:.0f} {_(unit)}" if digits >= 100 else f"{digits:.3g} {_(unit)}"
    return _("{n} B", n=count)


def count_words(count: int) -> str:
    """A number of parameters: 66.4 M, 1.5 B."""
    for unit, size in (("B", 1e9), ("M", 1e6), ("k", 1e3)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return str(count)
