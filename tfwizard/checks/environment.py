"""The installed libraries: those that lack TensorFlow, or that contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tfwizard.checks.conflicts.libraries import lacking_keras_2, lacking_tensorflow_classes, with_broken_loader
from tfwizard.checks.conflicts.packages import contradiction
from tfwizard.checks.requirements import requirements
from tfwizard.checks.rules import check
from tfwizard.facts import ErrorFacts, Facts, ScriptFacts
from tfwizard.findings import Finding, Remedy
from tfwizard.language import _
from tfwizard.source_edits import SetArgument

#: What transformers 4 has for TensorFlow beside the classes whose names begin with TF.
ONLY_FOR_TF = (
    "create_optimizer", "AdamWeightDecay", "GradientAccumulator", "WarmUp", "KerasMetricCallback", "PushToHubCallback",
    "shape_list",
)  # fmt: skip
TF_MODULES = ("modeling_tf_", "keras_callbacks", "optimization_tf", "activations_tf", "tf_utils")
#: Distributions whose module has another name.
MODULES = {"protobuf": "google", "tf-keras": "tf_keras"}
#: Optional features that a script uses by importing TensorFlow classes.
EXTRAS = ("tf", "tf-cpu")
_TF_CLASS = re.compile(r"^TF[A-Z]")


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
    names = _wants_tensorflow_classes(error)
    found = lacking_tensorflow_classes(script.environment.packages, names)
    if found is None or not names or not {error.type, *error.bases} & {"ImportError", "AttributeError", "NameError"}:
        return
    yield Finding(
        "transformers-without-tf", "script", "error", found.title, found.why,
        {**found.evidence, "asked_for": list(names), "error": error.type},
        error.where, "", (), found.commands()[0], explains_failure=True,
    )  # fmt: skip


@check("tf-keras-missing", "script")
def tf_keras_missing(facts: Facts) -> Iterator[Finding]:
    """Keras 3 alone is installed, and transformers' TensorFlow classes, which need Keras 2, are asked for."""
    failure = _failure(facts)
    if failure is None:
        return
    script, error = failure
    found = lacking_keras_2(script.environment.packages)
    names = _wants_tensorflow_classes(error)
    inside = any("transformers" in frame.place.file for frame in error.frames if not frame.user)
    if found is None or not names or not inside:
        return
    yield Finding(
        "tf-keras-missing", "script", "error", found.title, found.why, {**found.evidence, "asked_for": list(names)},
        error.where, "", (), found.commands()[0], explains_failure=True,
    )  # fmt: skip


@check("checkpoint-loader-broken", "script")
def checkpoint_loader_broken(facts: Facts) -> Iterator[Finding]:
    """The installed transformers cannot read a safetensors file that PyTorch wrote into a TensorFlow model."""
    failure = _failure(facts)
    if failure is None:
        return
    script, error = failure
    found, file = with_broken_loader(script.environment.packages), script.libraries.checkpoint
    if found is None or file is None or file.format != "pt" or error.call != file.call:
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
        "checkpoint-loader-broken", "script", "error", found.title, found.why,
        {**found.evidence, "file": file.path, "format": file.format, "other_files": list(file.beside)},
        where, "", remedies, found.commands()[0], explains_failure=True,
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
    libraries = script.libraries
    broken = [
        one for one in requirements(libraries.distributions, libraries.distributions, libraries.markers, EXTRAS)
        if one.contradicted and {_module(one.package), _module(one.needs)} <= roots
    ]  # fmt: skip
    if not broken:
        return
    found = contradiction(broken[0])
    yield Finding(
        "incompatible-versions", "script", "error", found.title,
        _("The import fails inside the libraries: one was installed later, in a version that the other was not made for."),
        {"contradictions": [str(one) for one in broken], "import": error.imports, "error": f"{error.type}: {error.useful}"},
        error.where, "", (), found.commands()[0], explains_failure=True,
    )  # fmt: skip


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
