"""The interpreter and the library versions, without importing any of them; and what the libraries see."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import struct
import sys
from importlib import metadata
from typing import Any, Iterator

from tfwizard.facts import TENSORFLOWS, CheckpointFile, Environment, LateSetting, LibrariesFacts
from tfwizard.worker.capture.devices import DEVICE_SETTINGS, is_about_a_gpu
from tfwizard.worker.capture.recorder import Recorder
from tfwizard.worker.installed import distributions, markers, needed_by

PACKAGES = (
    "tensorflow",
    "tf-keras",
    "keras",
    "transformers",
    "datasets",
    "tokenizers",
    "safetensors",
    "numpy",
    "pyarrow",
    "protobuf",
)
#: How the variables begin that TensorFlow, Keras, CUDA and the Hugging Face libraries read.
READ = (
    "TF_", "CUDA_", "CUDNN_", "XLA_", "KERAS_", "HF_", "TRANSFORMERS_", "TOKENIZERS_", "DATASETS_", "TFHUB_", "NCCL_", "NVIDIA_", "OMP_",
    "KMP_", "MKL_", "ONEDNN_", "DNNL_", "LD_LIBRARY_PATH", "LD_PRELOAD", "PYTHONPATH", "PYTHONHASHSEED", "USE_TF", "USE_TORCH",
    "FORCE_TF_AVAILABLE",
)  # fmt: skip
#: Those of Terraform begin as TensorFlow's do, and hold what is nobody's business.
OTHERS = (
    "TF_VAR_",
    "TF_CLI_",
    "TF_TOKEN_",
    "TF_LOG",
    "TF_WORKSPACE",
    "TF_DATA_DIR",
    "TF_INPUT",
    "TF_PLUGIN_",
    "TF_REGISTRY_",
    "TF_IN_AUTOMATION",
)
SECRET = ("_TOKEN", "KEY", "SECRET", "PASS", "CREDENTIAL", "AUTH")
IS_SET = "(set)"
#: The files that hold a checkpoint's weights, the one that transformers reads first being first.
WEIGHTS = (
    "model.safetensors",
    "model.safetensors.index.json",
    "tf_model.h5",
    "tf_model.h5.index.json",
    "pytorch_model.bin",
)
#: No header of a safetensors file is longer (its own limit).
LONGEST_HEADER = 100_000_000


def environment() -> Environment:
    """The environment of this process."""
    versions = {name: version for name in PACKAGES if (version := _version(name))}
    return Environment(platform.python_version(), sys.executable, platform.platform(), versions, variables())


def variables() -> dict[str, str]:
    """The variables that the libraries read. A secret leaves this process as little as the other variables do."""
    every = sorted(os.environ.items())
    read = {name: value for name, value in every if name.startswith(READ) and not name.startswith(OTHERS)}
    return {name: IS_SET if any(word in name.upper() for word in SECRET) else value for name, value in read.items()}


def _version(name: str) -> str | None:
    for candidate in TENSORFLOWS if name == "tensorflow" else (name,):
        try:
            return metadata.version(candidate)
        except metadata.PackageNotFoundError:
            continue
    return None


def libraries_seen(recorder: Recorder, error: BaseException | None) -> LibrariesFacts:
    """What the libraries see; and where the script failed, what they ask of each other and which file they read."""
    tf: Any = sys.modules.get("tensorflow")
    gpus = cuda = None
    with contextlib.suppress(Exception):
        gpus = len(tf.config.list_physical_devices("GPU"))
        cuda = bool(tf.test.is_built_with_cuda())
    return LibrariesFacts(
        tuple(needed_by((*PACKAGES, *TENSORFLOWS), distributions()[0])) if error is not None else (),
        markers() if error is not None else {},
        checkpoint(recorder) if error is not None else None,
        gpus,
        cuda,
        os.environ.get("CUDA_VISIBLE_DEVICES"),
        tuple(late_settings(recorder, error)),
        os.environ.get("TF_FORCE_GPU_ALLOW_GROWTH", "").strip().lower() == "true",
    )


def late_settings(recorder: Recorder, error: BaseException | None) -> Iterator[LateSetting]:
    """The configurations of devices that TensorFlow refused, as they came too late. `error` is what ended the script."""
    chain: list[BaseException] = []
    while error is not None and len(chain) < 20:
        chain.append(error)
        error = error.__cause__ or error.__context__
    for call in recorder.named(*DEVICE_SETTINGS):
        if isinstance(call.error, RuntimeError) and call.extra.get("set_up"):
            ended = any(call.error is one for one in chain)
            yield LateSetting(call.facts, str(call.error), recorder.devices_set_up, ended, is_about_a_gpu(call))


def checkpoint(recorder: Recorder) -> CheckpointFile | None:
    """The weights that the last, failed `from_pretrained` of a model would read."""
    calls = [call for call in recorder.named("model.from_pretrained") if call.error is not None]
    if not calls:
        return None
    name = calls[-1].bound.get("pretrained_model_name_or_path")
    files = {one: path for one in WEIGHTS if (path := _file(str(name), one))}
    first = next(iter(files), None)
    if first is None:
        return None
    path = files[first]
    if first.endswith(".index.json"):
        path = _first_shard(path)
    return CheckpointFile(path, _format(path), calls[-1].facts.index, tuple(one for one in files if one != first))


def _file(checkpoint: str, name: str) -> str | None:
    if os.path.isdir(checkpoint):
        path = os.path.join(checkpoint, name)
        return path if os.path.exists(path) else None
    hub: Any = sys.modules.get("huggingface_hub")
    with contextlib.suppress(Exception):
        found = hub.try_to_load_from_cache(checkpoint, name)
        return found if isinstance(found, str) else None
    return None


def _first_shard(index: str) -> str:
    with contextlib.suppress(Exception), open(index, encoding="utf-8") as file:
        return os.path.join(os.path.dirname(index), min(json.load(file)["weight_map"].values()))
    return index


def _format(path: str) -> str | None:
    """The format that the header of a safetensors file names."""
    with contextlib.suppress(Exception), open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        if path.endswith(".safetensors") and length <= LONGEST_HEADER:
            return str(json.loads(file.read(length)).get("__metadata__", {}).get("format")) or None
    return None
