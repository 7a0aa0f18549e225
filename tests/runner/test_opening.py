"""What a standby worker may import ahead: exactly what the script begins with, in its order, and nothing behind a barrier."""

from __future__ import annotations

import pytest

from tfwizard.runner.opening import opening


def test_imports_and_environment_in_their_order() -> None:
    text = '''"""Trains."""
from __future__ import annotations
import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
SEED = 7
import tensorflow as tf  # the library
from transformers import (
    AutoTokenizer,
    TFAutoModelForSequenceClassification,
)

tf.random.set_seed(SEED)
import datasets
'''
    assert opening(text) == (
        "import os",
        "os.environ['TF_USE_LEGACY_KERAS'] = '1'",
        "os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')",
        "import tensorflow as tf",
        "from transformers import AutoTokenizer, TFAutoModelForSequenceClassification",
    )


@pytest.mark.parametrize(
    "barrier",
    [
        "keras = tf.keras",
        "tf.config.run_functions_eagerly(True)",
        "class Net(tf.keras.Model): pass",
        "def build(kind: tf.keras.Model): pass",
        "def build(optimizer=tf.keras.optimizers.Adam()): pass",
        "@tf.function\ndef step(): pass",
        "try:\n    import keras_nlp\nexcept ImportError:\n    pass",
        "if True:\n    import keras",
        "from .model import build",
        "from keras.layers import *",
        "os.environ['A'] = str(1)",
        "sys.path.insert(0, 'lib')",
        "x = [print(n) for n in range(3)]",
        "with open('a') as f: pass",
    ],
)
def test_what_could_matter_to_a_later_import_ends_it(barrier: str) -> None:
    assert opening(f"import tensorflow as tf\n{barrier}\nimport transformers\n") == ("import tensorflow as tf",)


@pytest.mark.parametrize(
    "between",
    [
        "'a string'",
        "N, M = 3, -4",
        "NAMES = {'a': [1, 2], 'b': (3,)}",
        "RATE: float = 1e-3",
        "warnings.filterwarnings('ignore')",
        "random.seed(7)",
        "logging.getLogger('tensorflow')",
        "def clean(text: str, limit=5) -> str:\n    return tf.strings.lower(text)",
    ],
)
def test_what_no_import_can_see_is_passed_over(between: str) -> None:
    steps = opening(f"import tensorflow as tf\n{between}\nimport transformers\n")
    assert steps == ("import tensorflow as tf", "import transformers")


def test_layout_and_comments_do_not_count() -> None:
    one = "import tensorflow as tf\nfrom keras import layers, models\n"
    other = "#!/usr/bin/env python\nimport tensorflow as tf   # yes\n\n\nfrom keras import (\n  layers,\n  models)\n"
    assert opening(one) == opening(other)


@pytest.mark.parametrize("text", ["", "x = = 1\n", "import os\nimport json\n", "print('hello')\nimport tensorflow\n"])
def test_nothing_worth_a_worker(text: str) -> None:
    assert opening(text) == ()
