"""The loss, the metrics and the class weights."""

from __future__ import annotations

from tfwizard.explanations.explanation import Explanation
from tfwizard.explanations.sections import DATA_AGAIN, HYPERPARAMETERS
from tfwizard.language import N_

EXPLANATIONS: dict[str, Explanation] = {
    "loss-mismatch": Explanation(
        N_("Which question does this loss answer, and which question do the labels ask?"),
        (
            N_("Decide first: does exactly one class hold, may several hold at once, or is the label an amount?"),
            N_("Look up in the documentation for which of these three your loss is meant."),
        ),
        N_(
            "Each loss is made for one kind of question: one class out of several (the categorical cross-entropies), "
            "yes or no for each label (the binary one), or an amount (the mean squared error). With the wrong one the "
            "numbers may still fit together, so that it computes something, and that may even fall. What it rewards is "
            "something else: class 3 counts as far from class 0, say, or outputs run away."
        ),
        "inputs, labels = next(iter(train_dataset))[:2]\n"
        'print("the loss:", model.loss)\n'
        'print("labels:", labels.dtype, labels.shape, labels[:5].numpy())\n'
        'print("outputs:", model(inputs)[:5].numpy())',
        HYPERPARAMETERS,
    ),
    "loss-broadcasts": Explanation(
        N_("With how many labels is each prediction compared?"),
        (
            N_("Print the shapes of predictions and labels, down to the axes of size 1."),
            N_(
                "Subtract the one from the other with NumPy. How many differences come out, and how many should there "
                "be?"
            ),
        ),
        N_(
            "NumPy and TensorFlow repeat an axis of size 1 until it fits the other array: (32, 1) minus (32,) gives "
            "(32, 32), each prediction against every label. The mean of their squares is a valid number, and it is "
            "smallest where every prediction is the mean of the labels. So the loss falls a little, stays there, and "
            "no error comes."
        ),
        "inputs, labels = next(iter(train_dataset))[:2]\n"
        "predictions = model(inputs).numpy()\n"
        "print(predictions.shape, labels.shape)\n"
        'print("differences:", (predictions - labels.numpy()).shape)',
        HYPERPARAMETERS,
    ),
    "from-logits-mismatch": Explanation(
        N_("Are the numbers that come out of the model what the loss takes them for?"),
        (
            N_(
                "Print the outputs for one batch. Do those of each sample lie between 0 and 1, and do they add up to 1?"
            ),
            N_(
                "A loss that is written as a string has all of its settings at their defaults. What do these settings "
                "say about the outputs?"
            ),
        ),
        N_(
            "The last layer of a classifier gives either logits, which are scores of any size, or probabilities, which "
            "lie between 0 and 1. A Keras cross-entropy takes probabilities unless it is told from_logits=True, and a "
            "loss that is written as a string is never told. With the wrong ones it computes a number all the same: it "
            "cuts off scores that are no probabilities, or squashes probabilities once more. The gradients are wrong, "
            "small or zero, and the loss stays high."
        ),
        "batch = next(iter(train_dataset))\n"
        "outputs = model(batch if isinstance(batch, dict) else batch[0])\n"
        'outputs = getattr(outputs, "logits", outputs).numpy()\n'
        'print("from", outputs.min(), "to", outputs.max())\n'
        'print("sum of one sample:", outputs[0].sum())\n'
        "loss = model.loss\n"
        "print(loss if isinstance(loss, str) else loss.get_config())",
        HYPERPARAMETERS,
    ),
    "metric-mismatch": Explanation(
        N_("Does this number say what its name promises?"),
        (
            N_("Compute the same thing yourself with NumPy, for one batch, and compare."),
            N_(
                "Find out how this metric reads an output: as a class number, as a row, as a yes or no. Is that what "
                "the last layer gives?"
            ),
        ),
        N_(
            "A metric has its own idea of outputs and labels: class numbers, rows with a single 1, or probabilities "
            "that mean yes from 0.5 on. Given something else, most metrics compute a number all the same. The training "
            "follows the loss and is not touched by it; whoever reads the number stops too early or too late, or "
            "trusts a bad model. Even “accuracy” stands for several metrics, between which Keras chooses by the "
            "shapes."
        ),
        "import numpy as np\n"
        "inputs, labels = next(iter(train_dataset))[:2]\n"
        "# For labels that are class numbers:\n"
        "chosen = model(inputs).numpy().argmax(axis=-1)\n"
        'print("counted:", np.mean(chosen == labels.numpy().reshape(chosen.shape)))\n'
        'print("Keras:", model.evaluate(inputs, labels, verbose=0))',
        DATA_AGAIN,
    ),
    "class-weight-mismatch": Explanation(
        N_("How does Keras find the weight that belongs to a sample?"),
        (
            N_("Print the weights as you pass them, and below them the different labels."),
            N_("Take one label as it stands in a batch, and look it up by hand. What do you find there?"),
        ),
        N_(
            "Keras looks the weight of each sample up by its class number: 0, 1, 2 and so on. Names, digits as text, "
            "or numbers that begin at 1 are other keys, and a list has none. Depending on the version that is an "
            "error; or the sample gets a weight of 1 without a word, and the rare class counts no more than before."
        ),
        "import numpy as np\n"
        "labels = np.concatenate([np.ravel(batch[1]) for batch in train_dataset])\n"
        'print("labels:", np.unique(labels))\n'
        'print("weights:", class_weight)',
        HYPERPARAMETERS,
    ),
}
