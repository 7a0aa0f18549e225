"""The labels of the training set against the classes of the model."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class LabelsFacts:
    """The labels of the training set against the classes of the model.

    `counts` maps the label, as text, to its number of rows. `whole` is true when every row was seen. `classes` is the
    width of the model's output, None when it is no classifier of single labels.
    """

    column: str
    source: str
    kind: str
    counts: dict[str, int] = field(default_factory=dict)
    seen: int = 0
    total: int | None = None
    whole: bool = False
    minimum: float | None = None
    maximum: float | None = None
    classes: int | None = None
    classes_from: str = ""
    model_names: dict[str, str] = field(default_factory=dict)
    dataset_names: tuple[str, ...] = ()
