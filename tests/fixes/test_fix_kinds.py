"""The kinds of edits beyond setting an argument: each in the layouts that people write."""

from __future__ import annotations

import pytest

from tfwizard.facts import Place
from tfwizard.fixes import CannotEdit, apply
from tfwizard.source_edits import (
    ChainMethod,
    CopyArgument,
    CopyStatement,
    InsertAfter,
    InsertBefore,
    InsertLayer,
    RemoveArgument,
    RemoveListItem,
    RenameArgument,
    ReplaceImport,
    ReplaceName,
    SetArgument,
    WrapArgument,
)


def here(source, text, column=True):
    """Where `text` begins, as Python reports it: the line from 1, the column in bytes from 0."""
    at = source.index(text)
    line = source[:at].replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    start = max(source.rfind("\n", 0, at), source.rfind("\r", 0, at)) + 1
    return Place("train.py", line, column=len(source[start:at].encode()) if column else None)


def refused(source, edit, match):
    with pytest.raises(CannotEdit, match=match):
        apply(source, [edit], "train.py")


# --- two calls on one line --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "text", "edit", "after"),
    [
        (
            "m = Sequential([Dense(8), Dense(2)])\n", "Dense(2)",
            lambda at: SetArgument("Dense", at, "units", "3"), "m = Sequential([Dense(8), Dense(3)])\n",
        ),
        (
            "m = Sequential([Dense(8), Dense(2)])\n", "Dense(8)",
            lambda at: SetArgument("Dense", at, "activation", '"relu"'), 'm = Sequential([Dense(8, activation="relu"), Dense(2)])\n',
        ),
        (
            "é = 'ü€'; m = Sequential([Dense(8), Dense(2)])\n", "Dense(2)",
            lambda at: SetArgument("Dense", at, "units", "3"), "é = 'ü€'; m = Sequential([Dense(8), Dense(3)])\n",
        ),
        (
            "y = Dense(2, 'relu')(Dense(8, 'relu')(x))\n", "Dense(8",
            lambda at: RemoveArgument("Dense", at, "activation"), "y = Dense(2, 'relu')(Dense(8)(x))\n",
        ),
        (
            "y = Dense(2, 'relu')(Dense(8, 'relu')(x))\n", "Dense(2",
            lambda at: RemoveArgument("Dense", at, "activation"), "y = Dense(2)(Dense(8, 'relu')(x))\n",
        ),
        (
            "a = [LSTM(4, return_sequences=True), LSTM(4)]\n", "LSTM(4)]",
            lambda at: SetArgument("LSTM", at, "return_sequences", "True"),
            "a = [LSTM(4, return_sequences=True), LSTM(4, return_sequences=True)]\n",
        ),
        # a call of another name that begins there is the one that is meant
        (
            "f = lambda r: tok(r['a'])\n", "tok(",
            lambda at: SetArgument("tokenizer", at, "truncation", "True"), "f = lambda r: tok(r['a'], truncation=True)\n",
        ),
        (
            "self.t(a, b); tokenizer(c)\n", "self.t",
            lambda at: SetArgument("tokenizer", at, "truncation", "True"), "self.t(a, b, truncation=True); tokenizer(c)\n",
        ),
        # a chain over lines reports the line and the column of the method's name
        (
            "ds = (\n    a.batch(2)\n    .map(f)\n    .batch(4)\n)\n", "batch(4)",
            lambda at: SetArgument("batch", at, "batch_size", "8"), "ds = (\n    a.batch(2)\n    .map(f)\n    .batch(8)\n)\n",
        ),
        (
            "ds = a.map(f).batch(4)\n", "a.map",
            lambda at: SetArgument("batch", at, "batch_size", "8"), "ds = a.map(f).batch(8)\n",
        ),
    ],
)  # fmt: skip
def test_the_column_tells_calls_on_one_line_apart(before, text, edit, after, edited):
    assert edited(before, edit(here(before, text))) == after


def test_without_a_column_two_calls_on_one_line_are_refused():
    source = "m = Sequential([Dense(8), Dense(2)])\n"
    refused(source, SetArgument("Dense", here(source, "Dense", column=False), "units", "3"), "More than one call")


