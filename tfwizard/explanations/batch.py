"""What comes out of the fresh model."""

from __future__ import annotations

from tfwizard.explanations.explanation import Explanation
from tfwizard.explanations.sections import DATA_AGAIN, MODEL
from tfwizard.language import N_

EXPLANATIONS: dict[str, Explanation] = {
    "weights-not-loaded": Explanation(
        N_("Which of the model's weights come from the checkpoint?"),
        (
            N_("Read what from_pretrained prints: there are lists of names in it."),
            N_(
                "Names of the last layers are harmless there. Which others do you see, and of which kind of model is "
                "the checkpoint?"
            ),
        ),
        N_(
            "from_pretrained takes the weights whose names and shapes it finds, and draws all others at random. That "
            "is meant for a new last layer. A class of another architecture, or a changed size, finds hardly anything, "
            "and the whole encoder is random. It says so in a warning that looks like the usual one; the training then "
            "begins at nothing, with a learning rate made for a model that knows something already."
        ),
        "load = type(model).from_pretrained\n"
        "_, info = load(model_checkpoint, output_loading_info=True)\n"
        'print("not in the checkpoint:", info["missing_keys"])',
        MODEL,
    ),
    "model-without-head": Explanation(
        N_("What does the model give for a text, and is there a number for each class in it?"),
        (
            N_("Run one text through the model, and print the names of what comes out."),
            N_(
                "Look up the model's class in the documentation. What have the classes beside it in their names that "
                "this one has not?"
            ),
        ),
        N_(
            "A model such as BERT turns a text into vectors. To answer a question about the text it needs a head on "
            "top, a small layer with an output for each class; the classes with For… in their names have one, and know "
            "a loss. A base model such as TFAutoModel has neither. It loads the same checkpoint without complaint, and "
            "fails only in the training, with a message about a loss or about shapes."
        ),
        'outputs = model(dict(tokenizer("A short text.", return_tensors="tf")))\n'
        'print(type(model).__name__, "gives", list(outputs))',
        MODEL,
    ),
    "wrong-output-layer": Explanation(
        N_("Which values can the last layer give at all, and which ones do the labels ask for?"),
        (
            N_("Print the outputs for one batch: the smallest, the largest, and how many there are for each sample."),
            N_("Imagine a perfect model. Could this last layer write down every one of the labels?"),
        ),
        N_(
            "An activation limits what a layer can give: a sigmoid stays between 0 and 1, a ReLU never goes below 0, "
            "and a softmax over one unit is always 1. One unit can say yes or no, but not which of five classes it is. "
            "Labels beyond such limits cannot be reached, however long the training. Keras compares shapes and not "
            "meanings, and the loss may even look well on the way."
        ),
        "inputs, labels = next(iter(train_dataset))[:2]\n"
        "for values in (model(inputs).numpy(), labels.numpy()):\n"
        '    print(values.shape, "from", values.min(), "to", values.max())',
        MODEL,
    ),
    "output-shape-mismatch": Explanation(
        N_("Which shapes do the model's output and the labels have?"),
        (
            N_("Run one batch through the model, and print both shapes below each other."),
            N_(
                "The first number counts the samples. Which of the other axes is on one side only, and which layer "
                "made it?"
            ),
        ),
        N_(
            "A loss sets each output beside its label, so the two must have shapes that match. A layer for images or "
            "for sequences that hands all of its positions on leaves an axis too many, and another number of units "
            "leaves values too few or too many. That ends in an error deep inside the loss, which speaks of shapes and "
            "not of the layer that made them."
        ),
        "inputs, labels = next(iter(train_dataset))[:2]\n"
        'print("output:", model(inputs).shape)\n'
        'print("labels:", labels.shape)\n'
        "model.summary()",
        MODEL,
    ),
    "inputs-ignored": Explanation(
        N_("What does the model say about two samples that have nothing in common?"),
        (
            N_("Give it a batch of zeros, and then a real one. Set the two results side by side."),
            N_("Follow two samples from the first layer to the last. At which one do they become alike?"),
        ),
        N_(
            "A result can be overwritten by a later line, multiplied by zero, or averaged over the wrong axis until "
            "nothing of it is left. The model then gives one answer to everything, and all it can learn is how often "
            "each label occurs. Every shape is right, and so it trains without an error, down to a loss below which it "
            "never goes."
        ),
        "import numpy as np\n"
        "import tensorflow as tf\n"
        "inputs = next(iter(train_dataset))[0]\n"
        "zeros = tf.nest.map_structure(tf.zeros_like, inputs)\n"
        "difference = np.abs(model(inputs).numpy() - model(zeros).numpy())\n"
        'print("largest difference:", difference.max())',
        MODEL,
    ),
    "initial-loss-off-chance": Explanation(
        N_("What would the loss be for somebody who only guesses, and what is it before the first step?"),
        (
            N_("With K classes that are equally frequent, guessing costs ln K. Work that out."),
            N_(
                "Compute the loss of each sample of one batch, with the fresh model. How does one come from these "
                "numbers to the one that fit shows?"
            ),
        ),
        N_(
            "A fresh classifier knows nothing, so that its loss should be near that of guessing: ln 2 = 0.69 for two "
            "classes, ln 10 = 2.3 for ten. A far larger one says that something has the wrong size: a sum in place of "
            "a mean, a factor that was forgotten, weights that begin too large. The gradients are then too large as "
            "well, and a usual learning rate is too high. All these numbers are valid, and so nothing complains."
        ),
        "import numpy as np\n"
        "inputs, labels = next(iter(train_dataset))[:2]\n"
        "loss = model.compute_loss(y=labels, y_pred=model(inputs))\n"
        'print("the fresh model:", float(loss))\n'
        'print("guessing:", np.log(len(np.unique(labels))))',
        DATA_AGAIN,
    ),
}
