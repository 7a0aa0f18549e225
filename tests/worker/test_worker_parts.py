"""The worker's parts that need no TensorFlow."""

from __future__ import annotations

import importlib
import linecache
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from tfwizard.facts import Call
from tfwizard.runner.log import Log
from tfwizard.runner.process import death_in_words
from tfwizard.worker.batches import Batch
from tfwizard.worker.callbacks import Logs, monitors, unsaved
from tfwizard.worker.capture import imports
from tfwizard.worker.capture.recorder import LiveCall, Recorder, short
from tfwizard.worker.environment import environment
from tfwizard.worker.errors import error_facts, useful_line
from tfwizard.worker.link import _remove_generated
from tfwizard.worker.loops import pairs_of
from tfwizard.worker.places import is_user_file
from tfwizard.worker.state import weights_restored

# --- errors ---------------------------------------------------------------------------------------------------------------

KERAS_DUMP = """Exception encountered when calling layer 'embeddings' (type TFBertEmbeddings).

{{function_node __wrapped__GatherV2}} indices[0,64] = 64 is not in [0, 64) [Op:GatherV2] name:

Call arguments received by layer 'embeddings':
  • input_ids=tf.Tensor(shape=(2, 114), dtype=int32)"""

GRAPH_DUMP = """{{function_node __wrapped__IteratorGetNext_output_types_2_device_/job:localhost}} ValueError: all input arrays must have the same shape
Traceback (most recent call last):
  File "script_ops.py", line 271, in __call__
\t [[{{node PyFunc}}]] [Op:IteratorGetNext]"""


TRACED_DUMP = """Graph execution error:

Detected at node SparseSoftmaxCrossEntropyWithLogits defined at (most recent call last):
  File "train.py", line 20, in <module>

  File "losses.py", line 4, in step

Received a label value of 2 which is outside the valid range of [0, 2).  Label values: 2
\t [[{{node SparseSoftmaxCrossEntropyWithLogits}}]] [Op:__inference_step_12]"""


@pytest.mark.parametrize(
    ("message", "useful"),
    [
        (TRACED_DUMP, "Received a label value of 2 which is outside the valid range of [0, 2).  Label values: 2"),
        (KERAS_DUMP, "indices[0,64] = 64 is not in [0, 64)"),
        (GRAPH_DUMP, "ValueError: all input arrays must have the same shape"),
        ("Column labels not found in dataset!", "Column labels not found in dataset!"),
        ("in user code:\n\n    File x\n\n    TypeError: bad thing\n", "TypeError: bad thing"),
        ("", ""),
    ],
)
def test_the_line_of_a_message_that_matters(message: str, useful: str) -> None:
    assert useful_line(message) == useful


def test_an_error_knows_the_users_line_and_its_own_attributes() -> None:
    try:
        Path("/no/such/file").read_text()
    except FileNotFoundError as error:
        facts = error_facts(error)
    assert facts.where is not None
    assert facts.where.file == __file__
    assert facts.path == "/no/such/file"
    assert facts.frames[0].user


# --- capture -------------------------------------------------------------------------------------------------------------


class Library:
    """Stands for a library's class: its code counts as the user's here, like everything outside of site-packages."""

    def outer(self, a: int, b: int = 2, **more: int) -> int:
        return self.inner(a) + b + sum(more.values())

    def inner(self, a: int) -> int:
        return a

    @classmethod
    def make(cls, name: str = "x") -> str:
        return f"{cls.__name__} {name}"


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    for name in ("outer", "inner", "make"):
        monkeypatch.setattr(Library, name, Library.__dict__[name])  # put back after the test
    return Recorder(lambda kind, call: None)


def test_a_call_is_recorded_with_what_was_written_and_what_was_left_to_defaults(recorder: Recorder) -> None:
    recorder.patch(Library, "outer", "Library.outer")
    assert Library().outer(1, extra=5) == 8
    [call] = recorder.calls
    assert call.explicit == {"self", "a", "extra"}
    assert {name: one.explicit for name, one in call.facts.arguments.items()} == {"a": True, "b": False, "extra": True}
    assert call.facts.where is not None
    assert call.facts.where.file == __file__
    assert call.result == 8
    assert not call.facts.failed


def test_what_a_captured_call_calls_itself_is_not_recorded(recorder: Recorder) -> None:
    recorder.patch(Library, "outer", "Library.outer")
    recorder.patch(Library, "inner", "Library.inner")
    Library().outer(1)
    assert [call.facts.name for call in recorder.calls] == ["Library.outer"]
    Library().inner(1)
    assert len(recorder.calls) == 2


def test_a_wrong_call_raises_what_it_would_have_raised(recorder: Recorder) -> None:
    recorder.patch(Library, "outer", "Library.outer")
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        Library().outer()  # type: ignore[call-arg]
    assert recorder.calls[0].facts.failed
    assert isinstance(recorder.calls[0].error, TypeError)


