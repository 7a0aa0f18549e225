"""Measures what training steps take of the memory beyond what the script held before."""

from __future__ import annotations

from tfwizard.facts import DeviceFacts
from tfwizard.language import _
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.resident import resident, settle
from tfwizard.worker.training_step import bytes_of

#: TensorFlow's allocator keeps what it once had and hands it out in pieces: in 9 trainings on a CPU (a CNN, a DistilBERT and a
#: GPT-2, three batch sizes each) it held 0 to 14 % more than was in use at the peak.
PIECES = 1.1


class Gauge:
    """Begins to measure when it is made. Bytes of main memory on a CPU, of the GPU's own on a GPU.

    Tensors come from TensorFlow's allocator, which counts them and gives nothing back to the system: what the probes before
    this one have used is taken again, and only the count tells. Graphs and libraries come from the system itself.
    """

    def __init__(self, case: Case, device: DeviceFacts) -> None:
        self._case, self._tf, self._gpu = case, case.tf, device.kind == "GPU"
        settle()
        now, counted = resident(), self._counted()
        if counted is None and (self._gpu or now is None):
            raise Blocked(_("Neither this system nor this TensorFlow says what a process takes of the memory."))
        self._now = now
        self._tensors = counted["current"] if counted else None
        self._highest = self._pool = max(case.memory.get("pool", 0), counted["peak"] if counted else 0)
        self._reset()

    def added(self) -> int:
        """What was added at the peak of what ran since the last call."""
        counted = self._counted()
        if counted is None or self._tensors is None:
            return max(0, self._anonymous_peak() - (self._now.anonymous if self._now else 0))
        self._highest = max(self._highest, counted["peak"])
        self._case.memory["pool"] = self._highest
        self._reset()
        return int((counted["peak"] - self._tensors) * (1 if self._gpu else PIECES))

    def held(self) -> int:
        """What the training has beside its tensors, and before it: the script, its data, libraries, weights, graphs."""
        weights = bytes_of(self._case.model.object.weights)
        if self._gpu:
            return weights
        now, before = resident(), self._case.at_hold
        assert now is not None and self._now is not None
        graphs = 0
        if self._tensors is not None:
            graphs = max(0, self._anonymous_peak() - self._now.anonymous - max(0, self._highest - self._pool))
        script = before.anonymous if before else self._now.anonymous
        return now.files + script + graphs + (0 if self._case.built_at_hold else weights)

    def _anonymous_peak(self) -> int:
        now = resident()
        return max(0, now.peak - now.files) if now else 0

    def _counted(self) -> dict[str, int] | None:
        """What TensorFlow's allocator counts; None where it does not."""
        try:
            found: dict[str, int] = self._tf.config.experimental.get_memory_info(self._name)
            return found
        except (ValueError, AttributeError):
            return None

    def _reset(self) -> None:
        try:
            self._tf.config.experimental.reset_memory_stats(self._name)
        except (ValueError, AttributeError):
            pass  # it counts nothing

    @property
    def _name(self) -> str:
        return "GPU:0" if self._gpu else "CPU:0"
