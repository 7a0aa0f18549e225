"""Real messages, as real scripts gave them."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "recorded"


@functools.cache
def recorded() -> tuple[tuple[dict[str, Any], ...], ...]:
    """The messages of each recorded run."""
    return tuple(
        tuple(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
        for path in sorted(HERE.glob("*.jsonl"))
    )
