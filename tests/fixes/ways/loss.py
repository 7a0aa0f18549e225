"""Ways of writing for losses, metrics and the weights of classes."""

from __future__ import annotations

from dataclasses import replace

from checks.plain_facts import SOUND, at, logits
from fixes.ways.model import Fault, Way
from fixes.ways.outputs import HOT, IDS, REAL, YES, metric, output, run

from tfwizard.facts import BroadcastFacts, ClassWeights, Facts, LoopFacts, LossCall


def told_nothing() -> Facts:
    facts = run(output(5, "sparse", IDS))
    assert facts.batch
    return replace(facts, batch=replace(facts.batch, from_logits=logits()))


def told_twice() -> Facts:
    told = output(
        5, "sparse", IDS, "softmax", from_logits=True, loss_source="SparseCategoricalCrossentropy(from_logits=True)"
    )
    facts = run(told)
    assert facts.batch
    measured = logits(from_logits=True, is_logits=False, squashed=True)
    return replace(facts, batch=replace(facts.batch, from_logits=measured))


def loss_of_a_loop() -> Facts:
    assert SOUND.batch
    loop = LoopFacts(loss=LossCall("SparseCategoricalCrossentropy", at(24), at(22)))
    return replace(SOUND, batch=replace(SOUND.batch, from_logits=logits()), loop=loop)


def stretched_in_a_loop() -> Facts:
    one = BroadcastFacts("Sub", (50, 1), (50,), at(9), "guess", "truth")
    return replace(SOUND, loop=LoopFacts(broadcasts=(one,)))


def weights(kind: str = "dict", *keys: str, refused: bool = False) -> Facts:
    labels = (0, 1, 2)
    numbers = {int(key) for key in keys}
    facts = ClassWeights(
        kind, keys, (1.0, 2.0, 3.0), True, labels, tuple(one for one in labels if one not in numbers),
        tuple(key for key in keys if int(key) not in labels), refused,
    )  # fmt: skip
    return run(class_weights=facts)


LOSSES = "from tensorflow.keras.losses import"
SPARSE = "SparseCategoricalCrossentropy(from_logits=True)"

