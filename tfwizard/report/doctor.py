"""What `doctor` found, as JSON (schema tfwizard-doctor/1) and as a table."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

from tfwizard import prose
from tfwizard.checks.conflicts import Conflict
from tfwizard.doctor import Diagnosis
from tfwizard.facts import FolderFacts, InstalledFacts
from tfwizard.foreign import harmless
from tfwizard.language import N_, _, joined, ngettext
from tfwizard.report.contract import plain
from tfwizard.report.text import COUNTED, SIGNS, WIDTH

SCHEMA = "tfwizard-doctor/1"
#: The names of the rows of the table, in its order.
ROWS = {
    "python": N_("Python"), "packages": N_("Packages"), "tensorflow": N_("TensorFlow"), "gpus": N_("GPUs"), "imports": N_("Imports"),
    "variables": N_("Variables"), "folders": N_("Folders"), "terminal": N_("Terminal"),
}  # fmt: skip
#: The first column of the table.
LABEL = 12


def doctor_document(found: Diagnosis) -> dict[str, Any]:
    """The document for `doctor --json`: plain data, what breaks first. Sizes are in bytes."""
    installed, gpus, machine = found.facts.installed, found.facts.gpus, found.facts.machine
    environment = installed.environment
    document = {
        "schema": SCHEMA,
        "python": {"version": environment.python, "executable": environment.executable, "platform": environment.platform},
        "libraries": environment.packages,
        "installed": {one.name: one.version for one in installed.distributions},
        "tensorflow": installed.build,
        "cuda_libraries": installed.cuda_libraries,
        "gpus": {"seen": [str(gpu) for gpu in gpus.devices], "why": gpus.why, "driver": gpus.driver, "cuda": gpus.cuda,
                 "seen_by_tensorflow": installed.tensorflow_gpus},
        "variables": installed.variables,
        "imports": installed.imports,
        "folders": {"state": machine.state, "temporary": machine.temporary, "shared_memory": machine.shared_memory},
        "terminal": machine.terminal,
        "findings": [_finding(one, installed) for one in found.conflicts],
        "breaks": found.breaks,
        "seconds": round(found.seconds, 2),
    }  # fmt: skip
    return plain(document)  # type: ignore[no-any-return]


def _finding(one: Conflict, installed: InstalledFacts) -> dict[str, Any]:
    return {
        "id": one.id,
        "severity": one.severity,
        "title": one.title,
        "why": one.why,
        "evidence": one.evidence,
        "commands": one.commands(*_pip_of(installed)),
        "advice": one.advice,
    }


def _pip_of(installed: InstalledFacts) -> tuple[str, str]:
    """How packages are installed in this environment, and how removed: with its own pip, or where it has none with uv."""
    python = shlex.quote(installed.environment.executable)
    if installed.find("pip") is not None:
        own = f"{python} -m pip"
        return f"{own} install", f"{own} uninstall -y"
    return f"uv pip install --python {python}", f"uv pip uninstall --python {python}"


# --- for people ---------------------------------------------------------------------------------------------------------------


def as_text(document: dict[str, Any], columns: int = WIDTH) -> str:
    """The table, then each finding with what to do; no wider than `columns`, commands aside."""
    return harmless("\n".join(_lines(document, min(columns, WIDTH)))) + "\n"


def _lines(document: dict[str, Any], width: int) -> Iterator[str]:
    for name, label in ROWS.items():
        for at, text in enumerate(_cells(document, name)):
            first = _(label) if at == 0 else ""
            yield from prose.lines(
                text, width, initial_indent=f"{first:<{LABEL}} ", subsequent_indent=" " * (LABEL + 1), break_long_words=False,
                break_on_hyphens=False,
            )  # fmt: skip
    yield ""
    for finding in document["findings"]:
        yield from _conflict(finding, width)
    yield _summary(document)


def _cells(document: dict[str, Any], name: str) -> Iterator[str]:
    """The lines of one row of the table; none where there is nothing to say."""
    if name == "python":
        yield f"{document['python']['version']}  {document['python']['executable']}"
    elif name == "packages":
        yield ", ".join(f"{one} {version}" for one, version in document["libraries"].items()) or _(
            "none of those that train"
        )
    elif name == "tensorflow" and document["tensorflow"] is not None:
        yield _build(document["tensorflow"])
    elif name == "gpus":
        seen = document["gpus"]
        yield from seen["seen"] or [seen["why"]]
        if seen["driver"]:
            yield _("driver {driver}, CUDA up to {cuda}", driver=seen["driver"], cuda=seen["cuda"] or "?")
        if seen["seen_by_tensorflow"] is not None:
            yield ngettext("TensorFlow sees {n} GPU", "TensorFlow sees {n} GPUs", seen["seen_by_tensorflow"])
    elif name == "imports":
        for one in document["imports"]:
            how = one["error"] or _("{s:.1f} s", s=one["seconds"])
            yield _("{name}: {value}", name=one["module"], value=how)
    elif name == "variables":
        yield from (f"{one}={value}" for one, value in document["variables"].items())
    elif name == "folders":
        yield from (_folder(one) for one in document["folders"].values() if one is not None)
    elif name == "terminal":
        yield _terminal(document["terminal"])


def _build(build: dict[str, Any]) -> str:
    if not build["cuda"]:
        return _("built without CUDA")
    return _(
        "built for CUDA {cuda}, cuDNN {cudnn}", cuda=build["cuda_version"] or "?", cudnn=build["cudnn_version"] or "?"
    )


def _folder(folder: dict[str, Any]) -> str:
    one = FolderFacts(**folder)
    free = _("{free:.1f} GiB free", free=one.free / 2**30) if one.free is not None else ""
    return _("{name}: {value}", name=one.path, value=one.error or free or "?")


def _terminal(terminal: dict[str, Any]) -> str:
    size = _("no terminal") if terminal["columns"] is None else f"{terminal['columns']}×{terminal['lines']}"
    said = (terminal["term"], size, terminal["encoding"], terminal["colours"], terminal["multiplexer"])
    return ", ".join(one for one in said if one)


def _conflict(finding: dict[str, Any], width: int) -> Iterator[str]:
    name = f"{_(SIGNS[finding['severity']])} {finding['id']}"
    yield from _wrapped(_("{name}: {value}", name=name, value=finding["title"]), "", "  ", width)
    yield from _wrapped(finding["why"], "  ", "  ", width)
    todo = [*finding["commands"], *([finding["advice"]] if finding["advice"] else [])]
    for at, text in enumerate(todo):
        said = _("To do: {advice}", advice=text) if at == 0 else f"  {text}"
        # A command is copied: it stays in one line.
        yield from [f"  {said}"] if text in finding["commands"] else _wrapped(said, "  ", "    ", width)
    yield ""


def _wrapped(text: str, first: str, rest: str, width: int) -> list[str]:
    return prose.lines(
        text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def _summary(document: dict[str, Any]) -> str:
    seconds = document["seconds"]
    counts = {name: sum(one["severity"] == name for one in document["findings"]) for name in SIGNS}
    words = joined(*(ngettext(*COUNTED[name], count) for name, count in counts.items() if count))
    if not words:
        return _("Nothing would break here ({s:.1f} s).", s=seconds)
    if not document["breaks"]:
        return _("Nothing would break here; {counts} ({s:.1f} s).", counts=words, s=seconds)
    return _("Something would break: {counts} ({s:.1f} s).", counts=words, s=seconds)
