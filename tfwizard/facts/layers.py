"""Layer by layer: activations, gradients, and what is trainable."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LayersFacts:
    """Layer by layer: activations, gradients, and what is trainable."""
