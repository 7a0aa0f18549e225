"""Whether the model can learn at all."""

from __future__ import annotations

from tfwizard.explanations.explanation import Explanation
from tfwizard.explanations.sections import OVERFIT
from tfwizard.language import N_

EXPLANATIONS: dict[str, Explanation] = {
    "cannot-overfit": Explanation(
        N_("What is the smallest task that a model must manage if it can learn at all?"),
        (
            N_("Take one batch with every label in it, and train on nothing else for a while."),
            N_(
                "Look at these few samples as if you had to tell them apart yourself. Where do they differ, and does "
                "the answer go with that?"
            ),
        ),
        N_(
            "A model that can learn at all can learn one batch by heart, since nothing new ever comes. Where it "
            "cannot, more data or a longer training will not help: something is wrong between inputs, loss and labels, "
            "or the samples cannot be told apart. fit only repeats its steps and has no idea how low a loss could be."
        ),
        "weights = model.get_weights()\n"
        "one = train_dataset.take(1).cache()\n"
        "model.fit(one, epochs=60, verbose=2)\n"
        "model.set_weights(weights)\n"
        "# Compile again before the real training: the optimizer remembers this one.",
        OVERFIT,
    ),
}
