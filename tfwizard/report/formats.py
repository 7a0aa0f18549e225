"""The contract's document in each of the formats that `check` prints."""

from __future__ import annotations

from typing import Any

from tfwizard.report.contract import dumps
from tfwizard.report.github import as_github
from tfwizard.report.junit import as_junit
from tfwizard.report.sarif import sarif_document
from tfwizard.report.text import as_text


def rendered(document: dict[str, Any], form: str) -> str:
    """The document as text in one format, with the newline at its end."""
    if form == "github":
        return as_github(document)
    if form == "sarif":
        return f"{dumps(sarif_document(document))}\n"
    if form == "junit":
        return as_junit(document)
    return f"{dumps(document)}\n" if form == "json" else as_text(document)
