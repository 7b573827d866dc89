#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Check that no part of the tree includes what it must not know of.

Usage: includes.py ROOT

Includes of the project's own files are paths from the root, so what a file may
include follows from its folder.
"""

import pathlib
import re
import sys

# What files below a folder may include, the first that fits.  Their own folder
# needs no mention.
ALLOWED = (
    ("core/rt", ("core/attributes.h", "core/status.h")),
    ("core", ("core",)),
    ("plugin", ("core",)),
    ("ui", ("core", "plugin/atoms.h", "plugin/ports.h", "plugin/view.h")),
    ("train", ("core",)),
    ("tools", ("core", "train", "ui", "plugin/ports.h")),
    ("bench", ("core", "tools", "ui", "plugin/ports.h")),
    ("tests", ("core", "plugin", "tools", "train", "ui", "bench")),
)
PARTS = ("core", "plugin", "ui", "train", "tools", "bench", "tests")

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def is_below(path, folder):
    """Return whether a path is a folder or something in it."""
    return path == folder or path.startswith(folder + "/")


def faults(root, path):
    """Yield a sentence for each include of a file that breaks a rule."""
    name = path.relative_to(root).as_posix()
    folder, allowed = next(a for a in ALLOWED if is_below(name, a[0]))
    for include in INCLUDE.findall(path.read_text(encoding="utf-8")):
        if not (root / include).is_file():
            yield f'{name}: "{include}" is not a path from the root'
        elif not any(is_below(include, a) for a in (folder, *allowed)):
            yield f'{name}: {folder} must not include "{include}"'


def main():
    """Check all sources, and print the faults."""
    root = pathlib.Path(sys.argv[1])
    files = sorted(f for part in PARTS for f in (root / part).rglob("*.[ch]"))
    found = [fault for file in files for fault in faults(root, file)]
    print("\n".join(found) or f"{len(files)} files include what they may")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
