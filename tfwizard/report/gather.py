"""A session becomes a report: what is known of it now, without running anything, and without its secrets."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tfwizard import __version__
from tfwizard.casebook import Problem
from tfwizard.facts import GpuProcess, GpusFacts, Place, ScriptFacts
from tfwizard.foreign import clean, clean_lines, tidy
from tfwizard.language import _, joined, ngettext
from tfwizard.report import contents as of
from tfwizard.report import measured
from tfwizard.report.curves import curves
from tfwizard.report.hiding import hidden, hidden_findings
from tfwizard.report.reproduction import cut, made_up
from tfwizard.report.tracebacks import failures, shown_file
from tfwizard.session import RunState, Session
from tfwizard.session.teaching import QUESTION
from tfwizard.sources import CannotRead
from tfwizard.stages import BY_ID, STAGES

#: Of the output, as many lines as a maintainer reads.
LAST_LINES = 60
#: Of a source, as much as anybody reads: what is longer holds data.
LONGEST_SOURCE = 200_000


def gather(session: Session, environ: Mapping[str, str] | None = None) -> of.Report:
    """The report on a session as it stands. `environ` is where secrets are looked up that may stand anywhere in it."""
    run, facts = session.run_state, session.run_state.facts
    script, folder = facts.script, session.script.parent
    sources = dict(_sources(session))
    report = of.Report(
        script=session.script.name,
        command=("python", session.script.name, *map(tidy, session.args)),
        outcome=script.outcome if script else "not_run",
        summary=summary(session),
        made=time.strftime("%Y-%m-%d %H:%M %z"),
        tfwizard=__version__,
        environment=_environment(run),
        failures=failures(facts, folder),
        reproduction=_reproduction(session, sources.get(session.script.name, "")),
        settings=measured.settings(facts),
        model=measured.model(facts),
        batch=measured.batch(facts),
        sample=measured.sample(facts),
        labels=measured.labels(facts),
        fresh=measured.fresh(facts),
        curves=curves(facts, session.following.training if session.following else None),
        findings=tuple(_found(session, one, folder) for one in session.casebook.ordered()),
        lacking=tuple(_lacking(session)),
        gpus=(*_gpus(facts.gpus, False), *_gpus(facts.gpus_at_failure, True)),
        sources=sources,
        diff=_diff(session),
        output="\n".join(clean_lines("\n".join(one.text for one in list(session.log.lines)[-LAST_LINES:]))),
    )
    return hidden(report, os.environ if environ is None else environ)


def for_others(session: Session, document: dict[str, Any]) -> dict[str, Any]:
    """The contract's document as a pipeline may show it to whoever reads its log: without secrets."""
    return hidden_findings(document, ("python", *session.args), dict(_sources(session)).values(), os.environ)


def summary(session: Session) -> str:
    """What happened, in a sentence."""
    script = session.run_state.facts.script
    if script is None and session.run_state.number:
        return _("{name} runs, and has not come to its training call yet.", name=session.script.name)
    if script is None:
        return _("{name} has not been run yet.", name=session.script.name)
    wanting = [one for one in session.casebook.open() if one.severity != "advice"]
    if not wanting and script.outcome in ("died", "timed_out"):
        return _ended(script)  # nothing was examined
    found = (
        ngettext("{n} problem is open.", "{n} problems are open.", len(wanting))
        if wanting
        else _("No problem is open.")
    )
    return f"{_ended(script)} {found}"


def _ended(script: ScriptFacts) -> str:
    name, seconds = Path(script.path).name, f"{script.seconds:.1f}"
    if script.error is not None:
        error = script.error
        said = clean(f"{error.type}: {error.useful}")
        if error.where is not None:
            where = f"{Path(error.where.file).name}:{error.where.line}"
            return _(
                "{name} fails after {s} s, at {where}: {error}.",
                name=name,
                s=seconds,
                where=where,
                error=said.rstrip(".!"),
            )
        return _("{name} fails after {s} s: {error}.", name=name, s=seconds, error=said.rstrip(".!"))
    if script.held is not None:
        call = clean(script.held.name)
        return _(
            "{name} comes to its training call, {call}, in {s} s, and was examined there.",
            name=name,
            call=call,
            s=seconds,
        )
    return {
        "no_training": _("{name} ends after {s} s without training anything.", name=name, s=seconds),
        "timed_out": _("{name} reached no training call within {s} s.", name=name, s=seconds),
        "died": _("The process of {name} ended after {s} s: {death}.", name=name, s=seconds,
                  death=clean(script.death or script.exit_code)),
    }.get(script.outcome, _("{name} ran to its end in {s} s.", name=name, s=seconds))  # fmt: skip


# --- environment ---------------------------------------------------------------------------------------------------------


def _environment(run: RunState) -> of.Environment:
    script, gpus = run.facts.script, run.facts.gpus
    known = script.environment if script and script.environment.python else run.environment
    libraries = script.libraries if script else None
    return of.Environment(
        known.python,
        known.platform,
        dict(known.packages),
        {name: clean(value) for name, value in known.variables.items()},
        libraries.tensorflow_gpus if libraries else None,
        libraries.built_with_cuda if libraries else None,
        script.keras_of_tf if script else None,
        gpus.driver if gpus else None,
        "" if gpus is None else joined(*map(str, gpus.gpus)) or clean(gpus.why),
    )


