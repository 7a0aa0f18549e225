"""Ways of writing for devices that are configured too late."""

from __future__ import annotations

from checks.plain_facts import SOUND, at
from fixes.ways.model import Fault, Way

from tfwizard.facts import (
    Argument,
    Call,
    ErrorFacts,
    Facts,
    GpuFacts,
    GpuProcess,
    GpusFacts,
    LateSetting,
    LibrariesFacts,
    ScriptFacts,
)

CALL = Call(0, "set_memory_growth", at(9), {"enable": Argument("True", True)}, failed=True)


def refused() -> Facts:
    """A call that was refused, and ended the script."""
    assert SOUND.script
    error = ErrorFacts("RuntimeError", "cannot be modified", "cannot be modified", CALL.where, bases=("Exception",))
    late = LateSetting(CALL, "cannot be modified", at(5), True, True)
    script = ScriptFacts(
        "failed", "/home/u/train.py", (CALL,), error=error, libraries=LibrariesFacts(late_settings=(late,))
    )
    return Facts(script=script)


def held_by_others() -> Facts:
    """An error of the GPU, most of whose memory others hold."""
    error = ErrorFacts("InternalError", "cublas", "cublas", at(24), bases=("OpError", "Exception"))
    script = ScriptFacts("failed", "/home/u/train.py", error=error, libraries=LibrariesFacts(tensorflow_gpus=1))
    gpu = GpuFacts(0, "NVIDIA T4", "GPU-a", 16 * 2**30, 15 * 2**30, processes=(GpuProcess(7, 15 * 2**30),))
    return Facts(script=script, gpus=GpusFacts((gpu,)))


LOOP = "for gpu in tf.config.list_physical_devices('GPU'):\n    «thing»tf.config.experimental.set_memory_growth(gpu, True)\n"
MOVED = LOOP.replace("«thing»", "")
GROWTH = 'import os\n\nos.environ["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"\n'

FAULTS = (
    Fault(
        "gpu-held-by-others", held_by_others,
        (
            Way("import tensorflow as tf\n\n«fit»model.fit(x)\n", (("import tensorflow", f"{GROWTH}\nimport tensorflow"),)),
            Way('"""é"""\nfrom __future__ import annotations\n\nimport os\n\nimport tensorflow as tf\n«fit»model.fit(x)\n',
                (("import os\n", GROWTH),), crlf=True),
            Way("import os\nos.environ['TF_FORCE_GPU_ALLOW_GROWTH'] = 'false'\nimport tensorflow as tf\n«fit»model.fit(x)\n", (("'false'", '"true"'),)),
        ),
    ),
    Fault(
        "memory-growth-too-late", refused,
        (
            Way(f"import tensorflow as tf\nfrom mine import data\n\nx = tf.constant(1)\n\n{LOOP}\nmodel = 1\n",
                (("as tf\n", f"as tf\n\n{MOVED}\n"), (f"(1)\n\n{MOVED}", "(1)\n"))),
            Way("import tensorflow as tf\nx = tf.constant(1)\n# all of them\ngpus = tf.config.list_physical_devices('GPU')  # é\nif gpus:\n\ttry:\n\t\t"
                "«thing»tf.config.experimental.set_memory_growth(gpus[0], True)\n\texcept ValueError as e:\n\t\tprint(e)\ntrain(x)\n",
                (("x = tf.constant(1)\n", "\n"), ("train(x)", "\nx = tf.constant(1)\ntrain(x)")), crlf=True),
            Way("import tensorflow as tf\n\nx = tf.constant(1)\nif __name__ == '__main__':\n    gpus = tf.config.list_physical_devices('GPU')\n"
                "    «thing»tf.config.experimental.set_memory_growth(gpus[0], enable=True)\n    train(x)\n",
                (("as tf\n\n", "as tf\n\ngpus = tf.config.list_physical_devices('GPU')\ntf.config.experimental.set_memory_growth(gpus[0], enable=True)\n\n"),
                 ("'__main__':\n    gpus = tf.config.list_physical_devices('GPU')\n    tf.config.experimental.set_memory_growth(gpus[0], enable=True)\n", "'__main__':\n"))),
            Way("import tensorflow as tf\nfrom tensorflow.config import list_physical_devices\nx = tf.constant(1)\n"
                "[«thing»tf.config.experimental.set_memory_growth(gpu, True) for gpu in list_physical_devices('GPU')]\n",
                (("x = tf.constant(1)\n", "\n"), ("devices('GPU')]\n", "devices('GPU')]\n\nx = tf.constant(1)\n"))),
            Way("import tensorflow as tf\n«thing»tf.config.experimental.set_memory_growth(tf.config.list_physical_devices('GPU')[0], True)\n",
                refused="already"),
            Way("import tensorflow as tf\nmodel = build()\n«thing»tf.config.experimental.set_memory_growth(pick(model), True)\n", refused="other work"),
            Way("import tensorflow as tf\nx = tf.constant(1)\ngpu = pick(x)\n«thing»tf.config.experimental.set_memory_growth(gpu, True)\n", refused="by other work"),
            Way("import tensorflow as tf\nx = tf.constant(1); «thing»tf.config.experimental.set_memory_growth(gpu, True)\n", refused="more than one statement"),
            Way("x = 1\nif x:\n    import tensorflow as tf\n    «thing»tf.config.experimental.set_memory_growth(tf.config.list_physical_devices('GPU')[0], True)\n",
                refused="not imported at the beginning"),
        ),
    ),
    Fault(
        "memory-growth-too-late", refused,
        (
            Way(f"import tensorflow as tf\n\nx = tf.constant(1)\n\n{LOOP}\nmodel = 1\n",
                (("import tensorflow", f"{GROWTH}\nimport tensorflow"), (f"{MOVED}\n", ""))),
            Way("import tensorflow as tf\nx = tf.constant(1)\ntry:\n    gpu = tf.config.list_physical_devices('GPU')[0]\n"
                "    «thing»tf.config.experimental.set_memory_growth(gpu, True)\nexcept IndexError:\n    gpu = None\nprint(gpu)\n",
                refused="used elsewhere"),
            Way(f"import tensorflow as tf\n\n\ndef main(x):\n    {LOOP.replace('    «', '        «')}\n\nmain(tf.constant(1))\n",
                (("import tensorflow", f"{GROWTH}\nimport tensorflow"), (MOVED.replace("    tf", "        tf")[:-1], "pass"))),
        ),
        1,
    ),
)  # fmt: skip
