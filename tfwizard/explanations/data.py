"""What enters the model: how much of it, which values, in which order."""

from __future__ import annotations

from tfwizard.explanations.explanation import Explanation
from tfwizard.explanations.sections import DATA, DATA_AGAIN
from tfwizard.language import N_

EXPLANATIONS: dict[str, Explanation] = {
    "empty-dataset": Explanation(
        N_("How many batches does one pass over the training data give?"),
        (
            N_("Count the rows after each step that makes the dataset: reading, filtering, splitting, batching."),
            N_("Find the step at which the count changes most. What would a row need to get past it?"),
        ),
        N_(
            "A wrong path, a filter whose condition is never true, or fewer rows than one batch needs can leave "
            "nothing at all. tf.data computes only when it is asked for a batch, so the line that loses the rows runs "
            "without a sign. Keras 3 even ends fit without an error, with an empty history; the older Keras stops with "
            "a message about logs or inputs."
        ),
        'print("TensorFlow expects", int(train_dataset.cardinality()), "batches")\n'
        'print("counted:", sum(1 for batch in train_dataset.take(10)), "of 10")',
        DATA,
    ),
    "endless-dataset": Explanation(
        N_("When is one epoch of this training over?"),
        (
            N_("Ask the dataset how many batches it has."),
            N_(
                "Look at the steps that make the dataset: what happens in them when the last row is used up? And who "
                "tells fit where to stop?"
            ),
        ),
        N_(
            "repeat() without a number makes a dataset begin again whenever it comes to its end; a generator with "
            "“while True” does the same. fit ends an epoch where the data end, or after a number of steps that it is "
            "told, and here it has neither. The older Keras refuses with an error. Keras 3 never comes to the end of "
            "the first epoch, which looks like a slow training."
        ),
        "# -1: it never ends. -2: TensorFlow does not know (so for a generator).\n"
        'print("training:", int(train_dataset.cardinality()))\n'
        'print("validation:", int(validation_dataset.cardinality()))',
    ),
    "non-finite-inputs": Explanation(
        N_("What are the smallest value, the largest and the mean of each column that enters the model?"),
        (
            N_("Compute them on what you hand to fit, not on the file that it was read from."),
            N_("One of the results is strange. Which values make it so, and in which rows do they stand?"),
        ),
        N_(
            "Files have gaps, and a division by zero or the logarithm of zero makes more of them; NumPy and pandas "
            "carry them along as NaN (“not a number”) or as infinity. Whatever is computed with NaN is NaN: one such "
            "value makes the gradients of its batch NaN, and the step writes that into the weights. Neither Keras nor "
            "TensorFlow looks for it. The loss may even stay a number for a while, since a ReLU can turn NaN into "
            "zero."
        ),
        "import numpy as np\n"
        "import tensorflow as tf\n"
        "for number, batch in enumerate(train_dataset.take(100)):\n"
        "    for part in tf.nest.flatten(batch):\n"
        "        if part.dtype.is_floating:\n"
        "            bad = np.argwhere(~np.isfinite(part.numpy()))\n"
        "            if bad.size:\n"
        '                print("batch", number, bad[:5].tolist())',
        DATA,
    ),
    "inputs-not-scaled": Explanation(
        N_("How large are the numbers that enter the first layer?"),
        (
            N_("Print the minimum, maximum and mean of each column, or of the pixels."),
            N_(
                "Fresh weights and usual learning rates are made for inputs around 0, of a size of about 1. How far "
                "are yours from that?"
            ),
        ),
        N_(
            "A layer multiplies its inputs by its weights, so inputs in the hundreds give outputs in the hundreds. "
            "Sigmoid and tanh are flat there and pass on no gradient; with other activations the first steps are far "
            "too large. The loss begins high, jumps, or does not fall, and a column with large values drowns the "
            "others. Every one of these numbers is valid, and so nothing complains."
        ),
        "inputs = next(iter(train_dataset))[0].numpy()\n"
        "columns = inputs.reshape(-1, inputs.shape[-1])\n"
        'print("from", inputs.min(), "to", inputs.max())\n'
        'print("mean of each column:", columns.mean(axis=0))\n'
        'print("deviation of each column:", columns.std(axis=0))',
        DATA,
    ),
    "constant-inputs": Explanation(
        N_("Take two samples from different places: in which values do they differ, just before they enter the model?"),
        (
            N_("Compare the rows of a batch with each other, not the lines of the file."),
            N_("Count how many different rows a batch has, and set that number beside the number of its rows."),
        ),
        N_(
            "A mistake in the step that makes the inputs can give every sample the same values: an index that does not "
            "move, a division of whole numbers that ends in 0, a wrong column. The labels still differ, so all that is "
            "left to learn is how often each of them occurs; the loss falls to that value and stays there. Shapes and "
            "types are right, and so nothing complains."
        ),
        "import numpy as np\n"
        "batch = next(iter(train_dataset))\n"
        'inputs = batch["input_ids"] if isinstance(batch, dict) else batch[0]\n'
        "different = np.unique(np.reshape(inputs, (len(inputs), -1)), axis=0)\n"
        'print(len(different), "different rows of", len(inputs))',
        DATA_AGAIN,
    ),
    "not-shuffled": Explanation(
        N_("Which labels stand in the first batch, and which in the tenth?"),
        (
            N_("Print the labels of the first ten batches, one line for each."),
            N_(
                "Compare the mix of labels within one batch with the mix in the whole training set. Do they look alike?"
            ),
        ),
        N_(
            "Files are often sorted by class. Where the rows stay in that order, a batch holds one class: its step "
            "pulls the model towards always answering that class, and the next batches pull it to another. The loss "
            "looks good within a block and jumps at its end. fit shuffles arrays by itself but not a tf.data.Dataset, "
            "and to_tf_dataset keeps the order unless it is told otherwise."
        ),
        "for batch in train_dataset.take(10):\n"
        '    labels = batch[1] if isinstance(batch, tuple) else batch["labels"]\n'
        "    print(labels.numpy())",
        DATA_AGAIN,
    ),
    "validation-overlap": Explanation(
        N_("Has the model really never seen the samples that it is judged by?"),
        (
            N_(
                "Look at the order of your steps: where do the two sets part, and what happened to the rows before "
                "that?"
            ),
            N_("Take ten rows of the validation set, and look for each of them in the training set."),
        ),
        N_(
            "Copies of a row can land on both sides of a split: the source held some rows twice, rare classes were "
            "multiplied before it, or two ranges were cut out that overlap. The model can learn such rows by heart, "
            "and the validation rewards that: it looks better than the model is, and overfitting does not show. A "
            "split does not compare rows, and so nothing warns."
        ),
        "# For batches of (inputs, labels):\n"
        "seen = {row.tobytes() for part in train_dataset for row in part[0].numpy()}\n"
        "for inputs, labels in validation_dataset:\n"
        "    found = [row.tobytes() in seen for row in inputs.numpy()]\n"
        '    print(sum(found), "of", len(found), "are in the training set")',
        DATA_AGAIN,
    ),
    "read-as-sample-weights": Explanation(
        N_("How many parts has one element of the training set, and what does Keras do with each of them?"),
        (
            N_("Print one element of the dataset, part by part."),
            N_(
                "Read in the documentation of fit what a dataset may give. Is each of your parts what Keras takes it "
                "for?"
            ),
        ),
        N_(
            "Keras reads a tuple of three as inputs, labels and sample weights, and multiplies the loss of each sample "
            "by its weight. A second label or a further input in the third place is taken for weights without a "
            "question, since any numbers could be weights. Samples with a 0 there do not count at all, others count "
            "several times. The training runs, and learns something else than you meant."
        ),
        "element = next(iter(train_dataset))\n"
        'print(len(element), "parts:")\n'
        'print([getattr(part, "shape", None) for part in element])\n'
        "print(element[2])  # what Keras multiplies the loss of each sample by",
        DATA,
    ),
    "inputs-in-wrong-order": Explanation(
        N_("Which range of values does each input of the model expect, and which one does it get?"),
        (
            N_(
                "Print the names of the model's inputs, and beside each the smallest and the largest value that it is "
                "given."
            ),
            N_("For two of them the values look odd. Of which other input in the list do these values remind you?"),
        ),
        N_(
            "Inputs that are given as a list or a tuple are matched by their position; names play no part in it. Two "
            "inputs of the same shape can stand in each other's place without any error, and the model then reads a "
            "mask as token types, or ages as prices. It trains all the same, on the wrong numbers."
        ),
        "inputs = next(iter(train_dataset))[0]\n"
        "for wanted, given in zip(model.inputs, inputs):\n"
        "    values = given.numpy()\n"
        '    print(wanted.name, "gets", values.min(), "to", values.max())',
        DATA,
    ),
    "input-shape-mismatch": Explanation(
        N_("What shape has one element of the dataset, and for what shape was the first layer made?"),
        (
            N_("Print the shape of the inputs as they leave the dataset, and the input shape of the model."),
            N_("The first number should count the samples. Does it? Then compare the others, one by one."),
        ),
        N_(
            "A model takes many samples at a time: the first axis counts them, and the other axes must be those that "
            "its layers were made for. Where the rows were never put together to batches, one sample comes at a time, "
            "and its own first axis is taken for the count. Colours on another axis or a column more than before end "
            "in the same error. It appears inside a layer, not at the line that made the data."
        ),
        "inputs = next(iter(train_dataset))[0]\n"
        'print("the data:", inputs.shape)\n'
        'print("the model:", model.input_shape)',
        DATA,
    ),
}