def test_a_column_follows_its_call_through_earlier_edits(edited):
    source = "é = [Dense(8), Dense(2), Dense(1)]\n"
    first = SetArgument("Dense", here(source, "Dense(8)"), "units", "1000")
    second = SetArgument("Dense", here(source, "Dense(2)"), "activation", "'relu'")
    third = SetArgument("Dense", here(source, "Dense(1)"), "units", "7")
    assert edited(source, first, second, third) == "é = [Dense(1000), Dense(2, activation='relu'), Dense(7)]\n"


@pytest.mark.parametrize(
    ("call", "function", "argument", "after"),
    [
        ("Adam(1e-3)", "Adam", "learning_rate", "Adam(NEW)"),
        ("SGD(0.1, 0.9)", "SGD", "learning_rate", "SGD(NEW, 0.9)"),
        ("RMSprop(0.1)", "RMSprop", "learning_rate", "RMSprop(NEW)"),
        ("Embedding(10, 4)", "Embedding", "input_dim", "Embedding(NEW, 4)"),
        ("EarlyStopping('val_acc')", "EarlyStopping", "monitor", "EarlyStopping(NEW)"),
        ("ModelCheckpoint('a.h5', 'acc')", "ModelCheckpoint", "monitor", "ModelCheckpoint('a.h5', NEW)"),
        ("create_optimizer(1e-3, 10, 2)", "create_optimizer", "num_train_steps", "create_optimizer(1e-3, NEW, 2)"),
        ("PolynomialDecay(1e-3, 10)", "PolynomialDecay", "decay_steps", "PolynomialDecay(1e-3, NEW)"),
        ("CosineDecay(1e-3, 10)", "CosineDecay", "decay_steps", "CosineDecay(1e-3, NEW)"),
        ("ExponentialDecay(1e-3, 10, 0.9)", "ExponentialDecay", "decay_rate", "ExponentialDecay(1e-3, 10, NEW)"),
        ("m.fit(a, b, 32)", "fit", "batch_size", "m.fit(a, b, NEW)"),
        ("m.compile('adam', 'mse')", "compile", "loss", "m.compile('adam', NEW)"),
        ("AutoConfig.from_pretrained(a)", "from_pretrained", "num_labels", "AutoConfig.from_pretrained(a, num_labels=NEW)"),
        ("LSTM(4, 'relu')", "LSTM", "activation", "LSTM(4, NEW)"),
    ],
)  # fmt: skip
def test_arguments_by_position(call, function, argument, after, edited):
    source = f"x = {call}\n"
    assert edited(source, SetArgument(function, here(source, call), argument, "NEW")) == f"x = {after}\n"


# --- statements -------------------------------------------------------------------------------------------------------

PAD = ("{target}.pad_token = {target}.eos_token",)


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ("tok = T.load('a')\nx = 1\n", "T.load", "tok = T.load('a')\ntok.pad_token = tok.eos_token\nx = 1\n"),
        ("tok = T.load('a')", "T.load", "tok = T.load('a')\ntok.pad_token = tok.eos_token"),
        ("tok = T.load(\n    'a',  # b\n)  # c\n", "T.load", "tok = T.load(\n    'a',  # b\n)  # c\ntok.pad_token = tok.eos_token\n"),
        ("tok: T = T.load('a')\r\nx = 1\r\n", "T.load", "tok: T = T.load('a')\r\ntok.pad_token = tok.eos_token\r\nx = 1\r\n"),
        (
            "class A:\n\tdef f(self):\n\t\tself.tok = T.load('a')\n\n\t\treturn 1\n", "T.load",
            "class A:\n\tdef f(self):\n\t\tself.tok = T.load('a')\n\t\tself.tok.pad_token = self.tok.eos_token\n\n\t\treturn 1\n",
        ),
        ("m, tok = M.load(1), T.load('a')\n", "T.load", "m, tok = M.load(1), T.load('a')\ntok.pad_token = tok.eos_token\n"),
        ("tok = T.load('a') if c else T.load('b')\n", "T.load('b')", "tok = T.load('a') if c else T.load('b')\ntok.pad_token = tok.eos_token\n"),
        ("print(tok := T.load('a'))\n", "T.load", "print(tok := T.load('a'))\ntok.pad_token = tok.eos_token\n"),
        ("a = tok = T.load('é')\n", "T.load", "a = tok = T.load('é')\na.pad_token = a.eos_token\n"),
        (
            "if c:\n    tok = T.load('a')\nelse:\n    tok = T.load('b')\n", "T.load('b')",
            "if c:\n    tok = T.load('a')\nelse:\n    tok = T.load('b')\n    tok.pad_token = tok.eos_token\n",
        ),
    ],
)  # fmt: skip
def test_a_statement_behind_the_one_that_names_the_value(before, text, after, edited):
    edit = InsertAfter(here(before, text), PAD)
    result = edited(before, edit)
    assert result == after
    with pytest.raises(CannotEdit, match="already"):
        apply(result, [edit], "train.py")


