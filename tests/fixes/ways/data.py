"""Ways of writing for what enters the model."""

from __future__ import annotations

from dataclasses import replace

from checks.plain_facts import SOUND, at, step, with_pipeline
from fixes.ways.model import Fault, Way

from tfwizard.facts import (
    Argument,
    Facts,
    OrderFacts,
    PaddingFacts,
    RejectedFacts,
    ScaleFacts,
    StepsFacts,
)


def labels_inside() -> Facts:
    assert SOUND.data and SOUND.batch
    data = replace(SOUND.data, internal_loss=False, loss="sparse_categorical_crossentropy", loss_explicit=True)
    return replace(SOUND, data=data, batch=replace(SOUND.batch, step=step(gradient_norm=None)))


def no_mask() -> Facts:
    assert SOUND.data
    padding = PaddingFacts("input_ids", 0, 84, 336, False, True, 0.02)
    return replace(with_pipeline(columns=("input_ids", "label")), data=replace(SOUND.data, padding=padding))


def refused_mask() -> Facts:
    facts = no_mask()
    assert facts.text and facts.pipelines
    [one] = facts.text.calls
    call = replace(one.call, arguments={"return_attention_mask": Argument("False", True, "bool")})
    pipelines = replace(facts.pipelines, pipelines=())
    return replace(facts, text=replace(facts.text, calls=(replace(one, call=call),)), pipelines=pipelines)


def bytes_of_images() -> Facts:
    assert SOUND.scan
    scale = ScaleFacts("conv", at(18), 0, 255, 120, 70, (), True, 60, (9.0, 1.1), (1.1, 0.4), 0.0, 0.0)
    return replace(SOUND, scan=replace(SOUND.scan, scale=scale))


def in_order(function: str, line: int = 9) -> Facts:
    assert SOUND.scan
    order = OrderFacts(28, 32, 0.05, 1.05, 26, ({"0": 32},), function, at(line))
    return replace(SOUND, scan=replace(SOUND.scan, order=order))


def unbatched() -> Facts:
    assert SOUND.layers
    seen = RejectedFacts("x", (12,), (-1, 12), unbatched=True, validation_unbatched=True, source="tf.data.Dataset")
    return replace(SOUND, layers=replace(SOUND.layers, rejected=seen))


def endless() -> Facts:
    assert SOUND.training
    return replace(SOUND, training=replace(SOUND.training, steps=(StepsFacts("training", -1, None, 5, 25),)))


def runs_out() -> Facts:
    assert SOUND.training
    return replace(SOUND, training=replace(SOUND.training, steps=(StepsFacts("training", 30, 20, 10),)))


LOSS = "loss=SparseCategoricalCrossentropy(from_logits=True)"
RESCALED = "from keras.layers import Conv2D\n"

