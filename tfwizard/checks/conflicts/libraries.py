"""transformers and the Kerases: what they lack of each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tfwizard.checks.conflicts.conflict import Conflict, DoctorFacts
from tfwizard.checks.conflicts.registry import conflict
from tfwizard.checks.conflicts.tensorflow import minor, tensorflows
from tfwizard.checks.requirements import numbers
from tfwizard.language import _

#: The first transformers without TensorFlow classes, and those that cannot read PyTorch's safetensors into them (FACTS.md).
WITHOUT_TF = (5,)
BROKEN_FROM, MENDED_FROM = (4, 55), (5,)
#: The transformers whose TensorFlow classes work and that read such a file.
WORKING = "transformers>=4.49,<4.55"
#: The first transformers whose models train beside Keras 3, with tf-keras (tried: each minor version from 4.31 to 4.38, on TensorFlow 2.21).
KNOWS_TF_KERAS = (4, 38)


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
    """The installed transformers makes its TensorFlow models with whatever Keras there is, and that is Keras 3."""
    packages = facts.installed.environment.packages
    keras, version = packages.get("keras", ""), packages.get("transformers", "")
    if not (0,) < numbers(version) < KNOWS_TF_KERAS or numbers(keras) < (3,) or not tensorflows(facts.installed):
        return
    yield Conflict(
        "transformers-before-keras-3", "error",
        _("transformers {version} does not know Keras 3, and Keras {keras} is installed", version=version, keras=keras),
        _("Its TensorFlow models are made for Keras 2, and fail with Keras 3. Later versions take Keras 2 from tf-keras."),
        {"transformers": version, "keras": keras},
        (WORKING, _keras_2_for(packages)),
    )  # fmt: skip


@conflict("checkpoint-loader-broken")
def checkpoint_loader_broken(facts: DoctorFacts) -> Iterator[Conflict]:
    """The installed transformers cannot read a safetensors file that PyTorch wrote into a TensorFlow model."""
    found = with_broken_loader(facts.installed.environment.packages)
    if found and tensorflows(facts.installed):
        yield found
