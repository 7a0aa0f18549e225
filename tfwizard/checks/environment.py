"""The installed libraries: those that lack TensorFlow, or that contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tfwizard.checks.rules import check
from tfwizard.facts import ErrorFacts, Facts, Requirement, ScriptFacts
from tfwizard.findings import Finding, Remedy, SetArgument
from tfwizard.language import _

#: The first transformers without TensorFlow classes, and those that cannot read PyTorch's safetensors into them (FACTS.md).
WITHOUT_TF = (5,)
BROKEN_FROM, MENDED_FROM = (4, 55), (5,)
#: What transformers 4 has for TensorFlow beside the classes whose names begin with TF.
ONLY_FOR_TF = (
    "create_optimizer", "AdamWeightDecay", "GradientAccumulator", "WarmUp", "KerasMetricCallback", "PushToHubCallback",
    "shape_list",
)  # fmt: skip
TF_MODULES = ("modeling_tf_", "keras_callbacks", "optimization_tf", "activations_tf", "tf_utils")
#: Distributions whose module has another name.
MODULES = {"protobuf": "google", "tf-keras": "tf_keras"}
_TF_CLASS = re.compile(r"^TF[A-Z]")
_NUMBERS = re.compile(r"\d+")


def _failure(facts: Facts) -> tuple[ScriptFacts, ErrorFacts] | None:
    script = facts.script
    assert script
    return (script, script.error) if script.outcome == "failed" and script.error is not None else None


def _wants_tensorflow_classes(error: ErrorFacts) -> tuple[str, ...]:
    """The TensorFlow names of transformers in the statement that failed."""
    module = error.imports or ""
    if error.imports is not None and module.split(".")[0] != "transformers":
        return ()
    if any(part in module for part in TF_MODULES):
        return error.names or (module,)
    return tuple(name for name in error.names if _TF_CLASS.match(name) or name in ONLY_FOR_TF)


@check("transformers-without-tf", "script")
def transformers_without_tf(facts: Facts) -> Iterator[Finding]:
    """The script asks transformers for TensorFlow classes, and this version has none."""
    failure = _failure(facts)
    if failure is None:
        return
    script, error = failure
    version = script.environment.packages.get("transformers", "")
    names = _wants_tensorflow_classes(error)
    if not version or numbers(version) < WITHOUT_TF or not names:
        return
    kinds = {error.type, *error.bases}
    if not kinds & {"ImportError", "AttributeError", "NameError"}:
        return
    yield Finding(
        "transformers-without-tf", "script", "error",
        _("transformers {version} has no TensorFlow classes: {names}", version=version, names=", ".join(names[:3])),
        _("They were removed with version 5. The last versions that have them are 4.x; from 4.55 on they cannot load a PyTorch checkpoint."),
        {"transformers": version, "asked_for": list(names), "error": error.type},
        error.where, "", (), _("pip install 'transformers>=4.49,<4.55' tf-keras (tf-keras in TensorFlow's own version)."),
        explains_failure=True,
    )  # fmt: skip


@check("tf-keras-missing", "script")
def tf_keras_missing(facts: Facts) -> Iterator[Finding]:
    """Keras 3 alone is installed, and transformers' TensorFlow classes, which need Keras 2, are asked for."""
    failure = _failure(facts)
    if failure is None:
        return
    script, error = failure
    packages = script.environment.packages
    keras, transformers = packages.get("keras", ""), packages.get("transformers", "")
    if (
        "tf-keras" in packages
        or not keras
        or numbers(keras) < (3,)
        or not transformers
        or numbers(transformers) >= WITHOUT_TF
    ):
        return
    names = _wants_tensorflow_classes(error)
    inside = any("transformers" in frame.place.file for frame in error.frames if not frame.user)
    if not names or not inside:
        return
    tensorflow = packages.get("tensorflow", "")
    minor = ".".join(tensorflow.split(".")[:2])
    yield Finding(
        "tf-keras-missing", "script", "error",
        _("transformers' TensorFlow classes need Keras 2, and only Keras {version} is installed", version=keras),
        _("TensorFlow 2.16 and later bring Keras 3. Keras 2 lives on as the package tf-keras, which transformers then uses."),
        {"keras": keras, "tf-keras": None, "tensorflow": tensorflow or None, "transformers": transformers, "asked_for": list(names)},
        error.where, "", (), f"pip install 'tf-keras=={minor}.*'" if minor else "pip install tf-keras", explains_failure=True,
    )  # fmt: skip


