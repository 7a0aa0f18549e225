"""The labels, and the classes of the model."""

from __future__ import annotations

from tfwizard.explanations.explanation import Explanation
from tfwizard.language import N_

EXPLANATIONS: dict[str, Explanation] = {
    "num-labels-too-small": Explanation(
        N_("How many different labels does the training set hold, and how many outputs has the last layer?"),
        (
            N_("Look at the loss of each sample on stage 4: which ones are not finite, and what labels do they have?"),
            N_("A label is the number of an output. Compare the largest label with the shape of the logits."),
        ),
        N_(
            "A classifier has one output for each class, and a label is the number of the right one, counted from 0. A label "
            "that is no output's number has no loss: a GPU answers NaN without a word. The default of transformers is two classes."
        ),
        "import numpy as np\n"
        'labels = np.concatenate([batch["labels"] for batch in train_dataset])\n'
        "print(np.unique(labels, return_counts=True))\n"
        "print(model.config.num_labels)",
        N_("Check your model"),
    ),
}