@pytest.mark.parametrize(
    ("source", "text", "match"),
    [
        ("return_ = [T.load('a')]\n", "T.load", "name"),
        ("tok = wrap(T.load('a'))\n", "T.load", "name"),
        ("f = lambda: T.load('a')\n", "T.load", "name"),
        ("def f():\n    return wrap(T.load('a'))\n", "T.load", "leaves"),
        ("with T.load('a') as tok:\n    pass\n", "T.load", "begins a block"),
    ],
)
def test_no_statement_where_the_value_has_no_name(source, text, match):
    refused(source, InsertAfter(here(source, text), PAD), match)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = 1; tok = T.load('a'); x = 1  # é\n", "a = 1; tok = T.load('a'); tok.pad_token = tok.eos_token; x = 1  # é\n"),
        ("tok = T.load('a');\n", "tok = T.load('a');\ntok.pad_token = tok.eos_token\n"),
        ("if c: tok = T.load('a')\nelse: tok = 1\n", "if c: tok = T.load('a'); tok.pad_token = tok.eos_token\nelse: tok = 1\n"),
        (
            "def f():\r\n\treturn T.load(\r\n\t\t'a',\r\n\t)  # why\r\n",
            "def f():\r\n\tloaded = T.load(\r\n\t\t'a',\r\n\t)  # why\r\n\tloaded.pad_token = loaded.eos_token\r\n\treturn loaded\r\n",
        ),
        (
            "loaded = 1\ndef f():\n    return T.load('a')",
            "loaded = 1\ndef f():\n    loaded_here = T.load('a')\n    loaded_here.pad_token = loaded_here.eos_token\n    return loaded_here",
        ),
    ],
)  # fmt: skip
def test_a_statement_goes_into_the_line_or_before_the_return(before, after, edited):
    assert edited(before, InsertAfter(here(before, "T.load"), PAD)) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("m.a = 1; m.fit(x); y = 2\n", "m.a = 1; new(); m.fit(x); y = 2\n"),
        ("if __name__ == '__main__': m.fit(x)\n", "if __name__ == '__main__': new(); m.fit(x)\n"),
    ],
)
def test_a_statement_goes_before_another_in_its_line(before, after, edited):
    assert edited(before, InsertBefore(here(before, "m.fit"), ("new()",))) == after


def test_a_statement_is_repeated_within_a_line(edited):
    source = "m.compile('adam'); m.trainable = False; m.fit(x)\n"
    edit = CopyStatement(here(source, "m.compile"), here(source, "m.fit"))
    assert edited(source, edit) == "m.compile('adam'); m.trainable = False; m.compile('adam'); m.fit(x)\n"


