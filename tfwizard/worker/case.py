"""The live objects of one run that probes work on."""

from __future__ import annotations

import sys
from typing import Any

from tfwizard.language import _
from tfwizard.worker.batches import Batch, Source, source_of
from tfwizard.worker.capture.recorder import LiveCall, Recorder
from tfwizard.worker.loops import Loop
from tfwizard.worker.model import Model
from tfwizard.worker.resident import Resident


class Blocked(Exception):
    """A probe lacks something. `by` is the stage that has to be mended first, "" when there is none."""

    def __init__(self, why: str, by: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.by = by


class Case:
    """What was captured, and what probes have computed from it so far.

    `held` is the training call that waits, None when the script ended before one; `error` is what ended it; `at_hold` is
    what the process held of the memory when it came to that call, `built_at_hold` whether the model had its weights by then.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.held: LiveCall | None = None
        self.custom_loop = False
        self.loop: Loop | None = None
        self.error: BaseException | None = None
        self.at_hold: Resident | None = None
        self.built_at_hold = False
        self.memory: dict[str, Any] = {}
        self._model: Model | None = None
        self._source: Source | None = None
        self._batch: Batch | None = None
        self._batch_error: BaseException | None = None

    @property
    def tf(self) -> Any:
        """The script's TensorFlow, or None if it never imported it."""
        return sys.modules.get("tensorflow")

    @property
    def compile_call(self) -> LiveCall | None:
        """The last `compile` of the model that trains, or the last of all where none was held.

        A loop of the user's own has none: its loss and its optimizer are not those of a `compile`.
        """
        if self.custom_loop:
            return None
        calls = self.recorder.named("Model.compile")
        if self.held is not None:
            calls = [call for call in calls if call.owner is self.held.owner] or calls
        return calls[-1] if calls else None

    @property
    def load_call(self) -> LiveCall | None:
        """The `from_pretrained` that made the model."""
        calls = self.recorder.named("model.from_pretrained")
        owner = self.model.object if self.has_model else None
        mine = [call for call in calls if call.result is owner] if owner is not None else calls
        return mine[-1] if mine else None

    @property
    def has_model(self) -> bool:
        """Whether there is a model to look at."""
        return self._find_model() is not None

    @property
    def model(self) -> Model:
        """The model that trains. Raises Blocked when there is none."""
        if self._model is None:
            found = self._find_model()
            if found is None and self.loop is not None:
                raise Blocked(_("The loop calls no model under its tape that was seen, or several."))
            if found is None:
                raise Blocked(_("The script has not made a model yet."), "script")
            self._model = Model(found, self.compile_call, self.tf)
            if self.loop is not None:
                self._model.in_loop = True
                self._model.loop_loss = self.loop.loss(self._model.keras)
                self._model.loop_internal = self._model.transformers and self.loop.own_loss
        return self._model

    def _find_model(self) -> Any:
        if self.held is not None and not self.custom_loop:
            return self.held.owner
        if (called := Loop(self.recorder, None).model_call if self.loop is None else self.loop.model_call) is not None:
            return called.object
        calls = [call for call in self.recorder.named("Model.compile") if call.owner is not None]
        if calls:
            return calls[-1].owner
        loaded = [
            call
            for call in self.recorder.named("model.from_pretrained", "model.from_config")
            if call.result is not None
        ]
        return loaded[-1].result if loaded else None

    @property
    def optimizer(self) -> Any:
        """The optimizer that trains: of the model that was compiled, or of the held call of a custom loop."""
        if self.custom_loop:
            return self.held.owner if self.held is not None else None
        return getattr(self.model.object, "optimizer", None)

    @property
    def training(self) -> LiveCall:
        """The training call that is held. Raises Blocked when there is none to look into."""
        if self.held is None:
            raise Blocked(_("The script ended before it trained."), "script")
        if self.custom_loop:
            raise Blocked(
                _("The script trains in a loop of its own, which has no arguments of a training call."), "script"
            )
        return self.held

    @property
    def source(self) -> Source:
        """Where the training data comes from."""
        if self._source is None and self.loop is not None:
            self._source = self._source_of_loop()
        if self._source is None:
            held = self.training
            self._source = source_of(held, self.recorder, self.tf)
        return self._source

    def _source_of_loop(self) -> Source:
        """What the loop gives its model. Raises Blocked where that is not known."""
        assert self.loop is not None
        found = self.loop.source(self.tf)
        if isinstance(found, str):
            raise Blocked(found, "script")
        return found

    @property
    def batch(self) -> Batch:
        """One batch as the model would receive it; the same for every probe. Raises Blocked when it cannot be read."""
        if self._batch is None and self._batch_error is None:
            try:
                self._batch = self.source.first()
            except Blocked:
                raise
            except Exception as error:
                self._batch_error = error
        if self._batch is None:
            raise Blocked(_("No batch could be read."), "data") from self._batch_error
        return self._batch

    def rows_at_once(self, most: int) -> int:
        """How many samples the model is given at once, at most: not more than in the script's own batch, which may be what fits."""
        try:
            return max(1, min(most, self.batch.rows()))
        except Blocked:
            return most

    def look_at(self, batch: Batch) -> None:
        """From now on, probes look at this batch."""
        self._batch, self._batch_error = batch, None

    @property
    def batch_error(self) -> BaseException | None:
        """Why no batch could be read, if so."""
        return self._batch_error

    def tokenizer(self) -> Any:
        """The tokenizer that was loaded last, or None."""
        calls = [
            call
            for call in self.recorder.named("AutoTokenizer.from_pretrained", "tokenizer.from_pretrained")
            if call.result is not None
        ]
        return calls[-1].result if calls else None

    def keras_of_tensorflow(self) -> str | None:
        """Which package `tf.keras` is, where this process has settled that already."""
        lazy = getattr(self.tf, "__dict__", {}).get("keras")
        models = getattr(lazy, "__dict__", {}).get("Model")
        module = getattr(models, "__module__", None) or getattr(lazy, "__dict__", {}).get("_tfll_keras_version")
        return str(module).split(".")[0] if module else None
