"""Ways of writing for the last layers, what is trainable, and how much fits."""

from __future__ import annotations

from dataclasses import replace

from checks.plain_facts import SOUND, at
from fixes.ways.model import Fault, Way
from fixes.ways.outputs import ERROR, IDS, REAL, YES, output, run

from tfwizard.facts import ErrorFacts, Facts, FittingFacts, LastLayer, LayersFacts, SizeTried, TrainableFacts


def flat() -> Facts:
    return run(output(5, "sparse", IDS, "softmax", shape=(32, 6, 6, 5), error=ERROR))


def whole_sequence() -> Facts:
    last = LastLayer("Dense", 1, "sigmoid", at(18), before_dense=at(18), sequences="LSTM", sequences_where=at(16))
    return run(output(1, "binary", YES, shape=(32, 9, 1), error=ERROR, last=last))


def frozen(**changes: object) -> Facts:
    seen = replace(TrainableFacts(4, 0, ("a", "b"), -1, False, "model", at(9)), **changes)  # type: ignore[arg-type]
    return replace(SOUND, layers=LayersFacts(seen))


def changed_flag() -> Facts:
    return frozen(trainable=2, model_name="", changed=("a",), changed_where=at(9))


def no_memory(function: str, line: int) -> Facts:
    assert SOUND.batch
    error = ErrorFacts("ResourceExhaustedError", "", "", bases=("OpError",))
    fitting = FittingFacts(
        4096, (SizeTried(4096, False), SizeTried(256, True)), 256, "", False, "Adam", function, at(line)
    )
    return replace(SOUND, memory=None, fitting=fitting, batch=replace(SOUND.batch, error=error, mean_loss=None))


UNFREEZE = "model.layers[-1].trainable = True"

