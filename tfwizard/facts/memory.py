"""What the training needs of the memory, and which batch size fits."""

from __future__ import annotations

from dataclasses import dataclass

from tfwizard.facts.calls import ErrorFacts, Place
from tfwizard.language import N_

#: How far an estimate has to exceed all that the device has before it is believed without a try. Chosen: the estimates are
#: off by 15 % at most where they were compared, and go on from much smaller batches here.
BY_FAR = 2.0
#: The reason not to have tried the whole batch that is none to look for a smaller one. Translated where it is shown.
OUT_OF_TIME = N_("there was no time left")


@dataclass(frozen=True)
class MemoryPart:
    """One share of the peak, in bytes. `count` are its numbers of `width` bytes each, where it is an array of numbers.

    `name` is one of framework, parameters, gradients, optimizer, batch, activations. `measured` is false where it was
    computed from shapes.
    """

    name: str
    bytes: int
    measured: bool
    count: int | None = None
    width: int = 4


@dataclass(frozen=True)
class DeviceFacts:
    """Where the training runs: `total` bytes are there at most, `free` of them now; `limit` says what sets the total."""

    kind: str
    total: int | None = None
    free: int | None = None
    limit: str = ""


@dataclass(frozen=True)
class TensorNeed:
    """The largest tensor of one forward pass, read from its graph without running it.

    `power` says how it grows with the rows: 1, 2, …
    """

    shape: tuple[int, ...]
    bytes: int
    operation: str
    power: float = 1.0


@dataclass(frozen=True)
class SizeTried:
    """One batch size for which real training steps were run. `peak` is the resident set at its highest, in bytes.

    `lacked` is true where it was memory that failed: an allocation, or native code that was ended by a signal.
    """

    rows: int
    fits: bool
    why: str = ""
    peak: int | None = None
    lacked: bool = False


@dataclass(frozen=True)
class MemoryFacts:
    """The memory that a training step takes at its peak, with the script's own batch of `rows` samples.

    `peak` is that of the whole process on a CPU, of the device on a GPU; the `parts` add up to it. `steps` are the sizes
    that were run, and `untried` says why the script's own is not among them: `peak` then goes on from the smaller ones.
    `length` is the number of positions of the longest batch that was seen. `function` and `batch_where` say which call
    sets the batch size. `refused` is what the training call itself raised, tried for one step where ours could not be run.
    """

    rows: int
    device: DeviceFacts
    parts: tuple[MemoryPart, ...] = ()
    peak: int | None = None
    steps: tuple[SizeTried, ...] = ()
    untried: str = ""
    fitting: int | None = None
    optimizer: str = ""
    length: int | None = None
    largest: TensorNeed | None = None
    error: ErrorFacts | None = None
    function: str = ""
    batch_where: Place | None = None
    refused: ErrorFacts | None = None

    @property
    def hopeless(self) -> bool:
        """Whether the whole batch would need so much more than the device has that no try is needed."""
        if self.device.total is None or not self.untried:
            return False
        tensor = self.largest.bytes if self.largest else 0
        return tensor > self.device.total or (self.peak or 0) > BY_FAR * self.device.total


@dataclass(frozen=True)
class FittingFacts:
    """The search for a batch size that fits, in throw-away runs of the script.

    `own` is the script's batch size, `largest` the largest size that was seen to train, `stopped` why the search ended
    before it found the limit. `upward` says that it was asked how large the batch could be.
    """

    own: int
    tried: tuple[SizeTried, ...] = ()
    largest: int | None = None
    stopped: str = ""
    upward: bool = False
    optimizer: str = ""
    function: str = ""
    batch_where: Place | None = None
