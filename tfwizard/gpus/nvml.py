"""NVML, asked. Every call may fail, and then the answer is N/A: nothing here raises."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

from tfwizard.facts import GpuFacts, GpuProcess, GpusFacts
from tfwizard.gpus.processes import described
from tfwizard.language import N_, _

T = TypeVar("T")

#: A driver that does not answer (a GPU that fell off the bus, say) must not hold up a run.
PATIENCE_S = 10.0
#: Sentences for what is wrong with the driver as a whole, by the name of NVML's error code.
WORDS = {
    "NVML_ERROR_LIBRARY_NOT_FOUND": N_("no NVIDIA driver here"),
    "NVML_ERROR_DRIVER_NOT_LOADED": N_("the NVIDIA driver is installed, but not loaded"),
    "NVML_ERROR_NO_PERMISSION": N_("the NVIDIA driver may not be asked by this user"),
    "NVML_ERROR_LIB_RM_VERSION_MISMATCH": N_(
        "the NVIDIA driver was updated and the old one is still loaded: restart the machine"
    ),
    "NVML_ERROR_GPU_IS_LOST": N_("the driver cannot reach it any more: restart the machine"),
    "NVML_ERROR_RESET_REQUIRED": N_("it has to be reset before it can be used"),
}


class Refusal(NamedTuple):
    """Why NVML gives no answer: in words, and its error number where it has one."""

    words: str
    number: int | None = None


def read_gpus(stay: bool = False) -> GpusFacts:
    """The GPUs of this machine as they are now, or in words why there is none to see. May wait for the driver.

    With `stay` the driver is left open for the next reading: setting it up anew takes seconds where nothing else uses it.
    """
    try:
        import pynvml

        pynvml.nvmlInit()
    except Exception as error:
        return GpusFacts(why=_refusal(error).words)
    try:
        count, why = _asked("nvmlDeviceGetCount")
        gpus = tuple(_gpu(index) for index in range(count or 0))
        driver = _text(_asked("nvmlSystemGetDriverVersion")[0]) or None
        nothing = "" if gpus else _("the NVIDIA driver is here, and lists no GPU")
        cuda = _number(_asked("nvmlSystemGetCudaDriverVersion_v2")[0])  # 12040 is 12.4
        newest = f"{cuda // 1000}.{cuda % 1000 // 10}" if cuda else None
        return GpusFacts(gpus, why.words if why else nothing, driver, newest)
    finally:
        if not stay:
            _asked("nvmlShutdown")


async def read_gpus_soon(patience_s: float = PATIENCE_S, stay: bool = False) -> GpusFacts:
    """`read_gpus` in a thread of its own, that nobody waits for when the program ends."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[GpusFacts] = loop.create_future()

    def deliver(facts: GpusFacts) -> None:
        if not answer.done():
            answer.set_result(facts)

    def ask() -> None:
        facts = read_gpus(stay)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            loop.call_soon_threadsafe(deliver, facts)

    threading.Thread(target=ask, name="nvml", daemon=True).start()
    try:
        return await asyncio.wait_for(answer, patience_s)
    except TimeoutError:
        return GpusFacts(why=_("the NVIDIA driver did not answer within {seconds:.0f} s", seconds=patience_s))


# --- one GPU ----------------------------------------------------------------------------------------------------------


def _gpu(index: int) -> GpuFacts:
    handle, why = _asked("nvmlDeviceGetHandleByIndex", index)
    if why:
        return GpuFacts(index, lost=why.words)
    mode, _ = _asked("nvmlDeviceGetMigMode", handle)
    mig = None if mode is None else bool(mode[0])
    return _device(handle, index, mig, tuple(_instances(handle)) if mig else ())


def _instances(handle: Any) -> Iterator[GpuFacts]:
    """The MIG instances of a GPU; their numbers have gaps."""
    for index in range(_asked("nvmlDeviceGetMaxMigDeviceCount", handle)[0] or 0):
        instance, why = _asked("nvmlDeviceGetMigDeviceHandleByIndex", handle, index)
        if not why:
            yield _device(instance, index)


