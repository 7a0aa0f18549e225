"""What the wizard costs, in one table: each cost as a ratio to the plain thing, measured in turns in one run, or beside a bound.

Ratios hold on a busy machine as well; seconds and milliseconds against a bound want a quiet one.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import tests.benchmarks
from tests.benchmarks.machine import machine
from tests.benchmarks.row import Asked, Part, Row

#: As they are told; a part that is not named here comes behind.
ORDER = ("paint", "held", "check", "verification", "watch", "keys", "idle", "flood", "overfit", "training", "labels", "ui-memory", "wheel", "memory")  # fmt: skip


def parts() -> dict[str, Part]:
    """All parts by name: every module of this package may have some in PARTS."""
    modules = [one.name for one in pkgutil.iter_modules(tests.benchmarks.__path__) if one.name != "__main__"]
    found = [
        part for name in modules for part in getattr(importlib.import_module(f"tests.benchmarks.{name}"), "PARTS", ())
    ]
    at = {name: position for position, name in enumerate(ORDER)}
    return {part.name: part for part in sorted(found, key=lambda part: at.get(part.name, len(ORDER)))}


def measured(part: Part, asked: Asked, failed: list[str]) -> Iterator[Row]:
    """The rows of a part, in a folder of its own. What goes wrong in one part leaves the others."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_STATE_HOME"] = str(Path(scratch) / "state")
        try:
            yield from part.rows(Path(scratch), asked)
        except Exception:
            failed.append(part.name)
            traceback.print_exc()


def number(value: float) -> str:
    """Three figures."""
    return (
        f"{value:.0f}" if abs(value) >= 100 or value == 0 else (f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}")
    )


def cells(row: Row) -> tuple[str, ...]:
    """A row as words, in the columns of HEAD."""
    against = f"{row.against}, {number(row.yardstick)} {row.unit}" if row.yardstick is not None else ""
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    allowed = (
        ""
        if row.allowed is None
        else (number(row.allowed) if row.ratio is not None else f"{number(row.allowed)} {row.unit}")
    )
    return row.what, f"{number(row.measured)} {row.unit}", against, ratio, allowed, row.verdict


def told(row: Row) -> str:
    """A row as a line of the table."""
    what, value, against, ratio, allowed, verdict = cells(row)
    return f"{what:58} {value:>11} {ratio:>6} {allowed:>9} {verdict:5} {against}{'; ' if against and row.note else ''}{row.note}"


def markdown(rows: Sequence[Row], on: dict[str, str]) -> str:
    """The table of README."""
    versions = f"Python {on['python']} ({on['bytecode']}), TensorFlow {on['tensorflow']}"
    lines = [f"Measured on {on['processor']}, {on['memory']}, {versions}.", ""]
    lines += ["| what | measured | against | ratio | allowed |", "|---|---|---|---|---|"]
    lines += ["|" + "|".join(f" {cell} " if cell else " " for cell in cells(row)[:-1]) + "|" for row in rows]
    return "\n".join(lines)


def main() -> int:
    """Measure, tell, and exit 1 when something is over what is allowed, or could not be measured."""
    every = parts()
    minutes = "\n".join(f"  {part.name:14} {part.about} (about {part.minutes:g} min)" for part in every.values())
    options = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description=__doc__, epilog=f"parts:\n{minutes}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    options.add_argument("--only", nargs="+", metavar="NAME", choices=list(every), help="these parts alone")
    options.add_argument("--rounds", type=int, default=5, help="of each pair (default 5)")
    options.add_argument("--quick", action="store_true", help="one round of each pair, two seconds of each live view")
    options.add_argument("--json", type=Path, metavar="FILE", help="the rows and the machine, for programs")
    options.add_argument("--markdown", action="store_true", help="print the table as README has it, in the end")
    chosen = options.parse_args()
    asked = Asked(1, 2.0) if chosen.quick else Asked(max(1, chosen.rounds))
    on, rows, failed = machine(), list[Row](), list[str]()
    for name, value in on.items():
        print(f"{name:11} {value}")
    print(f"\n{'what':58} {'measured':>11} {'ratio':>6} {'allowed':>9}", flush=True)
    os.environ.update(HF_HUB_OFFLINE="1", TFWIZARD_LANG="en")
    for name in chosen.only or every:
        for row in measured(every[name], asked, failed):
            rows.append(row)
            print(told(row), flush=True)
    for name in failed:
        print(f"{name}: could not be measured", file=sys.stderr)
    if chosen.json:
        told_rows = [{**asdict(row), "ratio": row.ratio, "verdict": row.verdict} for row in rows]
        chosen.json.write_text(json.dumps({"machine": on, "rows": told_rows, "failed": failed}, indent=1) + "\n")
    if chosen.markdown:
        print("\n" + markdown(rows, on))
    return int(bool(failed) or any(row.verdict == "OVER" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
