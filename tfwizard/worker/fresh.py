"""The weights of the model that were not loaded: still as their initializer drew them, so that a seed can draw them anew."""

from __future__ import annotations

from typing import Any, Iterator

from tfwizard.language import _
from tfwizard.worker.case import Case
from tfwizard.worker.probes.hyperparameters import loaded_from
from tfwizard.worker.probes.text import layers_of

#: Of a weight with fewer values than this nothing can be told.
FEWEST = 32
#: How far the deciles of a weight may be from those of a new draw, in standard errors: chance alone moves them by up to
#: about 2.5 of these (the decile of a normal sample has 1.7, and there are two samples).
NEAR = 5.0
#: A model up to this many values is loaded again, to see what its checkpoint lacks.
MOST_VALUES = 120_000_000


class Fresh:
    """What a seed can draw anew: `weights` beside their initializers. `why_not` says why there are none."""

    def __init__(self, case: Case) -> None:
        self.why_not = ""
        self._case = case
        found = list(_initialised(case.model.object))
        if loaded_from(case) is not None:
            absent = self._absent()
            found = [(one, made) for one, made in found if _is_among(one, absent)]
        self.weights = [(one, made) for one, made in found if one.trainable and _as_drawn(one, made)]
        if not self.weights and not self.why_not:
            self.why_not = _("no weight is as its initializer drew it")

    def _absent(self) -> set[str]:
        """The names that the checkpoint has no values for."""
        live, call = self._case.model.object, self._case.load_call
        assert call is not None
        name = call.bound.get("pretrained_model_name_or_path")
        if not self._case.model.transformers or sum(_size(one) for one in live.weights) > MOST_VALUES:
            self.why_not = _("what the checkpoint lacks is not known")
            return set()
        local = {key: call.bound[key] for key in ("cache_dir", "revision", "subfolder", "token") if key in call.bound}
        try:
            _unused, info = type(live).from_pretrained(
                str(name), config=live.config, output_loading_info=True, local_files_only=True,
                ignore_mismatched_sizes=True, **local,
            )  # fmt: skip
        except Exception:
            self.why_not = _("the checkpoint could not be looked into again")
            return set()
        return {str(key) for key in info["missing_keys"]} | {str(key[0]) for key in info["mismatched_keys"]}

    def draw(self, seed: int) -> None:
        """Give each of them the values that this seed draws."""
        for number, (variable, initializer) in enumerate(self.weights):
            variable.assign(_drawn(initializer, variable, 10_000 * seed + number))


def _initialised(live: Any) -> Iterator[tuple[Any, Any]]:
    """The matrices of all layers with the initializer of each: Keras keeps `kernel_initializer` beside `kernel`."""
    for layer in layers_of(live):
        for name, initializer in list(vars(layer).items()):
            if not name.endswith("_initializer") or not hasattr(initializer, "get_config"):
                continue
            stem = name[: -len("_initializer")]
            held = getattr(layer, f"_{stem}", None)
            variable: Any = held if hasattr(held, "assign") else getattr(layer, stem, None)
            if hasattr(variable, "assign") and len(variable.shape) > 1 and _size(variable) >= FEWEST:
                yield variable, initializer


def _is_among(variable: Any, absent: set[str]) -> bool:
    """Whether one of the keys names this weight: with slashes in a TensorFlow checkpoint, with dots in a PyTorch one."""
    path = "/" + (getattr(variable, "path", None) or variable.name).split(":")[0] + "/"
    for key in absent:
        layer = key.split(":")[0].replace(".", "/")
        if f"/{layer}/" in path or f"/{layer.rsplit('/', 1)[0]}/" in path:
            return True
    return False


def _drawn(initializer: Any, variable: Any, seed: int) -> Any:
    config = initializer.get_config()
    again = type(initializer).from_config({**config, "seed": seed} if "seed" in config else config)
    return again(tuple(variable.shape), dtype=variable.dtype)


def _as_drawn(variable: Any, initializer: Any) -> bool:
    """Whether the values could be a draw of the initializer: their deciles are those of another draw."""
    import numpy as np

    if "seed" not in initializer.get_config():
        return False
    try:
        draw = np.asarray(_drawn(initializer, variable, 1), "float64").ravel()
    except Exception:
        return False
    values = np.asarray(variable.numpy(), "float64").ravel()
    points: Any = np.linspace(0.1, 0.9, 9)
    apart = np.abs(np.quantile(values, points) - np.quantile(draw, points)).max()
    return bool(draw.std() > 0 and apart <= NEAR * draw.std() / np.sqrt(len(draw)))


def _size(weight: Any) -> int:
    size = 1
    for one in weight.shape:
        size *= int(one)
    return size
