"""What TensorFlow and the optimizer say of themselves while they train."""

from __future__ import annotations

from typing import Any

from tfwizard.worker.course import exact, rate_at, schedule_of


def gpu_memory(tf: Any) -> tuple[float, float] | None:
    """MB that TensorFlow has on the first GPU now, and had at most; None without one."""
    try:
        found = tf.config.experimental.get_memory_info("GPU:0")
    except Exception:  # no GPU, or a TensorFlow that does not say
        return None
    return round(found["current"] / 1e6, 1), round(found["peak"] / 1e6, 1)


def rate_now(model: Any, tf: Any) -> float | None:
    """The learning rate of the step that comes next, None where there is none to be read."""
    optimizer: Any = getattr(model, "optimizer", None)
    try:
        schedule = schedule_of(optimizer)
        if schedule is not None:
            return rate_at(schedule, int(optimizer.iterations.numpy()), tf)
        return exact(getattr(optimizer, "inner_optimizer", optimizer).learning_rate)
    except Exception:  # an optimizer of the user's own
        return None
