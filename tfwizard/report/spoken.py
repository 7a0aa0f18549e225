"""The parts of the contract's document in words, as every format for pipelines says them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tfwizard.foreign import storable
from tfwizard.language import _

#: Outcomes without which nothing is known of the script.
NOT_EXAMINED = ("died", "timed_out")


def open_findings(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings that are open."""
    return [one for one in document["findings"] if one["status"] == "open"]


def message(finding: dict[str, Any]) -> str:
    """What was found, why it matters, and what to do, each in a line of its own."""
    todo = finding["advice"]
    if finding["fix"]:
        todo = _("Fix: {title}", title=finding["fix"]["title"])
    elif todo:
        todo = _("To do: {advice}", advice=todo)
    return storable("\n".join(part for part in (finding["title"], finding["why"], todo) if part))


def not_examined(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The stages that could not be examined, and why."""
    for stage in document["stages"]:
        if stage["status"] == "blocked":
            yield stage["id"], storable(stage["why"])


def failure(document: dict[str, Any]) -> str:
    """Why nothing at all could be examined, "" where something could."""
    if document["outcome"] not in NOT_EXAMINED or document["findings"]:
        return ""
    return storable(next((stage["why"] for stage in document["stages"] if stage["why"]), "") or document["outcome"])
