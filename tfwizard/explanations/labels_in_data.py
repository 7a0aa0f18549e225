"""The labels on their way to the loss."""

from __future__ import annotations

from tfwizard.explanations.explanation import Explanation
from tfwizard.explanations.sections import DATA
from tfwizard.language import N_

EXPLANATIONS: dict[str, Explanation] = {
    "labels-in-inputs-with-keras-loss": Explanation(
        N_("What does the dataset give for each batch, and in which part of it are the right answers?"),
        (
            N_("Take one batch and print its type. Is it one dictionary, or a pair?"),
            N_(
                "Keras compares the second part of a batch with the outputs; a transformers model can also compare by "
                "itself. Who does it here, and does that one find what it needs?"
            ),
        ),
        N_(
            "There are two ways to a loss. A transformers model computes one itself, and reads the labels from its "
            "inputs; Keras computes the one that was given to compile, and takes the labels from the second part of "
            "each batch. This script asks for the second way and lays out its data for the first. Some versions move "
            "the labels across by themselves; others stop with “No gradients provided for any variable”, which says "
            "nothing of the cause."
        ),
        "batch = next(iter(train_dataset))\n"
        "print(type(batch).__name__)\n"
        "print(list(batch) if isinstance(batch, dict) else len(batch))\n"
        'print("the loss:", model.loss)',
        DATA,
    ),
    "labels-missing": Explanation(
        N_("Where in a batch are the right answers?"),
        (
            N_("Print all that one batch holds, name by name."),
            N_("Print the columns of the dataset from before it was batched. Which of them did not come along?"),
        ),
        N_(
            "A loss compares outputs with labels: without labels there is nothing to learn from. prepare_tf_dataset "
            "leaves out, without a word, every column whose name the model does not know, and a column called “target” "
            "goes that way. What follows is a message about None or about gradients, which names neither the column "
            "nor the cause."
        ),
        'print(tokenized_datasets["train"].column_names)\nprint(train_dataset.element_spec)',
        DATA,
    ),
    "labels-misrouted": Explanation(
        N_("Which of the names in a batch does the model's own loss read?"),
        (
            N_("Look at the arguments of the model's call: which of them are for right answers?"),
            N_("Compare these names with those in a batch. And watch the loss: can it be right that it falls below 0?"),
        ),
        N_(
            "A transformers model computes its loss from arguments with fixed names: labels for most tasks, "
            "start_positions and end_positions for finding an answer in a text. Labels under other names do not get "
            "there. The training may then stop with an error, or Keras takes the model's plain outputs for a loss and "
            "makes them smaller and smaller: it sinks below 0, where no cross-entropy can be."
        ),
        "import inspect\n"
        "names = list(inspect.signature(model.call).parameters)\n"
        'print([name for name in names if name.endswith(("labels", "positions"))])\n'
        'print("a batch holds", train_dataset.element_spec)',
        DATA,
    ),
    "labels-invalid": Explanation(
        N_("Which different values does the label column hold, in the whole training set?"),
        (
            N_("List them with their counts, before any batch is made."),
            N_("Some of them stand out. What becomes of such a value when TensorFlow needs a whole number?"),
        ),
        N_(
            "A row without an answer has nothing, or NaN (“not a number”), in its label column, and an average of two "
            "opinions lies between two classes. TensorFlow needs whole numbers and makes them without asking: 0.9 "
            "becomes 0, and a missing label can become a huge negative number and then class 0. The training runs, on "
            "answers that nobody gave."
        ),
        'from collections import Counter\nprint(Counter(map(str, raw_datasets["train"]["label"])).most_common(20))',
        DATA,
    ),
    "label-kind-mismatch": Explanation(
        N_("What does one label look like, and what does this loss expect to see?"),
        (
            N_("Print the first three labels. Is each of them a number, a row of numbers, or a word?"),
            N_(
                "Some losses of Keras come in pairs that differ only in how an answer is written down. How does yours "
                "read it, and how is it written here?"
            ),
        ),
        N_(
            "The same answer can be written as a class number, as a row with a single 1 (one-hot), or as a name. The "
            "sparse cross-entropy reads numbers, the categorical one reads rows, and neither reads names. Some "
            "mixtures stop with a message about shapes or types; others are taken, such as fractions that are cut down "
            "to whole numbers, and something else is learned."
        ),
        "batch = next(iter(train_dataset))\n"
        'labels = batch["labels"] if isinstance(batch, dict) else batch[1]\n'
        "print(labels.dtype, labels.shape)\n"
        "print(labels[:3])\n"
        'print("the loss:", model.loss)',
        DATA,
    ),
}
