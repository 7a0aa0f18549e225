"""The libraries that the script runs with."""

from __future__ import annotations

from tfwizard.explanations.explanation import Explanation
from tfwizard.language import N_

EXPLANATIONS: dict[str, Explanation] = {
    "two-kerases": Explanation(
        N_("From which package does each object come that works together with the model?"),
        (
            N_(
                "Print type(thing).__module__ for the optimizer, the metrics and the callbacks, and the modules of the "
                "model's base classes."
            ),
            N_("Read only the first word of each of these names. Is it the same word everywhere?"),
        ),
        N_(
            "Since TensorFlow 2.16, tensorflow.keras is Keras 3, and Keras 2 lives on as a package called tf_keras. "
            "transformers' TensorFlow models are made with tf_keras, so one script easily ends up with objects of "
            "both. They have the same names and differ inside: a model of the one does not work with an optimizer, a "
            "metric or a callback of the other. Which of the two tensorflow.keras becomes is decided at its first use, "
            "so that even the order of the imports matters."
        ),
        "import tensorflow as tf\n"
        'print("tf.keras:", tf.keras.Model.__module__)\n'
        "modules = [base.__module__ for base in type(model).__mro__]\n"
        'print("the model:", [name for name in modules if "keras" in name])\n'
        'print("the optimizer:", type(optimizer).__module__)',
    ),
    "transformers-without-tf": Explanation(
        N_("What does your import ask transformers for, and what does the installed version still offer?"),
        (
            N_(
                "Print transformers.__version__, and compare its first number with that in the course or tutorial that "
                "you follow."
            ),
            N_("Count the names in the module that begin with TF. What does the number tell you?"),
        ),
        N_(
            "For years transformers had each of its models for PyTorch and for TensorFlow. Version 5 has only those "
            "for PyTorch, so that an import of a class such as TFAutoModel fails there, however correct it is. pip "
            "installs the newest version unless it is told another one: that is how a script that worked a year ago "
            "comes to stop in its first lines."
        ),
        "import transformers\n"
        "print(transformers.__version__)\n"
        'names = [name for name in dir(transformers) if name.startswith("TF")]\n'
        'print(len(names), "names begin with TF")',
    ),
    "tf-keras-missing": Explanation(
        N_("Which packages with “keras” in their name does this environment have, and in which versions?"),
        (
            N_("Look through the list of pip for them, and for the version of TensorFlow."),
            N_(
                "transformers' TensorFlow classes are older than the newest Keras. Is the one there that they were "
                "written for?"
            ),
        ),
        N_(
            "TensorFlow 2.16 and later come with Keras 3, and transformers' TensorFlow classes are written for Keras "
            "2. That one lives on in a package of its own, tf-keras, which TensorFlow does not bring along. Nothing is "
            "missing until the first TensorFlow class of transformers is imported, and so the environment looks "
            "complete."
        ),
        "import importlib.metadata as metadata\n"
        'for name in ("tensorflow", "keras", "tf-keras", "transformers"):\n'
        "    try:\n"
        "        print(name, metadata.version(name))\n"
        "    except metadata.PackageNotFoundError:\n"
        '        print(name, "is not installed")',
    ),
    "checkpoint-loader-broken": Explanation(
        N_("Is it your file that is at fault, or the code that reads it?"),
        (
            N_("Find out who wrote the weights of this checkpoint: PyTorch, or TensorFlow?"),
            N_("Note the version of transformers, and look for the words of this error in its list of issues."),
        ),
        N_(
            "Most checkpoints keep their weights in a safetensors file that PyTorch wrote, and transformers translates "
            "it when a TensorFlow model is loaded. In the versions 4.55 to 4.57 that translation has a bug: it fails "
            "on every such file, with a message about safe_open. Your script and your checkpoint are in order, and "
            "earlier versions read the same file."
        ),
        "import transformers\n"
        "from safetensors import safe_open\n"
        "from transformers.utils import cached_file\n"
        "print(transformers.__version__)\n"
        'path = cached_file(model_checkpoint, "model.safetensors")\n'
        'with safe_open(path, framework="np") as weights:\n'
        '    print(weights.metadata())  # {"format": "pt"}: PyTorch wrote it',
    ),
    "incompatible-versions": Explanation(
        N_("Whose line fails: one of yours, or one of an installed package?"),
        (
            N_("Read the end of the traceback. Which two packages does the failing import bring together?"),
            N_("Every package says what it asks of others. Let `pip check` compare that with what is there."),
        ),
        N_(
            "Packages are made for certain versions of each other, and say so. Installing one more package can change "
            "another that an earlier one depends on; pip then prints a warning that is easily missed, and goes on. "
            "Python compares nothing at an import. So it fails somewhere inside, with a message about a name or a "
            "module that has nothing to do with your script."
        ),
        "import importlib.metadata as metadata\n"
        'for name in ("numpy", "protobuf", "keras", "tensorflow"):\n'
        "    print(name, metadata.version(name))\n"
        'for need in metadata.requires("tensorflow"):\n'
        '    print("tensorflow asks for", need)',
    ),
    "gpu-not-used": Explanation(
        N_("On which device does the work happen while your script trains?"),
        (
            N_("Run nvidia-smi in a second terminal during the training. Does your Python stand in its list?"),
            N_("Compare two lists: the devices that the driver shows, and those that TensorFlow shows."),
        ),
        N_(
            "Beside the driver, TensorFlow needs certain versions of NVIDIA's CUDA libraries. Where they are missing, "
            "or where TensorFlow was built without them, it falls back to the CPU; all that is said of it is a line "
            "among many at the start. The training gives the same kind of result and takes many times as long."
        ),
        "import tensorflow as tf\n"
        'print(tf.config.list_physical_devices("GPU"))\n'
        'print("built with CUDA:", tf.sysconfig.get_build_info()["is_cuda_build"])',
    ),
    "removed-argument": Explanation(
        N_("For which version of Keras was this call written, and which one runs it?"),
        (
            N_("Find out which version of Keras runs here, and open the documentation of that very version."),
            N_(
                "Go through what you hand to this call, one by one. Does the signature list each of them, and in this "
                "order?"
            ),
        ),
        N_(
            "Keras 3 was written anew. Some arguments of Keras 2 have another name now, some are gone, and compile "
            "takes its arguments in another order. Most of the old ones raise an error, but a few are taken and "
            "dropped with no more than a warning, so that the value you wrote has no effect. Such arguments come from "
            "tutorials and older projects."
        ),
        "import inspect\n"
        "import tensorflow as tf\n"
        "print(tf.keras.Model.__module__)  # keras is Keras 3, tf_keras is Keras 2\n"
        "print(inspect.signature(model.compile))\n"
        "print(inspect.signature(model.fit))\n"
        "print(inspect.signature(tf.keras.optimizers.Adam))",
    ),
}
