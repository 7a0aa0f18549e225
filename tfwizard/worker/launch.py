"""What the user's interpreter is started with: `python launch.py FD`, or for a look at it `python launch.py FD doctor [MODULE …]`.

The interpreter need not have tfwizard installed, and `sys.path` must be as the script would find it, so the package is
loaded from where this file lies.
"""

import importlib.util
import os
import sys
import time
import types


def main() -> None:
    """Make `tfwizard` importable, then hand over to the worker."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    spec = importlib.util.spec_from_file_location(
        "tfwizard", os.path.join(package, "__init__.py"), submodule_search_locations=[package]
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["tfwizard"] = module
    spec.loader.exec_module(module)

    if sys.argv[2:]:
        from tfwizard.worker.doctor import answer

        answer(int(sys.argv[1]), sys.argv[3:])
        return
    # The worker's modules get a clock of their own: the script may put another in the place of time.monotonic, and the budgets
    # of the probes must hold all the same.
    clock = types.ModuleType("time")
    clock.__dict__.update(vars(time))
    sys.modules["time"] = clock
    try:
        from tfwizard.worker.main import serve
    finally:
        sys.modules["time"] = time

    serve(int(sys.argv[1]))


if __name__ == "__main__":
    main()
