from __future__ import annotations

import pytest

from tfwizard.facts import Place
from tfwizard.fixes import CannotEdit, apply
from tfwizard.source_edits import InsertFirst

ENV = 'os.environ["TF_USE_LEGACY_KERAS"] = "1"'
EDIT = InsertFirst(Place("train.py", 1), ("import os", ENV))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import tensorflow as tf\n", f"import os\n\n{ENV}\n\nimport tensorflow as tf\n"),
        (
            '#!/usr/bin/env python\n# coding: utf-8\n"""Train."""\nfrom __future__ import annotations\n\n'
            "# stack\nimport tf",
            '#!/usr/bin/env python\n# coding: utf-8\n"""Train."""\nfrom __future__ import annotations\n\n# stack\n'
            f"import os\n\n{ENV}\n\nimport tf",
        ),
        ("import os\nimport tf\n", f"import os\n\n{ENV}\n\nimport tf\n"),
        ("import os\n\nimport tf\n", f"import os\n\n{ENV}\n\nimport tf\n"),
        (
            'import os\nos.environ["A"] = "1"\nimport tf\n',
            f'import os\n{ENV}\nos.environ["A"] = "1"\nimport tf\n',
        ),
        ("import tf\nimport os\n", f"import os\n\n{ENV}\n\nimport tf\nimport os\n"),
        ("import os, sys\nimport tf\n", f"import os\n\n{ENV}\n\nimport os, sys\nimport tf\n"),
        ("import tf\r\nx = 1\r\n", f"import os\r\n\r\n{ENV}\r\n\r\nimport tf\r\nx = 1\r\n"),
        (
            "x = 1\ntry:\n\timport tf\nfinally:\n\tpass\n",
            f"x = 1\nimport os\n\n{ENV}\n\ntry:\n\timport tf\nfinally:\n\tpass\n",
        ),
        ("@f\ndef g():\n    import tf\n", f"import os\n\n{ENV}\n\n@f\ndef g():\n    import tf\n"),
        ("# nothing\n", f"# nothing\nimport os\n\n{ENV}\n"),
        (f"import tf\nimport os\n{ENV}\n", f"import os\n\n{ENV}\n\nimport tf\nimport os\n{ENV}\n"),
    ],
)
def test_the_statements_come_before_the_first_import(before, after, edited):
    assert edited(before, EDIT) == after


@pytest.mark.parametrize(
    "source",
    [
        f"import os\n{ENV}\nimport tf\n",
        "import os\n\nos.environ['A'] = '1'\nos.environ['TF_USE_LEGACY_KERAS']='1'  # set\nimport tf\n",
    ],
)
def test_what_stands_there_is_not_put_twice(source):
    with pytest.raises(CannotEdit, match="already there"):
        apply(source, [EDIT], "train.py")


def test_applying_it_twice_is_refused():
    once = apply("import tf\n", [EDIT], "train.py")
    with pytest.raises(CannotEdit, match="already there"):
        apply(once, [EDIT], "train.py")
