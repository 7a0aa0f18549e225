"""The findings as SARIF 2.1.0, which code scanning and editors read."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tfwizard import __version__
from tfwizard.explanations.shelf import explanation
from tfwizard.foreign import storable
from tfwizard.language import _
from tfwizard.report.spoken import failure, message, not_examined, open_findings

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "advice": "note"}
#: What a relative path starts from: the folder in which tfwizard was called, which whoever reads the report knows.
ROOT = "%SRCROOT%"
_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")


def sarif_document(document: dict[str, Any]) -> dict[str, Any]:
    """The log, as plain data."""
    findings = open_findings(document)
    rules = list(dict.fromkeys(one["id"] for one in findings))
    why = failure(document)
    notes = [_notification("error", why)] if why else []
    notes += [_notification("note", f"{stage}: {text}") for stage, text in not_examined(document)]
    run = {
        "tool": {"driver": {
            "name": "tfwizard", "version": __version__, "semanticVersion": __version__,
            "rules": [_rule(id, next(one for one in findings if one["id"] == id)) for id in rules],
        }},
        "invocations": [{"executionSuccessful": not why, "toolExecutionNotifications": notes}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, rules.index(one["id"]), document["script"]) for one in findings],
    }  # fmt: skip
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": storable(text)}}


def _rule(id: str, finding: dict[str, Any]) -> dict[str, Any]:
    """What a rule is about, whatever script it found something in."""
    known = explanation(id)
    said = _(known.why) if known else storable(finding["why"])
    name = "".join(part.capitalize() for part in id.split("-"))
    rule: dict[str, Any] = {
        "id": id, "name": name, "shortDescription": {"text": id.replace("-", " ")},
        "defaultConfiguration": {"level": LEVELS[finding["severity"]]},
        "properties": {"tags": ["tfwizard", finding["stage"]]},
    }  # fmt: skip
    if said:
        by_hand = f"\n\n```python\n{known.by_hand}\n```" if known and known.by_hand else ""
        rule["fullDescription"] = {"text": said}
        rule["help"] = {"text": said, "markdown": said + by_hand}
    return rule


def _result(finding: dict[str, Any], rule: int, script: str) -> dict[str, Any]:
    where = finding["where"]
    place: dict[str, Any] = {"artifactLocation": _artifact(where["file"] if where else script)}
    if where:
        place["region"] = {"startLine": max(1, where["line"])}
    result: dict[str, Any] = {
        "ruleId": finding["id"], "ruleIndex": rule, "level": LEVELS[finding["severity"]], "message": {"text": message(finding)},
        "locations": [{"physicalLocation": place}], "properties": {"stage": finding["stage"], "evidence": _clean(finding["evidence"])},
    }  # fmt: skip
    changes = list(_changes(finding["fix"]["diff"], script)) if finding["fix"] else []
    if changes:
        result["fixes"] = [{"description": {"text": storable(finding["fix"]["title"])}, "artifactChanges": changes}]
    return result


def _clean(value: Any) -> Any:
    """Plain data with every text in it cleaned."""
    if isinstance(value, dict):
        return {storable(key): _clean(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_clean(part) for part in value]
    return storable(value) if isinstance(value, str) else value


def _artifact(file: str) -> dict[str, Any]:
    path = os.fsencode(file)  # a name that is no UTF-8 is escaped byte by byte
    if os.path.isabs(file):
        return {"uri": Path(os.fsdecode(path)).as_uri()}
    return {"uri": quote(path), "uriBaseId": ROOT}


# --- a diff as replacements ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Change:
    """Whole lines that go and come, beginning at a line of the old text."""

    start: int
    deleted: int = 0
    inserted: str = ""

    def plain(self) -> dict[str, Any]:
        """As SARIF has it: from the beginning of a line to the beginning of another."""
        region = {"startLine": self.start, "startColumn": 1, "endLine": self.start + self.deleted, "endColumn": 1}
        return {"deletedRegion": region, "insertedContent": {"text": self.inserted}}


def _changes(diff: str, script: str) -> Iterator[dict[str, Any]]:
    """The changes of a unified diff of ours, file by file; none where one of them has no newline at its end.

    Its file names start from the script's folder.
    """
    if "\n\\ No newline" in diff or diff != storable(diff):
        return
    file, replacements = "", list[dict[str, Any]]()
    for kind, value in _read(diff):
        if kind == "file":
            if replacements:
                yield {"artifactLocation": _artifact(file), "replacements": replacements}
            file, replacements = posixpath.normpath(posixpath.join(posixpath.dirname(script), value)), []
        else:
            replacements.append(value.plain())
    if replacements:
        yield {"artifactLocation": _artifact(file), "replacements": replacements}


def _read(diff: str) -> Iterator[tuple[str, Any]]:
    """Each file's name ("file", name), then its changes ("change", _Change)."""
    old = old_left = new_left = 0
    change: _Change | None = None
    for line in diff.split("\n"):
        inside, sign = old_left > 0 or new_left > 0, line[:1]
        if change is not None and not (inside and sign in ("-", "+")):
            yield "change", change
            change = None
        if not inside:
            if line.startswith("+++ b/"):
                yield "file", line.removeprefix("+++ b/").rstrip("\t")
            elif header := _HUNK.match(line):
                old, old_left, new_left = (int(part or 1) for part in header.groups())
                old += old_left == 0  # a hunk without old lines names the one that it stands behind
            continue
        if sign in ("-", "+"):
            change = change or _Change(old)
        if sign == "+":
            assert change is not None
            change.inserted += f"{line[1:]}\n"
            new_left -= 1
            continue
        if change is not None:
            change.deleted += 1
        old, old_left, new_left = old + 1, old_left - 1, new_left - (sign != "-")
    if change is not None:
        yield "change", change
