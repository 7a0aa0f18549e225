"""The JSON contract `tfwizard/1` that outside scripts rely on."""

from __future__ import annotations

import dataclasses
import json
import math
import os
from typing import Any

from tfwizard.casebook import Problem
from tfwizard.facts import Place
from tfwizard.findings import Finding
from tfwizard.session import Session
from tfwizard.stages import STAGES

SCHEMA = "tfwizard/1"


def report(session: Session, diffs: dict[str, str], seconds: float, whole_diff: str | None = None) -> dict[str, Any]:
    """The document for `check --json`, and with `whole_diff` for `fix --json`. `diffs` has the proposed edit by key."""
    run = session.run_state
    script = run.facts.script
    probes = round(sum(value for name, value in run.seconds.items() if name != "script"), 2)
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "script": shown_path(str(session.script)),
        "outcome": script.outcome if script else "died",
        "environment": {
            "python": run.environment.python,
            **run.environment.packages,
            "platform": run.environment.platform,
            "gpus": [str(gpu) for gpu in run.facts.gpus.gpus] if run.facts.gpus else [],
        },
        "stages": [_stage(session, stage.id) for stage in STAGES],
        "findings": [_finding(session, problem, diffs) for problem in session.casebook.ordered()],
        "seconds": {"total": round(seconds, 2), "script": round(run.seconds.get("script", 0.0), 2), "probes": probes},
    }
    if run.facts.memory is not None:
        document["memory"] = run.facts.memory
    if whole_diff is not None:
        document["diff"] = whole_diff
    return plain(document)  # type: ignore[no-any-return]


def dumps(document: dict[str, Any]) -> str:
    """The document as text."""
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)


def plain(value: Any) -> Any:
    """`value` as JSON can hold it: NaN and infinities become the strings "nan", "inf" and "-inf"."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = dataclasses.asdict(value)
    if isinstance(value, dict):
        return {plain(str(key)): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if value is None or isinstance(value, (int, float, bool)):
        return value
    # The script's text may hold halves of characters, which are no text to anyone else.
    return str(value).encode("utf-8", "replace").decode()


def shown_path(file: str) -> str:
    """A path relative to the current folder where it lies below it."""
    try:
        relative = os.path.relpath(file)
    except (ValueError, OSError):  # on another drive, or the current folder is gone
        return file
    return file if relative.startswith("..") else relative


def place(where: Place | None) -> dict[str, Any] | None:
    """The file and line of a place."""
    return {"file": shown_path(where.file), "line": where.line} if where else None


def _stage(session: Session, stage: str) -> dict[str, Any]:
    state = session.stage_state(stage)
    status = "passed" if state.status == "questions" else state.status  # nobody is there to ask
    return {"id": stage, "status": status, "why": state.why}


def _finding(session: Session, problem: Problem, diffs: dict[str, str]) -> dict[str, Any]:
    finding: Finding = session.findings[problem.key]
    proposed = finding.remedies[0].title if finding.remedies else None
    diff = diffs.get(problem.key)
    return {
        "id": problem.id,
        "stage": problem.stage,
        "severity": problem.severity,
        "status": problem.status,
        "regression": problem.regression,
        "title": problem.title,
        "why": finding.why,
        "evidence": finding.evidence,
        "where": place(finding.where),
        "advice": finding.advice,
        "fix": {"title": proposed, "diff": diff} if proposed and diff else None,
    }
