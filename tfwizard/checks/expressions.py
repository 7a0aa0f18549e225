"""Source expressions that a remedy proposes, with the imports that they need."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from tfwizard.facts import Facts
from tfwizard.language import _


def keras_object(facts: Facts, module: str, name: str, arguments: str) -> tuple[str, tuple[str, ...]]:
    """`Name(arguments)` out of the Keras package that the model is made with, and its import.

    `tensorflow.keras` is used where this run has proved that it is that package; two Kerases must not mix.
    """
    model = facts.pipelines.model_keras if facts.pipelines else None
    of_tensorflow = facts.script.keras_of_tf if facts.script else None
    package = "tensorflow.keras" if of_tensorflow is not None and of_tensorflow == model else (model or "keras")
    return f"{name}({arguments})", (f"from {package}.{module} import {name}",)


def number(value: float) -> str:
    """A learning rate as people write it: 5e-5 and 1e-4, not 5e-05 and 0.0001."""
    text = f"{value:.2e}" if 0 < value < 1e-3 else f"{value:g}"
    mantissa, sign, exponent = text.partition("e-")
    mantissa = mantissa.rstrip("0").rstrip(".") if sign else mantissa
    return f"{mantissa}{sign}{exponent.lstrip('0')}"


def listed(names: Iterable[str]) -> str:
    """Names in a sentence: "loss", or "start_positions and end_positions"."""
    return reduce(lambda some, other: _("{some} and {other}", some=some, other=other), names)
