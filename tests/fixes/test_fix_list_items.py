from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from tfwizard.facts import Place
from tfwizard.fixes import CannotEdit, apply
from tfwizard.source_edits import AddListItem, MoveListItem, ReplaceListItem

PLACE = Place("train.py", 1)
REPLACE = ReplaceListItem("to_tf_dataset", PLACE, "columns", "label", "labels")
ADD = AddListItem("to_tf_dataset", PLACE, "columns", "input_ids", "attention_mask")
MOVE = MoveListItem("to_tf_dataset", PLACE, "columns", "labels", "label_cols")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("d.to_tf_dataset(columns=['a', 'label'])\n", "d.to_tf_dataset(columns=['a', 'labels'])\n"),
        ('d.to_tf_dataset(columns=("a", "label"))\n', 'd.to_tf_dataset(columns=("a", "labels"))\n'),
        ("d.to_tf_dataset(8, ['label'])\n", "d.to_tf_dataset(8, ['labels'])\n"),
        ("d.to_tf_dataset(columns='label')\n", "d.to_tf_dataset(columns='labels')\n"),
        ("d.to_tf_dataset(columns=['label', 'labels'])\n", "d.to_tf_dataset(columns=['labels'])\n"),
        ("d.to_tf_dataset(columns=['a'] + ['label'])\n", "d.to_tf_dataset(columns=['a'] + ['labels'])\n"),
        # a list, or a name in it, in a variable
        (
            "C = ['a', 'label']\nd.to_tf_dataset(columns=C)\ne.to_tf_dataset(columns=C)\n",
            "C = ['a', 'labels']\nd.to_tf_dataset(columns=C)\ne.to_tf_dataset(columns=C)\n",
        ),
        (
            "C = ['a', 'label']\nd.set_format(C)\nd.to_tf_dataset(columns=C)\n",
            "C = ['a', 'label']\nd.set_format(C)\nd.to_tf_dataset(columns=['a', 'labels'])\n",
        ),
        ("L = 'label'\nd.to_tf_dataset(columns=['a', L])\n", "L = 'labels'\nd.to_tf_dataset(columns=['a', L])\n"),
        (
            "L = 'label'\nd.rename(L)\nd.to_tf_dataset(columns=['a', L])\n",
            "L = 'label'\nd.rename(L)\nd.to_tf_dataset(columns=['a', 'labels'])\n",
        ),
        (
            "L = 'label'\nd.rename(L)\nd.to_tf_dataset(columns=L)\n",
            "L = 'label'\nd.rename(L)\nd.to_tf_dataset(columns='labels')\n",
        ),
        (
            "C = ['a', 'label']\nC.append('b')\nd.to_tf_dataset(columns=C)\n",
            "C = ['a', 'labels']\nC.append('b')\nd.to_tf_dataset(columns=C)\n",
        ),
        (
            "kw = dict(columns=['label'])\nd.to_tf_dataset(**kw)\ne.to_tf_dataset(**kw)\n",
            "kw = dict(columns=['labels'])\nd.to_tf_dataset(**kw)\ne.to_tf_dataset(**kw)\n",
        ),
        ("d.to_tf_dataset(columns=[\r\n\t'label',\r\n])\r\n", "d.to_tf_dataset(columns=[\r\n\t'labels',\r\n])\r\n"),
    ],
)
def test_an_item_is_replaced(before, after, edited):
    assert edited(before, REPLACE) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("d.to_tf_dataset(columns=['input_ids'])\n", "d.to_tf_dataset(columns=['input_ids', 'attention_mask'])\n"),
        (
            'd.to_tf_dataset(columns=["input_ids", "x"])\n',
            'd.to_tf_dataset(columns=["input_ids", "attention_mask", "x"])\n',
        ),
        (
            'd.to_tf_dataset(columns=["input_ids","x"])\n',
            'd.to_tf_dataset(columns=["input_ids","attention_mask","x"])\n',
        ),
        ('d.to_tf_dataset(columns="input_ids")\n', 'd.to_tf_dataset(columns=["input_ids", "attention_mask"])\n'),
        ("d.to_tf_dataset(8, ('input_ids',))\n", "d.to_tf_dataset(8, ('input_ids', 'attention_mask'))\n"),
        (
            "d.to_tf_dataset(\n    columns=[\n        'input_ids',  # ids\n        'x',\n    ],\n)",
            "d.to_tf_dataset(\n    columns=[\n        'input_ids',  # ids\n"
            "        'attention_mask',\n        'x',\n    ],\n)",
        ),
        (
            "d.to_tf_dataset(columns=['x',\n\t\t'input_ids'])\n",
            "d.to_tf_dataset(columns=['x',\n\t\t'input_ids',\n\t\t'attention_mask'])\n",
        ),
        (
            "C = 'input_ids', 'x'\nd.to_tf_dataset(columns=C)\n",
            "C = 'input_ids', 'attention_mask', 'x'\nd.to_tf_dataset(columns=C)\n",
        ),
        (
            "C = 'input_ids', \\\n    'x'\nd.to_tf_dataset(columns=C)\n",
            "C = 'input_ids', 'attention_mask', \\\n    'x'\nd.to_tf_dataset(columns=C)\n",
        ),
        (
            "C = 'input_ids'\nprint(d[C])\nd.to_tf_dataset(columns=C)\n",
            "C = 'input_ids'\nprint(d[C])\nd.to_tf_dataset(columns=[C, 'attention_mask'])\n",
        ),
        (
            "def f(d):\n    C = ['input_ids']\n    d.set_format(C)\n"
            "    for e in d:\n        e.to_tf_dataset(columns=C)\n",
            "def f(d):\n    C = ['input_ids', 'attention_mask']\n    d.set_format(C)\n"
            "    for e in d:\n        e.to_tf_dataset(columns=C)\n",
        ),
        (
            "d.to_tf_dataset(columns=[*X, 'input_ids', 'y'])\n",
            "d.to_tf_dataset(columns=[*X, 'input_ids', 'attention_mask', 'y'])\n",
        ),
    ],
)
def test_an_item_is_added_behind_its_neighbour(before, after, edited):
    assert edited(before, ADD) == after


