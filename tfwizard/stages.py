"""The stages of the walk, in order. Ids are stable: outside scripts match on them."""

from __future__ import annotations

from dataclasses import dataclass

from tfwizard.language import N_


@dataclass(frozen=True, slots=True)
class Stage:
    """One screen of the walk.

    `title` and `question` are translated where they are shown. `section` is the field of `Facts` that its probe fills, "" for
    one that only gathers what the others found; `needs` are the stages whose facts it builds upon.
    """

    id: str
    title: str
    question: str
    section: str
    needs: tuple[str, ...] = ()


STAGES: tuple[Stage, ...] = (
    Stage("script", N_("Run the script"), N_("How far does it get, and on which line does it fail?"), "script"),
    Stage("data", N_("Inspect data"), N_("What really enters the model?"), "data", ("script",)),
    Stage(
        "samples",
        N_("Decode samples"),
        N_("Does the decoded data make sense, and do the labels agree?"),
        "samples",
        ("data",),
    ),
    Stage("batch", N_("Run one batch"), N_("What comes out of the fresh model?"), "batch", ("data",)),
    Stage("nan", N_("Locate NaN"), N_("Which samples have no finite loss, and what do they share?"), "nan", ("batch",)),
    Stage(
        "labels",
        "num_labels",
        N_("Do the model's classes match the labels of the whole training set?"),
        "labels",
        ("script",),
    ),
    Stage(
        "hyperparameters",
        N_("Hidden hyperparameters"),
        N_("Which values did the script not write down?"),
        "hyperparameters",
        ("script",),
    ),
    Stage(
        "overfit",
        N_("Overfit one batch"),
        N_("Can this model learn one batch at this learning rate?"),
        "overfit",
        ("batch",),
    ),
    Stage(
        "memory",
        N_("Memory and GPU"),
        N_("Does it fit, who else holds the GPU, and which batch size fits?"),
        "memory",
        ("batch",),
    ),
    Stage(
        "train",
        N_("Train and compare"),
        N_("Will the training run to its end as written, and does it log what it is asked for?"),
        "training",
        ("hyperparameters",),
    ),
    Stage("report", N_("Ask for help"), N_("What does somebody who is to help have to know?"), ""),
)

BY_ID: dict[str, Stage] = {stage.id: stage for stage in STAGES}
ORDER: dict[str, int] = {stage.id: position for position, stage in enumerate(STAGES)}
#: The key of each stage, by its id: there are more of them than digits.
KEYS: dict[str, str] = {stage.id: key for stage, key in zip(STAGES, "1234567890R", strict=True)}
