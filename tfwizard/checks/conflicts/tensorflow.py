"""TensorFlow itself: missing, there more than once, or made for another Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tfwizard.checks.conflicts.conflict import Conflict, DoctorFacts
from tfwizard.checks.conflicts.registry import conflict
from tfwizard.checks.requirements import contradicts, numbers, requirements
from tfwizard.facts import TENSORFLOWS, Distribution, InstalledFacts
from tfwizard.findings import Evidence
from tfwizard.language import _

#: The newest TensorFlow, and the Pythons that it is made for, by its own metadata.
NEWEST, FIRST_PYTHON, LAST_PYTHON = "2.21", (3, 10), (3, 13)
#: The last one for an older Python.
LAST_FOR: dict[tuple[int, ...], str] = {(3, 9): "2.20"}
#: The oldest Python that tfwizard runs scripts with.
OLDEST = (3, 9)
#: From here on TensorFlow brings Keras 3.
WITH_KERAS_3 = (2, 16)


def tensorflows(facts: InstalledFacts) -> list[Distribution]:
    """The packages that bring the module tensorflow."""
    return [one for one in facts.distributions if one.name in TENSORFLOWS]


def minor(version: str) -> str:
    """The first two numbers of a version, as "2.21"; "" where it cannot be read."""
    return ".".join(str(one) for one in numbers(version)[:2])


@conflict("python-too-old")
def python_too_old(facts: DoctorFacts) -> Iterator[Conflict]:
    """The Python is older than what tfwizard can run a script with."""
    python = facts.installed.environment.python
    if numbers(python)[:2] < OLDEST:
        oldest = ".".join(str(one) for one in OLDEST)
        yield Conflict(
            "python-too-old", "error",
            _("This is Python {python}, and tfwizard needs {oldest} or later", python=python, oldest=oldest),
            _("A part of tfwizard runs inside of the script's process."),
            {"python": python, "executable": facts.installed.environment.executable},
            advice=_("Make an environment with a newer Python: uv venv --python {last}. Or name another Python with --python.", last="3.11"),
        )  # fmt: skip


@conflict("tensorflow-missing")
def tensorflow_missing(facts: DoctorFacts) -> Iterator[Conflict]:
    """No package that brings the module tensorflow is installed."""
    installed = facts.installed
    python = installed.environment.python
    if tensorflows(installed) or numbers(python)[:2] < OLDEST:
        return
    too_new, version = numbers(python)[:2] > LAST_PYTHON, LAST_FOR.get(numbers(python)[:2], NEWEST)
    last = ".".join(str(one) for one in LAST_PYTHON)
    evidence: Evidence = {"python": python, "executable": installed.environment.executable}
    if too_new:
        yield Conflict(
            "tensorflow-missing", "error",
            _("TensorFlow is not installed, and there is none for Python {python}", python=python),
            _("TensorFlow {version} is made for Python up to {last}.", version=NEWEST, last=last),
            evidence,
            advice=_("Make an environment with an older Python: uv venv --python {last}. Or name another Python with --python.", last=last),
        )  # fmt: skip
        return
    yield Conflict(
        "tensorflow-missing", "error",
        _("TensorFlow is not installed in this environment"),
        _("A script that imports it stops at that line."),
        evidence, (f"tensorflow=={version}.*", *with_keras_2(installed.environment.packages, version)),
        advice=_("Or name the Python that trains with --python."),
    )  # fmt: skip


def with_keras_2(packages: Mapping[str, str], version: str) -> tuple[str, ...]:
    """tf-keras in TensorFlow's own version, where transformers needs it."""
    transformers = numbers(packages.get("transformers", ""))
    return (f"tf-keras=={version}.*",) if (0,) < transformers < (5,) and numbers(version) >= WITH_KERAS_3 else ()


@conflict("tensorflow-twice")
def tensorflow_twice(facts: DoctorFacts) -> Iterator[Conflict]:
    """Several packages that bring the module tensorflow share one folder."""
    there = tensorflows(facts.installed)
    # On some platforms the package tensorflow is empty, and asks for the one that has the files (tensorflow-cpu-aws).
    parts = {one.needs for one in requirements(there, there, facts.installed.markers)}
    there = [one for one in there if one.name not in parts]
    if len({one.folder for one in there}) == len(there):
        return
    named = ", ".join(f"{one.name} {one.version}" for one in there)
    mixed = len({one.version for one in there}) > 1
    kept = max(there, key=lambda one: (one.name == "tensorflow", numbers(one.version)))
    why = (
        _("Each of them writes its files over those of the other: what is there now belongs to two versions.") if mixed
        else _("Each of them writes its files over those of the other: the last one installed decides about GPUs, and removing one breaks the other.")
    )  # fmt: skip
    yield Conflict(
        "tensorflow-twice", "error" if mixed else "warning",
        _("{n} packages bring TensorFlow: {packages}", n=len(there), packages=named),
        why, {one.name: one.version for one in there},
        (f"{kept.name}=={kept.version}",), tuple(one.name for one in there),
    )  # fmt: skip


@conflict("made-for-another-python")
def made_for_another_python(facts: DoctorFacts) -> Iterator[Conflict]:
    """A package is for another Python: by its compiled files, or by what it says of itself."""
    python = facts.installed.environment.python
    release = numbers(python)
    compiled = facts.installed.markers.get("implementation_name", "cpython") == "cpython"
    for one in facts.installed.distributions:
        tag = f"cp{release[0]}{release[1]}" if len(release) > 1 else ""
        foreign = compiled and tag and one.tags and tag not in one.tags
        if not foreign and not contradicts(python, one.requires_python):
            continue
        wanted = ", ".join(one.tags) if foreign else f"Python {one.requires_python}"
        yield Conflict(
            "made-for-another-python", "error",
            _("{package} {version} is made for {wanted}, and this is Python {python}", package=one.name, version=one.version,
              wanted=wanted, python=python),
            _("Its files came from another Python: by PYTHONPATH, or since the environment was copied or its Python replaced."),
            {"package": one.name, "version": one.version, "made_for": wanted, "python": python, "folder": one.folder,
             "PYTHONPATH": facts.installed.variables.get("PYTHONPATH")},
            (f"--force-reinstall {one.name}",),
            advice=_("Where PYTHONPATH names that folder, unset it."),
            subject=one.name,
        )  # fmt: skip