FAULTS = (
    Fault(
        "wrong-output-layer", lambda: run(output(1, "regression", REAL, "sigmoid")),
        (
            Way("m = Sequential([Dense(8, activation='sigmoid'), «layer»Dense(1, activation='sigmoid')])\n", (("Dense(1, activation='sigmoid')", "Dense(1)"),)),
            Way("x = layers.Dense(8, 'relu')(x)\nout = «layer»layers.Dense(1, 'sigmoid', False, name='é')(x)\n", (("1, 'sigmoid', False", "1, use_bias=False"),)),
            Way("def head(units, activation='sigmoid'):\n\treturn «layer»Dense(\n\t\tunits,\n\t\tactivation=activation,  # é\n\t)\n", (("\t\tactivation=activation,  # é\n", ""),), crlf=True),
            Way("class Head(Layer):\n    def __init__(self, **kw):\n        self.out = «layer»Dense(1, **kw)\n", (("Dense(1, **kw)", 'Dense(1, **{name: value for name, value in kw.items() if name != "activation"})'),)),
        ),
    ),
    Fault(
        "wrong-output-layer", lambda: run(output(1, "binary", YES, "softmax", constant=True)),
        (
            Way("Head = functools.partial(Dense, 1, 'softmax')\nout = «layer»Head(name='out')\n", (("'softmax'", '"sigmoid"'),)),
            Way("LAST = 'softmax'\nfor width in (8, 4): m.add(Dense(width))\nm.add(«layer»Dense(1, activation=LAST))\n", (("'softmax'", '"sigmoid"'),)),
        ),
    ),
    Fault(
        "wrong-output-layer", lambda: run(output(1, "binary", IDS, "sigmoid")),
        (
            Way("import tensorflow as tf\nm = Sequential([«layer»Dense(1, 'sigmoid')])\n«compile»m.compile(loss=tf.keras.losses.BinaryCrossentropy(), metrics=['accuracy'])\n",
                (("Dense(1, 'sigmoid')", 'Dense(5, "softmax")'), ("losses.BinaryCrossentropy", "losses.SparseCategoricalCrossentropy"))),
        ),
    ),
    Fault(
        "wrong-output-layer",
        lambda: run(output(5, "sparse", IDS, from_logits=True, last=LastLayer("Dense", 5, "relu", at(17), activation_layer="Activation", activation_where=at(18)))),
        (Way("m.add(«dense»Dense(5)); m.add(«layer»Activation('relu'))\n", (("'relu'", '"linear"'),)),),
    ),
    Fault(
        "output-shape-mismatch", flat,
        (
            Way("from tensorflow.keras import Sequential, layers\nm = Sequential([\n    layers.Conv2D(8, 3),\n    # head\n    «dense»layers.Dense(8),  # é\n    «layer»layers.Dense(5, 'softmax'),\n])\n",
                (("    layers.Dense(8),  # é\n", "    layers.Flatten(),\n    layers.Dense(8),  # é\n"),)),
            Way("from tensorflow.keras.layers import Conv2D, Dense\nm = Sequential()\nm.add(Conv2D(8, 3))\nm.add(\n\t«dense»Dense(8)\n)\nm.add(«layer»Dense(5))\n",
                (("Conv2D, Dense\n", "Conv2D, Dense, Flatten\n"), ("m.add(\n\tDense(8)", "m.add(Flatten())\nm.add(\n\tDense(8)")), crlf=True),
            Way("import keras.layers as L\nhidden = «dense»L.Dense(8)\nout = «layer»L.Dense(5)(hidden(\n    L.Conv2D(8, 3)(x)))\n", (("L.Conv2D(8, 3)(x)", "L.Flatten()(L.Conv2D(8, 3)(x))"),)),
            Way("from keras import layers as L\nparts = [L.Conv2D(8, 3)]\nparts.append(«dense»L.Dense(8)); parts.append(«layer»L.Dense(5))\nm = Sequential(parts)\n",
                (("parts.append(L.Dense(8))", "parts.append(L.Flatten())\nparts.append(L.Dense(8))"),)),
        ),
    ),
    Fault(
        "output-shape-mismatch", whole_sequence,
        (Way("m = Sequential([LSTM(8, return_sequences=True), «recurrent»LSTM(4, return_sequences=True), «layer»Dense(1)])\n", (("LSTM(4, return_sequences=True)", "LSTM(4)"),)),),
    ),
    Fault(
        "output-shape-mismatch", lambda: run(output(3, "regression", replace(REAL, shape=(32, 4)), error=ERROR)),
        (Way("TARGETS = 3\n\n\nclass Net(Model):\n    def __init__(self, outputs=TARGETS):\n        self.head = «layer»Dense(outputs)\n\n\nnet = Net()\n", (("TARGETS = 3", "TARGETS = 4"),)),),
    ),
    Fault(
        "no-trainable-weights", frozen,
        (
            Way("model.trainable = True\nfor layer in model.layers: layer.trainable = False\n«compile»model.compile('adam')\nmodel.fit(x)\n", (("model.compile(", f"{UNFREEZE}\nmodel.compile("),)),
            Way("def build(model):\n\t«compile»model.compile(\n\t\t'adam',  # é\n\t)\n", (("\tmodel.compile(", f"\t{UNFREEZE}\n\tmodel.compile("),), crlf=True),
            Way("if __name__ == '__main__': model.summary(); «compile»model.compile('adam'); model.fit(x)\n", (("model.compile(", f"{UNFREEZE}; model.compile("),)),
        ),
    ),
    Fault(
        "frozen-after-compile", changed_flag,
        (
            Way("«compile»model.compile('adam', 'mse')\nbase.trainable = False\nhistory = «fit»model.fit(x, y)\n", (("history =", "model.compile('adam', 'mse')\nhistory ="),)),
            Way("with strategy.scope():\n\t«compile»model.compile(\n\t\toptimizer='adam',  # é\n\t)\nbase.trainable = False\n«fit»model.fit(x)\n",
                (("model.fit(", "model.compile(\n\toptimizer='adam',  # é\n)\nmodel.fit("),), crlf=True),
            Way("«compile»model.compile('adam'); base.trainable = False; «fit»model.fit(x)\n", (("model.fit(", "model.compile('adam'); model.fit("),)),
            Way("def build():\n    model = make()\n    «compile»model.compile('adam')\n    return model\n\n\nmodel = build()\n«fit»model.fit(x)\n", refused="`model` is not the same"),
        ),
    ),
    Fault(
        "out-of-memory", lambda: no_memory("fit", 24),
        (
            Way("model.fit(x, y, 64)\n«fit»model.fit(x, y, 4096, epochs=2)\n", (("4096", "256"),)),
            Way("p = argparse.ArgumentParser()\np.add_argument('-b', '--batch-size', type=int, default=4096)  # é\nargs = p.parse_args()\n«fit»model.fit(\n\tx,\n\tbatch_size=args.batch_size,\n)\n",
                (("default=4096", "default=256"),), crlf=True),
            Way("run = {'epochs': 2}\n«fit»model.fit(x, y, **run)\n", (("**run)", "**run, batch_size=256)"),)),
        ),
    ),
    Fault(
        "out-of-memory", lambda: no_memory("batch", 9),
        (Way("BATCH = 2 ** 12\nprint(f'batches of {BATCH}')\ntrain = «thing»ds.shuffle(8).batch(BATCH)\n", (("2 ** 12", "256"),)),),
    ),
)  # fmt: skip
