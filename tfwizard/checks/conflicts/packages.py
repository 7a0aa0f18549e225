"""What installed packages ask of each other, of NumPy and of Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tfwizard.checks.conflicts.conflict import Conflict, DoctorFacts
from tfwizard.checks.conflicts.registry import conflict
from tfwizard.checks.conflicts.tensorflow import minor, tensorflows
from tfwizard.checks.requirements import Requirement, certainly_breaks, numbers, requirements, together
from tfwizard.language import _

#: What transformers compares by itself when it is imported, and refuses otherwise.
REFUSED_AT_IMPORT = frozenset({
    "tqdm", "regex", "requests", "packaging", "filelock", "numpy", "tokenizers", "huggingface-hub", "safetensors", "accelerate", "pyyaml",
})  # fmt: skip
#: The first versions that were compiled for NumPy 2: earlier ones ask for no such bound, and fail with it when imported.
COMPILED_FOR_NUMPY_2 = {"pandas": (2, 2, 2), "pyarrow": (16,), "h5py": (3, 11), "ml-dtypes": (0, 4)}
#: By package: the first version that can write down functions of that Python and of later ones. datasets does so in every `map`.
FIRST_FOR_PYTHON = {"dill": ((3, 11), (0, 3, 6))}
#: Packages whose versions are those of the TensorFlow that they are made for.
OF_ONE_TENSORFLOW = ("tf-keras", "tensorflow-text")
#: The libraries that scripts of this kind are made with: what these, and what they need, ask for is compared.
STACK = (
    "tensorflow", "tf-keras", "keras", "transformers", "datasets", "tokenizers", "safetensors", "huggingface-hub", "evaluate", "accelerate",
    "tensorflow-datasets", "tensorflow-hub", "tensorflow-text", "keras-hub", "keras-nlp", "scikit-learn", "pandas",
)  # fmt: skip


def contradiction(one: Requirement) -> Conflict:
    """A package and another one that it was not made for."""
    return Conflict(
        "incompatible-versions", "error",
        _("{package} {version} needs {other}{wanted}, and {other} {installed} is installed",
          package=one.package, version=one.version, other=one.needs, wanted=one.specifier, installed=one.installed),
        _("One was installed later, in a version that the other was not made for."),
        {"package": one.package, "version": one.version, "needs": one.needs, "wanted": one.specifier, "installed": one.installed},
        (f"{one.needs}{one.specifier}",),
        subject=f"{one.package}:{one.needs}",
    )  # fmt: skip


@conflict("incompatible-versions")
def incompatible_versions(facts: DoctorFacts) -> Iterator[Conflict]:
    """An installed package is not what another one asks for: too old, of another generation, or refused at the import."""
    yield from _contradicted(facts, True)


@conflict("outside-a-bound")
def outside_a_bound(facts: DoctorFacts) -> Iterator[Conflict]:
    """An installed package is newer than what another one asks for, within one generation."""
    why = _("It is newer than what the other was tried with. Often that works all the same; --import tries it.")
    for one in _contradicted(facts, False):
        yield Conflict("outside-a-bound", "warning", one.title, why, one.evidence, one.install, subject=one.subject)


def _contradicted(facts: DoctorFacts, certain: bool) -> Iterator[Conflict]:
    """One conflict for each package that others do not take, however many they are."""
    asked = _asked(facts)
    for name in dict.fromkeys(one.needs for one in asked if one.contradicted):
        broken = [one for one in asked if one.needs == name and one.contradicted]
        if any(_certain(one) for one in broken) is not certain:
            continue
        first = next((one for one in broken if _certain(one)), broken[0])
        found = contradiction(first)
        yield replace(
            found,
            evidence={**found.evidence, "contradictions": [str(one) for one in broken]},
            install=(_mending(first, asked),),
            subject=name,
        )


def _mending(broken: Requirement, asked: Sequence[Requirement]) -> str:
    """What to install: of a package that goes with one TensorFlow, the one that goes with this; else what all of them take."""
    if broken.package in OF_ONE_TENSORFLOW and broken.needs == "tensorflow":
        return f"{broken.package}=={minor(broken.installed or '')}.*"
    return f"{broken.needs}{together(one.specifier for one in asked if one.needs == broken.needs)}"


def _certain(one: Requirement) -> bool:
    return certainly_breaks(one) or (one.package == "transformers" and one.needs in REFUSED_AT_IMPORT)


@conflict("requirement-missing")
def requirement_missing(facts: DoctorFacts) -> Iterator[Conflict]:
    """A package that another one cannot do without is not installed."""
    missing: dict[str, list[Requirement]] = {}
    for one in _asked(facts):
        if one.installed is None and one.needs != "tensorflow":  # that has a rule of its own
            missing.setdefault(one.needs, []).append(one)
    for name, by in missing.items():
        yield Conflict(
            "requirement-missing", "warning",
            _("{package} {version} needs {other}, which is not installed", package=by[0].package, version=by[0].version, other=name),
            _("It was left out, or removed later. Whatever uses it fails at that import; --import tries the main ones."),
            {"needed_by": [f"{one.package} {one.version}" for one in by], "wanted": by[0].specifier},
            (f"{name}{by[0].specifier}",),
            subject=name,
        )  # fmt: skip


def _asked(facts: DoctorFacts) -> list[Requirement]:
    """What the stack, and what it needs, asks for."""
    installed = facts.installed
    there = {one.name: one for one in installed.distributions}
    roots = [name for name in (*STACK, *(one.name for one in tensorflows(installed))) if name in there]
    found: dict[tuple[str, str], Requirement] = {}
    seen: set[str] = set()
    while roots:
        name = roots.pop(0)
        if name in seen:
            continue
        seen.add(name)
        for one in requirements([there[name]], installed.distributions, installed.markers):
            found.setdefault((one.package, one.needs), one)
            roots += [one.needs] if one.needs in there else []
    return list(found.values())


@conflict("compiled-for-numpy-1")
def compiled_for_numpy_1(facts: DoctorFacts) -> Iterator[Conflict]:
    """A compiled package is older than NumPy 2, which is installed, and sets no bound to it."""
    numpy = facts.installed.find("numpy")
    asked = _asked(facts)
    # Where NumPy itself is not what others take, an older one mends these as well.
    if (
        numpy is None
        or numbers(numpy.version) < (2,)
        or any(one.needs == "numpy" and one.contradicted for one in asked)
    ):
        return
    for name, first in COMPILED_FOR_NUMPY_2.items():
        one = facts.installed.find(name)
        if one is None or numbers(one.version) >= first:
            continue
        wanted = ".".join(str(part) for part in first)
        yield Conflict(
            "compiled-for-numpy-1", "error",
            _("{package} {version} was compiled for NumPy 1, and NumPy {numpy} is installed", package=name, version=one.version, numpy=numpy.version),
            _("Its import fails, or ends the process."),
            {"package": name, "version": one.version, "numpy": numpy.version},
            (f"{name}>={wanted}",),
            subject=name,
        )  # fmt: skip


@conflict("too-old-for-python")
def too_old_for_python(facts: DoctorFacts) -> Iterator[Conflict]:
    """A package does not know the byte code of this Python, and says nothing of it in its metadata."""
    python = facts.installed.environment.python
    for name, (since, first) in FIRST_FOR_PYTHON.items():
        one = facts.installed.find(name)
        if one is None or numbers(python) < since or not numbers(one.version) or numbers(one.version) >= first:
            continue
        wanted = ".".join(str(part) for part in first)
        yield Conflict(
            "too-old-for-python", "error",
            _("{package} {version} is older than Python {python}", package=name, version=one.version, python=python),
            _("It cannot write down functions of this Python: map and filter of datasets fail."),
            {"package": name, "version": one.version, "python": python},
            (f"{name}>={wanted}",),
            subject=name,
        )  # fmt: skip


@conflict("installed-twice")
def installed_twice(facts: DoctorFacts) -> Iterator[Conflict]:
    """One folder has the metadata of two versions of a package: what its files belong to is not known."""
    first = {one.name: one for one in facts.installed.distributions}
    for other in facts.installed.hidden:
        one = first[other.name]
        if other.folder != one.folder or other.version == one.version:
            continue  # further behind in the search path: it is never imported
        yield Conflict(
            "installed-twice", "warning",
            _("{package} is there in two versions: {version} and {other}", package=one.name, version=one.version, other=other.version),
            _("An installation was broken off, or two tools installed into one folder. Its files may be a mixture."),
            {"package": one.name, "versions": [one.version, other.version], "folder": one.folder},
            (f"--force-reinstall {one.name}",), (one.name,),
            subject=one.name,
        )  # fmt: skip
