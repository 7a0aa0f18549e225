"""What `tfwizard doctor` asks of the user's interpreter: what is installed, and where that is wanted, whether it imports."""

from __future__ import annotations

import importlib
import os
import sys
import time
from typing import Any, Sequence

from tfwizard import protocol
from tfwizard.facts import Imported, InstalledFacts
from tfwizard.worker.cuda import cuda_libraries
from tfwizard.worker.environment import environment
from tfwizard.worker.installed import distributions, keras_backend, markers, tensorflow_build

#: The class of transformers that imports all that its TensorFlow models need.
OF_TRANSFORMERS = "TFPreTrainedModel"


def answer(fd: int, modules: Sequence[str]) -> None:
    """Write what is installed to `fd`, then try to import `modules`, saying each before it is tried."""
    # As a script in this folder would find things.
    sys.path[0] = os.getcwd()
    with os.fdopen(fd, "wb", buffering=0) as out:

        def send(kind: str, **body: Any) -> None:
            out.write(protocol.encode(kind, **body))

        send("installed", facts=installed())
        for module in modules:
            send("importing", module=module)
            send("imported", facts=try_import(module))
        if modules:
            send("gpus", count=gpus_seen())
    # Threads of the libraries may keep an interpreter from its end.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def installed() -> InstalledFacts:
    """All that can be read without an import."""
    there, hidden = distributions()
    folders = list(dict.fromkeys([*(one.folder for one in there), *sys.path]))
    build = tensorflow_build(folders)
    return InstalledFacts(
        environment(),
        tuple(there),
        tuple(hidden),
        markers(),
        keras_backend(),
        build,
        tuple(cuda_libraries(build, folders)) if build is not None and build.cuda else (),
    )


def try_import(module: str) -> Imported:
    """Import a module; of transformers, also what its TensorFlow models begin with."""
    started = time.monotonic()
    error = ""
    try:
        imported = importlib.import_module(module)
        if module == "tensorflow":
            imported.keras.Model  # noqa: B018 - tf.keras is imported when it is first used
        if module == "transformers":
            getattr(imported, OF_TRANSFORMERS).from_pretrained  # noqa: B018
    except BaseException as failure:  # also a sys.exit of theirs
        lines = [line.strip() for line in str(failure).splitlines() if line.strip()]
        error = f"{type(failure).__name__}: {lines[0] if lines else ''}".rstrip(": ")
    return Imported(module, round(time.monotonic() - started, 2), error)


def gpus_seen() -> int | None:
    """How many GPUs TensorFlow sees; None where it was not imported."""
    tf: Any = sys.modules.get("tensorflow")
    try:
        return len(tf.config.list_physical_devices("GPU"))
    except Exception:
        return None