def test_a_statement_behind_brings_its_import(edited):
    source = "import os\nx = f(1)\n"
    result = edited(source, InsertAfter(here(source, "f("), ("y = tf.cast(x, 'int32')",), ("import tensorflow as tf",)))
    assert result == "import os\nimport tensorflow as tf\nx = f(1)\ny = tf.cast(x, 'int32')\n"


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ("a = 1\nm.fit(\n    x,\n)\n", "m.fit", "a = 1\nnew()\nm.fit(\n    x,\n)\n"),
        ("m.fit(x)\n", "m.fit", "new()\nm.fit(x)\n"),
        ("def f():\r\n\tm.fit(x)\r\n", "m.fit", "def f():\r\n\tnew()\r\n\tm.fit(x)\r\n"),
        ("for a in g(x):\n    pass\n", "g(", "new()\nfor a in g(x):\n    pass\n"),
        ("x = 1\n@dec(1)\ndef f():\n    pass\n", "dec(1", "x = 1\nnew()\n@dec(1)\ndef f():\n    pass\n"),
        ("# why\nm.fit(x)", "m.fit", "# why\nnew()\nm.fit(x)"),
    ],
)  # fmt: skip
def test_a_statement_before_another(before, text, after, edited):
    assert edited(before, InsertBefore(here(before, text), ("new()",))) == after


def test_nothing_goes_before_an_elif():
    source = "if a:\n    pass\nelif g(1):\n    pass\n"
    refused(source, InsertBefore(here(source, "g("), ("new()",)), "continues a block")


def test_a_statement_is_repeated(edited):
    source = "m.compile(\n    'adam',\n    loss=f,  # why\n)\nfor e in range(3):\n\tm.trainable = False\n\tm.fit(x)\n"
    edit = CopyStatement(here(source, "m.compile"), here(source, "m.fit"))
    assert edited(source, edit) == source.replace(
        "\tm.fit", "\tm.compile(\n\t    'adam',\n\t    loss=f,  # why\n\t)\n\tm.fit"
    )


def test_a_statement_of_another_function_is_not_repeated():
    source = "def make():\n    m = M()\n    m.compile('adam')\n    return m\n\n\nm = make()\nm.fit(x)\n"
    refused(source, CopyStatement(here(source, "m.compile"), here(source, "m.fit")), "`m` is not the same")


# --- arguments --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Adam(lr=1e-3)\n", "Adam(learning_rate=1e-3)\n"),
        ("Adam(\n\tbeta_1=1, # é\n\tlr = 1e-3, # b\n)\n", "Adam(\n\tbeta_1=1, # é\n\tlearning_rate = 1e-3, # b\n)\n"),
        ("o = {'lr': 1e-3}\nAdam(**o)\n", "o = {'learning_rate': 1e-3}\nAdam(**o)\n"),
        ("o = dict(lr=1e-3)\r\nAdam(**o)\r\n", "o = dict(learning_rate=1e-3)\r\nAdam(**o)\r\n"),
    ],
)
def test_an_argument_is_renamed(before, after, edited):
    assert edited(before, RenameArgument("Adam", here(before, "Adam("), "lr", "learning_rate")) == after


def test_no_second_argument_of_the_same_name():
    source = "Adam(lr=1, learning_rate=2)\n"
    refused(source, RenameArgument("Adam", here(source, "Adam"), "lr", "learning_rate"), "too")
    refused("Adam(1)\n", RenameArgument("Adam", Place("train.py", 1), "lr", "learning_rate"), "already says")


@pytest.mark.parametrize(
    ("before", "argument", "template", "after"),
    [
        ("m.fit(a, b)\n", "y", "{} - 1", "m.fit(a, b - 1)\n"),
        ("m.fit(a, y=b + 1, epochs=2)\n", "y", "{} - 1", "m.fit(a, y=(b + 1) - 1, epochs=2)\n"),
        ("m.fit(a, b if c else d)\n", "y", "{}.argmax(-1)", "m.fit(a, (b if c else d).argmax(-1))\n"),
        ("m.fit(a, b + 1)\n", "y", "f({}, 3)", "m.fit(a, f(b + 1, 3))\n"),
        ("m.fit(x=(y for y in z))\n", "x", "f({})", "m.fit(x=f((y for y in z)))\n"),
        ("m.fit(ds.batch(2))\n", "x", "{}.map(lambda x, y: (x, y - 1))", "m.fit(ds.batch(2).map(lambda x, y: (x, y - 1)))\n"),
        ("m.fit(\n\tds  # why\n\t.batch(2), # b\n)\n", "x", "{}.map(f)", "m.fit(\n\tds  # why\n\t.batch(2).map(f), # b\n)\n"),
        ("m.fit(a := g())\n", "x", "{}.map(f)", "m.fit((a := g()).map(f))\n"),
        ("m.fit((a, b))\n", "x", "(lambda x, y: (x, y - 1))(*{})", "m.fit((lambda x, y: (x, y - 1))(*(a, b)))\n"),
        ("o = dict(x=é)\r\nm.fit(**o)\r\n", "x", "{}.map(f)", "o = dict(x=é.map(f))\r\nm.fit(**o)\r\n"),
        ("m.fit(-a)\n", "x", "{}.mean()", "m.fit((-a).mean())\n"),
        ("m.fit(x=lambda: 1)\n", "x", "f({})", "m.fit(x=f(lambda: 1))\n"),
    ],
)  # fmt: skip
def test_an_argument_is_wrapped(before, argument, template, after, edited):
    assert edited(before, WrapArgument("fit", here(before, "m.fit"), argument, template)) == after


