"""The stages of the walk, in order. Ids are stable: outside scripts match on them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """One screen of the walk.

    `section` is the field of `Facts` that its probe fills; `needs` are the stages whose facts it builds upon.
    """

    id: str
    title: str
    question: str
    section: str
    needs: tuple[str, ...] = ()


STAGES: tuple[Stage, ...] = (
    Stage("script", "Run the script", "How far does it get, and on which line does it fail?", "script"),
    Stage("data", "Inspect data", "What really enters the model?", "data", ("script",)),
    Stage(
        "samples", "Decode samples", "Does the decoded data make sense, and do the labels agree?", "samples", ("data",)
    ),
    Stage("batch", "Run one batch", "What comes out of the fresh model?", "batch", ("data",)),
    Stage("nan", "Locate NaN", "Which samples have no finite loss, and what do they share?", "nan", ("batch",)),
    Stage(
        "labels",
        "num_labels",
        "Do the model's classes match the labels of the whole training set?",
        "labels",
        ("script",),
    ),
    Stage(
        "hyperparameters",
        "Hidden hyperparameters",
        "Which values did the script not write down?",
        "hyperparameters",
        ("script",),
    ),
    Stage(
        "overfit", "Overfit one batch", "Can this model learn one batch at this learning rate?", "overfit", ("batch",)
    ),
    Stage(
        "memory",
        "Memory and GPU",
        "Does it fit, who else holds the GPU, and which batch size fits?",
        "memory",
        ("batch",),
    ),
    Stage(
        "train",
        "Train and compare",
        "Will the training run to its end as written, and does it log what it is asked for?",
        "training",
        ("hyperparameters",),
    ),
)

BY_ID: dict[str, Stage] = {stage.id: stage for stage in STAGES}
ORDER: dict[str, int] = {stage.id: position for position, stage in enumerate(STAGES)}
