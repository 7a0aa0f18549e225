"""NVML with recorded answers: most machines that run these tests have no GPU."""

from __future__ import annotations

from types import SimpleNamespace

import pynvml
import pytest

from tfwizard.gpu import Gpu, gpus


def record(monkeypatch: pytest.MonkeyPatch, **answers: object) -> None:
    """Stands in for the driver: the values of one H200 as nvidia-smi lists it (143771 MiB)."""
    known: dict[str, object] = {
        "nvmlInit": None,
        "nvmlShutdown": None,
        "nvmlDeviceGetCount": 1,
        "nvmlDeviceGetHandleByIndex": "handle",
        "nvmlDeviceGetName": "NVIDIA H200",
        "nvmlDeviceGetMemoryInfo": SimpleNamespace(total=143771 * 2**20, used=0),
        **answers,
    }

    def answering(value: object) -> object:
        def call(*_: object) -> object:
            if isinstance(value, Exception):
                raise value
            return value

        return call

    for name, value in known.items():
        monkeypatch.setattr(pynvml, name, answering(value))


def test_a_gpu_is_shown_with_its_free_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    record(monkeypatch)
    assert [str(gpu) for gpu in gpus()] == ["GPU 0: NVIDIA H200, 140.4 of 140.4 GiB free"]


@pytest.mark.parametrize("failing", ["nvmlInit", "nvmlDeviceGetCount", "nvmlDeviceGetHandleByIndex"])
def test_a_driver_that_refuses_leaves_nothing_to_show(monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    record(monkeypatch, **{failing: pynvml.NVMLError(pynvml.NVML_ERROR_UNKNOWN)})
    assert gpus() == ()


def test_a_device_that_does_not_tell_its_memory_is_still_named(monkeypatch: pytest.MonkeyPatch) -> None:
    record(monkeypatch, nvmlDeviceGetMemoryInfo=pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED))
    assert gpus() == (Gpu(0, "NVIDIA H200"),)
    assert str(gpus()[0]) == "GPU 0: NVIDIA H200"
