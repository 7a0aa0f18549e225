"""The rules on the installed libraries, on plain facts: such environments cannot stand beside this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from plain_facts import PACKAGES, SOUND, at

from tfwizard.checks import examine
from tfwizard.checks.requirements import contradicts, numbers
from tfwizard.facts import (
    Call,
    CheckpointFile,
    Distribution,
    Environment,
    ErrorFacts,
    Facts,
    Frame,
    KerasObject,
    LibrariesFacts,
    PipelinesFacts,
    Place,
    ScriptFacts,
)
from tfwizard.findings import Finding
from tfwizard.source_edits import InsertFirst, ReplaceImport, ReplaceName, SetArgument

LIBRARY = Frame(Place("/venv/lib/python3.11/site-packages/transformers/utils/import_utils.py", 9, "get"), False)
LOAD = Call(0, "model.from_pretrained", at(8), failed=True)


def stopped(
    imports: str | None, names: tuple[str, ...] = (), *frames: Frame, packages: Mapping[str, str | None] | None = None,
    type: str = "ImportError", libraries: LibrariesFacts | None = None, call: int | None = None,
) -> Facts:  # fmt: skip
    error = ErrorFacts(
        type, "boom", "boom", at(3), (Frame(at(3), True), *frames), (), call, imports=imports, names=names
    )  # fmt: skip
    there = {name: version for name, version in {**PACKAGES, **(packages or {})}.items() if version is not None}
    script = ScriptFacts(
        "failed", "/home/u/train.py", (LOAD,), error=error, environment=Environment("3.11", packages=there),
        libraries=libraries or LibrariesFacts(),
    )  # fmt: skip
    return Facts(script=script, pipelines=PipelinesFacts())


def ids(facts: Facts) -> set[str]:
    return {finding.id for finding in examine(facts).findings}


def only(facts: Facts, id: str) -> Finding:
    [finding] = [one for one in examine(facts).findings if one.id == id]
    return finding


V5 = {"transformers": "5.2.0"}


@pytest.mark.parametrize(
    ("imports", "names"),
    [
        ("transformers", ("AutoTokenizer", "TFAutoModelForSequenceClassification")),
        ("transformers", ("create_optimizer",)),
        ("transformers.models.bert.modeling_tf_bert", ("TFBertModel",)),
        (None, ("transformers", "TFAutoModel", "from_pretrained")),
    ],
)
def test_transformers_5_has_no_tensorflow_classes(imports: str | None, names: tuple[str, ...]) -> None:
    facts = stopped(imports, names, packages=V5, type="ImportError" if imports else "AttributeError")
    assert ids(facts) == {"transformers-without-tf"}


@pytest.mark.parametrize(
    "facts",
    [
        stopped("transformers", ("TFAutoModel",)),  # 4.54 has it
        stopped("transformers", ("AutoTokenzier",), packages=V5),  # a slip of the pen
        stopped("mine", ("TFEncoder",), packages=V5),
        stopped(None, ("TFAutoModel", "path"), packages=V5, type="FileNotFoundError"),
    ],
)
def test_other_failures_are_no_lack_of_tensorflow_classes(facts: Facts) -> None:
    assert ids(facts) == {"script-error"}


def test_keras_3_alone_is_not_enough_for_transformers() -> None:
    facts = stopped("transformers", ("TFBertModel",), LIBRARY, packages={"tf-keras": None}, type="RuntimeError")
    finding = only(facts, "tf-keras-missing")
    assert "tf-keras==2.21.*" in finding.advice
    later = stopped(
        None, ("model", "TFAutoModel", "from_pretrained"), LIBRARY, packages={"tf-keras": None}, type="ValueError"
    )
    assert ids(later) == {"tf-keras-missing"}
    assert ids(stopped("transformers", ("TFBertModel",), LIBRARY, type="RuntimeError")) == {"script-error"}
    old = {"tf-keras": None, "keras": "2.15.0", "tensorflow": "2.15.1"}
    assert ids(stopped("transformers", ("TFBertModel",), LIBRARY, packages=old, type="RuntimeError")) == {
        "script-error"
    }


def test_the_broken_loader_of_safetensors_files() -> None:
    file = CheckpointFile("/models/bert/model.safetensors", "pt", 0, ("tf_model.h5",))
    libraries = LibrariesFacts(checkpoint=file)
    facts = stopped(None, (), packages={"transformers": "4.56.2"}, type="TypeError", libraries=libraries, call=0)
    finding = only(facts, "checkpoint-loader-broken")
    assert finding.remedies[0].edits == (SetArgument("from_pretrained", at(8), "use_safetensors", "False"),)
    assert ids(stopped(None, (), type="TypeError", libraries=libraries, call=0)) == {"script-error"}
    other = LibrariesFacts(checkpoint=replace(file, format="tf"))
    facts = stopped(None, (), packages={"transformers": "4.56.2"}, type="TypeError", libraries=other, call=0)
    assert ids(facts) == {"script-error"}


def with_numpy(version: str) -> LibrariesFacts:
    asks = Distribution("tensorflow", "2.15.0", ("numpy<2.0.0,>=1.23.5",))
    return LibrariesFacts((asks, Distribution("numpy", version)))


def test_versions_that_contradict_each_other_in_a_failing_import() -> None:
    tensorflow = Frame(Place("/v/site-packages/tensorflow/__init__.py", 3, "<module>"), False)
    numpy = Frame(Place("/v/site-packages/numpy/core/_multiarray.py", 3, "<module>"), False)
    libraries = with_numpy("2.1.3")
    facts = stopped("tensorflow", ("tensorflow",), tensorflow, numpy, type="AttributeError", libraries=libraries)
    assert "pip install 'numpy<2.0.0,>=1.23.5'" in only(facts, "incompatible-versions").advice
    fits = with_numpy("1.26.4")
    assert ids(stopped("tensorflow", ("tensorflow",), tensorflow, numpy, libraries=fits)) == {"script-error"}
    # the user's own line, and other packages than those in the traceback
    assert ids(stopped("tensorflow", ("tensorflo",), libraries=libraries)) == {"script-error"}
    assert ids(stopped("datasets", ("datasets",), LIBRARY, libraries=libraries)) == {"script-error"}


@pytest.mark.parametrize(
    ("version", "specifier", "contradiction"),
    [
        ("2.1.3", "<2", True), ("1.26.4", "<2,>=1.23.5", False), ("2.0", "<2.0.0", True), ("0.21.4", "~=0.21.0", False),
        ("0.22.0", "~=0.21.0", True), ("2.21.0", "==2.21.*", False), ("2.20.0", "==2.21.*", True), ("1.5", "!=1.5", True),
        ("1.5.1", "!=1.5", False), ("4.0", "", False), ("4.0", "@ https://x", False), ("2.1.0rc1", ">=2.1", False),
    ],
)  # fmt: skip
def test_specifiers(version: str, specifier: str, contradiction: bool) -> None:
    assert contradicts(version, specifier) is contradiction


def test_release_numbers() -> None:
    assert numbers("4.54.1") == (4, 54, 1)
    assert numbers("2.21.0+cpu") == (2, 21, 0)


# --- two Kerases --------------------------------------------------------------------------------------------------------------


def mixed(own: str, stranger: KerasObject, of_tensorflow: str | None) -> Facts:
    assert SOUND.script and SOUND.pipelines
    return replace(
        SOUND,
        script=replace(SOUND.script, keras_of_tf=of_tensorflow),
        pipelines=replace(SOUND.pipelines, model_keras=own, objects=(stranger,)),
    )


def test_an_optimizer_of_standalone_keras_is_imported_from_the_models_keras() -> None:
    adam = KerasObject("optimizer", "Adam", "keras", "keras.src.optimizers.adam", at(21))
    first, second = only(mixed("tf_keras", adam, "tf_keras"), "two-kerases").remedies
    assert first.edits == (ReplaceImport(at(21), "Adam", "tensorflow.keras.optimizers"),)
    assert second.edits == (ReplaceName(at(21), "Adam", "tf_keras.optimizers.Adam", ("import tf_keras",)),)
    of_tf = only(mixed("tf_keras", adam, "keras"), "two-kerases").remedies
    assert isinstance(of_tf[0].edits[0], InsertFirst)
    assert of_tf[1].edits == (ReplaceImport(at(21), "Adam", "tf_keras.optimizers"),)


def test_the_reverse_direction_has_no_use_for_the_variable() -> None:
    early = KerasObject("callbacks[0]", "EarlyStopping", "tf_keras", "tf_keras.src.callbacks", at(21))
    first, _ = only(mixed("keras", early, None), "two-kerases").remedies
    assert first.edits == (ReplaceImport(at(21), "EarlyStopping", "keras.callbacks"),)
    weighted = KerasObject("optimizer", "AdamWeightDecay", "tf_keras", "transformers.optimization_tf", at(21))
    assert only(mixed("keras", weighted, None), "two-kerases").remedies == ()


def test_a_tensor_of_one_keras_in_a_layer_of_the_other() -> None:
    pair = (
        KerasObject("called", "TFBertModel", "tf_keras", "transformers.models.bert.modeling_tf_bert", at(5)),
        KerasObject("kerastensor", "KerasTensor", "keras", "keras.src.backend.common.keras_tensor"),
    )
    facts = stopped(None, ("encoder",), LIBRARY, type="ValueError")
    facts = replace(facts, pipelines=PipelinesFacts(mixed=pair))
    [remedy] = only(facts, "two-kerases").remedies
    assert isinstance(remedy.edits[0], InsertFirst)
    assert ids(facts) == {"two-kerases"}