def test_classmethods_stay_classmethods(recorder: Recorder) -> None:
    recorder.patch(Library, "make", "Library.make")

    class Child(Library):
        pass

    assert Child.make("y") == "Child y"
    assert recorder.calls[0].bound["name"] == "y"


def test_a_gate_stands_before_the_call_and_a_paused_recorder_sees_nothing(recorder: Recorder) -> None:
    seen: list[LiveCall] = []
    recorder.patch(Library, "inner", "Library.inner", seen.append)
    Library().inner(3)
    assert seen == recorder.calls
    recorder.paused = True
    Library().inner(3)
    assert len(seen) == 1


class Hostile:
    def __repr__(self) -> str:
        raise RuntimeError("no repr for you")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        ("a" * 500, "'" + "a" * 120 + "…'"),
        ([1, 2], "[1, 2]"),
        ({"a": 1}, "dict of 1"),
        (Hostile(), "Hostile"),
        (len, "len"),
    ],
)
def test_values_are_shown_short_and_never_by_a_foreign_repr(value: object, text: str) -> None:
    assert short(value) == text


def test_a_line_is_looked_up_where_the_current_folder_was_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert not is_user_file("<made by this test>")
    assert is_user_file("made_by_this_test.py")


@pytest.mark.parametrize("given", [["gradient", None], [("gradient", "variable", "more")], "text"])
def test_what_is_no_list_of_pairs_is_left_to_the_optimizer_to_refuse(given: object) -> None:
    assert pairs_of(_applied(given)) is None


def test_pairs_are_read_once_and_a_zip_that_was_used_up_stays_so() -> None:
    pairs = zip([1, 2], ["a", "b"], strict=False)
    assert pairs_of(_applied(pairs)) == [(1, "a"), (2, "b")]
    assert list(pairs) == [(1, "a"), (2, "b")]
    assert pairs_of(_applied(pairs)) is None
    assert pairs_of(_applied([(1, "a")])) == [(1, "a")]


def _applied(given: object) -> LiveCall:
    return LiveCall(Call(0, "optimizer.apply_gradients"), {"self": None, "grads_and_vars": given}, frozenset())


def test_weights_are_given_back_and_collected_once() -> None:
    class Weight:
        def __init__(self, value: float) -> None:
            self.value = value

        def numpy(self) -> float:
            return self.value

        def assign(self, value: float) -> None:
            self.value = value

    class Model:
        asked = 0

        def __init__(self) -> None:
            self.kept, self.counted = [Weight(1.0), Weight(2.0)], Weight(3.0)

        @property
        def weights(self) -> list[Weight]:
            self.asked += 1
            return self.kept

        @property
        def variables(self) -> list[Weight]:
            return [*self.kept, self.counted]

    model = Model()
    with weights_restored(model) as reset:
        for one in model.variables:
            one.assign(9.0)
        reset()
        assert [one.value for one in model.variables] == [1.0, 2.0, 3.0]
        model.counted.assign(9.0)
    assert model.counted.value == 3.0
    assert model.asked == 1


def test_what_tensorflow_generated_goes_whatever_the_script_keeps_among_the_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "__autograph_generated_file1.py"
    path.write_text("")
    generated = types.ModuleType("__autograph_generated_file1")
    generated.__file__ = str(path)
    monkeypatch.setitem(sys.modules, 7, generated)  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, generated.__name__, generated)
    _remove_generated()
    assert not path.exists()


#: Stands for the one of Keras: no file of the user's.
CHECKPOINT = """
class ModelCheckpoint:
    filepath, monitor, save_best_only, save_weights_only = "best.keras", "val_acc", True, False

    def set_model(self, model): ...
    def on_epoch_begin(self, epoch, logs): ...
    def on_epoch_end(self, epoch, logs): raise OSError("no such place")
"""


def test_a_checkpoint_callback_with_code_of_the_users_is_not_run_for_a_look() -> None:
    ran: list[str] = []
    scope: dict[str, Any] = {"__name__": "keras.callbacks"}
    exec(compile(CHECKPOINT, "<keras>", "exec"), scope)

    class Sends(scope["ModelCheckpoint"]):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: object) -> None:
            ran.append("sent")

    case: Any = types.SimpleNamespace(
        model=types.SimpleNamespace(object=types.SimpleNamespace(weights=[])),
        recorder=Recorder(lambda kind, call: None),
    )
    for callback, tried in ((scope["ModelCheckpoint"](), ["ModelCheckpoint"]), (Sends(), [])):
        case.training = LiveCall(Call(0, "Model.fit"), {"self": None, "callbacks": [callback]}, frozenset())
        assert [one.callback for one in unsaved(case, Logs({"loss"}))] == tried
        assert [one.monitor for one in monitors(case, Logs({"loss"}))] == ["val_acc"]
    assert ran == []


def test_a_value_that_answers_with_an_exception_is_shown_by_its_class() -> None:
    class Asking:
        """What a class becomes whose author looks attributes up in a dict."""

        def __getattr__(self, name: str) -> object:
            return {}[name]

    assert short(Asking()) == "Asking"