def _device(handle: Any, index: int, mig: bool | None = None, instances: tuple[GpuFacts, ...] = ()) -> GpuFacts:
    name, lost = _asked("nvmlDeviceGetName", handle)
    memory, also = _asked("nvmlDeviceGetMemoryInfo", handle)
    if name is None and memory is None:  # it has a handle, and answers nothing
        return GpuFacts(index, lost=next(why.words for why in (lost, also) if why))
    rates, _ = _asked("nvmlDeviceGetUtilizationRates", handle)
    power = _number(_asked("nvmlDeviceGetPowerUsage", handle)[0])
    capability, _ = _asked("nvmlDeviceGetCudaComputeCapability", handle)
    processes = _processes(handle)
    return GpuFacts(
        index,
        _text(name),
        _text(_asked("nvmlDeviceGetUUID", handle)[0]) or None,
        _number(getattr(memory, "total", None)),
        _number(getattr(memory, "used", None)),
        _number(getattr(rates, "gpu", None)),
        _number(_asked("nvmlDeviceGetTemperature", handle, 0)[0]),  # 0 is the GPU's own sensor
        None if power is None else power / 1000,
        mig,
        instances,
        processes or (),
        processes is not None,
        _gone(lost, also),
        f"{capability[0]}.{capability[1]}" if capability else None,
    )


def _gone(*refusals: Refusal | None) -> str:
    import pynvml

    return next((why.words for why in refusals if why and why.number == pynvml.NVML_ERROR_GPU_IS_LOST), "")


def _processes(handle: Any) -> tuple[GpuProcess, ...] | None:
    """Who holds memory, the most first; None where the driver does not say.

    A process that both computes and draws stands in both lists, each time with all of its memory.
    """
    held: dict[int, int | None] = {}
    computing, drawn = (_listed(handle, kind) for kind in ("Compute", "Graphics"))
    if computing is None and drawn is None:
        return None
    for one in [*(computing or ()), *(drawn or ())]:
        pid, memory = int(one.pid), _number(one.usedGpuMemory)
        # Some bindings hand on NVML_VALUE_NOT_AVAILABLE, which is -1 as an unsigned number.
        known = memory is not None and memory < 2**63
        held[pid] = max(held.get(pid) or 0, memory) if known and memory is not None else held.get(pid)
    drawing = {int(one.pid) for one in drawn or ()} - {int(one.pid) for one in computing or ()}
    found = [described(pid, memory, pid in drawing) for pid, memory in held.items()]
    return tuple(sorted(found, key=lambda one: (-(one.memory or 0), one.pid)))


def _listed(handle: Any, kind: str) -> list[Any] | None:
    # Drivers before 510 know the second version of this call alone.
    for version in ("", "_v2"):
        found, why = _asked(f"nvmlDeviceGet{kind}RunningProcesses{version}", handle)
        if not why:
            return list(found)
    return None


# --- one call ---------------------------------------------------------------------------------------------------------


def _asked(name: str, *arguments: Any) -> tuple[Any, Refusal | None]:
    """What a function of NVML gives, or None and why it gives nothing."""
    try:
        import pynvml

        function: Callable[..., Any] = getattr(pynvml, name)
        return function(*arguments), None
    except Exception as error:  # NVMLError, and what ctypes makes of a library that is older than its binding
        return None, _refusal(error)


def _refusal(error: Exception) -> Refusal:
    """Why NVML does not answer, as a person would say it."""
    if isinstance(error, ImportError):
        return Refusal(_("nvidia-ml-py is not installed beside tfwizard"))
    import pynvml

    number = getattr(error, "value", None)
    known = {getattr(pynvml, name, None): text for name, text in WORDS.items()}
    if number is not None and number in known:
        return Refusal(_(known[number]), number)
    words = _("the NVIDIA driver answers: {error}", error=error) if str(error) else type(error).__name__
    return Refusal(words, number)


def _number(value: Any) -> int | None:
    return int(value) if isinstance(value, (int, float)) else None


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
