"""Environment variables that decide what the libraries are."""

from __future__ import annotations

from collections.abc import Iterator

from tfwizard.checks.conflicts.conflict import Conflict, DoctorFacts
from tfwizard.checks.conflicts.libraries import WITHOUT_TF, lacking_keras_2
from tfwizard.checks.conflicts.registry import conflict
from tfwizard.checks.conflicts.tensorflow import WITH_KERAS_3, minor, tensorflows
from tfwizard.checks.requirements import numbers
from tfwizard.facts import InstalledFacts
from tfwizard.language import _

#: The values of TF_USE_LEGACY_KERAS that TensorFlow takes for yes; transformers knows "1" alone.
LEGACY = ("1", "true", "True")
#: The values that transformers takes for yes, in capitals.
YES = ("1", "ON", "YES", "TRUE")
#: What has to be installed for each backend of Keras 3.
BACKENDS = {"tensorflow": "tensorflow", "jax": "jax", "torch": "torch", "openvino": "openvino"}


def _keras_3(facts: InstalledFacts) -> bool:
    """Whether tf.keras is Keras 3 unless somebody says otherwise."""
    return any(numbers(one.version) >= WITH_KERAS_3 for one in tensorflows(facts))


def _classes_of_transformers(facts: InstalledFacts) -> bool:
    """Whether transformers has TensorFlow classes here."""
    version = numbers(facts.environment.packages.get("transformers", ""))
    return (0,) < version < WITHOUT_TF and bool(tensorflows(facts))


@conflict("legacy-keras-missing")
def legacy_keras_missing(facts: DoctorFacts) -> Iterator[Conflict]:
    """TF_USE_LEGACY_KERAS asks for Keras 2, and tf-keras is not installed."""
    installed = facts.installed
    value = installed.variables.get("TF_USE_LEGACY_KERAS", "")
    if value not in LEGACY or installed.find("tf-keras") is not None or not tensorflows(installed):
        return
    version = minor(tensorflows(installed)[0].version)
    yield Conflict(
        "legacy-keras-missing", "error",
        _("TF_USE_LEGACY_KERAS is {value}, and tf-keras is not installed", value=value),
        _("tf.keras is then the package tf-keras: without it, every use of tf.keras fails."),
        {"TF_USE_LEGACY_KERAS": value, "tensorflow": tensorflows(installed)[0].version, "tf-keras": None},
        (f"tf-keras=={version}.*",) if version else ("tf-keras",),
        advice=_("Or unset it: unset TF_USE_LEGACY_KERAS."),
    )  # fmt: skip


@conflict("legacy-keras-refused")
def legacy_keras_refused(facts: DoctorFacts) -> Iterator[Conflict]:
    """TF_USE_LEGACY_KERAS keeps tf.keras at Keras 3, beside a transformers whose models are made with Keras 2."""
    installed = facts.installed
    value = installed.variables.get("TF_USE_LEGACY_KERAS")
    if value is None or value in LEGACY or not _keras_3(installed) or not _classes_of_transformers(installed):
        return
    if lacking_keras_2(installed.environment.packages):
        return
    yield Conflict(
        "legacy-keras-refused", "warning",
        _("TF_USE_LEGACY_KERAS is {value}: tf.keras stays Keras 3, and transformers' models are Keras 2", value=repr(value)),
        _("An optimizer, metric or callback of tf.keras does not work with a model of transformers."),
        {"TF_USE_LEGACY_KERAS": value},
        variables=(("TF_USE_LEGACY_KERAS", "1"),),
    )  # fmt: skip


@conflict("tensorflow-switched-off")
def tensorflow_switched_off(facts: DoctorFacts) -> Iterator[Conflict]:
    """USE_TF or USE_TORCH has transformers ignore the TensorFlow that is installed."""
    installed = facts.installed
    use_tf, use_torch, force = (installed.variables.get(name) for name in ("USE_TF", "USE_TORCH", "FORCE_TF_AVAILABLE"))
    off = [
        name
        for name, there in (
            ("USE_TF", (use_tf or "AUTO").upper() not in (*YES, "AUTO") or use_tf == ""),
            ("USE_TORCH", (use_torch or "").upper() in YES),
        )
        if there
    ]
    if not off or (force or "").upper() in YES or not _classes_of_transformers(installed):
        return
    said = ", ".join(f"{name}={installed.variables[name]}" for name in off)
    yield Conflict(
        "tensorflow-switched-off", "error",
        _("{variables}: transformers does not use the TensorFlow that is installed", variables=said),
        _("Its TensorFlow classes then say that TensorFlow is missing."),
        {name: installed.variables[name] for name in off},
        variables=tuple((name, None) for name in off),
    )  # fmt: skip


@conflict("keras-backend")
def keras_backend(facts: DoctorFacts) -> Iterator[Conflict]:
    """Keras 3 is told to use another backend than TensorFlow."""
    installed = facts.installed
    variable = installed.variables.get("KERAS_BACKEND", "")
    backend = variable or installed.keras_backend
    keras = installed.find("keras")
    if not backend or backend == "tensorflow" or keras is None or numbers(keras.version) < (3,):
        return
    said = f"KERAS_BACKEND={backend}" if variable else f"keras.json: {backend}"
    there = backend in BACKENDS and installed.find(BACKENDS[backend]) is not None
    legacy = installed.variables.get("TF_USE_LEGACY_KERAS") in LEGACY
    severe = not there and not legacy
    yield Conflict(
        "keras-backend", "error" if severe else "warning",
        _("{said}: Keras 3 does not use TensorFlow", said=said),
        _("The backend {backend} is not installed: the import of Keras 3, and every use of tf.keras, fails.", backend=backend) if severe
        else _("tfwizard examines training with TensorFlow alone."),
        {"KERAS_BACKEND": variable or None, "keras.json": installed.keras_backend or None, "keras": keras.version, "installed": there},
        variables=(("KERAS_BACKEND", "tensorflow"),),
    )  # fmt: skip
