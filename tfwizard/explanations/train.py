"""The training as a whole."""

from __future__ import annotations

from tfwizard.explanations.explanation import Explanation
from tfwizard.explanations.sections import BASELINE, DATA_AGAIN, MODEL, PIPELINE
from tfwizard.language import N_

EXPLANATIONS: dict[str, Explanation] = {
    "runs-out-of-data": Explanation(
        N_("How many batches does one pass over the data give, and who says how long an epoch is?"),
        (
            N_("Count the batches of one pass, and write down the numbers that you gave to fit."),
            N_(
                "Multiply the length of an epoch by the number of epochs. Where is the training when the data come to "
                "their end?"
            ),
        ),
        N_(
            "Where fit is told how many steps an epoch has, the epochs share one pass over the data instead of each "
            "beginning anew. If they need more batches than there are, the older Keras ends the training there; Keras "
            "3 cuts that epoch short and goes on. All that is said of it is a warning in the middle of the output, so "
            "that a training of ten epochs may have been one of three."
        ),
        "steps_per_epoch, epochs = 100, 10  # as you give them to fit\n"
        'print("needed:", steps_per_epoch * epochs)\n'
        "# Below 0: TensorFlow does not know.\n"
        'print("batches in one pass:", int(train_dataset.cardinality()))',
    ),
    "evaluation-fails": Explanation(
        N_("Which code of yours runs for the first time when the first epoch is over?"),
        (
            N_("Run that code now, on a single batch, before any training."),
            N_("Compare a batch of the second dataset with one of the first: its parts, names, shapes and types."),
        ),
        N_(
            "Evaluation, metric functions and many callbacks run after the first epoch, so that their errors come when "
            "the time is spent. Often the validation data went through other lines than the training data: another "
            "column, no labels, another shape. fit does not look at them before it needs them."
        ),
        "print(train_dataset.element_spec)\n"
        "print(validation_dataset.element_spec)\n"
        "print(model.evaluate(validation_dataset.take(1), verbose=0))",
        PIPELINE,
    ),
    "nan-during-training": Explanation(
        N_("At which step did the training go wrong, and what was it given there?"),
        (
            N_("Look at the loss before that step: did it grow first, or did it break off out of nothing?"),
            N_(
                "Take the weights from before that step and that one batch. Is it the batch that breaks a healthy "
                "model, or was the model about to break?"
            ),
        ),
        N_(
            "NaN (“not a number”) can come at any step: from a batch that holds one, from the logarithm of a zero, "
            "from steps so large that numbers overflow. It spreads over the weights within a step or two, and what "
            "comes after is lost. Keras trains on all the same. As a ReLU can swallow NaN, the loss does not always "
            "show it."
        ),
        "import numpy as np\n"
        'print("losses:", history.history["loss"])\n'
        "finite = [np.isfinite(weight.numpy()).all() for weight in model.weights]\n"
        'print(finite.count(False), "of", len(finite), "weights are not finite")',
        MODEL,
    ),
    "plateau-at-chance": Explanation(
        N_("What would the loss be for somebody who never looks at the inputs?"),
        (
            N_("Count how often each label occurs. What would it cost to answer with these shares, always?"),
            N_("Compare that number with the one at which your loss settles, to two decimal places."),
        ),
        N_(
            "Without learning anything from its inputs a model can still learn how often each class occurs. The loss "
            "of that is the entropy of their shares, ln K for K classes that are equally frequent. A loss that settles "
            "just there says that something between inputs and loss is cut: no gradient, nothing that is trained, a "
            "learning rate of 0 or far too high, inputs that are all alike. To Keras it is a number like any other."
        ),
        "import numpy as np\n"
        "labels = []\n"
        "for batch in train_dataset:\n"
        '    part = batch["labels"] if isinstance(batch, dict) else batch[1]\n'
        "    labels.extend(np.ravel(part))\n"
        "shares = np.unique(labels, return_counts=True)[1] / len(labels)\n"
        'print("without looking:", -(shares * np.log(shares)).sum())\n'
        'print("the training:", history.history["loss"])',
        DATA_AGAIN,
    ),
    "not-better-than-trivial": Explanation(
        N_("With what would you compare this accuracy before you call it good?"),
        (
            N_("Count the predictions of the model, class by class."),
            N_(
                "Think of a program of a single line that does not read its input. How high could its accuracy be on "
                "these data?"
            ),
        ),
        N_(
            "An accuracy says little by itself: where 80 % of the samples have one label, giving it to all of them is "
            "right in 80 % of the cases. A model that has not learned to tell the classes apart ends just there, with "
            "a number that looks respectable. Keras compares it with nothing. You have to, for that number is the "
            "first baseline."
        ),
        "import numpy as np\n"
        "labels = []\n"
        "for batch in validation_dataset:\n"
        '    part = batch["labels"] if isinstance(batch, dict) else batch[1]\n'
        "    labels.extend(np.ravel(part))\n"
        "counts = np.unique(labels, return_counts=True)[1]\n"
        'print("one answer for all:", counts.max() / counts.sum())\n'
        'print("the training:", history.history)',
        BASELINE,
    ),
    "overfitting": Explanation(
        N_("How does the model do on samples that it is not trained on?"),
        (
            N_("Draw the two losses of each epoch in one picture: that of the training, and that of the validation."),
            N_("Find the epoch at which the two curves part. What does the model still learn after it?"),
        ),
        N_(
            "With enough weights and enough epochs a model learns its training samples by heart, with all of their "
            "noise. The training loss goes on falling, and that on other samples rises: what is learned from there on "
            "is of no use for anything new. It is no error, and Keras keeps the last weights, not the best, unless it "
            "is told to."
        ),
        "import numpy as np\n"
        'losses = history.history["val_loss"]\n'
        'print("training:", history.history["loss"])\n'
        'print("validation:", losses)\n'
        'print("best epoch:", int(np.argmin(losses)) + 1)',
    ),
}
