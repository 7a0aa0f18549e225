"""The values that a screen is given to scroll through, and where padding is."""

from __future__ import annotations

import pytest

from tfwizard.worker.probes.data import _preview, _real_parts

np = pytest.importorskip("numpy")


def test_values_are_rows_of_text_within_bounds() -> None:
    assert _preview(np.array(3.0)) == (("3",),)
    assert _preview(np.arange(3)) == (("0",), ("1",), ("2",))
    assert _preview(np.array([[1.5, np.nan], [np.inf, 2]])) == (("1.5", "nan"), ("inf", "2"))
    assert _preview(np.zeros((0, 3))) == ()
    image = _preview(np.zeros((64, 28, 28)))
    assert (len(image), len(image[0])) == (32, 128)
    assert len(_preview(np.zeros((2, 10_000)))[0]) == 2048


def test_what_is_padding_lies_outside_the_real_part_of_a_row() -> None:
    padded = np.array([[False, False, True, True], [True, False, False, True], [True, True, True, True]])
    assert _real_parts(padded) == ((0, 2), (1, 3), (0, 0))
