"""A test that speaks another language leaves English behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tfwizard.language import use


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    yield
    use("en")
