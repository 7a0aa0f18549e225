"""The findings as workflow commands: GitHub's runner shows them at the lines of a change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tfwizard.foreign import storable
from tfwizard.language import _
from tfwizard.report.spoken import failure, message, not_examined, open_findings

COMMANDS = {"error": "error", "warning": "warning", "advice": "notice"}


def as_github(document: dict[str, Any]) -> str:
    """One command a line."""
    return "".join(f"{line}\n" for line in _lines(document))


def _lines(document: dict[str, Any]) -> Iterator[str]:
    if why := failure(document):
        yield _command("error", why, title="tfwizard", file=document["script"])
    for finding in open_findings(document):
        where = finding["where"] or {}
        at = {"file": where.get("file", document["script"]), "line": where.get("line") or None}
        yield _command(COMMANDS[finding["severity"]], message(finding), title=f"tfwizard {finding['id']}", **at)
    for stage, why in not_examined(document):
        yield _command("notice", why, title=_("{name}: not examined", name=f"tfwizard {stage}"))


def _command(name: str, text: str, **properties: Any) -> str:
    # The runner takes properties in any order; a command without any has no space before its "::".
    said = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value is not None)
    return f"::{name}{' ' + said if said else ''}::{_data(text)}"


def _data(text: object) -> str:
    # The percent sign first: it is what the others become.
    return storable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: object) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