def _gpus(facts: GpusFacts | None, at_failure: bool) -> Iterator[of.Gpu]:
    for gpu in facts.gpus if facts else ():
        holders = tuple(of.Holder(one.pid, _program(one), _whose(one), one.memory) for one in gpu.processes)
        yield of.Gpu(gpu.index, clean(gpu.lost or gpu.name), gpu.memory, gpu.used, holders, at_failure)


def _program(process: GpuProcess) -> str:
    """The program's name alone: arguments of other people's processes are none of a maintainer's business."""
    try:
        words = shlex.split(process.command)
    except ValueError:
        words = process.command.split()
    return clean(os.path.basename(words[0])) if words else ""


def _whose(process: GpuProcess) -> str:
    if process.ours:
        return "tfwizard"
    if process.notebook:
        return "notebook"
    return "mine" if process.mine else "other"


# --- code ----------------------------------------------------------------------------------------------------------------


def _sources(session: Session) -> Iterator[tuple[str, str]]:
    """The script as it ran, and the person's other files that something is wrong in."""
    facts, folder = session.run_state.facts, session.script.parent
    local = set(facts.script.local_files) if facts.script else set()
    places = [finding.where for one in session.casebook.open() if (finding := session.findings.get(one.key))]
    places.append(facts.script.error.where if facts.script and facts.script.error else None)
    others = dict.fromkeys(place.file for place in places if place and place.file in local)
    for file in dict.fromkeys([str(session.script), *others]):
        try:
            yield shown_file(file, folder), _beginning(tidy(session.sources.text(Path(file))))
        except (CannotRead, KeyError):
            continue


def _diff(session: Session) -> str:
    """What was proved and is not written yet."""
    try:
        return tidy(session.sources.diff())
    except CannotRead:  # the file is gone
        return ""


def _beginning(text: str) -> str:
    """A source, cut at the end of a line where it is very long."""
    return text if len(text) <= LONGEST_SOURCE else text[:LONGEST_SOURCE].rpartition("\n")[0] + "\n# …\n"


def _reproduction(session: Session, source: str) -> of.Reproduction | None:
    line = _failing_line(session)
    found = cut(source, line) if line else None
    data = made_up(session.run_state.facts.data)
    if found is None and not data:
        return None
    return replace(found or of.Reproduction("", 0, ""), data=data)


def _failing_line(session: Session) -> int | None:
    """The line of the script at which its last statement began that anybody has to see: the failing one, else the training call."""
    script = session.run_state.facts.script
    if script is None:
        return None
    here = os.path.realpath(session.script)
    frames = [one.place for one in script.error.frames] if script.error else []
    where = script.held.where if script.held else None
    places = [*frames, script.error.where if script.error else None, where]
    mine = [one for one in places if one is not None and os.path.realpath(one.file) == here]
    outer = next((one for one in mine if one.function == "<module>"), None)
    return outer.line if outer else (mine[0].line if mine else None)


# --- what was found ------------------------------------------------------------------------------------------------------


def _found(session: Session, problem: Problem, folder: Path) -> of.Found:
    finding = session.findings.get(problem.key)
    where = finding.where if finding else None
    return of.Found(
        problem.id,
        problem.stage,
        problem.severity,
        problem.status,
        clean(problem.title),
        clean(finding.why) if finding else "",
        dict(finding.evidence) if finding else {},
        _lines(where, folder),
        clean(finding.remedies[0].title) if finding and finding.remedies else "",
        clean(finding.advice) if finding else "",
        clean(problem.reason),
    )


def _lines(place: Place | None, folder: Path) -> of.Lines | None:
    return of.Lines(shown_file(place.file, folder), place.line) if place else None


def _lacking(session: Session) -> Iterator[tuple[str, str]]:
    """What could not be examined, and why; of what is still a question, nothing that a probe knows."""
    run = session.run_state
    said: set[str] = set()
    for stage in STAGES:
        state = session.stage_state(stage.id)
        if state.status == "blocked" or (state.status == "waiting" and run.number and stage.section):
            yield _(stage.title), clean(state.why) or _("not examined in this run")
            said.add(stage.id)
    for section, why in run.lacking.items():
        if not any(stage in said and BY_ID[stage].section == section for stage in said):
            yield clean(section), clean(why)
    facts = run.facts
    parts = {**(facts.training.lacking if facts.training else {}), **(facts.scan.lacking if facts.scan else {})}
    for part, why in parts.items():
        yield clean(part), clean(why)
    if facts.rates and facts.rates.why_no_sweep:
        yield _("learning rates"), clean(facts.rates.why_no_sweep)
    if any(one.id == QUESTION for one in session.casebook.open()):
        return  # an id tells what is looked for
    for name, why in run.undecided.items():
        if run.facts.script is not None and run.facts.data is not None:
            yield clean(name), clean(why)