def test_both_arguments_of_one_call_are_wrapped(edited):
    source = "import os\nm.fit(a, b)\n"
    at = here(source, "m.fit")
    edits = (
        WrapArgument("fit", at, "x", "tf.cast({}, 'float32')", ("import tensorflow as tf",)),
        WrapArgument("fit", at, "y", "{} - 1"),
    )
    assert edited(source, *edits) == "import os\nimport tensorflow as tf\nm.fit(tf.cast(a, 'float32'), b - 1)\n"


def test_an_argument_that_is_not_there_is_not_wrapped():
    refused("m.fit(a)\n", WrapArgument("fit", Place("train.py", 1), "y", "{} - 1"), "does not pass `y`")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ds = a.batch(2)\n", "ds = a.shuffle(9).batch(2)\n"),
        ("ds = a.map(f).batch(2).prefetch(1)\n", "ds = a.map(f).shuffle(9).batch(2).prefetch(1)\n"),
        (
            "ds = (\n    a.map(f)  # one\n    .batch(2)  # two\n)\n",
            "ds = (\n    a.map(f)  # one\n    .shuffle(9)\n    .batch(2)  # two\n)\n",
        ),
        ("ds = a.map(f) \\\r\n\t.batch(2)\r\n", "ds = a.map(f) \\\r\n\t.shuffle(9) \\\r\n\t.batch(2)\r\n"),
        ("ds = (a.map(f).\n  batch(2))\n", "ds = (a.map(f).shuffle(9).\n  batch(2))\n"),
        ("return_ = D.of((é, y)).batch(2)\n", "return_ = D.of((é, y)).shuffle(9).batch(2)\n"),
    ],
)
def test_a_method_goes_into_the_chain(before, after, edited):
    assert edited(before, ChainMethod("batch", here(before, "batch", column=False), "shuffle(9)")) == after


def test_what_is_no_chain_gets_no_method():
    refused("x = batch(a)\n", ChainMethod("batch", Place("train.py", 1), "shuffle(9)"), "no method")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("t(r['a'])\n", "t(r['a'], r['b'])\n"),
        ("t(r['a'], truncation=True)\n", "t(r['a'], r['b'], truncation=True)\n"),
        ('t(text=r["a"], truncation=True)\n', 't(text=r["a"], text_pair=r["b"], truncation=True)\n'),
        ('t(\n\tr["a"],  # one\n\ttruncation=True,\n)\n', 't(\n\tr["a"],  # one\n\tr["b"],\n\ttruncation=True,\n)\n'),
        ("t(list(r['a']), padding=p)\n", "t(list(r['a']), list(r['b']), padding=p)\n"),
        ("t([x['a'].lower() for x in r])\n", "t([x['a'].lower() for x in r], [x['b'].lower() for x in r])\n"),
        ("COL = 'a'\nt(r[COL])\n", "COL = 'a'\nt(r[COL], r['b'])\n"),
        ("t(r.a)\n", "t(r.a, r.b)\n"),
        ("t(r['a'], None)\n", "t(r['a'], r['b'])\n"),
        ("t(r['a'], **o)\n", "t(r['a'], r['b'], **o)\n"),
    ],
)
def test_an_argument_is_copied_with_another_string(before, after, edited):
    assert edited(before, CopyArgument("t", here(before, "t("), "text", "text_pair", "a", "b")) == after


