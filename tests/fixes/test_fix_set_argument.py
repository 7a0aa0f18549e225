from __future__ import annotations

import pytest

from tfwizard.facts import Place
from tfwizard.fixes import CannotEdit, apply
from tfwizard.source_edits import SetArgument

ADAM = "tf.keras.optimizers.Adam(5e-5)"


def setting(source, text, function="compile", argument="optimizer", value=ADAM, imports=()):
    line = source[: source.index(text)].count("\n") + 1
    return SetArgument(function, Place("train.py", line), argument, value, tuple(imports))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('model.compile(optimizer="adam", loss=f)\n', "model.compile(optimizer=NEW, loss=f)\n"),
        ('model.compile("adam", loss=f)\n', "model.compile(NEW, loss=f)\n"),
        ('model.compile(optimizer = ( "adam" ) , loss=f)\n', "model.compile(optimizer = NEW , loss=f)\n"),
        ("model.compile()\n", "model.compile(optimizer=NEW)\n"),
        ("model.compile(  # why\n)\n", "model.compile(optimizer=NEW  # why\n)\n"),
        ("model.compile(loss=f)\n", "model.compile(loss=f, optimizer=NEW)\n"),
        ("model.compile(loss=f,)\n", "model.compile(loss=f, optimizer=NEW)\n"),
        ("model.compile(loss=f,metrics=m)\n", "model.compile(loss=f,metrics=m,optimizer=NEW)\n"),
        # what is unpacked may hold it: there, the last one counts
        ("model.compile(loss=f, **rest)\n", 'model.compile(loss=f, **{**rest, "optimizer": NEW})\n'),
        # black, exploded: a line of its own, behind the comment
        (
            "model.compile(\n    loss=f,\n    metrics=m,  # why\n)\n",
            "model.compile(\n    loss=f,\n    metrics=m,  # why\n    optimizer=NEW,\n)\n",
        ),
        ("model.compile(\n    loss=f,\n)\n", "model.compile(\n    loss=f,\n    optimizer=NEW,\n)\n"),
        (
            "model.compile(\n    loss=f,\n    metrics=m  # why\n)\n",
            "model.compile(\n    loss=f,\n    metrics=m,  # why\n    optimizer=NEW\n)\n",
        ),
        # black, hugging
        ("model.compile(\n    loss=f, metrics=m\n)\n", "model.compile(\n    loss=f, metrics=m, optimizer=NEW\n)\n"),
        ("model.compile(\n    loss=f\n)\n", "model.compile(\n    loss=f, optimizer=NEW\n)\n"),
        # aligned
        (
            "model.compile(loss=f,\n              metrics=m)\n",
            "model.compile(loss=f,\n              metrics=m,\n              optimizer=NEW)\n",
        ),
        ("model.compile(loss=f, a=1,\n    metrics=m)\n", "model.compile(loss=f, a=1,\n    metrics=m, optimizer=NEW)\n"),
        (
            "model.compile(\n\tloss=f,\n\tmetrics=m,\n)\n",
            "model.compile(\n\tloss=f,\n\tmetrics=m,\n\toptimizer=NEW,\n)\n",
        ),
        (
            "model.compile(\r\n    loss=f,\r\n    metrics=m,\r\n)\r\n",
            "model.compile(\r\n    loss=f,\r\n    metrics=m,\r\n    optimizer=NEW,\r\n)\r\n",
        ),
        ("x = 1\nmodel.compile('adam')", "x = 1\nmodel.compile(NEW)"),
        (
            "model.compile(\n    # the default\n    optimizer='adam',  # slow\n    loss=f,\n)\n",
            "model.compile(\n    # the default\n    optimizer=NEW,  # slow\n    loss=f,\n)\n",
        ),
        (
            "def main():\n\tfor e in range(3):\n\t\tmodel.compile(\n\t\t\tloss=f,\n\t\t)\n",
            "def main():\n\tfor e in range(3):\n\t\tmodel.compile(\n\t\t\tloss=f,\n\t\t\toptimizer=NEW,\n\t\t)\n",
        ),
        (
            "model.compile(\n    optimizer=Adam(\n        1e-2,\n    ),\n    loss=f,\n)\n",
            "model.compile(\n    optimizer=NEW,\n    loss=f,\n)\n",
        ),
        ("été = 'é'; model.compile(été, 'ü')\n", "été = 'é'; model.compile(NEW, 'ü')\n"),
    ],
)
def test_the_argument_is_set_in_the_layout_that_is_there(before, after, edited):
    line = before[: before.index("compile")].count("\n") + 1
    expected = after.replace("NEW", ADAM)
    if before.startswith("été"):
        expected = f"été = {ADAM}; model.compile(été, 'ü')\n"
    for within in range(line, line + before[before.index("compile") :].rstrip().count("\n") + 1):
        edit = SetArgument("compile", Place("train.py", within), "optimizer", ADAM)
        assert edited(before, edit) == expected


