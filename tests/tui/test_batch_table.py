"""The values of a batch: a table that scrolls both ways, with signs for padding and what is not finite."""

from __future__ import annotations

from dataclasses import replace

from tfwizard.facts import DataFacts, PaddingFacts, TensorFacts
from tfwizard.tui.widgets.batch_table import BatchTable, TableRow, position_words, table_rows

from .conftest import EVERY_SIZE, Open
from .fakes import HOSTILE, FakeSession


def with_nan() -> FakeSession:
    session = FakeSession()
    data = session._facts.data
    assert data
    values = (*(("0.5", "1.25"),) * 9, ("nan", "1"), ("2", "-inf"), *(("0.5", "3"),) * 5)
    speed = TensorFacts("speed", "input", (16, 2), "float32", 0.5, 3.0, nan=1, infinite=1, preview=values)
    session._facts = replace(session._facts, data=replace(data, tensors=(*data.tensors, speed)))
    return session


@EVERY_SIZE
async def test_the_cursor_moves_in_both_directions_and_says_what_it_is_at(wizard: Open, size: tuple[int, int]) -> None:
    async with wizard(size) as it:
        await it.press("2")
        assert "j Values" in it.footer() or size[0] < 80
        await it.press("j")
        assert "input_ids, row 0, position 0: 1000" in it.flat()
        await it.press("down", "right", "right")
        assert "input_ids, row 1, position 2: 1078" in it.flat()
        await it.press("end")
        assert "input_ids, row 1, position 75: 0, which is padding" in it.flat()
        assert "░░░0" in it.screen()
        assert "75" in it.flat().split("row")[-2] or "75" in it.screen()
        await it.press("home", "up")
        assert "input_ids, row 0, position 0" in it.flat()
        assert it.app.place == "stage-data"


@EVERY_SIZE
async def test_keys_jump_from_tensor_to_tensor_and_to_what_is_not_finite(wizard: Open, size: tuple[int, int]) -> None:
    async with wizard(size, with_nan()) as it:
        await it.press("2", "j", "greater_than_sign")
        assert "labels, row 0, position 0: 0" in it.flat()
        await it.press("less_than_sign", "less_than_sign")
        assert "speed, row 0, position 0: 0.5" in it.flat()
        await it.press("j")
        assert "speed, row 9, position 0: nan, which is not finite" in it.flat()
        assert "✗nan" in it.screen()
        await it.press("j", "j", "j")
        assert "speed, row 10, position 1: -inf" in it.flat()


async def test_names_and_positions_stay_in_sight(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("2", "j", "end", *["pagedown"] * 4)
        table = it.app.screen.query_one(BatchTable)
        assert table.at[0] > 20
        at = table.region
        rows = [row[at.x : at.right] for row in it.screen().split("\n")[at.y : at.bottom]]
        assert rows[0].strip().startswith("row")
        assert all(row.startswith("labels") for row in rows[-4:-1])


async def test_escape_leaves_the_table_and_the_arrows_go_from_stage_to_stage_again(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("2", "j")
        assert "> Next key" in it.footer()
        await it.press("escape", "down")
        assert it.app.stage_at == 2
        assert "Next key" not in it.footer()


async def test_help_names_the_keys_of_the_table_while_it_has_the_focus(wizard: Open) -> None:
    async with wizard((140, 45)) as it:
        await it.press("2", "question_mark")
        assert "the next key of the batch" not in it.screen()
        await it.press("escape", "j", "question_mark")
        assert "the next key of the batch" in it.screen()
        assert "the last position of the row" in it.screen()
        assert "the next value that is not finite" not in it.screen()  # there is none


async def test_what_the_table_lacks_is_said(wizard: Open) -> None:
    session = FakeSession()
    data = session._facts.data
    assert data
    image = TensorFacts("image", "input", (64, 28, 28), "float32", preview=(("0.5",) * 128,) * 32)
    session._facts = replace(session._facts, data=replace(data, rows=64, tensors=(image,)))
    async with wizard((140, 45), session) as it:
        await it.press("2", "pagedown")
        assert "Values: the first 32 of 64 rows" in it.flat()
        assert "image: the first 128 of 784 values a row" in it.flat()


async def test_without_values_there_is_no_table_and_no_key(wizard: Open) -> None:
    session = FakeSession()
    session._facts = replace(session._facts, data=DataFacts("generator"))
    async with wizard((140, 45), session) as it:
        await it.press("2")
        assert "Values" not in it.footer()
        assert not it.app.screen.query_one(BatchTable).display


async def test_foreign_names_and_values_are_shown_as_text(wizard: Open) -> None:
    session = FakeSession()
    texts = TensorFacts(HOSTILE, "input", (1, 2), "string", preview=((HOSTILE, "[b]x[/b]"),))
    session._facts = replace(session._facts, data=DataFacts("generator", "dict", 1, tensors=(texts,)))
    async with wizard((140, 45), session) as it:
        await it.press("2", "j", "right")
        assert "\x1b" not in it.screen()
        assert "position 1: [b]x[/b]" in it.flat()


def test_the_mask_is_padded_where_the_ids_are_and_other_shapes_are_not() -> None:
    ids = TensorFacts("input_ids", "input", (1, 3), "int64", preview=(("7", "0", "0"),))
    mask = TensorFacts("attention_mask", "input", (1, 3), "int64", preview=(("1", "0", "0"),))
    other = TensorFacts("labels", "label", (1,), "int64", preview=(("0",),))
    padding = PaddingFacts("input_ids", 0, 2, 3, True, True, real=((0, 1),))
    rows = table_rows(DataFacts("x", rows=1, tensors=(ids, mask, other), padding=padding))
    assert [[row.kind(at) for at in range(len(row.values))] for row in rows] == [
        ["real", "padding", "padding"],
        ["real", "padding", "padding"],
        ["real"],
    ]


def test_a_position_in_an_image_is_all_its_indices() -> None:
    image = TableRow("image", 0, (4, 28, 28, 3), ("0",) * 100)
    assert position_words(image, 28 * 3 + 4) == "position 1, 1, 1"
    assert position_words(TableRow("ids", 0, (4, 76), ("0",)), 5) == "position 5"
