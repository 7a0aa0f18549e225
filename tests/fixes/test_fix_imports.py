from __future__ import annotations

import pytest

from tfwizard.facts import Place
from tfwizard.fixes import CannotEdit, apply
from tfwizard.source_edits import SetArgument

PAD = "from transformers import DataCollatorWithPadding"
USE = "d.to_tf_dataset(collate_fn=c)\n"
USED = USE.replace("=c", "=DataCollatorWithPadding(tok)")


def using(source, *imports):
    line = source[: source.index("to_tf")].count("\n") + 1
    place = Place("train.py", line)
    return SetArgument("to_tf_dataset", place, "collate_fn", "DataCollatorWithPadding(tok)", imports or (PAD,))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import a\n\nimport b  # b\nx = 1\nimport os\n", f"import a\n\nimport b  # b\nx = 1\nimport os\n{PAD}\n"),
        ("import a\n", f"import a\n{PAD}\n"),
        (
            "from transformers import AutoTokenizer, TFAutoModel\n",
            "from transformers import AutoTokenizer, DataCollatorWithPadding, TFAutoModel\n",
        ),
        (
            "from transformers import TFAutoModel, AutoTokenizer\n",
            "from transformers import TFAutoModel, AutoTokenizer, DataCollatorWithPadding\n",
        ),
        (
            "from transformers import TFAutoModel, create_optimizer\n",
            "from transformers import DataCollatorWithPadding, TFAutoModel, create_optimizer\n",
        ),
        (
            "from transformers import (\n    AutoTokenizer,  # fast\n    TFAutoModel,\n)\n",
            "from transformers import (\n    AutoTokenizer,  # fast\n"
            "    DataCollatorWithPadding,\n    TFAutoModel,\n)\n",
        ),
        (
            "from transformers import (TFAutoModel,\n                          TFBert)\n",
            "from transformers import (DataCollatorWithPadding,\n                          TFAutoModel,\n"
            "                          TFBert)\n",
        ),
        (
            "from transformers import AutoTokenizer, \\\n    TFAutoModel\n",
            "from transformers import AutoTokenizer, DataCollatorWithPadding, \\\n    TFAutoModel\n",
        ),
        (f"{PAD}, X\n", f"{PAD}, X\n"),
        (f"try:\n    {PAD}\nexcept E:\n    pass\n", f"try:\n    {PAD}\nexcept E:\n    pass\n"),
        ("from transformers import *\n", f"from transformers import *\n{PAD}\n"),
        ("@f\nclass A(B): ...\n", f"{PAD}\n\n@f\nclass A(B): ...\n"),
        ('"""Doc."""\n', f'"""Doc."""\n\n{PAD}\n\n'),
        ('"""Doc."""\n\nx = 1\n', f'"""Doc."""\n\n{PAD}\n\nx = 1\n'),
        ("from __future__ import annotations\n\nx = 1\n", f"from __future__ import annotations\n\n{PAD}\n\nx = 1\n"),
        ("# head\nx = 1\n", f"# head\n{PAD}\n\nx = 1\n"),
        (
            'import os\nos.environ["A"] = "1"\nos.environ.setdefault("B", "2")\n\nx = 1\n',
            f'import os\nos.environ["A"] = "1"\nos.environ.setdefault("B", "2")\n\n{PAD}\n\nx = 1\n',
        ),
        ("import a\r\n", f"import a\r\n{PAD}\r\n"),
    ],
)
def test_the_import_goes_where_it_belongs(before, after, edited):
    use, used = (text.replace("\n", "\r\n") if "\r" in before else text for text in (USE, USED))
    assert edited(before + use, using(before + use)) == after + used


def test_imports_behind_the_first_use_do_not_count(edited):
    source = "import a\n" + USE + f"import b\n{PAD}\n"
    assert edited(source, using(source)) == f"import a\n{PAD}\n{USED}import b\n{PAD}\n"


def test_a_call_inside_a_function_uses_the_import_inside_it(edited):
    source = f"import a\ndef f(d):\n    {PAD}\n    {USE}"
    assert edited(source, using(source)) == source.replace(USE, USED)
    source = f"import a\ndef g():\n    {PAD}\ndef f(d):\n    {USE}"
    assert edited(source, using(source)) == source.replace(USE, USED).replace("import a\n", f"import a\n{PAD}\n")


def test_a_name_that_means_something_else_is_refused():
    for other in ("from mine import DataCollatorWithPadding\n", "def DataCollatorWithPadding(t): ...\n"):
        source = "import a\n" + other + USE
        with pytest.raises(CannotEdit, match=r"already something else in this file \(line 2\)"):
            apply(source, [using(source)], "train.py")


@pytest.mark.parametrize(
    ("there", "needed", "come"),
    [
        ("import tensorflow as tf\n", "import tensorflow as tf", ""),
        ("import tensorflow as tf\n", "import tf_keras", "import tf_keras\n"),
        ("import tensorflow\n", "import tensorflow.keras", "import tensorflow.keras\n"),
        ("import a\n", "from b import C, D as E", "from b import C, D as E\n"),
    ],
)
def test_plain_imports(there, needed, come, edited):
    source = there + USE
    assert edited(source, using(source, needed)) == there + come + USED


def test_several_names_of_one_module_are_merged_in_order(edited):
    source = "from transformers import AutoTokenizer, TFAutoModel\n" + USE
    result = edited(source, using(source, "from transformers import DataCollator, BertConfig, create_optimizer"))
    names = "AutoTokenizer, BertConfig, DataCollator, TFAutoModel, create_optimizer"
    assert result == f"from transformers import {names}\n{USED}"


def test_several_new_lines_keep_their_order(edited):
    source = "import a\n" + USE
    assert edited(source, using(source, "import b", PAD)) == f"import a\nimport b\n{PAD}\n{USED}"


def test_the_definition_that_is_changed_is_the_first_use(edited):
    source = "import a\nc = None\nimport b\n" + USE
    expected = f"import a\n{PAD}\nc = DataCollatorWithPadding(tok)\nimport b\n{USE}"
    assert edited(source, using(source)) == expected