FAULTS = (
    Fault(
        "labels-in-inputs-with-keras-loss", labels_inside,
        (
            Way('a.compile(loss="mse")\n«compile»model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])\n',
                ((', loss="mse", ', ", "),)),
            Way('«compile»model.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])\n',
                (('"sparse_categorical_crossentropy", [', "metrics=["),)),
            Way("def build(model):\n\t«compile»model.compile(\n\t\toptimizer='adam',\n\t\tloss=loss_fn,  # é\n\t)\n\treturn model\n",
                (("\t\tloss=loss_fn,  # é\n", ""),), crlf=True),
            Way("options = {'optimizer': 'adam', 'loss': 'mse'}\n«compile»model.compile(**options)\n", ((", 'loss': 'mse'", ""),)),
            Way("with strategy.scope():\n    «compile»model.compile(**cfg['compile'])\n",
                (("**cfg['compile']", "**{name: value for name, value in cfg['compile'].items() if name != \"loss\"}"),)),
        ),
    ),
    Fault(
        "labels-in-inputs-with-keras-loss", labels_inside, remedy=1,
        ways=(
            Way('from tf_keras.losses import MeanSquaredError\ntrain = «pipeline»ds.to_tf_dataset(columns=["input_ids", "label"], batch_size=8)\n'
                '«compile»model.compile("adam", loss="mse")\n',
                (("import MeanSquaredError", "import MeanSquaredError, SparseCategoricalCrossentropy"),
                 ('["input_ids", "label"], batch_size=8', '["input_ids"], batch_size=8, label_cols="label"'), ('loss="mse"', LOSS))),
        ),
    ),
    Fault(
        "attention-mask-missing", no_mask,
        (
            Way('b = ds.to_tf_dataset(columns=["ids"])\na = «pipeline»ds.to_tf_dataset(columns=["input_ids", "label"])\n',
                (('"input_ids", "label"', '"input_ids", "attention_mask", "label"'),)),
            Way("INPUTS = ['input_ids']\na = «pipeline»ds.to_tf_dataset(8, INPUTS + ['label'])\nb = val.to_tf_dataset(8, INPUTS + ['label'])\n",
                (("INPUTS = ['input_ids']", "INPUTS = ['input_ids', 'attention_mask']"),)),
            Way("class Config:\n\tCOLUMNS = (\n\t\t'input_ids',  # ü\n\t\t'label',\n\t)\n\n\na = «pipeline»ds.to_tf_dataset(columns=Config.COLUMNS)\n",
                (("# ü\n", "# ü\n\t\t'attention_mask',\n"),), crlf=True),
            Way("a = «pipeline»ds.to_tf_dataset(columns='input_ids label'.split())\n",
                (("'input_ids label'.split()", "[*'input_ids label'.split(), \"attention_mask\"]"),)),
        ),
    ),
    Fault(
        "attention-mask-missing", refused_mask,
        (
            Way("def f(rows):\n    return «tokenize»tok(rows['text'], return_attention_mask=False, truncation=True)\n",
                (("return_attention_mask=False, ", ""),)),
        ),
    ),
    Fault(
        "inputs-not-scaled", bytes_of_images,
        (
            Way("import tensorflow as tf\nfrom tensorflow.keras import layers\n\nm = tf.keras.Sequential([\n    «layer»layers.Conv2D(8, 3, input_shape=(28, 28, 1)),\n    layers.Dense(3),\n])\n",
                (("    layers.Conv2D(8, 3, input_shape=(28, 28, 1)),\n",
                  "    layers.Rescaling(1 / 255, input_shape=(28, 28, 1)),\n    layers.Conv2D(8, 3),\n"),)),
            Way("import tensorflow.keras.layers as L\nx = «layer»L.Conv2D(8, 3, name='é')(\n\tinputs  # bytes\n)\ny = L.Conv2D(8, 3)(x)\n",
                (("inputs  #", "L.Rescaling(1 / 255)(inputs)  #"),), crlf=True),
            Way(f"{RESCALED}m = Sequential(); m.add(«layer»Conv2D(8, 3)); m.add(Conv2D(9, 3))\n",
                (("import Conv2D\n", "import Conv2D, Rescaling\n"), ("m.add(Conv2D(8, 3))", "m.add(Rescaling(1 / 255)); m.add(Conv2D(8, 3))"))),
            Way(f"{RESCALED}class Net(Model):\n    def __init__(self):\n        self.conv = «layer»Conv2D(8, 3)\n\n    def call(self, x):\n        return self.conv(x)\n",
                (("import Conv2D\n", "import Conv2D, Rescaling\n"), ("self.conv(x)", "self.conv(Rescaling(1 / 255)(x))"))),
            Way(f"{RESCALED}convs = [«layer»Conv2D(8, 3) for _ in range(3)]\n", refused="Put `Rescaling"),
        ),
    ),
    Fault(
        "not-shuffled", lambda: in_order("batch"),
        (
            Way("val = d.batch(8)\ntrain = «thing»tf.data.Dataset.from_tensor_slices((x, y)).map(f).batch(8)\n",
                ((".map(f).batch", ".map(f).shuffle(900).batch"),)),
            Way("train = (\n\ttf.data.Dataset.from_tensor_slices((x, y))\n\t.«thing»batch(8)  # é\n\t.prefetch(1)\n)\n",
                (("\t.batch(8)", "\t.shuffle(900)\n\t.batch(8)"),), crlf=True),
            Way("def load(ds):\n    return ds.cache() \\\n        .«thing»batch(8)\n",
                (("        .batch(8)", "        .shuffle(900) \\\n        .batch(8)"),)),
        ),
    ),
    Fault(
        "not-shuffled", lambda: in_order("fit", 24),
        (
            Way("«fit»model.fit(x, y, shuffle=False)\n", ((", shuffle=False", ""),)),
            Way("«fit»model.fit(x, y, 8, 2, 1, None, 0.0, None, False, epochs)\n", ((", False, epochs)", ", class_weight=epochs)"),)),
        ),
    ),
    Fault(
        "not-shuffled", lambda: in_order("to_tf_dataset"),
        (
            Way("args = parser.parse_args()\nparser.add_argument('--shuffle', default=False)\ntrain = «thing»ds.to_tf_dataset(8, None, args.shuffle)\n",
                (("default=False", "default=True"),)),
        ),
    ),
    Fault(
        "input-shape-mismatch", unbatched,
        (
            Way("«fit»model.fit(train, validation_data=val)\n", (("train, validation_data=val", "train.batch(32), validation_data=val.batch(32)"),)),
            Way("history = «fit»model.fit(\n\ttrain if small else everything,  # é\n\tepochs=2,\n\tvalidation_data=load('val'),\n)\n",
                (("train if small else everything", "(train if small else everything).batch(32)"), ("load('val')", "load('val').batch(32)")), crlf=True),
            Way("run = dict(x=train, validation_data=val)\n«fit»model.fit(epochs=2, **run)\n",
                (("x=train, validation_data=val", "x=train.batch(32), validation_data=val.batch(32)"),)),
            Way("def go(model, **data):\n    «fit»model.fit(epochs=3, **data)\n",
                (("epochs=3, **data", 'epochs=3, **{**data, "x": data["x"].batch(32), "validation_data": data["validation_data"].batch(32)}'),)),
            Way("«fit»model.fit(*sets)\n", refused=r"passes `\*sets`"),
        ),
    ),
    Fault(
        "endless-dataset", endless,
        (
            Way("model.fit(a); «fit»model.fit(train, epochs=5)\n", (("train, epochs=5", "train, epochs=5, steps_per_epoch=25"),)),
            Way("history = «fit»model.fit(\n\ttrain,\n\tepochs=5,  # é\n)\n", (("# é\n", "# é\n\tsteps_per_epoch=25,\n"),), crlf=True),
            Way("run = {'epochs': 5}\nif __name__ == '__main__': «fit»model.fit(train, **run)\n", (("**run)", "**run, steps_per_epoch=25)"),)),
            Way("def go(model, **run):\n    return «fit»model.fit(train, **run)\n", (("train, **run", 'train, **{**run, "steps_per_epoch": 25}'),)),
        ),
    ),
    Fault(
        "runs-out-of-data", runs_out,
        (
            Way("«fit»model.fit(train, epochs=10, steps_per_epoch=20, verbose=2)\n", (("steps_per_epoch=20, ", ""),)),
            Way("model.fit(train, steps_per_epoch=1)\nfor _ in range(2):\n\t«fit»model.fit(\n\t\ttrain,\n\t\t# é\n\t\tsteps_per_epoch=len(rows) // 8,\n\t)\n",
                (("\t\tsteps_per_epoch=len(rows) // 8,\n", ""),), crlf=True),
            Way("run = dict(epochs=10, steps_per_epoch=20)\n«fit»model.fit(train, **run)\n", ((", steps_per_epoch=20", ""),)),
            Way("from functools import partial\ngo = partial(model.fit, train, steps_per_epoch=20)\n«fit»go(epochs=10)\n", ((", steps_per_epoch=20", ""),)),
        ),
    ),
)  # fmt: skip
