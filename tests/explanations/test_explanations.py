"""Every fault is explained, every text can be translated, and nothing that a learner reads first gives the answer away."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from checks.table import rows
from explanations.gives_away import WORDS

from tfwizard import checks, source_edits
from tfwizard.checks.rules import MODULES as RULES
from tfwizard.explanations import sections
from tfwizard.explanations.shelf import EXPLANATIONS, MODULES, explanation

#: What the person finds, and no rule: the answer "no" to a question about the samples.
BY_THE_PERSON = "samples-rejected"
FAULTS = sorted(EXPLANATIONS)
#: Names that a script of the course has at its training call.
OF_THE_SCRIPT = frozenset({
    "model", "model_checkpoint", "optimizer", "callbacks", "class_weight", "history", "tokenizer", "raw_datasets",
    "tokenized_datasets", "train_dataset", "validation_dataset",
})  # fmt: skip
LONGEST_SENTENCE, LONGEST_LINE = 300, 76
#: Arguments whose names are words of every text on training: only `name=` gives these away.
ORDINARY = frozenset({"loss", "metrics", "tokenizer", "x", "optimizer"})


def leads(fault: str) -> tuple[str, ...]:
    """What a learner reads before the answer."""
    one = EXPLANATIONS[fault]
    return (one.question, *one.hints)


def texts(fault: str) -> tuple[str, ...]:
    """All that is read in another language as well."""
    return (*leads(fault), EXPLANATIONS[fault].why)


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!])\s+", text)


# --- all of them -------------------------------------------------------------------------------------------------------------


def test_every_fault_has_an_explanation_and_every_explanation_a_fault():
    assert sorted([*(row.id for row in rows()), BY_THE_PERSON]) == FAULTS
    assert explanation(FAULTS[0]) is EXPLANATIONS[FAULTS[0]]
    assert explanation("no-such-fault") is None


def test_no_fault_is_explained_in_two_modules():
    assert sum(len(module.EXPLANATIONS) for module in MODULES) == len(EXPLANATIONS)


def test_no_two_faults_share_a_text():
    said = Counter(text for fault in FAULTS for text in (*texts(fault), EXPLANATIONS[fault].by_hand))
    assert [text for text, times in said.items() if times > 1] == []


def test_the_sections_are_headings_of_the_chapter():
    headings = {value for name, value in vars(sections).items() if isinstance(value, str) and name.isupper()}
    assert {one.section for one in EXPLANATIONS.values()} == {*headings, ""}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rsplit(".", 1)[-1])
def test_every_text_is_marked_for_translation(module):
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    marked = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_"
    }
    assert {text for fault in module.EXPLANATIONS for text in texts(fault)} == marked


# --- the sentences -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", FAULTS)
def test_sentences_are_short_and_few(fault):
    one = EXPLANATIONS[fault]
    assert [each for text in texts(fault) for each in sentences(text) if len(each) > LONGEST_SENTENCE] == []
    assert 2 <= len(sentences(one.why)) <= 4
    assert "?" in one.question
    assert all(text == " ".join(text.split()) and text[-1] in ".?" for text in texts(fault))


@pytest.mark.parametrize("fault", FAULTS)
def test_question_and_hints_do_not_give_the_answer_away(fault):
    stems = (*WORDS[fault], fault, fault.replace("-", " "))
    found = [(stem, text) for stem in stems for text in leads(fault) if _begins_a_word(stem, text)]
    assert found == []


def test_every_row_of_the_words_is_a_fault():
    assert sorted(WORDS) == FAULTS
    assert all(WORDS.values())


@pytest.mark.parametrize(
    ("stem", "text", "found"),
    [
        ("shuffl", "Are the rows Shuffled?", True),
        ("pad", "Which of them do you see on an iPad?", False),
        (".keras", "Let the path end in model.keras.", True),
        ("-100", "Label them -100.", True),
    ],
)
def test_a_word_is_found_by_its_beginning(stem, text, found):
    assert _begins_a_word(stem, text) is found


def _begins_a_word(stem: str, text: str) -> bool:
    before = r"(?<![\w-])" if stem[0].isalnum() else ""
    return re.search(before + re.escape(stem), text, re.IGNORECASE) is not None


def test_question_and_hints_do_not_name_what_the_fix_sets():
    told = [
        (fault, name, text)
        for fault, names in _names_in_the_fixes().items()
        for name in names
        for text in leads(fault)
        if re.search(rf"\b{re.escape(name)}{'=' if name in ORDINARY else ''}\b", text)
    ]
    assert told == []


def test_the_names_in_the_fixes_are_found():
    names = _names_in_the_fixes()
    assert {"collate_fn"} <= names["no-collator"]
    assert "run_eagerly" in names["eager-left-on"]
    assert "monitor" in names["monitor-not-logged"]
    assert sum(map(bool, names.values())) >= 15


def _names_in_the_fixes() -> dict[str, set[str]]:
    """The arguments that the edits of each fault's rule set or take out, read from the rules' own code."""
    named: dict[str, set[str]] = {}
    for module in RULES:
        tree = ast.parse(Path(checks.__path__[0], f"{module}.py").read_text(encoding="utf-8"))
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        for function in functions.values():
            calls = _calls(function)
            faults = {_text(one.args, 0) for one in calls if _name(one) == "Finding"}
            if faults:
                arguments = {name for one in _reached(function, functions) for name in _arguments(_calls(one))}
                for fault in faults:
                    named.setdefault(fault, set()).update(arguments)
    return named


def _reached(function: ast.FunctionDef, functions: dict[str, ast.FunctionDef]) -> list[ast.FunctionDef]:
    """A function, and those of its module that it calls or hands on, directly or not."""
    found, waiting = {}, [function]
    while waiting:
        one = waiting.pop()
        if one.name not in found:
            found[one.name] = one
            waiting += [
                functions[node.id] for node in ast.walk(one) if isinstance(node, ast.Name) and node.id in functions
            ]
    return list(found.values())


def _arguments(calls: list[ast.Call]) -> set[str]:
    """Fields called `argument` (or `new`, of a renamed one) of the edits that are made."""
    names = set()
    for call in calls:
        kind = getattr(source_edits, _name(call), None)
        fields = list(getattr(kind, "__dataclass_fields__", ()))
        names |= {_text(call.args, fields.index(one)) for one in ("argument", "new") if one in fields}
    return names - {""}


def _calls(function: ast.FunctionDef) -> list[ast.Call]:
    return [node for node in ast.walk(function) if isinstance(node, ast.Call)]


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _text(arguments: list[ast.expr], place: int) -> str:
    one = arguments[place] if place < len(arguments) else None
    return one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else ""


# --- the Python --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", FAULTS)
def test_the_python_is_short_and_needs_only_what_a_script_has(fault):
    code = EXPLANATIONS[fault].by_hand
    compile(code, fault, "exec")
    lines = code.split("\n")
    assert 2 <= len(lines) <= 8
    assert all(line.strip() and len(line) <= LONGEST_LINE for line in lines)
    made, read = _names(ast.parse(code))
    assert read - made - OF_THE_SCRIPT - set(dir(builtins)) == set()
    assert made & OF_THE_SCRIPT == set(), "it would change the script's own objects"


@pytest.mark.parametrize("fault", FAULTS)
def test_the_python_only_looks(fault):
    called = {
        node.func.attr
        for node in ast.walk(ast.parse(EXPLANATIONS[fault].by_hand))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert called & {"compile", "apply_gradients", "apply", "train_on_batch", "assign"} == set()
    assert "fit" not in called or "set_weights" in called


def test_the_python_imports_what_there_is():
    """The standard library, and packages that a script with this fault has: nothing that would have to be installed first."""
    allowed = {"tensorflow", "numpy", "transformers", "safetensors"}
    imported = {
        name.split(".")[0]
        for one in EXPLANATIONS.values()
        for node in ast.walk(ast.parse(one.by_hand))
        for name in _imports(node)
    }
    others = imported - allowed
    assert others <= sys.stdlib_module_names


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def _names(tree: ast.AST) -> tuple[set[str], set[str]]:
    """The names that a piece of code makes, and those that it reads."""
    made, read = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else made).add(node.id)
        elif isinstance(node, ast.arg):
            made.add(node.arg)
        elif isinstance(node, ast.alias):
            made.add((node.asname or node.name).split(".")[0])
    return made, read