def test_a_hook_runs_once_after_its_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hooked_module.py").write_text("VALUE = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    seen: list[types.ModuleType] = []
    imports.install({"hooked_module": seen.append}, {})
    module = importlib.import_module("hooked_module")
    assert seen == [module]
    assert module.VALUE == 1
    assert type(module.__spec__.loader).__name__ == "SourceFileLoader"  # type: ignore[union-attr]


def test_an_edited_module_is_loaded_instead_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "edited_module.py"
    path.write_text("VALUE = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    imports.install({}, {str(path): "VALUE = 2\n"})
    module = importlib.import_module("edited_module")
    assert module.VALUE == 2
    assert module.__file__ == str(path)
    assert path.read_text() == "VALUE = 1\n"


# --- the runner's side -----------------------------------------------------------------------------------------------------


def test_a_log_keeps_the_last_lines_and_the_whole_file(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", kept=3)
    log.feed("out", b"one\ntwo\nthr")
    log.feed("out", b"ee\nfour\n\xff\xfe bad\n")
    log.end("out")
    log.close()
    assert [line.text for line in log.lines] == ["three", "four", "\ufffd\ufffd bad"]
    assert log.total == 5
    assert (tmp_path / "log").read_bytes().count(b"\n") == 5


def test_a_progress_bar_is_one_line_and_escapes_are_gone() -> None:
    log = Log()
    log.feed("err", b"\r1/10\r5/10")
    assert [each.text for each in log.unfinished] == ["5/10"]
    log.feed("err", b"\r10/10\n\x1b[31mred\x1b[0m \x1b]0;title\x07\x1b[2Jdone\n")
    assert [line.text for line in log.lines] == ["10/10", "red done"]


def test_an_endless_line_does_not_grow_for_ever() -> None:
    log = Log()
    for _ in range(100):
        log.feed("out", b"x" * 10_000)
    assert len(log.unfinished[0].text) <= 2000


@pytest.mark.parametrize(
    ("code", "words"), [(-9, "SIGKILL"), (-11, "native code crashed"), (7, "exit code 7"), (-250, "signal 250")]
)
def test_a_death_is_named(code: int, words: str) -> None:
    assert words in str(death_in_words(code))
    assert death_in_words(None) is None


def test_facts_cross_the_socket_with_their_types_and_their_nan() -> None:
    import math

    from tfwizard import protocol
    from tfwizard.facts import BatchFacts
    from tfwizard.reading import read_facts

    sent = BatchFacts((2, 3), 3, (math.nan, 1.0), (True, False), mean_loss=math.inf)
    message = protocol.decode(protocol.encode("facts", facts=sent))
    read = read_facts(BatchFacts, message["facts"])
    assert math.isnan(read.losses[0])
    assert read.mean_loss == math.inf
    assert read.output_shape == (2, 3)
    assert read_facts(Call, {"index": 1, "name": "fit"}) == Call(1, "fit")
    with pytest.raises(ValueError, match="Expected"):
        read_facts(BatchFacts, {"losses": "lies"})
    for line in (b"[]\n", b"{}\n", b"nonsense\n"):
        with pytest.raises(ValueError, match=r".+"):
            protocol.decode(line)


# --- batches -------------------------------------------------------------------------------------------------------------


def test_a_train_step_gets_what_the_dataset_holds() -> None:
    assert Batch("x").element() == "x"
    assert Batch("x", alone=True).element() == ("x",)
    assert Batch("x", "y").element() == ("x", "y")
    assert Batch("x", "y", "w").element() == ("x", "y", "w")


def test_an_edited_source_stays_in_the_cache_when_someone_has_it_read_anew(tmp_path: Path) -> None:
    # AutoGraph does, before it converts a function: it would trace the text on disk, not the edited one.
    script = tmp_path / "train.py"
    script.write_text("print('on disk')\n")
    imports.show_source(str(script), "print('edited')\n")
    linecache.checkcache(str(script))
    assert linecache.updatecache(str(script)) == ["print('edited')\n"]
    assert linecache.getlines(str(script)) == ["print('edited')\n"]


def test_of_the_environment_only_what_the_libraries_read_is_told_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "TF_CPP_MIN_LOG_LEVEL": "2", "CUDA_VISIBLE_DEVICES": "-1", "TOKENIZERS_PARALLELISM": "false", "KERAS_BACKEND": "tensorflow",
        "HF_TOKEN": "hf_secret", "TF_VAR_db": "terraform", "AWS_SECRET_ACCESS_KEY": "aws", "EDITOR": "vi",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    told = environment().variables
    assert (told["TF_CPP_MIN_LOG_LEVEL"], told["CUDA_VISIBLE_DEVICES"], told["KERAS_BACKEND"]) == (
        "2",
        "-1",
        "tensorflow",
    )
    assert (told["HF_TOKEN"], told["TOKENIZERS_PARALLELISM"]) == ("(set)", "false")
    assert not {"TF_VAR_db", "AWS_SECRET_ACCESS_KEY", "EDITOR"} & told.keys()
