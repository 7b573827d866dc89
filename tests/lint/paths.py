#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Check that what texts name is there: paths.py ROOT

A first word in backticks that begins with a folder of the tree is a path in it,
perhaps with asterisks.  In the text on the architecture, `word()` is a function of the
sources, and `WORD` or `Word` a constant, macro or type of theirs.
"""

import pathlib
import re
import sys

TEXTS = ("README.md", "CONTRIBUTING.md", "doc/*.md")
ARCHITECTURE = "doc/architecture.md"
SOURCES = ("core", "train", "plugin", "ui", "data", "host", "tools", "bench")
FOLDERS = (*SOURCES, ".ci", "bundle", "doc", "include", "modgui",
           "presets", "tests", "ttl")

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"(?:\./)?([\w.*-]+(?:/[\w.*-]+)+)/?")
CALL = re.compile(r"(\w+)\(\)")
DEFINITION = re.compile(r"^(\w+)\(", re.MULTILINE)
MEMBER = re.compile(r"\(\*(\w+)\)\(")
NAME = re.compile(r"[A-Z]\w+")
WORD = re.compile(r"\b[A-Z]\w+")


def is_there(root, path):
    """Return whether a path is in the tree."""
    return any(root.glob(path)) if "*" in path else (root / path).exists()


def missing_paths(root, text):
    """Yield what looks like a path in the tree and is none."""
    for code in CODE.findall(text):
        word, *_ = code.split() or [""]
        path = PATH.fullmatch(word)
        if (path and path[1].split("/")[0] in FOLDERS
                and not is_there(root, path[1])):
            yield word


def names_of(root):
    """Return the names of all functions, and all words that are capitalised."""
    calls, words = set(), set()
    for folder in SOURCES:
        for path in (root / folder).rglob("*.[ch]"):
            text = path.read_text(encoding="utf-8")
            calls.update(DEFINITION.findall(text), MEMBER.findall(text))
            words.update(WORD.findall(COMMENT.sub("", text)))
    return calls, words


def missing_names(root, text):
    """Yield functions, types and constants that no source has."""
    calls, words = names_of(root)
    for code in CODE.findall(text):
        call = CALL.fullmatch(code)
        if (call and call[1] not in calls
                or NAME.fullmatch(code) and code not in words):
            yield code


def main():
    """Check all texts, and print what they name that is not there."""
    root = pathlib.Path(sys.argv[1])
    files = sorted(file for text in TEXTS for file in root.glob(text))
    found = []
    for file in files:
        text = FENCE.sub("", file.read_text(encoding="utf-8"))
        name = file.relative_to(root).as_posix()
        missing = [*missing_paths(root, text)]
        if name == ARCHITECTURE:
            missing += missing_names(root, text)
        found += [f"{name}: {word} is not there" for word in missing]
    print("\n".join(found) or f"All is there that {len(files)} texts name")
    return 1 if found or not (root / ARCHITECTURE).exists() else 0


if __name__ == "__main__":
    sys.exit(main())