@check("checkpoint-loader-broken", "script")
def checkpoint_loader_broken(facts: Facts) -> Iterator[Finding]:
    """The installed transformers cannot read a safetensors file that PyTorch wrote into a TensorFlow model."""
    failure = _failure(facts)
    if failure is None:
        return
    script, error = failure
    version, file = script.environment.packages.get("transformers", ""), script.libraries.checkpoint
    if not version or file is None or file.format != "pt" or error.call != file.call:
        return
    if not BROKEN_FROM <= numbers(version) < MENDED_FROM:
        return
    call = script.calls[file.call] if file.call < len(script.calls) else None
    where = call.where if call is not None else error.where
    remedies: tuple[Remedy, ...] = ()
    if where is not None and any(name.startswith("tf_model.h5") for name in file.beside):
        edit = SetArgument("from_pretrained", where, "use_safetensors", "False")
        remedies = (
            Remedy(
                _("Read the TensorFlow file that lies beside it"), (edit,), _("The same weights, from tf_model.h5.")
            ),
        )
    yield Finding(
        "checkpoint-loader-broken", "script", "error",
        _("transformers {version} cannot load a PyTorch safetensors file into a TensorFlow model", version=version),
        _("Versions 4.55 to 4.57 fail on every such file; 4.54.1 and earlier load the same one."),
        {"transformers": version, "file": file.path, "format": file.format, "other_files": list(file.beside)},
        where, "", remedies, "pip install 'transformers>=4.49,<4.55'", explains_failure=True,
    )  # fmt: skip


@check(
    "incompatible-versions", "script",
    explained_by=("transformers-without-tf", "tf-keras-missing", "checkpoint-loader-broken"),
)  # fmt: skip
def incompatible_versions(facts: Facts) -> Iterator[Finding]:
    """An import fails inside the libraries, and the versions there contradict what they ask of each other."""
    failure = _failure(facts)
    if failure is None:
        return
    script, error = failure
    # A name that is not there fails in the user's own line: a slip of the pen, and no library's fault.
    if error.imports is None or not error.frames or error.frames[-1].user:
        return
    roots = _roots(error)
    broken = [
        one for one in script.libraries.requirements
        if one.installed and one.specifier and contradicts(one.installed, one.specifier)
        and {_module(one.package), _module(one.needs)} <= roots
    ]  # fmt: skip
    if not broken:
        return
    first = broken[0]
    yield Finding(
        "incompatible-versions", "script", "error",
        _("{package} {version} needs {other}{wanted}, and {other} {installed} is installed",
          package=first.package, version=first.version, other=first.needs, wanted=first.specifier, installed=first.installed),
        _("The import fails inside the libraries: one was installed later, in a version that the other was not made for."),
        {"contradictions": [_words(one) for one in broken], "import": error.imports, "error": f"{error.type}: {error.useful}"},
        error.where, "", (), f"pip install '{first.needs}{first.specifier}'", explains_failure=True,
    )  # fmt: skip


def _words(one: Requirement) -> str:
    return _(
        "{package} {version} needs {other}{wanted}, installed is {installed}",
        package=one.package,
        version=one.version,
        other=one.needs,
        wanted=one.specifier,
        installed=one.installed,
    )


def _module(distribution: str) -> str:
    return MODULES.get(distribution, distribution.replace("-", "_")).lower()


def _roots(error: ErrorFacts) -> set[str]:
    """The packages that took part in the failing import: in the traceback, or named by the statement or the exception."""
    named = [error.imports or "", error.module_name or ""]
    files = [
        re.split(r"[/\\](?:site|dist)-packages[/\\]", frame.place.file) for frame in error.frames if not frame.user
    ]
    found = [
        *(name.split(".")[0] for name in named),
        *(re.split(r"[/\\]", parts[1])[0] for parts in files if len(parts) > 1),
    ]
    return {name.lower() for name in found if name}


def numbers(version: str) -> tuple[int, ...]:
    """The release numbers of a version: (4, 54, 1)."""
    return tuple(int(one) for one in _NUMBERS.findall(re.split(r"[+a-z]", version.strip().lower(), maxsplit=1)[0]))


def contradicts(version: str, specifier: str) -> bool:
    """Whether a version is outside of a specifier (">=1.26,<2"); what cannot be read contradicts nothing."""
    own = numbers(version)
    return bool(own) and any(not _fits(own, one.strip()) for one in specifier.split(",") if one.strip())


def _fits(own: tuple[int, ...], one: str) -> bool:
    matched = re.match(r"^(===|~=|==|!=|<=|>=|<|>)\s*(\d[\w.*+!-]*)$", one)
    if matched is None:
        return True
    operator, text = matched.groups()
    wanted = numbers(text)
    if text.endswith(".*") or operator == "~=":
        kept = wanted if text.endswith(".*") else wanted[:-1]
        same = own[: len(kept)] == kept
        return same and own >= wanted if operator == "~=" else same is (operator != "!=")
    width = max(len(own), len(wanted))
    left, right = (value + (0,) * (width - len(value)) for value in (own, wanted))
    return {
        "==": left == right, "===": left == right, "!=": left != right, "<": left < right, "<=": left <= right,
        ">": left > right, ">=": left >= right,
    }[operator]  # fmt: skip
