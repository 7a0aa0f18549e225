"""Ways of writing for the labels of the training set and the classes of the model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from checks.plain_facts import SOUND, at
from fixes.ways.model import Fault, Way
from fixes.ways.outputs import IDS, output, run

from tfwizard.facts import CopiedLabels, DataFacts, Facts, FitLabels, HeadFacts, PaddedLabels

HEAD = HeadFacts(
    "TFBertForSequenceClassification", "one class a sample", True, num_labels=3, arguments=("labels",), given=("",),
    separate=True, loaded_as="TFAutoModelForSequenceClassification",
)  # fmt: skip
SEPARATE = DataFacts("tf.data.Dataset", "(dict of inputs, labels)", 16, 57, internal_loss=True)
BASE = HeadFacts(
    "TFBertModel", own_loss=False, gives_logits=False, outputs=("last_hidden_state",), width=32,
    num_labels=2, loaded_as="TFBertModel", headed="TFBertForSequenceClassification",
)  # fmt: skip
PADDED = PaddedLabels(
    4, 4096, 3483, 3968, 3483, 0, 1.45, 1.41, "DataCollatorForTokenClassification", at(14), 0, "attention_mask", 0
)
FROM_ONE = replace(IDS, minimum=1, maximum=5)
WIDE: dict[str, Any] = {"counts": {"0": 5, "1": 5, "3": 5}, "maximum": 3.0}
NAMES: dict[str, Any] = {"dataset_names": ("no", "maybe", "yes"), "model_names": {"0": "yes", "1": "maybe", "2": "no"}}


def with_labels(head: HeadFacts = HEAD, **changes: Any) -> Facts:
    assert SOUND.labels
    return replace(SOUND, labels=replace(SOUND.labels, head=head, **changes), data=SEPARATE)


def of_keras(**changes: Any) -> Facts:
    assert SOUND.labels and SOUND.pipelines
    labels = replace(SOUND.labels, last_layer="Dense", last_layer_place=at(18), **changes)
    return replace(SOUND, labels=labels, pipelines=replace(SOUND.pipelines, load_call=None))


def copies() -> Facts:
    head = replace(HEAD, kind="the next token")
    return replace(with_labels(head, copied=CopiedLabels(320, 320, True)), data=replace(SEPARATE, loss_explicit=True))


def padded(**changes: Any) -> Facts:
    head = replace(HEAD, kind="one class a token")
    return with_labels(head, shape=(16, 64), padded=replace(PADDED, **changes))


def several_a_row() -> Facts:
    return with_labels(shape=(16, 3), binary=True, integer_type=False, classes=None, counts={"0": 9, "1": 9})


MASK = '.map(lambda x, y: (x, tf.where(x["attention_mask"] == 1, y, -100)))'
RENAMED = '.map(lambda x, y: (x, {"labels": y["verdict"]}))'
RIGHT = "id2label={0: 'no', 1: 'maybe', 2: 'yes'}, label2id={'no': 0, 'maybe': 1, 'yes': 2}"

FAULTS = (
    Fault(
        "labels-not-from-zero", lambda: run(output(5, "sparse", FROM_ONE, "softmax")),
        (
            Way("model.fit(x, y); «fit»model.fit(x, y, epochs=2)\n", (("fit(x, y, epochs", "fit(x, y - 1, epochs"),)),
            Way("def train(model, x, y):\n\treturn «fit»model.fit(\n\t\tx,\n\t\ty=y if a else z,  # é\n\t)\n", (("y=y if a else z", "y=(y if a else z) - 1"),), crlf=True),
            Way("data = {'x': x, 'y': labels.astype('int32')}\n«fit»model.fit(**data)\n", (("labels.astype('int32')", "labels.astype('int32') - 1"),)),
            Way("def train(model, **data):\n    «fit»model.fit(epochs=2, **data)\n", (("epochs=2, **data", 'epochs=2, **{**data, "y": data["y"] - 1}'),)),
        ),
    ),
    Fault(
        "labels-not-from-zero", lambda: run(output(5, "sparse", FROM_ONE, "softmax"), fit=FitLabels("pairs", "pairs")),
        (
            Way("with strategy.scope(): «fit»model.fit(train, validation_data=val)\n",
                (("(train,", "(train.map(lambda x, y: (x, y - 1)),"), ("=val", "=val.map(lambda x, y: (x, y - 1))"))),
        ),
    ),
    Fault(
        "num-labels-too-small", lambda: with_labels(**WIDE),
        (
            Way("tok, model = T.from_pretrained(N), «load»M.from_pretrained(N, num_labels=2)\n", (("num_labels=2", "num_labels=4"),)),
            Way("import argparse\n\n\ndef parse():\n\tp = argparse.ArgumentParser()\n\tp.add_argument('--num-labels', type=int, default=2)  # é\n\treturn p.parse_args()\n\n\n"
                "args = parse()\nmodel = «load»M.from_pretrained('x', num_labels=args.num_labels)\n",
                (("default=2", "default=4"),), crlf=True),
            Way("from dataclasses import dataclass\n\n\n@dataclass\nclass Config:\n    name: str = 'x'\n    num_labels: int = 2\n\n\ncfg = Config()\n"
                "with strategy.scope():\n    model = «load»M.from_pretrained(cfg.name, num_labels=cfg.num_labels)\n",
                (("int = 2", "int = 4"),)),
            Way("CLASSES = 2\none_hot = tf.one_hot(y, CLASSES)\nmodel = «load»M.from_pretrained('x', num_labels=CLASSES)\n",
                (("num_labels=CLASSES", "num_labels=4"),)),
            Way("model = «load»M.from_pretrained(\n    'x',\n    from_pt=True,\n)\n", (("from_pt=True,\n", "from_pt=True,\n    num_labels=4,\n"),)),
        ),
    ),
    Fault(
        "num-labels-too-small", lambda: of_keras(classes=2, counts={"0": 5, "1": 5, "3": 5}, maximum=3),
        (
            Way("x = layers.Dense(2)(x)\nout = «layer»layers.Dense(\n    units=len(names), activation='softmax')(x)\n", (("len(names)", "4"),)),
            Way("m = Sequential()\nm.add(Dense(8)); m.add(«layer»Dense(2, 'softmax'))\n", (("Dense(2,", "Dense(4,"),)),
        ),
    ),
    Fault(
        "num-labels-too-large", lambda: with_labels(classes=10),
        (
            Way("a = M.from_pretrained(N, num_labels=10)\nb = «load»M.from_pretrained(N, num_labels=10)\n", (("b = M.from_pretrained(N, num_labels=10", "b = M.from_pretrained(N, num_labels=3"),)),
            Way("def load(name, *, classes=10):\n\treturn «load»M.from_pretrained(\n\t\tname,\n\t\tnum_labels=classes,  # é\n\t)\n\n\nmodel = load('x')\n",
                (("classes=10", "classes=3"),), crlf=True),
            Way("cfg = {'model': {'num_labels': 10, 'from_pt': True}}\nmodel = «load»M.from_pretrained('x', **cfg['model'])\n", (("10", "3"),)),
        ),
    ),
    Fault(
        "problem-type-mismatch", lambda: with_labels(replace(HEAD, num_labels=1), classes=1),
        (
            Way("model = «load»M.from_pretrained(N, num_labels=1, from_pt=True)\n", (("num_labels=1", "num_labels=3"),)),
            Way("name, classes = 'x', 1\nmodel = «load»M.from_pretrained(name,\n\tnum_labels=classes)  # é\n", (("'x', 1", "'x', 3"),), crlf=True),
            Way("make = lambda: «load»M.from_pretrained(N, num_labels=1)\nmodel = make()\n", (("num_labels=1", "num_labels=3"),)),
        ),
    ),
    Fault(
        "problem-type-mismatch", several_a_row,
        (
            Way("import tensorflow as tf\nmodel = «load»M.from_pretrained('x')\n«compile»model.compile(optimizer='adam')\n",
                (("as tf\n", "as tf\nfrom tf_keras.losses import BinaryCrossentropy\n"), ("optimizer='adam'", "optimizer='adam', loss=BinaryCrossentropy(from_logits=True)"))),
        ),
    ),
    Fault(
        "label-names-mismatch", lambda: with_labels(**NAMES),
        (
            Way("model = «load»M.from_pretrained(N)\n", (("(N)", f"(N, {RIGHT})"),)),
            Way("model = «load»M.from_pretrained(\n\tN,\n\tid2label={0: 'yes', 1: 'maybe', 2: 'no'},  # é\n)\n",
                (("{0: 'yes', 1: 'maybe', 2: 'no'},  # é\n", "{0: 'no', 1: 'maybe', 2: 'yes'},  # é\n\tlabel2id={'no': 0, 'maybe': 1, 'yes': 2},\n"),), crlf=True),
            Way("names = {0: 'yes', 1: 'maybe', 2: 'no'}\nnumbers = {name: number for number, name in names.items()}\nmodel = «load»M.from_pretrained(N, id2label=names, label2id=numbers)\n",
                (("id2label=names", "id2label={0: 'no', 1: 'maybe', 2: 'yes'}"), ("{name: number for number, name in names.items()}", "{'no': 0, 'maybe': 1, 'yes': 2}"))),
        ),
    ),
    Fault(
        "padding-in-loss", padded,
        (
            Way("other = DataCollatorForTokenClassification(tok)\ncollator = «collator»DataCollatorForTokenClassification(tok, label_pad_token_id=0)\n", (("id=0", "id=-100"),)),
            Way("PAD = 0\n\n\ndef f(tok):\n\treturn «collator»DataCollatorForTokenClassification(\n\t\ttok,\n\t\tlabel_pad_token_id=PAD,  # é\n\t)\n", (("PAD = 0", "PAD = -100"),), crlf=True),
            Way("import transformers as t\ncollator = «collator»t.DataCollatorForTokenClassification(tok, **{'label_pad_token_id': 0})\n", ((": 0", ": -100"),)),
        ),
    ),
    Fault(
        "padding-in-loss", lambda: padded(collator=None, collator_place=None, collator_value=None),
        (
            Way("import tensorflow as tf\n«fit»model.fit(train, validation_data=val)\n", (("fit(train", f"fit(train{MASK}"),)),
            Way("import numpy as np\n\nif True: «fit»model.fit(x=a + b)\n", (("as np\n", "as np\nimport tensorflow as tf\n"), ("x=a + b", f"x=(a + b){MASK}"))),
        ),
    ),
    Fault(
        "causal-lm-not-shifted", copies,
        (
            Way('«compile»model.compile("adam", loss)\n', (('"adam", loss', '"adam"'),)),
            Way("a.compile(loss=f); «compile»model.compile(loss=f, optimizer=o); b.compile(loss=f)\n", (("loss=f, optimizer", "optimizer"),)),
            Way("«compile»model.compile(optimizer=o,\n\t              loss=tf.keras.losses.SparseCategoricalCrossentropy(\n\t\t\t\t  from_logits=True),\n\t              metrics=[])\n",
                ((",\n\t              loss=tf.keras.losses.SparseCategoricalCrossentropy(\n\t\t\t\t  from_logits=True),\n", ",\n"),), crlf=True),
        ),
    ),
    Fault(
        "model-without-head", lambda: with_labels(BASE, classes=None, reads_classes=None),
        (
            Way("from transformers import AutoTokenizer, TFBertModel\nmodel = «load»TFBertModel.from_pretrained('x')\n",
                (("import AutoTokenizer, TFBertModel", "import AutoTokenizer, TFBertForSequenceClassification, TFBertModel"),
                 ("TFBertModel.from_pretrained('x')", "TFBertForSequenceClassification.from_pretrained('x', num_labels=3)"))),
            Way("import transformers\n\n\ndef load():\n\treturn «load»transformers.TFBertModel.from_pretrained(\n\t\t'x',\n\t\tfrom_pt=True,  # é\n\t)\n",
                (("transformers.TFBertModel", "transformers.TFBertForSequenceClassification"), ("# é\n", "# é\n\t\tnum_labels=3,\n")), crlf=True),
            Way("from transformers import (\n    TFBertModel as Base,\n)\nKINDS = {'bert': Base}\nmodel = «load»KINDS['bert'].from_pretrained('x', num_labels=2)\n",
                (("    TFBertModel as Base,\n", "    TFBertForSequenceClassification,\n    TFBertModel as Base,\n"),
                 ("'bert': Base", "'bert': TFBertForSequenceClassification"), ("num_labels=2", "num_labels=3"))),
        ),
    ),
    Fault(
        "labels-misrouted", lambda: with_labels(replace(HEAD, given=("verdict",), unread=("verdict",), loss_computed=False)),
        (
            Way("«fit»model.fit(train, epochs=2); model.fit(train)\n", (("train, epochs", f"train{RENAMED}, epochs"),)),
            Way("for _ in range(2):\n\t«fit»model.fit(\n\t\tx=train  # é\n\t\t.shuffle(8),\n\t)\n", ((".shuffle(8)", f".shuffle(8){RENAMED}"),), crlf=True),
            Way("run = {'x': load() if a else b}\n«fit»model.fit(**run)\n", (("load() if a else b", f"(load() if a else b){RENAMED}"),)),
            Way("go = functools.partial(model.fit, train)\n«fit»go(epochs=2)\n", (("model.fit, train", f"model.fit, train{RENAMED}"),)),
        ),
    ),
)  # fmt: skip
