"""Watches how a script configures its devices, and when TensorFlow sets them up: from then on it refuses."""

from __future__ import annotations

import functools
from types import ModuleType
from typing import Any

from tfwizard.worker.capture.imports import Hook
from tfwizard.worker.capture.recorder import LiveCall, Recorder
from tfwizard.worker.places import place_in, user_frame
from tfwizard.worker.warmup import has_initialised_devices

#: The functions of `tf.config` that have to come before the first use of a device, by all the names they had.
DEVICE_SETTINGS = (
    "set_memory_growth",
    "set_logical_device_configuration",
    "set_virtual_device_configuration",
    "set_visible_devices",
)


def device_hooks(recorder: Recorder) -> dict[str, Hook]:
    """The hooks of the two modules that decide on devices."""

    def settings(module: ModuleType) -> None:
        for name in DEVICE_SETTINGS:
            recorder.patch(module, name, name, _note_state)

    def context(module: Any) -> None:
        original = module.Context.ensure_initialized

        @functools.wraps(original)
        def noted(self: Any) -> None:
            module.Context.ensure_initialized = original  # the first time is the only one that counts
            recorder.devices_set_up = place_in(user_frame())
            original(self)

        module.Context.ensure_initialized = noted

    return {"tensorflow.python.framework.config": settings, "tensorflow.python.eager.context": context}


def is_about_a_gpu(call: LiveCall) -> bool:
    """Whether a call of one of DEVICE_SETTINGS configures a GPU."""
    given = call.bound.get("device", call.bound.get("devices"))
    kinds = {getattr(one, "device_type", None) for one in (given if isinstance(given, (list, tuple)) else [given])}
    return "GPU" in {*kinds, call.bound.get("device_type")}


def _note_state(call: LiveCall) -> None:
    call.extra["set_up"] = has_initialised_devices()
