from __future__ import annotations

import pytest

from tfwizard.fixes.names import bound_name, imported_names, is_free


@pytest.mark.parametrize(
    ("source", "module", "name"),
    [
        ("import tensorflow as tf\n", "tensorflow", "tf"),
        ("import tensorflow\n", "tensorflow", "tensorflow"),
        ("import tensorflow.keras\n", "tensorflow", "tensorflow"),
        ("import tensorflow.keras\n", "tensorflow.keras", "tensorflow.keras"),
        ("from tensorflow import keras\n", "tensorflow.keras", "keras"),
        ("from tensorflow import keras as k\n", "tensorflow.keras", "k"),
        ("try:\n    import tf_keras as keras\nexcept ImportError:\n    import keras\n", "tf_keras", "keras"),
        ("def f():\n    import tensorflow as tf\n", "tensorflow", None),
        ("import tensorflow.keras as k\n", "tensorflow", None),
        ("def f(:\n", "tensorflow", None),
    ],
)
def test_how_a_module_is_reached(source, module, name):
    assert bound_name(source, module) == name


def test_local_names_and_their_origins():
    source = "import a.b, c as d\nfrom e.f import g as h, i\nfrom . import j\nfrom ..k import l\nfrom m import *\n"
    found = {"a": "a", "d": "c", "h": "e.f.g", "i": "e.f.i", "j": ".j", "l": "..k.l"}
    assert imported_names(source) == found


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\n",
        "import x.y\n",
        "from a import b as x\n",
        "def x(): ...\n",
        "class x: ...\n",
        "def f(*x): ...\n",
        "for x in y: ...\n",
        "try: ...\nexcept E as x: ...\n",
        "match y:\n    case [*x]: ...\n",
        "match y:\n    case {**x}: ...\n",
        "def f():\n    global x\n",
        "print(x := 1)\n",
        "def f(:\n",
    ],
)
def test_a_name_that_is_taken(source):
    assert not is_free(source, "x")


def test_a_name_that_is_only_read_is_free():
    assert is_free("import y\nprint(x, y.x)\n", "x")
