"""The first paint pays for nothing heavy, and the worker's code is Python 3.9."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import tfwizard

PACKAGE = Path(tfwizard.__file__).parent
SHARED = [PACKAGE / "__init__.py", PACKAGE / "protocol.py", *sorted((PACKAGE / "facts").rglob("*.py"))]
WORKER = sorted((PACKAGE / "worker").rglob("*.py"))


@pytest.mark.parametrize("path", [*SHARED, *WORKER], ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_runs_in_the_users_interpreter_is_python_3_9(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))
    future = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    # "int | None" in an annotation is only harmless there when annotations are not evaluated.
    assert future or " | " not in path.read_text(encoding="utf-8")


def test_the_worker_starts_with_the_standard_library_alone() -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "import tfwizard.worker.main\n"
        "roots = {name.split('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)\n"
        "print(sorted(root for root in roots if not root.startswith('_sysconfigdata')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['tfwizard']"


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    heavy = {
        "tensorflow",
        "keras",
        "numpy",
        "libcst",
        "msgspec",
        "plotext",
        "textual_plotext",
        "pynvml",
        "tfwizard.checks.rules",
    }
    code = f"import sys, tfwizard.cli, tfwizard.session, tfwizard.tui.app; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_help_page_costs_click_and_the_commands_alone() -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "from tfwizard.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "new = {name for name in set(sys.modules) - before if name.split('.')[0] not in sys.stdlib_module_names}\n"
        "print(sorted(name for name in new if not name.startswith(('click', 'tfwizard.commands'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ours = ["tfwizard", "tfwizard.cli", "tfwizard.language", "tfwizard.tui", "tfwizard.tui.themes"]
    assert done.stdout.splitlines()[-1] == repr(ours)


def test_every_class_of_facts_is_given_by_the_package_and_few_of_its_modules_are_read_before() -> None:
    code = (
        "import sys, tfwizard.cli, tfwizard.session, tfwizard.tui.app\n"
        "print(sorted(name for name in sys.modules if name.startswith('tfwizard.facts.')))\n"
        "from tfwizard import facts\n"
        "assert all(getattr(facts, name).__module__.startswith('tfwizard.facts.') for name in facts.__all__ if not name.isupper())\n"
        "assert not hasattr(facts, 'NoSuchFacts')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0] == "['tfwizard.facts.calls', 'tfwizard.facts.whole']"
