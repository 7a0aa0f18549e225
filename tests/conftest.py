"""What several tests share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Ran, tfwizard

REAL = Path(__file__).parent / "real"
SCREENS = [Path(__file__).parent / name for name in ("terminal", "tui")]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-snapshots", action="store_true", help="write the snapshots of the screens anew")


def pytest_configure() -> None:
    """What Python has compiled is kept, as where people train: compiling TensorFlow costs as much as importing it does.

    Some containers turn that off for every process.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Real TensorFlow last: what is fast fails first. Over several processes what is long comes first."""
    for item in items:
        if REAL in item.path.parents:
            item.add_marker("tensorflow")
    if hasattr(config, "workerinput"):
        items[:] = long_first(items)
    else:
        items.sort(key=lambda item: item.get_closest_marker("tensorflow") is not None)


def long_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """Files of real TensorFlow, which compute, among those of screens, which wait: together they keep the processors busy.

    Other environments come before all: they are the longest. What is short fills up the end.
    """
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    kinds: dict[str, list[Path]] = {"environments": [], "tensorflow": [], "screens": [], "short": []}
    for path, inside in files.items():
        named = next((kind for kind in kinds if any(item.get_closest_marker(kind) for item in inside)), None)
        kinds[named or ("screens" if path.parent in SCREENS else "short")].append(path)
    # The last of those that compute begins while there is still something to do beside it.
    mixed = sorted(
        (end * place / len(kinds[kind]), path)
        for kind, end in (("tensorflow", 0.75), ("screens", 1.0))
        for place, path in enumerate(kinds[kind])
    )
    order = (*kinds["environments"], *(path for _, path in mixed), *kinds["short"])
    return [item for path in order for item in files[path]]


@pytest.fixture(autouse=True, scope="session")
def no_hub() -> None:
    """No test may reach for a hub, or leave sessions in the home of whoever runs it."""
    os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(autouse=True, scope="session")
def english() -> None:
    """What the tests read is English, whoever runs them."""
    os.environ["TFWIZARD_LANG"] = "en"


@pytest.fixture(autouse=True, scope="session")
def own_state(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., Ran]:
    """`tfwizard check --json` on a script given as text."""

    def run(text: str, *arguments: str, name: str = "train.py") -> Ran:
        script = tmp_path / name
        script.write_text(text, encoding="utf-8")
        return tfwizard("check", name, "--json", *arguments, cwd=tmp_path)

    return run
