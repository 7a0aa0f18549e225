"""The labels, and the classes of the model."""

from __future__ import annotations

from tfwizard.explanations.explanation import Explanation
from tfwizard.explanations.sections import DATA_AGAIN, MODEL
from tfwizard.language import N_

EXPLANATIONS: dict[str, Explanation] = {
    "num-labels-too-small": Explanation(
        N_("How many different labels does the training set hold, and how many outputs has the last layer?"),
        (
            N_("Look at the loss of each sample on stage 4: which ones are not finite, and what labels do they have?"),
            N_("A label is the number of an output. Compare the largest label with the shape of the logits."),
        ),
        N_(
            "A classifier has one output for each class, and a label is the number of the right one, counted from 0. A "
            "label that is no output's number has no loss: a GPU answers NaN without a word. The default of "
            "transformers is two classes."
        ),
        "import numpy as np\n"
        "labels = []\n"
        "for batch in train_dataset:\n"
        '    part = batch["labels"] if isinstance(batch, dict) else batch[1]\n'
        "    labels.extend(np.ravel(part))\n"
        "print(np.unique(labels, return_counts=True))\n"
        'config = getattr(model, "config", None)\n'
        'print("classes:", config.num_labels if config else model.output_shape[-1])',
        MODEL,
    ),
    "num-labels-too-large": Explanation(
        N_("Which outputs of the model does any label ever ask for?"),
        (
            N_("Count the different labels of the whole training set."),
            N_(
                "The loss of a fresh model is about the logarithm of its number of classes. Of which number is yours "
                "the logarithm, and which one did you expect?"
            ),
        ),
        N_(
            "Each output of a classifier stands for a class. Outputs that no label uses are pushed towards zero first: "
            "it trains, and its loss begins higher than it should. Mostly it is the sign of something else, such as a "
            "setting from another task, or classes that were lost when the data were read. Any number of outputs is "
            "allowed, and so nothing complains."
        ),
        "import numpy as np\n"
        "labels = []\n"
        "for batch in train_dataset:\n"
        '    part = batch["labels"] if isinstance(batch, dict) else batch[1]\n'
        "    labels.extend(np.ravel(part))\n"
        'print(len(np.unique(labels)), "different labels")\n'
        'config = getattr(model, "config", None)\n'
        'print("classes:", config.id2label if config else model.output_shape[-1])',
        MODEL,
    ),
    "labels-not-from-zero": Explanation(
        N_("Which is the smallest label, and which output does it mean?"),
        (
            N_("List the different labels in their order, and below them the numbers of the model's outputs."),
            N_("Lay the two lists side by side. Which label has no partner there, and which output has none?"),
        ),
        N_(
            "A class number says which output is meant, and outputs are counted from 0. Files often count from 1, and "
            "some write -1 for “unknown” or for one of two classes. A number without an output has no loss: TensorFlow "
            "refuses it on a CPU and gives NaN (“not a number”) on a GPU. With a binary cross-entropy such labels make "
            "the loss sink below 0 for ever."
        ),
        "import numpy as np\n"
        "labels = []\n"
        "for batch in train_dataset:\n"
        '    part = batch["labels"] if isinstance(batch, dict) else batch[1]\n'
        "    labels.extend(np.ravel(part))\n"
        'print("labels:", np.unique(labels))\n'
        'config = getattr(model, "config", None)\n'
        'print("outputs:", config.num_labels if config else model.output_shape[-1])',
        MODEL,
    ),
    "problem-type-mismatch": Explanation(
        N_("Shall the model pick one answer out of several, say yes or no to each, or estimate an amount?"),
        (
            N_("Look at the outputs for one sample, and at its label."),
            N_(
                "transformers' TensorFlow models choose their loss by the number of outputs alone. Which loss does "
                "that give here, and do the labels fit it?"
            ),
        ),
        N_(
            "transformers' TensorFlow models choose their loss by the number of outputs: with one it is the squared "
            "distance to the label, with more it is the cross-entropy over a single right class. So class numbers can "
            "be learned as amounts, as if class 2 were twice class 1, and amounts can be cut down to class numbers. "
            "The setting problem_type, which decides this in PyTorch, has no effect here. The loss may fall all the "
            "same."
        ),
        "batch = next(iter(train_dataset))\n"
        "print(model.config.num_labels, model.config.problem_type)\n"
        'print(batch["labels"].dtype, batch["labels"][:8])',
        MODEL,
    ),
    "label-names-mismatch": Explanation(
        N_("What does the model call class 0, and what does the dataset call it?"),
        (
            N_("Print the names of the classes that the dataset has, in their order."),
            N_("Print the names in the model's config, and read the two lists side by side."),
        ),
        N_(
            "A model and a dataset each keep a list of the names of their classes, and nobody compares the two. The "
            "training uses the numbers alone, so that loss and accuracy are right. Whoever uses the model later reads "
            "the names: in another order, every prediction is called by a wrong one."
        ),
        'print("the dataset:", raw_datasets["train"].features["label"].names)\n'
        'print("the model:", model.config.id2label)',
        DATA_AGAIN,
    ),
    "padding-in-loss": Explanation(
        N_("Which positions of a sample count in the loss?"),
        (
            N_("Print the labels of one short sample beside its tokens, to the very end of the row."),
            N_("Look at what stands behind the last word. Shall the model be praised for getting that right?"),
        ),
        N_(
            "Where each token has a label, the labels have to be padded as well as the ids. transformers leaves out of "
            "the loss what is labelled -100; padding with another number, such as 0, counts as a class like any other. "
            "The model soon learns to label padding, which is easy, and loss and accuracy look far better than they "
            "are. To the library it is a valid label."
        ),
        "import numpy as np\n"
        "batch = next(iter(train_dataset))\n"
        "inputs = batch[0] if isinstance(batch, tuple) else batch\n"
        'labels = batch[1] if isinstance(batch, tuple) else batch["labels"]\n'
        'padding = inputs["attention_mask"].numpy() == 0\n'
        'print("labels of the padding:", np.unique(labels.numpy()[padding]))',
        DATA_AGAIN,
    ),
    "all-labels-masked": Explanation(
        N_("How many labels of each batch count in the loss?"),
        (
            N_("Some labels only say “do not count me”. Count the others, batch by batch."),
            N_(
                "The loss is a mean: a sum, divided by a number. How large is that number in the batch where the "
                "trouble begins?"
            ),
        ),
        N_(
            "A label of -100 means “leave this position out”, and the loss of a batch is the mean over the others. "
            "Where none is left, that is 0 divided by 0, which is NaN (“not a number”), and one step with it makes "
            "every weight NaN. It happens where labels were laid on the tokens wrongly, or where a small batch has "
            "nothing to predict. Dividing by zero raises no error in TensorFlow."
        ),
        "for number, batch in enumerate(train_dataset):\n"
        '    labels = batch[1] if isinstance(batch, tuple) else batch["labels"]\n'
        "    if (labels.numpy() < 0).all():\n"
        '        print("nothing counts in batch", number)',
        MODEL,
    ),
    "causal-lm-not-shifted": Explanation(
        N_("Which token is the model to predict at each place, and can it see that token already?"),
        (
            N_("Print the first ten input ids, and below them the first ten labels."),
            N_(
                "At the third place the model has read three tokens. Which one is it to name there, going by these "
                "labels?"
            ),
        ),
        N_(
            "A language model learns to predict the token that comes next. Its labels are its own input ids, moved by "
            "one place: transformers' own loss moves them by itself, and a Keras loss does not. It compares each "
            "output with the token that was just put in, and the model learns to copy. The loss falls very quickly, "
            "which looks like success, and the texts that the model writes are worthless."
        ),
        "batch = next(iter(train_dataset))\n"
        "inputs = batch[0] if isinstance(batch, tuple) else batch\n"
        'labels = batch[1] if isinstance(batch, tuple) else batch["labels"]\n'
        'print(inputs["input_ids"][0, :10].numpy())\n'
        "print(labels[0, :10].numpy())\n"
        'print("the loss:", model.loss)',
        MODEL,
    ),
}
