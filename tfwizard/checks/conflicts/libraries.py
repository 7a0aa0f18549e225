"""The libraries around TensorFlow, and what they ask of each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tfwizard.checks.conflicts.conflict import Conflict, DoctorFacts
from tfwizard.checks.conflicts.registry import conflict
from tfwizard.checks.conflicts.tensorflow import minor, tensorflows
from tfwizard.checks.requirements import Requirement, certainly_breaks, numbers, requirements
from tfwizard.language import _

#: The first transformers without TensorFlow classes, and those that cannot read PyTorch's safetensors into them (FACTS.md).
WITHOUT_TF = (5,)
BROKEN_FROM, MENDED_FROM = (4, 55), (5,)
#: The transformers whose TensorFlow classes work and that read such a file.
WORKING = "transformers>=4.49,<4.55"
#: The first transformers that takes Keras 2 from tf-keras: earlier ones look for it where Keras 3 is now.
KNOWS_TF_KERAS = (4, 36)
#: What transformers compares by itself when it is imported, and refuses otherwise.
REFUSED_AT_IMPORT = frozenset({
    "tqdm", "regex", "requests", "packaging", "filelock", "numpy", "tokenizers", "huggingface-hub", "safetensors", "accelerate", "pyyaml",
})  # fmt: skip
#: The first versions that were compiled for NumPy 2: earlier ones ask for no such bound, and fail with it when imported.
COMPILED_FOR_NUMPY_2 = {"pandas": (2, 2, 2), "pyarrow": (16,), "h5py": (3, 11), "ml-dtypes": (0, 4)}
#: By package: the first version that can write down functions of that Python and of later ones. datasets does so in every `map`.
FIRST_FOR_PYTHON = {"dill": ((3, 11), (0, 3, 6))}
#: The libraries that scripts of this kind are made with: what these, and what they need, ask for is compared.
STACK = (
    "tensorflow", "tf-keras", "keras", "transformers", "datasets", "tokenizers", "safetensors", "huggingface-hub", "evaluate", "accelerate",
    "tensorflow-datasets", "tensorflow-hub", "tensorflow-text", "keras-hub", "keras-nlp", "scikit-learn", "pandas",
)  # fmt: skip


# --- shared with the stage `script` -------------------------------------------------------------------------------------------


def lacking_tensorflow_classes(packages: Mapping[str, str], asked_for: Sequence[str] = ()) -> Conflict | None:
    """Transformers without TensorFlow classes; `asked_for` are those that a script names."""
    version = packages.get("transformers", "")
    if not version or numbers(version) < WITHOUT_TF:
        return None
    return Conflict(
        "transformers-without-tf", "error",
        _("transformers {version} has no TensorFlow classes: {names}", version=version, names=", ".join(asked_for[:3])) if asked_for
        else _("transformers {version} has no TensorFlow classes", version=version),
        _("They were removed with version 5. The last versions that have them are 4.x; from 4.55 on they cannot load a PyTorch checkpoint."),
        {"transformers": version},
        (WORKING, _keras_2_for(packages)),
    )  # fmt: skip


def lacking_keras_2(packages: Mapping[str, str]) -> Conflict | None:
    """Keras 3 alone, beside a transformers whose TensorFlow classes need Keras 2."""
    keras, transformers = packages.get("keras", ""), packages.get("transformers", "")
    if "tf-keras" in packages or numbers(keras) < (3,) or not transformers or numbers(transformers) >= WITHOUT_TF:
        return None
    tensorflow = packages.get("tensorflow", "")
    return Conflict(
        "tf-keras-missing", "error",
        _("transformers' TensorFlow classes need Keras 2, and only Keras {version} is installed", version=keras),
        _("TensorFlow 2.16 and later bring Keras 3. Keras 2 lives on as the package tf-keras, which transformers then uses."),
        {"keras": keras, "tf-keras": None, "tensorflow": tensorflow or None, "transformers": transformers},
        (_keras_2_for(packages),),
    )  # fmt: skip


def with_broken_loader(packages: Mapping[str, str]) -> Conflict | None:
    """A transformers that cannot read a safetensors file of PyTorch's into a TensorFlow model."""
    version = packages.get("transformers", "")
    if not version or not BROKEN_FROM <= numbers(version) < MENDED_FROM:
        return None
    return Conflict(
        "checkpoint-loader-broken", "error",
        _("transformers {version} cannot load a PyTorch safetensors file into a TensorFlow model", version=version),
        _("Versions 4.55 to 4.57 fail on every such file; 4.54.1 and earlier load the same one."),
        {"transformers": version},
        (WORKING,),
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


def _keras_2_for(packages: Mapping[str, str]) -> str:
    version = minor(packages.get("tensorflow", ""))
    return f"tf-keras=={version}.*" if version else "tf-keras"


# --- of an environment --------------------------------------------------------------------------------------------------------


@conflict("transformers-without-tf")
def transformers_without_tf(facts: DoctorFacts) -> Iterator[Conflict]:
    """The installed transformers has no TensorFlow classes."""
    found = lacking_tensorflow_classes(facts.installed.environment.packages)
    if found and tensorflows(facts.installed):
        yield found


@conflict("tf-keras-missing")
def tf_keras_missing(facts: DoctorFacts) -> Iterator[Conflict]:
    """Keras 3 alone is installed beside a transformers whose TensorFlow classes need Keras 2."""
    packages = facts.installed.environment.packages
    found = lacking_keras_2(packages)
    if found and tensorflows(facts.installed) and numbers(packages["transformers"]) >= KNOWS_TF_KERAS:
        yield found


@conflict("transformers-before-keras-3")
def transformers_before_keras_3(facts: DoctorFacts) -> Iterator[Conflict]:
    """The installed transformers is older than Keras 3, and its TensorFlow classes look for Keras 2 in its place."""
    packages = facts.installed.environment.packages
    keras, version = packages.get("keras", ""), packages.get("transformers", "")
    if not (0,) < numbers(version) < KNOWS_TF_KERAS or numbers(keras) < (3,) or not tensorflows(facts.installed):
        return
    yield Conflict(
        "transformers-before-keras-3", "error",
        _("transformers {version} is older than Keras 3, and Keras {keras} is installed", version=version, keras=keras),
        _("Its TensorFlow classes look for modules that Keras 2 had. Later versions take them from tf-keras."),
        {"transformers": version, "keras": keras},
        (WORKING, _keras_2_for(packages)),
    )  # fmt: skip


@conflict("checkpoint-loader-broken")
def checkpoint_loader_broken(facts: DoctorFacts) -> Iterator[Conflict]:
    """The installed transformers cannot read a safetensors file that PyTorch wrote into a TensorFlow model."""
    found = with_broken_loader(facts.installed.environment.packages)
    if found and tensorflows(facts.installed):
        yield found


@conflict("incompatible-versions")
def incompatible_versions(facts: DoctorFacts) -> Iterator[Conflict]:
    """An installed package is not what another one asks for: too old, of another generation, or refused at the import."""
    for one in _asked(facts):
        if one.contradicted and _certain(one):
            yield contradiction(one)


@conflict("outside-a-bound")
def outside_a_bound(facts: DoctorFacts) -> Iterator[Conflict]:
    """An installed package is newer than what another one asks for, within one generation."""
    for one in _asked(facts):
        if one.contradicted and not _certain(one):
            found = contradiction(one)
            yield Conflict(
                "outside-a-bound", "warning", found.title,
                _("It is newer than what the other was tried with. Often that works all the same; --import tries it."),
                found.evidence, found.install, subject=found.subject,
            )  # fmt: skip


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
    if numpy is None or numbers(numpy.version) < (2,):
        return
    for name, first in COMPILED_FOR_NUMPY_2.items():
        one = facts.installed.find(name)
        if (
            one is None
            or numbers(one.version) >= first
            or any(asked.package == name and asked.contradicted for asked in _asked(facts))
        ):
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
