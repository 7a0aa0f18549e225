"""What several tests share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Ran, tfwizard

REAL = Path(__file__).parent / "real"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-snapshots", action="store_true", help="write the snapshots of the screens anew")


def pytest_configure() -> None:
    """What Python has compiled is kept, as where people train: compiling TensorFlow costs as much as importing it does.

    Some containers turn that off for every process.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Real TensorFlow last: what is fast fails first. Over several processes it comes first: they are done at once then."""
    for item in items:
        if REAL in item.path.parents:
            item.add_marker("tensorflow")
    spread = hasattr(config, "workerinput")
    items.sort(key=lambda item: item.get_closest_marker("tensorflow") is not None, reverse=spread)


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
