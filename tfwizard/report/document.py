"""A report as JSON (schema tfwizard-report/1)."""

from __future__ import annotations

from typing import Any

from tfwizard.report.contents import Report
from tfwizard.report.contract import dumps, plain
from tfwizard.report.sections import title

SCHEMA = "tfwizard-report/1"


def document(report: Report) -> dict[str, Any]:
    """The report as JSON can hold it. Names stay the same in every language; what is no number is the string "nan"."""
    return {"schema": SCHEMA, "title": title(report), **plain(report)}


def as_json(report: Report) -> str:
    """That as text."""
    return dumps(document(report)) + "\n"
