"""The findings as text for people: what, where, why, what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

SIGNS = {"error": "ERROR", "warning": "WARNING", "advice": "ADVICE"}
WIDTH = 88


def as_text(document: dict[str, Any]) -> str:
    """A document of the contract for reading."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: dict[str, Any]) -> Iterator[str]:
    versions = document["environment"]
    named = [
        f"{name} {versions[name]}" for name in ("tensorflow", "keras", "tf-keras", "transformers") if name in versions
    ]
    yield f"{document['script']}: {_outcome(document)}"
    yield f"  Python {versions.get('python', '?')}" + (f", {', '.join(named)}" if named else "")
    for fit in document.get("training", ()):
        yield f"  {_training(fit)}"
    yield ""
    for finding in document["findings"]:
        yield from _finding(finding)
    blocked = [stage for stage in document["stages"] if stage["status"] == "blocked"]
    if blocked:
        yield "Not examined:"
        for stage in blocked:
            yield from _wrapped(f"{stage['id']}: {stage['why']}", "  ", "      ")
        yield ""
    yield _summary(document)


def _outcome(document: dict[str, Any]) -> str:
    return {
        "held_at_fit": "held at its training call",
        "no_training": "ended without training",
        "failed": "failed before training",
        "died": "its process ended before training",
        "timed_out": "reached no training call in time",
        "finished": "finished",
    }[document["outcome"]]


def _training(fit: dict[str, Any]) -> str:
    """A training that ran under watch, in one line."""
    how = {
        "finished": "ran to its end",
        "stopped": "was stopped, as asked",
        "failed": "failed",
        "nan": "rests: no number",
    }
    loss = fit["epochs"][-1]["loss"] if fit["epochs"] else (fit["losses"][-1][1] if fit["losses"] else None)
    told = f", loss {loss:.4g}" if isinstance(loss, (int, float)) else ""
    return f"Training {how.get(fit['ended'], fit['ended'])} after {fit['steps']} steps in {fit['seconds']:.0f} s{told}"


def _finding(finding: dict[str, Any]) -> Iterator[str]:
    status = "" if finding["status"] == "open" else f" [{finding['status']}]"
    again = " (it came back after it had been resolved)" if finding["regression"] else ""
    yield from _wrapped(f"{SIGNS[finding['severity']]}{status} {finding['id']}: {finding['title']}{again}", "", "  ")
    if finding["where"]:
        yield f"  at {finding['where']['file']}:{finding['where']['line']}"
    if finding["status"] == "open":
        yield from _wrapped(finding["why"], "  ", "  ")
        if finding["fix"]:
            yield f"  Fix: {finding['fix']['title']}"
            yield from (f"    {line}" for line in finding["fix"]["diff"].splitlines())
        elif finding["advice"]:
            yield from _wrapped(f"To do: {finding['advice']}", "  ", "  ")
    yield ""


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def _summary(document: dict[str, Any]) -> str:
    still = [one for one in document["findings"] if one["status"] == "open"]
    if not document["findings"] and document["outcome"] in ("died", "timed_out"):
        return f"Nothing could be examined ({document['seconds']['total']:.0f} s)."
    if not document["findings"]:
        return f"No problem found ({document['seconds']['total']:.0f} s)."
    counts = {name: sum(one["severity"] == name for one in still) for name in SIGNS}
    words = ", ".join(
        f"{count} {name}{'s' if count > 1 and name != 'advice' else ''}" for name, count in counts.items() if count
    )
    done = sum(one["status"] == "resolved" for one in document["findings"])
    resolved = f"; {done} resolved" if done else ""
    return f"Open: {words or 'nothing'}{resolved} ({document['seconds']['total']:.0f} s)."
