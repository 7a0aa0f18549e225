"""What was really imported, where that was asked for."""

from __future__ import annotations

from collections.abc import Iterator

from tfwizard.checks.conflicts.conflict import Conflict, DoctorFacts
from tfwizard.checks.conflicts.libraries import lacking_keras_2, lacking_tensorflow_classes
from tfwizard.checks.conflicts.registry import conflict
from tfwizard.checks.conflicts.tensorflow import tensorflows
from tfwizard.language import _


@conflict("import-fails")
def import_fails(facts: DoctorFacts) -> Iterator[Conflict]:
    """A library was imported in this environment, and that failed."""
    packages = facts.installed.environment.packages
    for one in facts.installed.imports:
        # What is known to be missing has been said.
        known = (
            one.module == "transformers" and (lacking_keras_2(packages) or lacking_tensorflow_classes(packages))
        ) or (one.module != "numpy" and not tensorflows(facts.installed))
        if not one.error or known:
            continue
        yield Conflict(
            "import-fails", "error",
            _("import {module} fails: {error}", module=one.module, error=one.error)[:300],
            _("It was tried in a process of its own, with this Python, in this folder."),
            {"module": one.module, "error": one.error, "seconds": one.seconds},
            advice=_("Mend what is listed beside it first; `python -c 'import {module}'` shows the whole error.", module=one.module),
            subject=one.module,
        )  # fmt: skip