FAULTS = (
    Fault(
        "label-kind-mismatch", lambda: run(output(5, "categorical", IDS, "softmax", loss_source='"categorical_crossentropy"')),
        (
            Way("a.compile(loss='categorical_crossentropy'); «compile»model.compile('adam', 'categorical_crossentropy')\n",
                (("'adam', 'categorical_crossentropy'", "'adam', \"sparse_categorical_crossentropy\""),)),
            Way("LOSS = 'categorical_crossentropy'  # é\n\n\ndef build():\n\twith strategy.scope():\n\t\t«compile»model.compile(\n\t\t\toptimizer='adam',\n\t\t\tloss=LOSS,\n\t\t)\n",
                (("'categorical_crossentropy'", '"sparse_categorical_crossentropy"'),), crlf=True),
            Way("cfg = dict(loss='categorical_crossentropy', lr=1)\n«compile»model.compile(optimizer=o, loss=cfg['loss'])\n", (("'categorical_crossentropy'", '"sparse_categorical_crossentropy"'),)),
        ),
    ),
    Fault(
        "label-kind-mismatch", lambda: run(output(5, "sparse", HOT, "softmax")),
        (
            Way("import tensorflow as tf\nloss_fn = tf.keras.losses.SparseCategoricalCrossentropy()\n«compile»model.compile('adam', loss_fn)\n", (("losses.Sparse", "losses."),)),
            Way("from tensorflow.keras import losses as L\n«compile»model.compile(\n    'adam',\n    loss=L.SparseCategoricalCrossentropy(\n        name='é',\n    ),\n)\n",
                (("L.SparseCategoricalCrossentropy(\n        name='é',\n    )", "L.CategoricalCrossentropy()"),)),
            Way("from tensorflow.keras.losses import SparseCategoricalCrossentropy as SCE\n«compile»model.compile('adam', SCE())\n",
                ((f"{LOSSES} SparseCategoricalCrossentropy as SCE", f"{LOSSES} CategoricalCrossentropy, SparseCategoricalCrossentropy as SCE"), ("SCE())", "CategoricalCrossentropy())"))),
        ),
    ),
    Fault(
        "loss-mismatch", lambda: run(output(5, "binary", IDS, from_logits=True)),
        (
            Way("import tensorflow as tf\n«compile»model.compile(loss='binary_crossentropy', optimizer='adam')\n",
                (("as tf\n", f"as tf\n{LOSSES} SparseCategoricalCrossentropy\n"), ("'binary_crossentropy'", SPARSE))),
            Way("import tensorflow as tf\n\n\ndef main(loss=tf.keras.losses.BinaryCrossentropy(from_logits=True)):\n\t«compile»model.compile('adam', loss)  # é\n\n\nmain()\n",
                (("'adam', loss", f"'adam', {SPARSE}"), ("as tf\n", f"as tf\n{LOSSES} SparseCategoricalCrossentropy\n")), crlf=True),
            Way("from keras.losses import SparseCategoricalCrossentropy\nimport tensorflow as tf\nold = SparseCategoricalCrossentropy()\n«compile»model.compile('adam', loss='binary_crossentropy')\n",
                (("'binary_crossentropy'", f"tf.keras.losses.{SPARSE}"),)),
        ),
    ),
    Fault(
        "loss-broadcasts", lambda: run(output(1, "custom", REAL, as_given=3.1, aligned=1.2)),
        (
            Way("«fit»model.fit(x, y, epochs=2); model.evaluate(x, y)\n", (("fit(x, y,", "fit(x, y[:, None],"),)),
            Way("«fit»model.fit(\n\tx=x,\n\ty=y - mean,  # é\n)\n", (("y - mean", "(y - mean)[:, None]"),), crlf=True),
            Way("data = (x, y)\n«fit»model.fit(*data, epochs=2)\n", (("(x, y)", "(x, y[:, None])"),)),
            Way("data = (x, y)\n«fit»model.fit(*data)\nmodel.evaluate(*data)\n", refused=r"passes `\*data`"),
        ),
    ),
    Fault(
        "loss-broadcasts", stretched_in_a_loop,
        (
            Way("import tensorflow as tf\nloss = tf.reduce_mean((«thing»guess - truth) ** 2)\n", (("(guess - truth)", "(tf.squeeze(guess, axis=-1) - truth)"),)),
            Way("import tensorflow as tf\nwith tf.GradientTape() as tape: guess = m(x); loss = f(«thing»truth - guess)\n", (("- guess)", "- tf.squeeze(guess, axis=-1))"),)),
        ),
    ),
    Fault(
        "metric-mismatch", lambda: run(output(5, "sparse", IDS, "softmax", metrics=(metric("CategoricalAccuracy", "one-hot"),))),
        (
            Way("import tensorflow as tf\n«compile»model.compile('adam', 'x', [tf.keras.metrics.CategoricalAccuracy()])\n", (("[tf.keras.metrics.CategoricalAccuracy()]", 'metrics=["accuracy"]'),)),
            Way("METRICS = ['categorical_accuracy']\n«compile»model.compile(\n\toptimizer='adam',  # é\n\tmetrics=METRICS,\n)\n", (("['categorical_accuracy']", '["accuracy"]'),), crlf=True),
            Way("how = {'loss': 'x', 'metrics': ['categorical_accuracy']}\nfor _ in range(2): «compile»build().compile(**how)\n", (("['categorical_accuracy']", '["accuracy"]'),)),
        ),
    ),
    Fault(
        "metric-mismatch", lambda: run(output(1, "binary", YES, from_logits=True, lowest=-2.0, metrics=(metric("AUC", "curve"),))),
        (Way("from tensorflow.keras.metrics import AUC\n«compile»model.compile('adam', metrics=[AUC()])\n", (("[AUC()]", "[AUC(from_logits=True)]"),)),),
    ),
    Fault(
        "class-weight-mismatch", lambda: weights("dict", "1", "2", "3"),
        (
            Way("«fit»model.fit(x, y, class_weight={1: 1, 2: 2, 3: 3}, epochs=2)\n", (("{1: 1, 2: 2, 3: 3}", "{0: 1, 1: 2, 2: 3}"),)),
            Way("weights = {1: 1., 2: 2., 3: 3.}\nprint('weights', weights)\n«fit»model.fit(\n\tx,\n\tclass_weight=weights,  # é\n)\n", (("{1: 1., 2: 2., 3: 3.}", "{0: 1, 1: 2, 2: 3}"),), crlf=True),
            Way("weights = {}\nfor k in (1, 2, 3): weights[k] = k\n«fit»model.fit(x, class_weight=weights)\n", (("class_weight=weights", "class_weight={0: 1, 1: 2, 2: 3}"),)),
        ),
    ),
    Fault(
        "class-weight-mismatch", lambda: weights("ndarray", refused=True),
        (Way("«fit»model.fit(x, y, class_weight=compute(y) / 2)\n", (("compute(y) / 2", "dict(enumerate(compute(y) / 2))"),)),),
    ),
    Fault(
        "from-logits-mismatch", told_nothing,
        (
            Way("import tensorflow as tf\n«compile»model.compile('adam', tf.keras.losses.SparseCategoricalCrossentropy())\n", (("Crossentropy()", "Crossentropy(from_logits=True)"),)),
            Way("import tensorflow as tf\n\n\ndef build():\n\t«compile»model.compile(\n\t\toptimizer='adam',\n\t\tloss='sparse_categorical_crossentropy',  # é\n\t)\n",
                (("as tf\n", f"as tf\n{LOSSES} SparseCategoricalCrossentropy\n"), ("'sparse_categorical_crossentropy'", SPARSE)), crlf=True),
            Way("from keras.losses import SparseCategoricalCrossentropy as SCE\nloss_fn = SCE(\n    reduction='sum',  # on purpose\n    from_logits=False,\n)\n«compile»model.compile('adam', loss=loss_fn)\n",
                (("from_logits=False", "from_logits=True"),)),
            Way("import tensorflow as tf\nLOSSES = {'a': 'sparse_categorical_crossentropy'}\nfor m in models:\n    «compile»m.compile('adam', LOSSES['a'])\n",
                (("as tf\n", f"as tf\n{LOSSES} SparseCategoricalCrossentropy\n"), ("LOSSES['a']", SPARSE))),
        ),
    ),
    Fault(
        "from-logits-mismatch", told_twice,
        (
            Way("import tensorflow as tf\nloss = tf.keras.losses.SparseCategoricalCrossentropy(True)\n«compile»model.compile('adam', loss=loss)\n", (("(True)", "(False)"),)),
        ),
    ),
    Fault(
        "from-logits-mismatch", loss_of_a_loop,
        (
            Way("loss_fn = «compile»SparseCategoricalCrossentropy(\n    reduction='none'\n)\nwith tape:\n    loss = «fit»loss_fn(y, model(x))\n", (("'none'\n", "'none', from_logits=True\n"),)),
        ),
    ),
)  # fmt: skip
