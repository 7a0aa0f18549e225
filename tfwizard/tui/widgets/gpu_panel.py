"""The GPUs and who holds their memory, as lines: on the page of a stage, live on a screen of its own, and as plain text."""

from __future__ import annotations

import time

from tfwizard.facts import Facts, GpuFacts, GpuProcess, GpusFacts
from tfwizard.language import _
from tfwizard.tui.lines import (
    BAD,
    FAINT,
    KEY,
    STRONG,
    WARN,
    Lines,
    Part,
    bar,
    blank,
    cell,
    clean,
    heading,
    line,
    paragraph,
    phrase,
    table,
    wrapped,
)

#: The mark of the chosen process.
CHOSEN = "▌"
MIB, GIB = 2**20, 2**30


def looked_at(facts: Facts, width: int) -> Lines:
    """The GPUs as they were when something failed on one, else before the run; for the page of a stage."""
    seen = facts.gpus_at_failure or facts.gpus
    if seen is None:
        return []
    if not seen.gpus:
        return gpu_lines(seen, width)
    title = _("The GPUs when it failed") if facts.gpus_at_failure else _("The GPUs before the run")
    keys = phrase(_("{g} shows them live, and asks a process of yours to stop"), g=("g", KEY))
    return [heading(title), *gpu_lines(seen, width), *wrapped(keys, width, 0, 2)]


def gpu_lines(gpus: GpusFacts, width: int, chosen: int | None = None) -> Lines:
    """Every GPU with its processes; the row of the process `chosen` is marked. One faint line where there is no GPU."""
    if not gpus.gpus:
        return paragraph(_("No GPU to look at: {why}.", why=clean(gpus.why)), width, 0, FAINT)
    lines: Lines = []
    for gpu in gpus.gpus:
        lines += [*([blank()] if lines else []), *one_gpu(gpu, _("GPU {n}", n=gpu.index), width, chosen)]
        for instance in gpu.instances:
            lines += one_gpu(instance, _("GPU {n}, MIG {m}", n=gpu.index, m=instance.index), width, chosen)
    return [*lines, *hints(gpus, width)]


def one_gpu(gpu: GpuFacts, title: str, width: int, chosen: int | None) -> Lines:
    """Its name, what it does now, and who holds its memory."""
    if gpu.lost:
        return wrapped(line((title, STRONG), "  ", (_("✗ lost: {why}", why=clean(gpu.lost)), BAD)), width, 0, 2)
    lines = wrapped(line((title, STRONG), "  ", clean(gpu.name)), width, 0, 2)
    size = 12 if width < 70 else 24
    drawn = cell(bar(gpu.used or 0, gpu.memory or 0, size), size)
    now = "  ".join((memory_of(gpu), _("use {p}", p=unit(gpu.utilisation, "%")), unit(gpu.temperature, "°C"),
                     unit(gpu.power, "W")))  # fmt: skip
    lines += wrapped(line(drawn, "  ", now), width, 0, 2)
    if gpu.mig:  # its instances have the processes
        return [*lines, line((_("cut into MIG instances; a program gets one of them"), FAINT))]
    return lines + process_lines(gpu, width, chosen)


def process_lines(gpu: GpuFacts, width: int, chosen: int | None) -> Lines:
    """Who holds its memory, the most first."""
    if not gpu.processes_known:
        return [line((_("the driver does not say who holds it"), FAINT))]
    if not gpu.processes:
        held = (gpu.used or 0) > 0.1 * (gpu.memory or 1)
        words = _("held by processes that the driver does not show here") if held else _("no process holds memory")
        return [line((words, WARN if held else FAINT))]
    rows: list[list[Part]] = []
    for one in gpu.processes:
        style = "reverse" if one.pid == chosen else ""
        texts = (
            f"{CHOSEN if one.pid == chosen else ' '}{one.pid:>8}", memory_words(one.memory), age_of(one), whose(one), command_of(one),
        )  # fmt: skip
        rows.append([(text, style) for text in texts])
    header = (f" {_('pid'):>8}", _("memory"), _("runs for"), _("whose"), _("command"))
    return table(header, rows, width, (1, 2))


def hints(gpus: GpusFacts, width: int) -> Lines:
    """What to know of these processes."""
    found = [one for gpu in (*gpus.gpus, *gpus.devices) for one in gpu.processes]
    words = []
    if any(one.notebook and one.mine and not one.ours for one in found):
        words.append(_("An old notebook is the usual culprit: it keeps its memory until its kernel is shut down."))
    if any(one.seen == "elsewhere" for one in found):
        words.append(
            _("Processes of another container have no name here; in a container, the script's own may be one of them.")
        )
    if not all(one.certain for one in found):
        words.append(
            _("? The driver may mean another process: this is a container, and its numbers are those of the machine.")
        )
    return [row for text in words for row in [blank(), *paragraph(text, width, 0, FAINT)]]


def unit(value: float | None, name: str) -> str:
    """A whole number with its unit, N/A where the driver does not tell."""
    return _("N/A") if value is None else f"{value:.0f} {name}"


def memory_of(gpu: GpuFacts) -> str:
    """How much of its memory is held."""
    if gpu.memory is None or gpu.used is None:
        return _("memory N/A")
    return _("{used:.1f} of {all:.1f} GiB", used=gpu.used / GIB, all=gpu.memory / GIB)


def memory_words(size: int | None) -> str:
    """What a process holds."""
    if size is None:
        return _("N/A")
    return _("{size:.1f} GiB", size=size / GIB) if size >= GIB else _("{memory:.0f} MiB", memory=size / MIB)


def age_of(process: GpuProcess) -> str:
    """How long it runs, in one coarse unit: a number that changes each second would be drawn each second."""
    if process.since is None:
        return "–"
    seconds = max(0.0, time.time() - process.since)
    for size, name in ((86400, _("d")), (3600, _("h")), (60, _("min"))):
        if seconds >= size:
            return f"{int(seconds // size)} {name}"
    return _("< 1 min")


def whose(process: GpuProcess) -> str:
    """Whose it is."""
    if process.ours:
        return "tfwizard"
    if process.mine:
        return _("yours")
    return {"hidden": _("another's"), "elsewhere": "–"}.get(process.seen) or clean(process.owner)


def command_of(process: GpuProcess) -> str:
    """What it runs, what kind of process it is being said first."""
    if process.seen == "elsewhere":
        return _("in another container")
    if process.seen == "hidden":
        return _("hidden from you by this machine")
    program, _space, rest = clean(process.command).partition(" ")
    words = f"{program.rsplit('/', 1)[-1]} {rest}".strip()
    kinds = [_("a worker of the wizard") if process.ours else _("notebook") if process.notebook else "",
             _("draws on a screen") if process.graphics else ""]  # fmt: skip
    kind = ", ".join(filter(None, kinds))
    return ("" if process.certain else "? ") + (_("{name}: {value}", name=kind, value=words) if kind else words)
