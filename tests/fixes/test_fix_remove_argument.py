from __future__ import annotations

import pytest

from tfwizard.facts import Place
from tfwizard.fixes import CannotEdit, apply
from tfwizard.source_edits import RemoveArgument


def removing(source, argument="loss", function="compile"):
    line = source[: source.index(function)].count("\n") + 1
    return RemoveArgument(function, Place("train.py", line), argument)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("m.compile(loss=f)\n", "m.compile()\n"),
        ("m.compile(loss=f,)\n", "m.compile()\n"),
        ("m.compile(\n    loss=f,\n)\n", "m.compile()\n"),
        ("m.compile(\n    # why\n    loss=f,\n)\n", "m.compile(\n    # why\n)\n"),
        ("m.compile(a=1, loss=f, b=2)\n", "m.compile(a=1, b=2)\n"),
        ("m.compile(loss=f, b=2)\n", "m.compile(b=2)\n"),
        ("m.compile(a=1, loss=f)\n", "m.compile(a=1)\n"),
        ("m.compile(a=1, loss=f,)\n", "m.compile(a=1,)\n"),
        ("m.compile(a=1 , loss=(f) )\n", "m.compile(a=1 )\n"),
        ("m.compile(\n    a=1,\n    loss=f,  # gone\n    b=2,\n)\n", "m.compile(\n    a=1,\n    b=2,\n)\n"),
        ("m.compile(\n    a=1,\n    loss=f,\n)\n", "m.compile(\n    a=1,\n)\n"),
        ("m.compile(\n    a=1,  # kept\n    loss=f\n)\n", "m.compile(\n    a=1  # kept\n)\n"),
        ("m.compile(\n    a=1,\n    loss=g(\n        2,\n    ),\n    b=2,\n)\n", "m.compile(\n    a=1,\n    b=2,\n)\n"),
        ("m.compile(\n    a=1, loss=f, b=2\n)\n", "m.compile(\n    a=1, b=2\n)\n"),
        ("m.compile(\n    loss=f, b=2\n)\n", "m.compile(\n    b=2\n)\n"),
        ("m.compile(a=1,\n          loss=f,\n          b=2)\n", "m.compile(a=1,\n          b=2)\n"),
        ("m.compile(loss=f,\n          b=2)\n", "m.compile(b=2)\n"),
        (
            "m.compile(loss=f,  # gone\n          # of b\n          b=2)\n",
            "m.compile(\n          # of b\n          b=2)\n",
        ),
        ("m.compile(a=1,\n          loss=f)\n", "m.compile(a=1)\n"),
        ("m.compile(a=1,  # kept\n          loss=f)\n", "m.compile(a=1  # kept\n          )\n"),
        ("m.compile(a=1, loss=f,\n          b=2)\n", "m.compile(a=1,\n          b=2)\n"),
        ("m.compile(\n      a=1\n    , loss=f\n    , b=2\n)\n", "m.compile(\n      a=1\n    , b=2\n)\n"),
        ("m.compile(a=1\n    , loss=f)\n", "m.compile(a=1)\n"),
        ("if x:\n\tm.compile(\n\t\ta=1,\n\t\tloss=f,\n\t)\n", "if x:\n\tm.compile(\n\t\ta=1,\n\t)\n"),
        ("m.compile(\r\n  a=1,\r\n  loss=f,\r\n  b=2)\r\n", "m.compile(\r\n  a=1,\r\n  b=2)\r\n"),
        ("for e in r:\n    m.compile(loss=f)", "for e in r:\n    m.compile()"),
        # by position
        ("m.compile('adam', f)\n", "m.compile('adam')\n"),
        ("m.compile('adam', f, ['accuracy'])\n", "m.compile('adam', metrics=['accuracy'])\n"),
        ("m.compile('adam', f, **kw)\n", "m.compile('adam', **kw)\n"),
        ("m.compile(\n    'adam',\n    f,\n    m,\n)\n", "m.compile(\n    'adam',\n    metrics=m,\n)\n"),
        # in a dict
        ("kw = {'loss': f, 'x': 1}\nm.compile(**kw)\n", "kw = {'x': 1}\nm.compile(**kw)\n"),
        ("kw = dict(\n    loss=f,\n    x=1,\n)\nm.compile(**kw)\n", "kw = dict(\n    x=1,\n)\nm.compile(**kw)\n"),
    ],
)
def test_the_argument_goes_with_its_comma_and_its_line(before, after, edited):
    assert edited(before, removing(before)) == after


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("m.compile('adam')\n", "does not pass `loss` itself"),
        ("m.compile('adam', f, *more)\n", r"`\*more` follows"),
        ("m.compile('adam', f, [1.0, 0.5])\n", "Write its name in front of it"),
        ("m.compile('adam', f, m, w)\n", "`w` follows"),
    ],
)
def test_what_cannot_be_removed_is_refused(source, says):
    with pytest.raises(CannotEdit, match=says):
        apply(source, [removing(source)], "train.py")


def test_two_removals_and_an_addition_in_one_call(edited):
    source = "m.fit(\n    x,\n    workers=4,\n    epochs=3,\n    use_multiprocessing=True,\n)\n"
    edits = [removing(source, name, "fit") for name in ("workers", "use_multiprocessing")]
    assert edited(source, *edits) == "m.fit(\n    x,\n    epochs=3,\n)\n"
