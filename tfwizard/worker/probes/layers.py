"""Layer by layer: activations, gradients, and what is trainable."""

from __future__ import annotations

from typing import Any

from tfwizard.facts import LayersFacts
from tfwizard.worker.case import Case


def probe(case: Case, report: Any) -> LayersFacts:
    """Layer by layer: activations, gradients, and what is trainable."""
    return LayersFacts()
