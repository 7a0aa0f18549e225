"""The catalogue by command: `python -m tests.language update`, `missing [--json FILE]`, `fill FILE.json`.

`fill` takes {"message": "translation"}, for one with a plural {"singular": ["translation", "translation of the plural"]}.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from .catalogue import filled, merged, missing, save, translations
from .extraction import extract


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.language", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("update", help="bring the catalogue up to date with the source, and compile it")
    commands.add_parser("missing", help="what is not translated").add_argument("--json", metavar="FILE", type=Path)
    commands.add_parser("fill", help="put translations into the catalogue").add_argument("file", type=Path)
    asked = parser.parse_args()

    found, known = extract(), translations()
    strange: list[str] = []
    if asked.command == "fill":
        known, strange = filled(known, found, json.loads(asked.file.read_text(encoding="utf-8")))
    catalogue = merged(found, known)
    if asked.command != "missing":
        save(catalogue)
    wanting = missing(catalogue)
    if asked.command == "missing":
        text = json.dumps(wanting, ensure_ascii=False, indent=1)
        if asked.json:
            asked.json.write_text(text + "\n", encoding="utf-8")
        else:
            print(text)
    for one in found.wrong:
        print(one, file=sys.stderr)
    for one in strange:
        print(f"no such message, or not of this form: {one!r}", file=sys.stderr)
    print(f"{len(found.files)} messages, {len(wanting)} without a translation", file=sys.stderr)
    return 1 if found.wrong or strange else 0


sys.exit(main())