@pytest.mark.parametrize(
    ("source", "match"),
    [("t(texts)\n", "is not written"), ("t(r['a'], r['c'])\n", "already"), ("t(f'{r}a')\n", "is not written")],
)
def test_what_cannot_be_copied(source, match):
    refused(source, CopyArgument("t", here(source, "t("), "text", "text_pair", "a", "b"), match)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('d.f(columns=["a", "b"])\n', 'd.f(columns=["a"])\n'),
        ('C = ["a", "b"]\nd.f(columns=C)\n', 'C = ["a"]\nd.f(columns=C)\n'),
        (
            'd.f(\n    columns=[\n        "a",\n        "b",\n    ],\n)\n',
            'd.f(\n    columns=[\n        "a",\n    ],\n)\n',
        ),
        ('d.f(columns=["b", "a"])\ne.f(columns=["c", "b"])\n', 'd.f(columns=["a"])\ne.f(columns=["c"])\n'),
    ],
)
def test_an_item_is_removed(before, after, edited):
    assert edited(before, RemoveListItem("f", here(before, "f("), "columns", "b")) == after


def test_the_only_item_is_not_removed():
    refused('d.f(columns=["b"])\n', RemoveListItem("f", Place("train.py", 1), "columns", "b"), "only entry")


# --- layers -----------------------------------------------------------------------------------------------------------

LAYERS = "from keras import layers\n"
FROM = "from tensorflow.keras.layers import Dense\n"


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        (LAYERS + "m = Sequential([layers.Dense(8), layers.Dense(3)])\n", "layers.Dense(3)",
         LAYERS + "m = Sequential([layers.Dense(8), layers.Flatten(), layers.Dense(3)])\n"),
        (LAYERS + "m = Sequential([\n\tlayers.Conv2D(8, 3),\n\tlayers.Dense(3), # out\n])\n", "layers.Dense(3)",
         LAYERS + "m = Sequential([\n\tlayers.Conv2D(8, 3),\n\tlayers.Flatten(),\n\tlayers.Dense(3), # out\n])\n"),
        (FROM + "m.add(Dense(3))\n", "Dense(3)", FROM.replace("Dense", "Dense, Flatten") + "m.add(Flatten())\nm.add(Dense(3))\n"),
        (LAYERS + "def f():\r\n\tm.add(layers.Dense(3))  # é\r\n".replace("\r", ""), "layers.Dense(3)",
         LAYERS + "def f():\n\tm.add(layers.Flatten())\n\tm.add(layers.Dense(3))  # é\n"),
        (LAYERS + "x = layers.Dense(3)(x)\n", "layers.Dense(3)", LAYERS + "x = layers.Dense(3)(layers.Flatten()(x))\n"),
        (LAYERS + "x = layers.Dense(3)(layers.Dense(9)(x))\n", "layers.Dense(9)",
         LAYERS + "x = layers.Dense(3)(layers.Dense(9)(layers.Flatten()(x)))\n"),
        (LAYERS + "x = layers.Dense(3)(layers.Dense(9)(x))\n", "layers.Dense(3)",
         LAYERS + "x = layers.Dense(3)(layers.Flatten()(layers.Dense(9)(x)))\n"),
        (LAYERS + "x = layers.Dense(\n    3,\n)(x)\n", "layers.Dense", LAYERS + "x = layers.Dense(\n    3,\n)(layers.Flatten()(x))\n"),
        (LAYERS + "parts = [layers.Dense(8), layers.Dense(3)]\nm = Sequential(parts)\n", "layers.Dense(3)",
         LAYERS + "parts = [layers.Dense(8), layers.Flatten(), layers.Dense(3)]\nm = Sequential(parts)\n"),
        (LAYERS + "m = Sequential([layers.Dense(3, input_shape=(4, 4))])\n", "layers.Dense",
         LAYERS + "m = Sequential([layers.Flatten(input_shape=(4, 4)), layers.Dense(3)])\n"),
        ("import tensorflow as tf\nm = tf.keras.Sequential([tf.keras.layers.Dense(3)])\n", "tf.keras.layers.Dense",
         "import tensorflow as tf\nm = tf.keras.Sequential([tf.keras.layers.Flatten(), tf.keras.layers.Dense(3)])\n"),
        (LAYERS + "m = Sequential([layers.Bidirectional(layers.LSTM(3))])\n", "layers.LSTM",
         LAYERS + "m = Sequential([layers.Flatten(), layers.Bidirectional(layers.LSTM(3))])\n"),
    ],
)  # fmt: skip
def test_a_layer_goes_before_another(before, text, after, edited):
    assert edited(before, InsertLayer(here(before, text), "Flatten()")) == after


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (LAYERS + "class A:\n    def __init__(self):\n        self.out = layers.Dense(3)\n", "layers.Dense"),
        (LAYERS + "heads = [layers.Dense(3), layers.Dense(4)]\n", "layers.Dense(4)"),
        (LAYERS + "def f():\n    return layers.Dense(3)\n", "layers.Dense"),
    ],
)
def test_no_layer_where_it_is_not_certain(source, text):
    refused(source, InsertLayer(here(source, text), "Flatten()"), "No one layer")