def test_a_variable_used_only_here_is_changed_where_it_is_defined(edited):
    source = "import x\nLR = 5e-2  # high\nmodel = x.build()\nopt = x.Adam(LR)\nmodel.compile(opt, 'mse')\n"
    edit = setting(source, "x.Adam", "Adam", "learning_rate", "5e-5")
    assert edited(source, edit) == source.replace("LR = 5e-2", "LR = 5e-5")


def test_a_variable_used_elsewhere_is_left_alone(edited):
    source = "LR = 5e-2\nshow(LR)\nmodel.compile(Adam(LR))\n"
    edit = setting(source, "Adam(", "Adam", "learning_rate", "5e-5")
    assert edited(source, edit) == source.replace("Adam(LR)", "Adam(5e-5)")


@pytest.mark.parametrize(
    "head",
    ["LR = 1\nLR = 2\n", "LR = 1\nLR += 1\n", "for LR in [1]:\n    pass\n", "LR, B = load()\n", "from c import LR\n"],
)
def test_a_variable_not_assigned_once_is_replaced_in_the_call(head, edited):
    source = head + "Adam(learning_rate=LR)\n"
    edit = setting(source, "Adam", "Adam", "learning_rate", "5e-5")
    assert edited(source, edit) == head + "Adam(learning_rate=5e-5)\n"


def test_a_definition_before_the_names_of_the_new_value_is_left_alone(edited):
    source = "collator = None\ntok = load()\nds.to_tf_dataset(collate_fn=collator)\n"
    edit = setting(source, "to_tf", "to_tf_dataset", "collate_fn", "Pad(tok)")
    assert edited(source, edit) == source.replace("collate_fn=collator", "collate_fn=Pad(tok)")
    inside = "collator = None\ndef f(tok):\n    ds.to_tf_dataset(collate_fn=collator)\n"
    edit = setting(inside, "to_tf", "to_tf_dataset", "collate_fn", "Pad(tok)")
    assert edited(inside, edit) == inside.replace("collate_fn=collator", "collate_fn=Pad(tok)")


def test_a_function_parameter_is_replaced_in_the_call(edited):
    source = "def train(lr=1):\n    return Adam(lr)\n"
    assert edited(source, setting(source, "Adam", "Adam", "learning_rate", "2")).endswith("Adam(2)\n")


ARGPARSE = """\
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("-l", "--learning-rate", type=float, default=5e-2)
parser.add_argument("--name", default="x")
args = parser.parse_args()
model.compile(Adam(args.learning_rate))
"""


def test_the_default_of_a_command_line_option_is_changed(edited):
    edit = setting(ARGPARSE, "Adam", "Adam", "learning_rate", "5e-5")
    assert edited(ARGPARSE, edit) == ARGPARSE.replace("default=5e-2", "default=5e-5")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("type=float, default=5e-2", "type=float"),
        ("parser.parse_args()", "Config()"),
        ('"--name"', '"--learning_rate"'),
    ],
)
def test_an_option_that_is_not_sure_is_replaced_in_the_call(old, new, edited):
    source = ARGPARSE.replace(old, new)
    edit = setting(source, "Adam", "Adam", "learning_rate", "5e-5")
    assert edited(source, edit) == source.replace("args.learning_rate", "5e-5")


def test_an_expression_is_no_default_of_an_option(edited):
    source = ARGPARSE.replace("Adam(args.learning_rate)", "args.name")
    assert edited(source, setting(source, "compile")) == source.replace("args.name", ADAM)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("kw = {'epochs': 3, 'verbose': 2}\nm.fit(d, **kw)\n", "kw = {'epochs': 9, 'verbose': 2}\nm.fit(d, **kw)\n"),
        ("kw = dict(epochs=3)\nm.fit(d, **kw)\n", "kw = dict(epochs=9)\nm.fit(d, **kw)\n"),
        ("m.fit(d, **{'epochs': 3})\n", "m.fit(d, **{'epochs': 9})\n"),
        ("kw = {'verbose': 2}\nm.fit(d, **kw)\n", "kw = {'verbose': 2}\nm.fit(d, **kw, epochs=9)\n"),
    ],
)
def test_an_unpacked_dict_is_looked_into(before, after, edited):
    assert edited(before, setting(before, ".fit", "fit", "epochs", "9")) == after


def test_an_entry_put_into_the_dict_later_is_changed_there(edited):
    source = "kw = {}\nkw['epochs'] = 3\nm.fit(d, **kw)\n"
    assert edited(source, setting(source, ".fit", "fit", "epochs", "9")) == source.replace("3", "9")


@pytest.mark.parametrize("later", ["kw['epochs'] = 4\n", "if c: kw['epochs'] = 5\n"])
def test_an_entry_put_in_twice_is_pointed_at(later):
    source = "kw = {}\nkw['epochs'] = 3\n" + later + "m.fit(d, **kw)\n"
    with pytest.raises(CannotEdit, match="`epochs` is put into `kw` on lines 2 and 3; change it there"):
        apply(source, [setting(source, ".fit", "fit", "epochs", "9")], "train.py")


