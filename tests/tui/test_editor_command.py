"""Which editor is started, and how it is told the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfwizard.tui.editor import find_editor, has_window, with_line

FILE = Path("/a b/train.py")


def test_visual_comes_before_editor_and_its_arguments_are_kept() -> None:
    assert find_editor({"VISUAL": "code --wait", "EDITOR": "vi"}) == ["code", "--wait"]
    assert find_editor({"VISUAL": " ", "EDITOR": "'/my bin/vim' -u NONE"}) == ["/my bin/vim", "-u", "NONE"]


def test_without_a_variable_the_first_usual_editor_that_is_there_is_taken() -> None:
    assert find_editor({}, lambda name: "/usr/bin/vi" if name == "vi" else None) == ["vi"]
    assert find_editor({}, lambda name: name) == ["nano"]
    assert find_editor({}, lambda name: None) == []


def test_a_variable_that_no_shell_can_read_is_named() -> None:
    with pytest.raises(ValueError, match="EDITOR"):
        find_editor({"EDITOR": "vim 'x"})


@pytest.mark.parametrize(
    ("command", "whole"),
    [
        (["vim"], ["vim", "+7", "/a b/train.py"]),
        (["/usr/bin/nvim", "-R"], ["/usr/bin/nvim", "-R", "+7", "/a b/train.py"]),
        (["nano"], ["nano", "+7", "/a b/train.py"]),
        (["emacsclient", "-nw"], ["emacsclient", "-nw", "+7", "/a b/train.py"]),
        (["code"], ["code", "--wait", "-g", "/a b/train.py:7"]),
        (["code", "-w"], ["code", "-w", "-g", "/a b/train.py:7"]),
        (["cursor", "--wait"], ["cursor", "--wait", "-g", "/a b/train.py:7"]),
        (["subl"], ["subl", "--wait", "/a b/train.py:7"]),
        (["hx"], ["hx", "/a b/train.py:7"]),
        (["my-editor", "-x"], ["my-editor", "-x", "/a b/train.py"]),
    ],
)
def test_each_editor_is_told_the_line_in_its_way(command: list[str], whole: list[str]) -> None:
    assert with_line(command, FILE, 7) == whole


def test_an_editor_with_a_window_of_its_own_is_known() -> None:
    assert has_window(["/usr/bin/code"])
    assert not has_window(["vim"])
