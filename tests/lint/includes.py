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

# What all that the audio thread runs stands on
BASE = ("core/base/rt", "core/base/attributes.h", "core/base/status.h")

# What all that the audio thread runs stands on
BASE = ("core/base/rt", "core/base/attributes.h", "core/base/status.h")

# What files below a folder may include, the first that fits.  Their own folder
# needs no mention.
ALLOWED = (
    ("core/base/rt", BASE),
    ("core/math/rt", (*BASE, "core/kernels/rt", "core/memory/rt/modes.h")),
    ("core/memory/rt", (*BASE, "core/math/rt", "core/kernels/rt")),
    ("core/dsp/rt", (*BASE, "core/math/rt", "core/memory/rt",
                     "core/kernels/rt")),
    ("core/nn/rt", (*BASE, "core/math/rt", "core/memory/rt", "core/dsp/rt",
                    "core/kernels/rt")),
    ("core/kernels/rt", (*BASE, "core/math/rt", "core/memory/rt", "core/nn/rt",
                         "core/dsp/rt")),
    ("core/base", ()),
    ("core/math", ("core/base",)),
    ("core/memory", ("core/base", "core/math", "core/kernels")),
    ("core/dsp", ("core/base", "core/math", "core/memory", "core/kernels")),
    ("core/nn", ("core/base", "core/math", "core/memory", "core/dsp",
                 "core/kernels")),
    ("plugin", ("core", "train")),
    ("ui", ("core", "plugin/atoms.h", "plugin/ports.h", "plugin/view.h")),
    ("train", ("core",)),
    ("tools/base", ("core/base",)),
    ("data", ("core/base", "tools/base")),
    ("host", ("core/base", "data", "tools/base", "plugin/ports.h")),
    ("tools", ("core", "train", "data", "host", "ui", "plugin/ports.h")),
    ("bench", ("core", "train", "data", "host", "tools", "ui", "plugin/ports.h")),
    ("tests", ("core", "plugin", "data", "host", "tools", "train", "ui",
               "bench")),
)
PARTS = ("core", "plugin", "ui", "train", "data", "host", "tools", "bench",
         "tests")

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
