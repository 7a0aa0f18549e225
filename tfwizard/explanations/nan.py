"""Where values that are no numbers come from."""

from __future__ import annotations

from tfwizard.explanations.explanation import Explanation
from tfwizard.explanations.sections import MODEL
from tfwizard.language import N_

EXPLANATIONS: dict[str, Explanation] = {
    "nan-weights": Explanation(
        N_("Is the model in order before its first step?"),
        (
            N_("Look at the weights before fit, and not at the loss after it."),
            N_(
                "Ask each weight for its smallest and its largest value. Which one has no proper answer, and where did "
                "it get its values?"
            ),
        ),
        N_(
            "Weights can be NaN (“not a number”) before any training: from a checkpoint that was saved after a "
            "training had broken, from word vectors with gaps, or in a model that an earlier run has left in memory. "
            "Whatever is computed with NaN is NaN, so that the first step spreads it over all other weights. Loading "
            "does not look at values, and the loss shows it only when its origin can no longer be seen."
        ),
        "import numpy as np\n"
        "for weight in model.weights:\n"
        "    bad = ~np.isfinite(weight.numpy())\n"
        '    print(getattr(weight, "path", weight.name), bad.sum(), "of", bad.size)',
        MODEL,
    ),
    "nan-activation": Explanation(
        N_("At which layer does a batch of good numbers stop being one?"),
        (
            N_(
                "Run a batch through the model layer by layer, and stop at the first result that is not made of "
                "ordinary numbers."
            ),
            N_("What does that layer compute, and for which values has that computation no result?"),
        ),
        N_(
            "Some operations have no result for some values: a logarithm or a division at 0, a square root below 0. "
            "TensorFlow then gives NaN (“not a number”) or infinity, and goes on. One such value makes the loss of its "
            "batch NaN, then the gradients, then the weights. What you see at the end is a loss of NaN, far from the "
            "layer where it began."
        ),
        "import numpy as np\n"
        "values = next(iter(train_dataset))[0]\n"
        "for layer in model.layers:  # of a Sequential model\n"
        "    values = layer(values)\n"
        '    print(layer.name, "all finite:", np.isfinite(np.asarray(values)).all())',
        MODEL,
    ),
    "nan-loss": Explanation(
        N_("Is the loss bad for all samples of a batch alike?"),
        (
            N_("Compute the loss of each sample for itself, with the fresh model, before any step."),
            N_(
                "Put the samples with a proper loss on one side and the others on another. Compare their labels, their "
                "lengths, their values."
            ),
        ),
        N_(
            "The loss of a batch is the mean over its samples, and one NaN (“not a number”) makes that mean NaN. From "
            "there it gets into the gradients and into the weights: after one step all outputs are NaN, and no sample "
            "stands out any more. On the fresh model only the guilty ones do, and that is why it has to be looked for "
            "there."
        ),
        "import numpy as np\n"
        "batch = next(iter(train_dataset))\n"
        "loss = model(batch).loss.numpy()\n"
        "indices = np.flatnonzero(np.isnan(loss))\n"
        'print(indices, batch["labels"].numpy()[indices])',
        MODEL,
    ),
}
