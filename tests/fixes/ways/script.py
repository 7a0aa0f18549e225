"""Ways of writing for what stops a script."""

from __future__ import annotations

from dataclasses import replace

from checks.plain_facts import PACKAGES, PIPELINE, SOUND, at, failed, with_pipeline
from fixes.ways.model import Fault, Way

from tfwizard.facts import (
    ArgumentFacts,
    Call,
    CheckpointFile,
    Environment,
    ErrorFacts,
    Facts,
    KerasObject,
    LibrariesFacts,
    PipelinesFacts,
    ScriptFacts,
)


def missing_column() -> Facts:
    columns = {"columns": ("input_ids", "labels"), "available": ("text", "label", "input_ids"), "failed": True}
    pipeline = replace(PIPELINE, **columns)  # type: ignore[arg-type]
    return replace(failed("Column labels not found in dataset!", error=None), pipelines=PipelinesFacts((pipeline,)))


def nothing_pads() -> Facts:
    return with_pipeline(pads=False, collator=None)


def nothing_pads_twice() -> Facts:
    facts = nothing_pads()
    assert facts.pipelines
    [one] = facts.pipelines.pipelines
    other = replace(one, call=replace(one.call, where=at(15)), feeds_training=False)
    return replace(facts, pipelines=replace(facts.pipelines, pipelines=(one, other)))


def optimizer_of_keras_3() -> Facts:
    assert SOUND.pipelines and SOUND.script
    stranger = KerasObject("optimizer", "Adam", "keras", "keras.src.optimizers.adam", at(21))
    environment = Environment(packages={**PACKAGES, "tensorflow": "2.21.0"})
    return replace(
        SOUND,
        pipelines=replace(SOUND.pipelines, objects=(stranger,), model_keras="tf_keras"),
        script=replace(SOUND.script, environment=environment, keras_of_tf="keras"),
    )


def pytorch_file() -> Facts:
    load = Call(0, "model.from_pretrained", at(20), failed=True)
    error = ErrorFacts("OSError", "boom", "boom", at(20), call=0)
    script = ScriptFacts(
        "failed", "/home/u/train.py", (load,), error=error,
        environment=Environment("3.11", packages={**PACKAGES, "transformers": "4.56.0"}),
        libraries=LibrariesFacts(checkpoint=CheckpointFile("model.safetensors", "pt", 0, ("tf_model.h5",))),
    )  # fmt: skip
    return Facts(script=script, pipelines=PipelinesFacts())


def argument(**changes: object) -> Facts:
    assert SOUND.training
    one = replace(ArgumentFacts("Adam", "lr", "0.01", at(21), False, "learning_rate"), **changes)  # type: ignore[arg-type]
    return replace(SOUND, training=replace(SOUND.training, arguments=(one,)))


PAD = 'collate_fn=DataCollatorWithPadding(tok, return_tensors="tf")'
LEGACY = 'os.environ["TF_USE_LEGACY_KERAS"] = "1"\n'