def test_calls_that_have_the_item_already_stay_as_they_are(edited):
    done = "e.to_tf_dataset(columns=['attention_mask', 'input_ids'])\n"
    source = "d.to_tf_dataset(columns=['input_ids'])\n" + done + "f.to_tf_dataset(columns=['other'])\n"
    assert edited(source, ADD) == source.replace("['input_ids']", "['input_ids', 'attention_mask']")
    with pytest.raises(CannotEdit):
        apply(done, [ADD], "train.py")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("d.to_tf_dataset(columns=['a', 'labels'])\n", "d.to_tf_dataset(columns=['a'], label_cols='labels')\n"),
        ('d.to_tf_dataset(8, ("a", "labels"))\n', 'd.to_tf_dataset(8, ("a",), label_cols="labels")\n'),
        (
            "d.to_tf_dataset(columns=['labels', 'a'], label_cols=['b'])\n",
            "d.to_tf_dataset(columns=['a'], label_cols=['b', 'labels'])\n",
        ),
        (
            "d.to_tf_dataset(columns=['labels', 'a'], label_cols='b')\n",
            "d.to_tf_dataset(columns=['a'], label_cols=['b', 'labels'])\n",
        ),
        (
            "d.to_tf_dataset(columns=['a', 'labels'], label_cols=['labels'])\n",
            "d.to_tf_dataset(columns=['a'], label_cols=['labels'])\n",
        ),
        (
            "d.to_tf_dataset(columns=['a', 'labels'], label_cols=None)\n",
            "d.to_tf_dataset(columns=['a'], label_cols='labels')\n",
        ),
        (
            "d.to_tf_dataset(columns=['a', 'labels'], label_cols=[])\n",
            "d.to_tf_dataset(columns=['a'], label_cols=['labels'])\n",
        ),
        (
            "d.to_tf_dataset(\n    columns=[\n        'a',\n        'labels',\n    ],\n    batch_size=8,\n)\n",
            "d.to_tf_dataset(\n    columns=[\n        'a',\n    ],\n    batch_size=8,\n    label_cols='labels',\n)\n",
        ),
        (
            "C = ['a', 'labels']\nd.to_tf_dataset(columns=C)\ne.to_tf_dataset(columns=C, shuffle=True)\n",
            "C = ['a']\nd.to_tf_dataset(columns=C, label_cols='labels')\n"
            "e.to_tf_dataset(columns=C, shuffle=True, label_cols='labels')\n",
        ),
        (
            "C = ['a', 'labels']\nd = d.select_columns(C)\nd.to_tf_dataset(columns=C)\n",
            "C = ['a', 'labels']\nd = d.select_columns(C)\nd.to_tf_dataset(columns=['a'], label_cols='labels')\n",
        ),
        (
            "L = 'labels'\nd.to_tf_dataset(columns=['a', L])\n",
            "L = 'labels'\nd.to_tf_dataset(columns=['a'], label_cols=L)\n",
        ),
        (
            "kw = {'columns': ['a', 'labels']}\nd.to_tf_dataset(**kw)\ne.to_tf_dataset(**kw)\n",
            "kw = {'columns': ['a'], 'label_cols': 'labels'}\nd.to_tf_dataset(**kw)\ne.to_tf_dataset(**kw)\n",
        ),
        ("d.to_tf_dataset(columns=['a',\r\n 'labels'])\r\n", "d.to_tf_dataset(columns=['a'], label_cols='labels')\r\n"),
        (
            "B = ['b']\nprint(g(B))\nd.to_tf_dataset(columns=['a', 'labels'], label_cols=B)\n",
            "B = ['b']\nprint(g(B))\nd.to_tf_dataset(columns=['a'], label_cols=[*B, 'labels'])\n",
        ),
    ],
)
def test_an_item_is_moved_to_another_argument(before, after, edited):
    assert edited(before, MOVE) == after


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\nC = names(d)\nd.to_tf_dataset(columns=C)\n",
        "d.to_tf_dataset(columns=[c for c in d])\n",
        "def f(d, C):\n    d.to_tf_dataset(columns=C)\n",
        "d.to_tf_dataset(columns=t.names + n, batch_size=8)\n",
        "d.to_tf_dataset(columns=(a if b else c))\n",
    ],
)
@pytest.mark.parametrize(
    ("edit", "given", "apart"),
    [
        (REPLACE, '["labels" if name == "label" else name for name in {}]', ""),
        (ADD, '[*{}, "attention_mask"]', ""),
        (MOVE, '[name for name in {} if name != "labels"]', 'label_cols="labels"'),
    ],
)
def test_a_computed_list_is_changed_by_an_expression(source, edit, given, apart):
    edit = replace(edit, place=replace(PLACE, line=source[: source.index("to_tf")].count("\n") + 1))
    before, after = (_keywords(text) for text in (source, apply(source, [edit], "train.py")))
    assert after.pop("columns") == ast.unparse(ast.parse(given.format(f"({before.pop('columns')})")))
    assert after.pop("label_cols", "") == ("" if not apart else repr(edit.item))
    assert after == before


