"""What works beside the training, after each epoch."""

from __future__ import annotations

from tfwizard.explanations.explanation import Explanation
from tfwizard.language import N_

EXPLANATIONS: dict[str, Explanation] = {
    "monitor-not-logged": Explanation(
        N_("Which numbers does an epoch of this training log?"),
        (
            N_("Run a single epoch on a little data, and print the names in history.history."),
            N_("Look up what each callback waits for. Do you find each of these names in that list, letter by letter?"),
        ),
        N_(
            "A callback such as EarlyStopping looks for one name among the numbers of an epoch. val_loss is among them "
            "only if fit gets validation data, and a metric's name depends on how it was given: “acc” is not "
            "“accuracy”. A callback that does not find its name prints a warning and does nothing, or raises an error "
            "when the whole first epoch is done."
        ),
        'print("logged:", list(history.history))\n'
        "for callback in callbacks:\n"
        '    print(type(callback).__name__, getattr(callback, "monitor", "nothing"))',
    ),
    "checkpoint-not-savable": Explanation(
        N_("What will the training write to the disk, and when does it try that for the first time?"),
        (
            N_("Do by hand, now, what the callback will do later: let the fresh model write to a temporary place."),
            N_(
                "Compare the path that you gave with what this Keras and this kind of model can write: its ending, its "
                "place, and how much is to be kept."
            ),
        ),
        N_(
            "A checkpoint callback mostly writes for the first time when the first epoch ends, and its errors come "
            "just as late. Keras 3 takes certain endings of a path only, a model that is a class of its own cannot be "
            "stored whole in every format, and a folder may be missing. Some of that is looked at when the callback is "
            "made; the rest shows when it writes, and then ends the training."
        ),
        "import os\n"
        "import tempfile\n"
        "# Give the name the ending that your callback uses.\n"
        'path = os.path.join(tempfile.mkdtemp(), "model.keras")\n'
        "model.save(path)\n"
        'print("the model can be saved like this")',
    ),
}
