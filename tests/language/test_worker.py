"""The worker speaks the language of the command, and the script's environment does not tell it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from commands import tfwizard

from tfwizard.language import in_every_language, use
from tfwizard.session.keeper import SAID, Following

SCRIPT = """
import json, os, sys
with open("seen.json", "w") as file:
    json.dump([sys.modules["tfwizard.language"].language(), dict(os.environ)], file)
"""


@pytest.mark.parametrize("spoken", ["en", "fr"])
def test_the_worker_speaks_the_language_of_the_command(tmp_path: Path, spoken: str) -> None:
    import json

    (tmp_path / "train.py").write_text(SCRIPT)
    ran = tfwizard("check", "train.py", "--json", "--lang", spoken, cwd=tmp_path)
    assert ran.document["outcome"] == "no_training"
    language, environment = json.loads((tmp_path / "seen.json").read_text())
    assert language == spoken
    names = ("LANGUAGE", "LANG", "LC_ALL", "LC_MESSAGES", "TFWIZARD_LANG")
    assert {name: environment.get(name) for name in names} == {name: os.environ.get(name) for name in names}


def test_what_a_keeper_announces_is_known_in_every_language(tmp_path: Path) -> None:
    """A training may be watched in another language than the one that its keeper speaks."""
    english, french = in_every_language("WARNING")
    (tmp_path / SAID).write_text(f"Run the script …\n{english} one: a\n{french} two: b\nepoch 1/2\n", encoding="utf-8")
    for spoken in ("en", "fr"):
        use(spoken)
        assert Following(tmp_path).early() == [f"{english} one: a", f"{french} two: b"]