# --- names ------------------------------------------------------------------------------------------------------------

IMPORT = ("from transformers import New",)


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ("from transformers import Old\nm = Old.load(1)\n", "Old.load", "from transformers import New, Old\nm = New.load(1)\n"),
        ("import transformers\nm = transformers.Old.load(1)\n", "transformers.Old", "import transformers\nm = transformers.New.load(1)\n"),
        ("import transformers as t\nm = t.Old.load(1)\n", "t.Old", "import transformers as t\nm = t.New.load(1)\n"),
        ("from transformers import Old as M\nm = M.load(1)\n", "M.load", "from transformers import New, Old as M\nm = New.load(1)\n"),
        ("from transformers import Old\nOld_ = f(Old=Old)\n", "f(", "from transformers import New, Old\nOld_ = f(Old=New)\n"),
        ("from transformers import Old\nfor m in Old(1):\n    Old\n", "Old(1)", "from transformers import New, Old\nfor m in New(1):\n    Old\n"),
    ],
)  # fmt: skip
def test_a_name_is_replaced(before, text, after, edited):
    assert edited(before, ReplaceName(here(before, text), "Old", "New", IMPORT)) == after


def test_an_expression_for_a_name_gets_its_parentheses(edited):
    assert edited("a = b.c + f(b)\n", ReplaceName(Place("train.py", 1), "b", "x + 1")) == "a = (x + 1).c + f(x + 1)\n"
    assert edited("a = 2 * b\n", ReplaceName(Place("train.py", 1), "b", "x + 1")) == "a = 2 * (x + 1)\n"


def test_a_target_is_no_name_that_is_read():
    refused("b = 1\n", ReplaceName(Place("train.py", 1), "b", "c"), "is not read")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from a.b import Adam\n", "from keras.optimizers import Adam\n"),
        ("from a.b import Adam as A  # é\n", "from keras.optimizers import Adam as A  # é\n"),
        ("from a.b import Adam, SGD\nx = 1\n", "from a.b import SGD\nfrom keras.optimizers import Adam\nx = 1\n"),
        (
            "def f():\r\n\tfrom a.b import (\r\n\t\tAdam,\r\n\t\tSGD,\r\n\t)\r\n",
            "def f():\r\n\tfrom a.b import (\r\n\t\tSGD,\r\n\t)\r\n\tfrom keras.optimizers import Adam\r\n",
        ),
        ("from a.b import SGD, Adam", "from a.b import SGD\nfrom keras.optimizers import Adam"),
    ],
)
def test_a_name_is_imported_from_elsewhere(before, after, edited):
    assert edited(before, ReplaceImport(Place("train.py", 1), "Adam", "keras.optimizers")) == after


def test_a_module_is_imported_from_elsewhere(edited):
    assert (
        edited("import keras\n", ReplaceImport(Place("train.py", 1), "keras", "tensorflow"))
        == "from tensorflow import keras\n"
    )
    refused("x = 1\n", ReplaceImport(Place("train.py", 1), "Adam", "keras"), "No import")
    refused("from k import Adam\n", ReplaceImport(Place("train.py", 1), "Adam", "k"), "already says")