def test_an_argument_that_may_hide_in_a_starred_list_is_refused():
    source = "m.fit(*data)\n"
    with pytest.raises(CannotEdit, match=r"passes `\*data`"):
        apply(source, [setting(source, "fit", "fit", "epochs", "9")], "train.py")


def test_the_third_argument_of_compile_gets_its_name(edited):
    source = "m.compile(o, f, ['accuracy'])\n"
    assert edited(source, setting(source, "m.", argument="metrics", value="[a]")) == "m.compile(o, f, metrics=[a])\n"


def test_the_tightest_call_that_holds_the_line_is_chosen(edited):
    source = "a = T.from_pretrained(\n    p,\n    config=C.from_pretrained(p),\n    x=1,\n)\n"
    inner = SetArgument("from_pretrained", Place("t.py", 3), "num_labels", "3")
    assert edited(source, inner) == source.replace("C.from_pretrained(p)", "C.from_pretrained(p, num_labels=3)")
    for line in (1, 2, 4, 5):
        outer = SetArgument("from_pretrained", Place("t.py", line), "num_labels", "3")
        assert edited(source, outer) == source.replace("x=1,\n", "x=1,\n    num_labels=3,\n")


def test_in_a_chain_the_line_of_the_name_decides(edited):
    source = "d = (\n    raw.batch(8)\n    .map(f)\n    .batch(16)\n)\n"
    edit = SetArgument("batch", Place("t.py", 4), "batch_size", "4")
    assert edited(source, edit) == source.replace("16", "4")
    edit = SetArgument("batch", Place("t.py", 2), "batch_size", "4")
    assert edited(source, edit) == source.replace("8", "4")


def test_of_two_calls_on_a_line_the_one_with_the_argument_is_chosen(edited):
    source = "t, m = T.from_pretrained(p), M.from_pretrained(p, num_labels=2)\n"
    edit = setting(source, "t,", "from_pretrained", "num_labels", "3")
    assert edited(source, edit) == source.replace("=2", "=3")
    with pytest.raises(CannotEdit, match="More than one call of `from_pretrained`"):
        apply(source, [setting(source, "t,", "from_pretrained", "revision", "'x'")], "train.py")


def test_a_call_under_another_name_is_found(edited):
    source = "from keras.optimizers import Adam as A\no = A(1)\n"
    assert edited(source, setting(source, "A(", "Adam", "learning_rate", "2")).endswith("o = A(2)\n")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("x = 1\n", "No call of `compile` stands on line 1"),
        (f"m.compile({ADAM})\n", "already"),
        ("m.compile(x for x in y)\n", "not be valid Python"),
        ("def f(:\n", "not valid Python"),
    ],
)
def test_what_cannot_be_edited_is_refused_in_plain_words(source, says):
    value = ADAM if "for" not in source else "1"
    argument = "optimizer" if "for" not in source else "jit_compile"
    with pytest.raises(CannotEdit, match=says):
        apply(source, [SetArgument("compile", Place("train.py", 1), argument, value)], "train.py")


def test_lines_of_later_edits_follow_earlier_ones(edited):
    source = "import tensorflow as tf\nm.compile(\n    loss=f,\n)\nn.compile(loss=f)\n"
    first = SetArgument("compile", Place("t.py", 2), "optimizer", "Adam()", ("from keras.optimizers import Adam",))
    second = SetArgument("compile", Place("t.py", 5), "optimizer", "SGD()")
    assert edited(source, first, second) == (
        "import tensorflow as tf\nfrom keras.optimizers import Adam\n"
        "m.compile(\n    loss=f,\n    optimizer=Adam(),\n)\nn.compile(loss=f, optimizer=SGD())\n"
    )


@pytest.mark.parametrize("value", ["", "1, b=2", "1, 2", "1 # one", "1)\nf(2", "*x", "x = 1", "a b"])
def test_what_is_not_one_value_is_refused(value):
    with pytest.raises(CannotEdit, match="is not one Python value"):
        apply("m.fit(x, epochs=1)\n", [SetArgument("fit", Place("t.py", 1), "epochs", value)], "t.py")


@pytest.mark.parametrize(
    "source",
    [
        "from config import *\ncfg = cfg['train']\nm.fit(x, epochs=cfg['epochs'])\n",
        "from config import *\ncfg = cfg.train\nm.fit(x, epochs=cfg.epochs)\n",
        "a = b\nb = a\nm.fit(x, epochs=a)\n",
        "def f(e):\n    m.fit(x, epochs=e)\n    f(e)\n",
        "from config import *\nkw = {**kw, 'a': 1}\nm.fit(x, **kw)\n",
        "a = {**b}\nb = {**a}\nm.fit(x, **a)\n",
        "def get(): return get()\nargs = get()\nm.fit(x, epochs=args.epochs)\n",
    ],
)
def test_a_value_that_leads_back_to_itself_is_set_in_the_call(source, edited):
    lines = edited(source, setting(source, "m.fit", "fit", "epochs", "9")).splitlines()
    changed = [line for line, was in zip(lines, source.splitlines(), strict=True) if line != was]
    assert len(changed) == 1
    assert "m.fit" in changed[0]
    assert "9" in changed[0]
