"""The GPUs as JSON (schema tfwizard-gpus/1)."""

from __future__ import annotations

from typing import Any

from tfwizard.facts import GpusFacts
from tfwizard.report.contract import plain

SCHEMA = "tfwizard-gpus/1"


def gpus_document(facts: GpusFacts) -> dict[str, Any]:
    """The document for `gpus --json`: sizes in bytes, times in seconds since 1970, null for what the driver does not tell."""
    return {"schema": SCHEMA, **plain(facts)}
