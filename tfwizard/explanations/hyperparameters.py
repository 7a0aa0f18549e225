"""The optimizer and its learning rate: what moves the weights, and how far."""

from __future__ import annotations

from tfwizard.explanations.explanation import Explanation
from tfwizard.explanations.sections import HYPERPARAMETERS, MODEL
from tfwizard.language import N_

EXPLANATIONS: dict[str, Explanation] = {
    "learning-rate-too-high": Explanation(
        N_("How far does one step move the weights, and how far is usual for such a model?"),
        (
            N_(
                "List every value that this training depends on, also those that you did not write. A name in "
                "quotation marks hides several."
            ),
            N_("One of them says how far each step goes. Compare it with what the documentation of such a model uses."),
        ),
        N_(
            "The learning rate says how far each step moves the weights. Steps that are too large jump over what they "
            "look for, and destroy what a checkpoint has learned: the loss stays high, jumps about or grows. The "
            "default of Adam, 0.001, suits small fresh networks and is ten to a hundred times what transformers are "
            "fine-tuned with. A string does not show it, and Keras takes any rate."
        ),
        'print(type(model.optimizer).__name__)\nprint("learning rate:", float(model.optimizer.learning_rate))',
        HYPERPARAMETERS,
    ),
    "learning-rate-too-low": Explanation(
        N_("How far does the loss come in one epoch, and how far would it have to come?"),
        (
            N_("Take the loss of the first step and of the hundredth. Where will it be at the end, at this pace?"),
            N_(
                "Note a weight, train for ten steps, and look at it again. In which decimal place did it change, and "
                "what decides that?"
            ),
        ),
        N_(
            "The learning rate says how far each step moves the weights. Where it is far too small, the direction is "
            "right and the distance next to nothing: the loss falls in its fourth decimal place, and the training "
            "would take weeks. It looks like a model that cannot learn, or like data without sense. Keras takes any "
            "rate, and so nothing complains."
        ),
        'print("learning rate:", float(model.optimizer.learning_rate))\n'
        'print("size of a weight:", abs(model.trainable_weights[0].numpy()).mean())\n'
        'print("losses of the epochs:", history.history["loss"])  # after fit',
        HYPERPARAMETERS,
    ),
    "hidden-defaults": Explanation(
        N_("Which values decide about this training and do not stand in your script?"),
        (
            N_("Look at what you gave to compile. What of it is an object, and what is only a name?"),
            N_("Ask the compiled model's optimizer for its settings, and count those that you never typed."),
        ),
        N_(
            "There are always hyperparameters: those that you do not write are set by somebody else. A string such as "
            "“adam” makes Keras use the default of every argument, the learning rate among them. Defaults are made for "
            "the usual case, which need not be yours. Neither the script nor its output shows them."
        ),
        "print(model.optimizer.get_config())\nprint(model.loss)",
        HYPERPARAMETERS,
    ),
    "schedule-mismatch": Explanation(
        N_("How large is the learning rate in the middle of the training, and how large at its end?"),
        (
            N_("Multiply the batches of an epoch by the number of epochs."),
            N_("For how many steps was the learning rate planned? Compare the two numbers: which one is over first?"),
        ),
        N_(
            "A schedule changes the learning rate from step to step, and has to be told how many steps there will be. "
            "Planned for too few, it comes to its end early and all later steps change next to nothing; with a warm-up "
            "that is too long, the training ends before it has really begun. The schedule does not know how long the "
            "training is, and fit does not know what the schedule was made for."
        ),
        "steps = len(train_dataset) * 3  # times your number of epochs\n"
        "optimizer_now = model.optimizer\n"
        'rate = getattr(optimizer_now, "_learning_rate", optimizer_now.learning_rate)\n'
        "for step in (0, steps // 2, steps - 1):\n"
        '    print("step", step, "of", steps, float(rate(step)))',
        HYPERPARAMETERS,
    ),
    "optimizer-not-applied": Explanation(
        N_("Does a weight change from one step to the next?"),
        (
            N_("Note one number out of the first weight, run a step, and look at it again."),
            N_(
                "Follow the gradients from the line that computes them. Who uses them then, and for which list of "
                "weights?"
            ),
        ),
        N_(
            "In a loop of your own, the tape only computes gradients: in which direction each weight would have to "
            "move. An optimizer has to be told to move them. Where that line is missing, or where its list of weights "
            "was taken before the model had any, all steps run and nothing changes. To Python a result that nobody "
            "uses is no mistake."
        ),
        "# in front of the loop:\n"
        "before = model.trainable_weights[0].numpy()\n"
        "# and behind it; 0 means that nothing moved:\n"
        "print(abs(model.trainable_weights[0].numpy() - before).max())",
        HYPERPARAMETERS,
    ),
    "optimizer-reused": Explanation(
        N_("For which weights was this optimizer made?"),
        (
            N_("Follow the optimizer through the script: where is it made, and into which calls does it go?"),
            N_(
                "It keeps numbers for each weight that it has met. Are these the weights of the model that is to be "
                "trained now?"
            ),
        ),
        N_(
            "Adam and most other optimizers keep numbers for each weight, such as a mean of its past gradients. They "
            "set these up for the weights that they meet first, and refuse others: those of a second model, or those "
            "of the same model after more of its layers were set free. The error says that a variable is not "
            "recognized, and not that the optimizer is an old one."
        ),
        'print("steps done already:", model.optimizer.iterations.numpy())\n'
        'print("it knows:", [tuple(one.shape) for one in model.optimizer.variables])\n'
        'print("to train:", [tuple(one.shape) for one in model.trainable_weights])',
        HYPERPARAMETERS,
    ),
    "eager-left-on": Explanation(
        N_("Why does a step take so long with so little data?"),
        (
            N_(
                "Measure the time of one step, and compare it with the same script without the lines that you added to "
                "look for errors."
            ),
            N_(
                "TensorFlow can run each operation by itself, or plan all of them together first. Which of the two is "
                "asked for here?"
            ),
        ),
        N_(
            "Running eagerly means that Python starts every operation of every step, one by one. That is a great help "
            "in the search for an error, since messages then point at your own lines. Left on, it makes each step "
            "several times slower, and the result is the same. So nothing complains."
        ),
        "import tensorflow as tf\n"
        'print("this model:", model.run_eagerly)\n'
        'print("everywhere:", tf.config.functions_run_eagerly())',
        MODEL,
    ),
}
