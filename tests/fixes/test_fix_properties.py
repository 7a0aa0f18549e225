"""What holds for every edit in every layout: text outside of the edited call stays byte for byte."""

from __future__ import annotations

import ast
import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from tfwizard.facts import Place
from tfwizard.fixes import apply
from tfwizard.source_edits import RemoveArgument, RenameArgument, SetArgument, WrapArgument

HEAD = "# é\nimport a\n\n\nx = 'compile('  # compile(\n"
TAIL = "\n\n\ty = 1 \\\n\t  + 2\n\tz = [1,2 ,3]  # tail\n"
NAMES = ("loss", "metrics", "jit_compile", "run_eagerly")


@st.composite
def calls(draw):
    """A call with keyword arguments in any layout, comments and all."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    gap = st.sampled_from(
        ["", " ", f"{newline}\t\t", f"  # why, (so){newline}        ", f"{newline}{newline}  # b{newline}"]
    )
    text = "model.compile(" + draw(gap)
    for index, name in enumerate(names):
        value = draw(st.sampled_from(["1", "(2)", "f(a, b)", f"[{newline}  1, # c{newline}]", "'é'"]))
        text += f"{name}={value}"
        if index < len(names) - 1 or draw(st.booleans()):
            text += draw(st.sampled_from(["", " "])) + ","
        text += draw(gap)
    ending = draw(st.sampled_from([TAIL, ""]))
    head, tail = HEAD.replace("\n", newline), ending.replace("\n", newline)
    return head + "def f():" + newline + "\t", text + ")", tail, names


def arguments(source):
    call = next(
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and "compile" in ast.dump(node.func)
    )
    return {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}


@settings(max_examples=100, deadline=None)
@given(parts=calls(), data=st.data())
def test_only_the_call_changes_and_it_says_what_was_asked(parts, data):
    head, call, tail, names = parts
    source = head + call + tail
    first = head.count("\n") + 1
    place = Place("train.py", data.draw(st.integers(first, first + call.count("\n"))))
    argument = data.draw(st.sampled_from(NAMES))
    before = arguments(source)
    remove = argument in names and data.draw(st.booleans())
    edit = RemoveArgument("compile", place, argument) if remove else SetArgument("compile", place, argument, "new")
    result = apply(source, [edit], "train.py")
    assert result.startswith(head)
    assert result.endswith(tail)
    expected = (
        {name: value for name, value in before.items() if name != argument} if remove else {**before, argument: "new"}
    )
    assert arguments(result) == expected
    assert ("\r\n" in source) == ("\r\n" in result)
    assert result.count("\n") - result.count("\r\n") in (0, result.count("\n"))


@settings(max_examples=100, deadline=None)
@given(parts=calls(), data=st.data())
def test_wrapping_and_renaming_leave_the_rest_as_it_is(parts, data):
    head, call, tail, names = parts
    source = head + call + tail
    place = Place("train.py", head.count("\n") + 1, column=1)
    argument = data.draw(st.sampled_from(names))
    before = arguments(source)
    if data.draw(st.booleans()):
        result = apply(source, [WrapArgument("compile", place, argument, "new({})")], "train.py")
        expected = {**before, argument: f"new({before[argument]})"}
    else:
        result = apply(source, [RenameArgument("compile", place, argument, "new")], "train.py")
        expected = {"new" if name == argument else name: value for name, value in before.items()}
    assert result.startswith(head)
    assert result.endswith(tail)
    assert arguments(result) == expected


@settings(max_examples=60, deadline=None)
@given(
    units=st.lists(st.integers(1, 99), min_size=2, max_size=5),
    before=st.sampled_from(["", "é = 'ü€'; ", "\t# é\nx = 1; "]),
    data=st.data(),
)
def test_the_column_finds_one_of_several_calls(units, before, data):
    texts = [f"Dense({unit})" for unit in units]
    chosen = data.draw(st.integers(0, len(units) - 1))
    head = before + "m = Sequential([" + "".join(f"{text}, " for text in texts[:chosen])
    column = len(head.rpartition("\n")[2].encode())
    source = head + ", ".join(texts[chosen:]) + "])\n"
    place = Place("train.py", head.count("\n") + 1, column=column)
    result = apply(source, [SetArgument("Dense", place, "units", "100")], "train.py")
    assert result == head + ", ".join(["Dense(100)", *texts[chosen + 1 :]]) + "])\n"


def test_importing_the_package_does_not_import_libcst():
    code = "import sys, tfwizard.fixes, tfwizard.fixes.plan, tfwizard.sources; sys.exit('libcst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
