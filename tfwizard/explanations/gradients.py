"""Whether each layer is told how to change."""

from __future__ import annotations

from tfwizard.explanations.explanation import Explanation
from tfwizard.explanations.sections import MODEL
from tfwizard.language import N_

EXPLANATIONS: dict[str, Explanation] = {
    "no-trainable-weights": Explanation(
        N_("Which weights does a training step move?"),
        (
            N_("Read the last lines of model.summary()."),
            N_(
                "Note a number out of a weight, train for one step, and look at it again. Which of your lines decides "
                "about that?"
            ),
        ),
        N_(
            "A layer whose trainable is False is frozen: the training leaves its weights as they are. That is meant "
            "for the pretrained part of a model; here it holds for every layer, often because it was set on the model "
            "as a whole. The steps run, the loss only wobbles from batch to batch, and no weight changes. Keras 3 "
            "prints a warning, and the older Keras says nothing."
        ),
        "trained = len(model.trainable_weights)\n"
        'print(trained, "of", len(model.weights), "weights are trained")\n'
        "for layer in model.layers:\n"
        "    print(layer.name, layer.trainable)",
        MODEL,
    ),
    "frozen-after-compile": Explanation(
        N_("Which layers does the training step change, and when was that settled?"),
        (
            N_("Find the lines that say which layers may learn, and note in which order the script comes to them."),
            N_("Keras makes its training step once. Have all of those lines been run by then?"),
        ),
        N_(
            "Keras reads which layers are trainable when it makes the training step: Keras 2 at compile, Keras 3 at "
            "the first fit. A change after that shows in model.summary() at once, yet the step goes on with the "
            "weights that it was made for. So layers that look frozen are trained, or layers that look free are not, "
            "and nothing says so."
        ),
        "# right behind compile:\n"
        "flags = [layer.trainable for layer in model.layers]\n"
        "# and in front of fit:\n"
        "for layer, flag in zip(model.layers, flags):\n"
        '    print(layer.name, "at compile", flag, "now", layer.trainable)',
        MODEL,
    ),
    "no-gradients": Explanation(
        N_("What happens to the model's outputs on their way to the loss?"),
        (
            N_("Write down each operation between the outputs and the loss."),
            N_(
                "Change an output by a tiny bit, in your mind. Does each of these operations pass the change on, or "
                "does one of them swallow it?"
            ),
        ),
        N_(
            "Training asks of each weight: if it grows by a little, how does the loss change? That number is its "
            "gradient, and there is one only if every operation between the weight and the loss passes small changes "
            "on. Argmax, rounding, whole numbers and NumPy do not: they cut the way. Keras leaves out weights without "
            "a gradient, with a warning at most, and stops only if there is none at all."
        ),
        "import tensorflow as tf\n"
        "inputs, labels = next(iter(train_dataset))[:2]\n"
        "with tf.GradientTape() as tape:\n"
        "    loss = model.compute_loss(y=labels, y_pred=model(inputs))\n"
        "weights = model.trainable_weights\n"
        "for weight, gradient in zip(weights, tape.gradient(loss, weights)):\n"
        '    print(getattr(weight, "path", weight.name), gradient is not None)',
        MODEL,
    ),
    "vanishing-gradients": Explanation(
        N_("How much does the loss change with a weight of the first layer, and how much with one of the last?"),
        (
            N_("Compute the gradients on one batch, and print the size of each, from the first layer to the last."),
            N_(
                "Follow these sizes from the last layer back. By which factor do they change at each, and what is left "
                "after all of them?"
            ),
        ),
        N_(
            "A gradient is carried back from the loss through all layers, and each multiplies it by a factor of its "
            "own. A sigmoid passes on at most a quarter of it, so that after many of them next to nothing arrives. The "
            "first layers keep their random values, and the last ones have to work with what those happen to give. The "
            "loss falls slowly or stops early, and no number in it is wrong."
        ),
        "import tensorflow as tf\n"
        "inputs, labels = next(iter(train_dataset))[:2]\n"
        "with tf.GradientTape() as tape:\n"
        "    loss = model.compute_loss(y=labels, y_pred=model(inputs))\n"
        "weights = model.trainable_weights\n"
        "for weight, gradient in zip(weights, tape.gradient(loss, weights)):\n"
        '    print(getattr(weight, "path", weight.name), float(tf.norm(gradient)))',
        MODEL,
    ),
    "exploding-gradients": Explanation(
        N_("How large is a gradient beside the weight that it is to change?"),
        (
            N_("Compute the gradients on one batch, and divide the size of each by the size of its weight."),
            N_(
                "Go from the last layer back to the first. What does each layer do to the number that comes back to it?"
            ),
        ),
        N_(
            "On the way back from the loss a gradient is multiplied at each layer. With weights that are too large, or "
            "with very many layers, the product grows without bound. One step then throws the first weights far away, "
            "and the loss jumps or becomes NaN (“not a number”). Up to that step every number is finite, and so "
            "nothing complains."
        ),
        "import tensorflow as tf\n"
        "inputs, labels = next(iter(train_dataset))[:2]\n"
        "with tf.GradientTape() as tape:\n"
        "    loss = model.compute_loss(y=labels, y_pred=model(inputs))\n"
        "weights = model.trainable_weights\n"
        "for weight, gradient in zip(weights, tape.gradient(loss, weights)):\n"
        "    if len(weight.shape) > 1:  # not the biases: they begin at 0\n"
        "        print(weight.name, float(tf.norm(gradient) / tf.norm(weight)))",
        MODEL,
    ),
    "dead-units": Explanation(
        N_("What does each layer give for the samples of one batch?"),
        (
            N_(
                "Run a batch through the model layer by layer, and print the smallest and the largest value that each "
                "gives."
            ),
            N_(
                "One layer is quieter than the others. What comes into it, which bias does it add, and what does its "
                "activation make of that?"
            ),
        ),
        N_(
            "A ReLU gives zero for everything below zero. A unit that is below zero for every sample gives no output "
            "and gets no gradient, so that no step can bring it back. A bias that is very negative, unlucky weights, "
            "or one step that was far too large can put a whole layer into that state. The rest of the network trains "
            "on without it, and nothing complains."
        ),
        "import numpy as np\n"
        "values = next(iter(train_dataset))[0]\n"
        "for layer in model.layers:  # of a Sequential model\n"
        "    values = layer(values)\n"
        "    dead = (np.asarray(values) == 0).all(axis=0)\n"
        '    print(layer.name, dead.sum(), "of", dead.size, "are 0 for every sample")',
        MODEL,
    ),
}
