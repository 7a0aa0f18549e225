"""The statements of a module: which are imports, and where a line may be put between them."""

from __future__ import annotations

import libcst as cst

from tfwizard.fixes.script import Script

Import = cst.Import | cst.ImportFrom
Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


def is_import(statement: cst.CSTNode) -> bool:
    """Whether the line begins with an import."""
    return isinstance(statement, cst.SimpleStatementLine) and isinstance(statement.body[0], Import)


def is_future(statement: cst.CSTNode) -> bool:
    """Whether the line is `from __future__ import …`."""
    if not isinstance(statement, cst.SimpleStatementLine) or not isinstance(statement.body[0], cst.ImportFrom):
        return False
    module = statement.body[0].module
    return isinstance(module, cst.Name) and module.value == "__future__"


def is_docstring(statement: cst.CSTNode, index: int) -> bool:
    """Whether this is the module's docstring."""
    if index or not isinstance(statement, cst.SimpleStatementLine) or not isinstance(statement.body[0], cst.Expr):
        return False
    return isinstance(statement.body[0].value, cst.SimpleString | cst.ConcatenatedString)


def sets_environment(script: Script, statement: cst.CSTNode) -> bool:
    """Whether the line only writes to os.environ."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return False
    text = script.text(statement)
    return text.startswith(("os.environ[", "os.environ.", "environ[", "os.putenv("))


def imports_now(statement: cst.CSTNode) -> bool:
    """Whether running the statement imports something (an import inside a function does not)."""
    if isinstance(statement, Import):
        return True
    if isinstance(statement, cst.FunctionDef | cst.Lambda):
        return False
    return any(imports_now(child) for child in statement.children)


def start_of(script: Script, statement: cst.CSTNode) -> int:
    """Where a statement begins, its decorators included."""
    if isinstance(statement, cst.FunctionDef | cst.ClassDef) and statement.decorators:
        return script.span(statement.decorators[0])[0]
    return script.span(statement)[0]


def index_of(script: Script, node: cst.CSTNode) -> int:
    """The index of the module's statement that holds `node`."""
    start = script.span(node)[0]
    body = script.module.body
    return max((i for i, statement in enumerate(body) if start_of(script, statement) <= start), default=0)


def prologue(script: Script) -> int:
    """How many statements are the docstring and `from __future__` lines."""
    count = 0
    for index, statement in enumerate(script.module.body):
        if not is_docstring(statement, index) and not is_future(statement):
            break
        count = index + 1
    return count