def test_calls_given_the_same_computed_list_are_changed_together(edited):
    source = "C = names(d)\nd.to_tf_dataset(columns=C)\ne.to_tf_dataset(columns=C)\nf.to_tf_dataset(columns=g(D))\n"
    edit = replace(ADD, place=replace(PLACE, line=2))
    assert edited(source, edit) == source.replace("columns=C", 'columns=[*C, "attention_mask"]')


def _keywords(source):
    [call] = [node for node in ast.walk(ast.parse(source)) if "to_tf" in ast.unparse(getattr(node, "func", node))[-15:]
              and isinstance(node, ast.Call)]  # fmt: skip
    return {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}


@pytest.mark.parametrize(
    ("source", "edit", "says"),
    [
        ("d.to_tf_dataset(columns=['x'])\n", REPLACE, "has a `columns` to change for `label`"),
        ("x = 1\n", ADD, "No call of `to_tf_dataset`"),
        ("d.to_tf_dataset(columns='labels')\n", MOVE, "`labels` is the only entry of `columns`"),
        ("d.to_tf_dataset(columns=['a', 'labels'], label_cols=f())\n", MOVE, "`label_cols` is computed on line 1"),
    ],
)
def test_nothing_to_change_is_said_so(source, edit, says):
    with pytest.raises(CannotEdit, match=says):
        apply(source, [edit], "train.py")


def test_the_quotes_of_the_neighbours_are_kept_and_the_text_is_escaped(edited):
    source = "d.to_tf_dataset(columns=['label'])\n"
    edit = ReplaceListItem("to_tf_dataset", PLACE, "columns", "label", "it's \\ \n é")
    assert edited(source, edit) == "d.to_tf_dataset(columns=['it\\'s \\\\ \\n é'])\n"
