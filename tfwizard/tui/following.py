"""The script beside a stage: which lines bear a mark, and which line the stage is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from tfwizard.casebook import Problem
from tfwizard.facts import Call, Facts, Place
from tfwizard.findings import Finding
from tfwizard.tui.lines import BAD, GOOD, STRONG
from tfwizard.tui.signs import problem_sign, problem_style
from tfwizard.tui.widgets.script_pane import Mark


def same_file(place: Place | None, path: Path) -> bool:
    """Whether a place lies in this file."""
    if place is None:
        return False
    given = Path(place.file)
    return given == path or given.name == path.name


def problem_marks(problems: Iterable[Problem], findings: Mapping[str, Finding], path: Path) -> Iterator[Mark]:
    """The lines of `path` that open problems are about, each with its title."""
    for problem in problems:
        finding = findings.get(problem.key)
        if finding and finding.where and same_file(finding.where, path):
            yield Mark(finding.where.line, problem_sign(problem), problem_style(problem), problem.title)


def call_marks(calls: Iterable[Call], held: Call | None, path: Path, runs: bool) -> list[Mark]:
    """The lines of `path` with a captured call: returned, failed, held, or running. A line has one mark, that of its last call."""
    found: dict[int, Mark] = {}
    for call in calls:
        if call.where is None or not same_file(call.where, path):
            continue
        line = call.where.line
        if call.failed:
            found[line] = Mark(line, "✗", BAD)
        elif held is not None and call.index == held.index:
            found[line] = Mark(line, "⊘", STRONG)
        elif call.seconds is not None:
            found[line] = Mark(line, "✓", GOOD)
        elif runs:
            found[line] = Mark(line, "▶", STRONG)
    return list(found.values())


def place_of_stage(stage: str, facts: Facts, calls: Iterable[Call]) -> Place | None:
    """The call that a stage is about; None where it has not been made."""
    made = tuple(calls)
    for find in OF_STAGE.get(stage, ()):
        if (place := find(facts, made)) is not None:
            return place
    return None


# --- where to look, best first -------------------------------------------------------------------------------------------

Find = Callable[[Facts, tuple[Call, ...]], Place | None]


def _failure(facts: Facts, calls: tuple[Call, ...]) -> Place | None:
    return facts.script.error.where if facts.script and facts.script.error else None


def _held(facts: Facts, calls: tuple[Call, ...]) -> Place | None:
    return facts.script.held.where if facts.script and facts.script.held else None


def _pipeline(facts: Facts, calls: tuple[Call, ...]) -> Place | None:
    feeding = [one.call.where for one in facts.pipelines.pipelines if one.feeds_training] if facts.pipelines else []
    return feeding[-1] if feeding else None


def _compiled(facts: Facts, calls: tuple[Call, ...]) -> Place | None:
    call = facts.pipelines.compile_call if facts.pipelines else None
    return call.where if call else None


def _loaded(facts: Facts, calls: tuple[Call, ...]) -> Place | None:
    call = facts.pipelines.load_call if facts.pipelines else None
    return call.where if call else None


def _optimizer(facts: Facts, calls: tuple[Call, ...]) -> Place | None:
    return facts.hyperparameters.optimizer_where if facts.hyperparameters else None


def _non_finite(facts: Facts, calls: tuple[Call, ...]) -> Place | None:
    return facts.layers.non_finite.where if facts.layers and facts.layers.non_finite else None


def _batch_size(facts: Facts, calls: tuple[Call, ...]) -> Place | None:
    return facts.memory.batch_where if facts.memory else None


def _named(*ends: str) -> Find:
    """The last captured call whose name ends so."""

    def find(facts: Facts, calls: tuple[Call, ...]) -> Place | None:
        return next((call.where for call in reversed(calls) if call.name.endswith(ends) and call.where), None)

    return find


_DATA = _named("to_tf_dataset", "prepare_tf_dataset", "Dataset.batch", "image_dataset_from_directory")
_MODEL = _named("from_pretrained", "Model.compile", ".compile")

OF_STAGE: dict[str, tuple[Find, ...]] = {
    "script": (_failure, _held),
    "data": (_pipeline, _DATA, _held),
    "samples": (_pipeline, _DATA, _held),
    "batch": (_loaded, _compiled, _MODEL, _held),
    "nan": (_non_finite, _loaded, _compiled, _MODEL, _held),
    "labels": (_loaded, _compiled, _MODEL, _held),
    "hyperparameters": (_optimizer, _compiled, _named(".compile"), _held),
    "overfit": (_held,),
    "memory": (_batch_size, _held),
    "train": (_held,),
}
