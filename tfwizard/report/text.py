"""The findings as text for people: what, where, why, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tfwizard import prose
from tfwizard.foreign import harmless
from tfwizard.language import N_, NN_, _, ngettext
from tfwizard.session.plain import LOUD, STATUS

SIGNS = {**LOUD, "advice": N_("ADVICE")}
COUNTED = {
    "error": NN_("{n} error", "{n} errors"),
    "warning": NN_("{n} warning", "{n} warnings"),
    "advice": NN_("{n} advice", "{n} advice"),
}
WIDTH = 88


def as_text(document: dict[str, Any]) -> str:
    """A document of the contract for reading."""
    return harmless("\n".join(_lines(document))) + "\n"


def _lines(document: dict[str, Any]) -> Iterator[str]:
    versions = document["environment"]
    named = [
        f"{name} {versions[name]}" for name in ("tensorflow", "keras", "tf-keras", "transformers") if name in versions
    ]
    yield _("{name}: {value}", name=document["script"], value=_outcome(document))
    yield f"  Python {versions.get('python', '?')}" + (f", {', '.join(named)}" if named else "")
    for fit in document.get("training", ()):
        yield f"  {_training(fit)}"
    yield ""
    for finding in document["findings"]:
        yield from _finding(finding)
    blocked = [stage for stage in document["stages"] if stage["status"] == "blocked"]
    if blocked:
        yield _("Not examined:")
        for stage in blocked:
            yield from _wrapped(_("{name}: {value}", name=stage["id"], value=stage["why"]), "  ", "      ")
        yield ""
    yield _summary(document)


def _outcome(document: dict[str, Any]) -> str:
    return {
        "held_at_fit": _("held at its training call"),
        "no_training": _("ended without training"),
        "failed": _("failed before training"),
        "died": _("its process ended before training"),
        "timed_out": _("reached no training call in time"),
        "finished": _("finished"),
    }[document["outcome"]]


def _training(fit: dict[str, Any]) -> str:
    """A training that ran under watch, in one line."""
    how = {
        "finished": N_("Training ran to its end after {n} steps in {s:.0f} s"),
        "stopped": N_("Training was stopped, as asked after {n} steps in {s:.0f} s"),
        "failed": N_("Training failed after {n} steps in {s:.0f} s"),
        "nan": N_("Training rests: no number after {n} steps in {s:.0f} s"),
    }
    loss = fit["epochs"][-1]["loss"] if fit["epochs"] else (fit["losses"][-1][1] if fit["losses"] else None)
    words = how.get(fit["ended"], N_("Training {how} after {n} steps in {s:.0f} s"))
    told = _(words, how=fit["ended"], n=fit["steps"], s=float(fit["seconds"]))
    return _("{training}, loss {loss:.4g}", training=told, loss=loss) if isinstance(loss, (int, float)) else told


def _finding(finding: dict[str, Any]) -> Iterator[str]:
    status = "" if finding["status"] == "open" else f" [{_(STATUS[finding['status']])}]"
    name = f"{_(SIGNS[finding['severity']])}{status} {finding['id']}"
    title = _("{name}: {value}", name=name, value=finding["title"])
    if finding["regression"]:
        title = _("{title} (it came back after it had been resolved)", title=title)
    yield from _wrapped(title, "", "  ")
    if finding["where"]:
        yield "  " + _("at {file}:{line}", file=finding["where"]["file"], line=finding["where"]["line"])
    if finding["status"] == "open":
        yield from _wrapped(finding["why"], "  ", "  ")
        if finding["fix"]:
            yield "  " + _("Fix: {title}", title=finding["fix"]["title"])
            yield from (f"    {line}" for line in finding["fix"]["diff"].splitlines())
        elif finding["advice"]:
            yield from _wrapped(_("To do: {advice}", advice=finding["advice"]), "  ", "  ")
    yield ""


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return prose.lines(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def _summary(document: dict[str, Any]) -> str:
    still, seconds = [one for one in document["findings"] if one["status"] == "open"], document["seconds"]["total"]
    if not document["findings"] and document["outcome"] in ("died", "timed_out"):
        return _("Nothing could be examined ({s:.0f} s).", s=seconds)
    blocked = sum(stage["status"] == "blocked" for stage in document["stages"])
    if not document["findings"] and blocked:
        return ngettext(
            "No problem found in what could be examined; {n} stage could not ({s:.0f} s).",
            "No problem found in what could be examined; {n} stages could not ({s:.0f} s).",
            blocked, s=seconds,
        )  # fmt: skip
    if not document["findings"]:
        return _("No problem found ({s:.0f} s).", s=seconds)
    counts = {name: sum(one["severity"] == name for one in still) for name in SIGNS}
    words = ", ".join(ngettext(*COUNTED[name], count) for name, count in counts.items() if count)
    done = sum(one["status"] == "resolved" for one in document["findings"])
    words = words or _("nothing")
    if done:
        return ngettext(
            "Open: {what}; {n} resolved ({s:.0f} s).",
            "Open: {what}; {n} resolved ({s:.0f} s).",
            done,
            what=words,
            s=seconds,
        )
    return _("Open: {what} ({s:.0f} s).", what=words, s=seconds)
