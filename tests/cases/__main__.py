"""Score tfwizard on all the scripts of this folder, or on those named: `python -m tests.cases [--fix] [--jobs 2] [NAME …]`."""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cases.scoring import examine, expected, names, no_hub


def main() -> int:
    """Exit status 0 when everything that must be found is, without a false alarm."""
    options = argparse.ArgumentParser(prog="python -m tests.cases", description=__doc__)
    options.add_argument("names", nargs="*", metavar="NAME", help="a case, or the beginning of several")
    options.add_argument("--fix", action="store_true", help="have the faults fixed too, where that is expected")
    options.add_argument("--jobs", type=int, default=2)
    asked = options.parse_args()
    chosen = [name for name in names() if not asked.names or name.startswith(tuple(asked.names))]
    no_hub()
    results = []
    with ThreadPoolExecutor(asked.jobs) as pool:
        for future in as_completed([pool.submit(examine, name, asked.fix) for name in chosen]):
            results.append(future.result())
            print(results[-1], flush=True)
    wanted = {name: expected(name) for name in chosen}
    must = sum(len(one["must"]) for one in wanted.values())
    score = f"found {must - sum(len(one.missed) for one in results)}/{must}, false alarms {sum(len(one.false) for one in results)}"
    if asked.fix:
        fixed = sum(len(one["fixed"]) for one in wanted.values())
        score += f", fixed {fixed - sum(len(one.not_fixed) for one in results)}/{fixed}"
    sound = sum(not one["must"] for one in wanted.values())
    print(f"\n{len(results)} cases ({sound} sound), {sum(one.right for one in results)} right: {score}")
    return 0 if results and all(one.right for one in results) else 1


if __name__ == "__main__":
    sys.exit(main())
