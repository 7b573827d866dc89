#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Check that each name is that of one thing: names.py ROOT CC ARCHIVE...

No symbol is in two of the archives, which hold all that is shipped: they link
whole into one object.  No type, macro or constant of an enumeration is in two
headers.
"""

import collections
import pathlib
import re
import subprocess
import sys
import tempfile

PARTS = ("core", "plugin", "ui", "train", "data", "host", "tools", "bench",
         "tests")

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
STRUCTURE = re.compile(r"^\} (\w+)[^;{}]*;", re.MULTILINE)
ALIAS = re.compile(r"^typedef\b[^{};]*?(\w+)\s*(?:\[[^\]]*\]\s*)?;",
                   re.MULTILINE)
FUNCTION = re.compile(r"^typedef\b[^{};]*?\(\*(\w+)\)\s*\(", re.MULTILINE)
MACRO = re.compile(r"^#\s*define\s+(\w+)", re.MULTILINE)
ENUMERATION = re.compile(r"\benum\b[^{;]*\{([^}]*)\}")
CONSTANT = re.compile(r"(?:^|,)\s*(\w+)")


def names_of(text):
    """Return the names that a header gives."""
    text = COMMENT.sub("", text)
    names = set()
    for pattern in (STRUCTURE, ALIAS, FUNCTION, MACRO):
        names.update(pattern.findall(text))
    for body in ENUMERATION.findall(text):
        names.update(CONSTANT.findall(body))
    return names


def twice_in_headers(root):
    """Yield a sentence for each name that two headers give."""
    homes = collections.defaultdict(list)
    for part in PARTS:
        for path in sorted((root / part).rglob("*.h")):
            for name in names_of(path.read_text(encoding="utf-8")):
                homes[name].append(path.relative_to(root).as_posix())
    for name, paths in sorted(homes.items()):
        if len(paths) > 1:
            yield f"{name} is in {' and '.join(paths)}"


def twice_in_archives(compiler, archives):
    """Yield a line for each symbol that a linker finds twice."""
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run(
            [*compiler.split(), "-r", "-nostdlib", "-o", f"{folder}/whole.o",
             "-Wl,--whole-archive", *archives, "-Wl,--no-whole-archive"],
            capture_output=True, text=True, check=False)
    lines = [line for line in result.stderr.splitlines()
             if "multiple definition" in line or "duplicate symbol" in line]
    yield from lines
    if result.returncode and not lines:
        yield result.stderr


def main():
    """Check headers and archives, and print what is there twice."""
    root, compiler, *archives = sys.argv[1:]
    found = [*twice_in_headers(pathlib.Path(root)),
             *twice_in_archives(compiler, archives)]
    print("\n".join(found) or f"Each name once in {len(archives)} archives")
    return 1 if found or not archives else 0


if __name__ == "__main__":
    sys.exit(main())
