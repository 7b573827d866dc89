#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Check that no clock of Check's ends a test: clocks.py ROOT

Check ends each test after four seconds unless a program says otherwise, which a
slow or busy machine needs for what is right.  Meson ends what hangs.
"""

import pathlib
import re
import sys

TIMEOUT = re.compile(r"\btcase_set_timeout\s*\([^,]*,\s*([^)]*)\)")
CASE = re.compile(r"\bsuite_add_tcase\s*\(")
NONE = "0.0"


def faults(name, text):
    """Yield a sentence for each clock in a source."""
    values = TIMEOUT.findall(text)
    for value in values:
        if value != NONE:
            yield f"{name}: tests end after {value} s"
    if len(values) < len(CASE.findall(text)):
        yield f"{name}: tests end after Check's four seconds, without {NONE}"


def main():
    """Check all sources of tests, and print the faults."""
    root = pathlib.Path(sys.argv[1])
    files = sorted((root / "tests").rglob("*.[ch]"))
    found = [fault for file in files for fault in
             faults(file.relative_to(root), file.read_text(encoding="utf-8"))]
    print("\n".join(found) or f"No clock in {len(files)} files")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
