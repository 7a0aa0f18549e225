"""The memory, and who holds it."""

from __future__ import annotations

from tfwizard.explanations.explanation import Explanation
from tfwizard.explanations.sections import HUNGRY, OUT_OF_MEMORY
from tfwizard.language import N_

EXPLANATIONS: dict[str, Explanation] = {
    "gpu-held-by-others": Explanation(
        N_("How much of the GPU's memory is free before your script starts?"),
        (
            N_("Run nvidia-smi while your script does not run."),
            N_(
                "Read the list at the end of what it prints. Do you know what each line is, and since when it is there?"
            ),
        ),
        N_(
            "TensorFlow takes nearly all memory of a GPU at its first use, and divides it up by itself. If another "
            "process holds a part of it, such as a notebook whose tab was closed and whose kernel still runs, the rest "
            "may not do. The errors then name CUDA, cuBLAS or cuDNN, in code that worked yesterday, and hardly ever "
            "speak of memory."
        ),
        'import subprocess\nprint(subprocess.run(["nvidia-smi"], capture_output=True, text=True).stdout)',
        HUNGRY,
    ),
    "memory-growth-too-late": Explanation(
        N_("When does TensorFlow set up its devices, and when does your script ask for something about them?"),
        (
            N_("Find the first line that makes a tensor or a model, or that asks for the devices in use."),
            N_("Compare the number of that line with the number of the line that is refused."),
        ),
        N_(
            "TensorFlow sets up its devices once, when something first needs them: a tensor, a model, or an import "
            "that makes one. From then on they cannot be changed, and a call such as set_memory_growth raises an "
            "error. Where the script catches that error, TensorFlow takes all of the GPU's memory as ever, and nothing "
            "shows that the wish was not granted."
        ),
        "import tensorflow as tf\n"
        'for gpu in tf.config.list_physical_devices("GPU"):\n'
        '    print(gpu.name, "grows:", tf.config.experimental.get_memory_growth(gpu))',
        HUNGRY,
    ),
    "out-of-memory": Explanation(
        N_("What has to be in memory during one step, and what of it depends on your choices?"),
        (
            N_(
                "Add up: the weights, a gradient for each, what the optimizer keeps, and what every layer gives for "
                "every sample."
            ),
            N_("Read the shape in the error message. Which of its numbers comes out of your script?"),
        ),
        N_(
            "A step keeps the weights, a gradient for each of them, with Adam two more numbers for each, and what "
            "every layer gave for every sample. The last part grows with the number of samples in a batch and with the "
            "length of the texts, with its square where every token looks at every other. A device has only so much, "
            "and TensorFlow does not work out in advance what a step will need: it fails at the first that needs more."
        ),
        "import numpy as np\n"
        "import tensorflow as tf\n"
        "count = sum(int(np.prod(part.shape)) for part in model.trainable_weights)\n"
        "# Four numbers of 4 bytes each: the weight, its gradient, and Adam's two.\n"
        'print(count, "weights:", round(16 * count / 2**30, 2), "GiB")\n'
        "print([part.shape for part in tf.nest.flatten(next(iter(train_dataset)))])",
        OUT_OF_MEMORY,
    ),
}