FAULTS = (
    Fault(
        "column-not-found", missing_column,
        (
            Way(
                'val = raw["val"].to_tf_dataset(columns=["input_ids"])\n'
                'train = «pipeline»raw["train"].to_tf_dataset(columns=["input_ids", "labels"], batch_size=8)\n',
                (('"labels"]', '"label"]'),),
            ),
            Way(
                "def make(split, columns=('input_ids', 'labels')):\n\treturn «pipeline»split.to_tf_dataset(\n\t\tcolumns=columns,  # é\n\t)\n\n\n"
                "train = make(raw['train'])\n",
                (("'labels')", "'label')"),),
                crlf=True,
            ),
            Way(
                'cfg = {"columns": ["input_ids", "labels"], "batch": 8}\nlabels = rows["labels"]\n'
                'train = «pipeline»ds.to_tf_dataset(cfg["batch"], cfg["columns"])\n',
                (('"labels"],', '"label"],'),),
            ),
            Way(
                "columns = [name for name in ds.column_names if name != 'text']\n"
                "train = «pipeline»ds.to_tf_dataset(columns=columns, batch_size=8)\n",
                (("columns=columns", 'columns=["label" if name == "labels" else name for name in columns]'),),
            ),
        ),
    ),
    Fault(
        "no-collator", nothing_pads,
        (
            Way(
                'from transformers import AutoTokenizer\n\ntok = AutoTokenizer.from_pretrained("x")\n'
                'train = «pipeline»ds.to_tf_dataset(columns=["input_ids"], batch_size=8)\n',
                (("AutoTokenizer\n", "AutoTokenizer, DataCollatorWithPadding\n"), ("batch_size=8)", f"batch_size=8, {PAD})")),
            ),
            Way(
                "import transformers\nfrom datasets import load_dataset\n\n\ndef main(tok):\n    return «pipeline»ds.to_tf_dataset(\n"
                "        batch_size=8,  # small\n        shuffle=True,\n    )\n",
                (("load_dataset\n", "load_dataset\nfrom transformers import DataCollatorWithPadding\n"),
                 ("shuffle=True,\n", f"shuffle=True,\n        {PAD},\n")),
                crlf=True,
            ),
            Way(
                "from transformers import DataCollatorWithPadding\ntok = load()\nkw = dict(batch_size=8, collate_fn=None)\n"
                "train = «pipeline»ds.to_tf_dataset(**kw)\n",
                (("collate_fn=None", PAD),),
            ),
        ),
    ),
    Fault(
        "no-collator", nothing_pads_twice,
        (
            Way(
                "from transformers import DataCollatorWithPadding\n"
                "train, val = «pipeline»a.to_tf_dataset(8), «other»b.to_tf_dataset(8)\n",
                (("a.to_tf_dataset(8)", f"a.to_tf_dataset(8, {PAD})"), ("b.to_tf_dataset(8)", f"b.to_tf_dataset(8, {PAD})")),
            ),
        ),
    ),
    Fault(
        "two-kerases", optimizer_of_keras_3,
        (
            Way("import tensorflow as tf\nopt = «optimizer»tf.keras.optimizers.Adam(1e-3)\n",
                (("import tensorflow", f"import os\n\n{LEGACY}\nimport tensorflow"),)),
            Way('"""Doc."""\n\nfrom __future__ import annotations\n\nimport os\nimport tensorflow as tf\n\nopt = «optimizer»tf.keras.optimizers.Adam(1e-3)\n',
                (("import os\n", f"import os\n\n{LEGACY}\n"),), crlf=True),
            Way('import os\nos.environ["TF_USE_LEGACY_KERAS"] = "0"  # why\nimport tensorflow as tf\n\nopt = «optimizer»tf.keras.optimizers.Adam(1e-3)\n',
                (('"0"', '"1"'),)),
        ),
    ),
    Fault(
        "two-kerases", optimizer_of_keras_3, remedy=1,
        ways=(
            Way("from tensorflow.keras.optimizers import Adam, SGD\nopt = «optimizer»Adam(1e-3)\n",
                (("import Adam, SGD\n", "import SGD\nfrom tf_keras.optimizers import Adam\n"),)),
            Way("def f():\n\tfrom keras.optimizers import Adam as A\n\treturn «optimizer»A(1e-3)\n",
                (("from keras.optimizers import Adam as A", "from tf_keras.optimizers import Adam as A"),)),
            Way("from tensorflow import keras as k\nopt = «optimizer»k.optimizers.Adam(1e-3)\n", refused="No import in this file"),
        ),
    ),
    Fault(
        "two-kerases", optimizer_of_keras_3, remedy=2,
        ways=(
            Way("from tensorflow import keras as k\nm.compile(\n    «optimizer»k.optimizers.Adam(1e-3),  # lr\n    'mse',\n)\n",
                (("as k\n", "as k\nimport tf_keras\n"), ("k.optimizers.Adam(", "tf_keras.optimizers.Adam("))),
            Way("import tensorflow.keras as K\na = 1; opt = «optimizer»K.optimizers.Adam(1e-3); b = K.optimizers.SGD(1)\n",
                (("as K\n", "as K\nimport tf_keras\n"), ("K.optimizers.Adam(", "tf_keras.optimizers.Adam("))),
            Way("import tf_keras\nfrom keras.optimizers import Adam\nKINDS = {'adam': Adam}\nopt = «optimizer»KINDS['adam'](1e-3)\n",
                (("'adam': Adam}", "'adam': tf_keras.optimizers.Adam}"),)),
        ),
    ),
    Fault(
        "checkpoint-loader-broken", pytorch_file,
        (
            Way('tok = AutoTokenizer.from_pretrained(NAME); model = «load»TFAutoModel.from_pretrained(NAME)\n',
                (("TFAutoModel.from_pretrained(NAME)", "TFAutoModel.from_pretrained(NAME, use_safetensors=False)"),)),
            Way("def load(name):\n\treturn (\n\t\t«load»TFAutoModel.from_pretrained(\n\t\t\tname,\n\t\t\tnum_labels=3,  # ü\n\t\t)\n\t)\n",
                (("num_labels=3,  # ü\n", "num_labels=3,  # ü\n\t\t\tuse_safetensors=False,\n"),), crlf=True),
            Way("options = {'num_labels': 3, 'use_safetensors': True}\nmodel = «load»TFAutoModel.from_pretrained('x', **options)\n",
                (("'use_safetensors': True", "'use_safetensors': False"),)),
            Way("model = «load»TFAutoModel.from_pretrained('x', **options)\n",
                (("**options", '**{**options, "use_safetensors": False}'),)),
        ),
    ),
    Fault(
        "removed-argument", argument,
        (
            Way("opt = SGD(lr=1); adam = «optimizer»tf.keras.optimizers.Adam(lr=1e-2)\n",
                (("Adam(lr=", "Adam(learning_rate="),)),
            Way("from functools import partial\nmake = partial(Adam, beta_1=0.9, lr = 1e-2)  # é\nopt = «optimizer»make()\n",
                (("lr = 1e-2", "learning_rate = 1e-2"),)),
            Way("options = {\n\t'lr': 1e-2,\n}\nopt = «optimizer»Adam(**options)\n", (("'lr'", "'learning_rate'"),), crlf=True),
            Way("def make(**options):\n    return «optimizer»Adam(**options)\n\n\nopt = make(lr=1)\n", (("make(lr=1)", "make(learning_rate=1)"),)),
            Way("opt = «optimizer»Adam(**json.load(file))\n", refused="Rename it by hand"),
        ),
    ),
    Fault(
        "removed-argument", lambda: argument(name="decay", renamed=None, ignored=True),
        (
            Way("opt = «optimizer»Adam(1e-2, decay=1e-6)\n", ((", decay=1e-6", ""),)),
            Way("opt = «optimizer»Adam(\n    1e-2,\n    decay=1e-6,  # slower\n    beta_1=0.9,\n)\n", (("    decay=1e-6,  # slower\n", ""),)),
        ),
    ),
    Fault(
        "removed-argument",
        lambda: argument(function="compile", name="loss_weights", value="['accuracy']", renamed="metrics", positional=True, where=at(22)),
        (
            Way('«compile»model.compile("adam", "mse", ["accuracy"])\n', (('["accuracy"])', "metrics=['accuracy'])"),)),
        ),
    ),
)  # fmt: skip
