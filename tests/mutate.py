#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Try changes of one token in a copy of the tree, for mutate.sh.

Usage: mutate.py ROOT COPY N SEED SECONDS, see mutate.sh.
"""

import collections
import contextlib
import dataclasses
import hashlib
import pathlib
import re
import shutil
import subprocess
import sys

import mutate_tests

ROOT = pathlib.Path(sys.argv[1])
COPY = pathlib.Path(sys.argv[2])
BUILD = COPY / "build"

# What tests run, and no table that only some CPUs have
FOLDERS = ("core", "plugin")
OTHERS = re.compile(r"kernels_(avx|wide)")

# What there is of core and plugins in the programs of tests
CODE = ("core/libcore.a", "plugin/lmu.so")

# What is no code, or is no code here, has nothing to change
BLANK = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
    r"|^[ \t]*#\s*(?!define)(?:\\\n|[^\n])*|\b(?:static_|_Static_)?assert\s*\([^;]*;",
    re.DOTALL | re.MULTILINE)

# Binary operators stand between spaces, which pointers do not
OPERATORS = {
    "<": ["<=", ">"], "<=": ["<", ">"], ">": [">=", "<"], ">=": [">", "<"],
    "==": ["!="], "!=": ["=="], "&&": ["||"], "||": ["&&"], "+": ["-"],
    "-": ["+"], "*": ["/"], "/": ["*"], "%": ["*"], "&": ["|"], "|": ["&"],
    "^": ["|"], "<<": [">>"], ">>": ["<<"], "+=": ["-=", "="],
    "-=": ["+=", "="], "*=": ["/=", "="], "/=": ["*="], "|=": ["&=", "="],
    "&=": ["|=", "="]}
OPERATOR = re.compile(
    r"(?<=\s)(" + "|".join(sorted(map(re.escape, OPERATORS), key=len,
                                  reverse=True)) + r")(?=\s)")
STEP = re.compile(r"\+\+|--(?=\w)")
NOT = re.compile(r"!(?=[\w(])")
TRUTH = re.compile(r"\b(true|false)\b")
NUMBER = re.compile(r"(?<![\w.])(\d+)(\.\d+)?(U|f|)(?![\w.])")
CONDITION = re.compile(r"\b(if|while) \((?=\S)")
STATEMENT = re.compile(
    r"^ +(?!return|case|typedef|goto)(?:[\w.>\-\[\]()*+]+ [-+*/|&]?= .*|\+\+.*"
    r"|(?:\(void\))?\w+\(.*\)|break|continue);$", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Mutant:
    """A change: what stands at a place of a file, and what comes there."""

    file: str
    line: int
    key: str
    place: int
    old: str
    new: str


def blanked(text):
    """Return a text of the same length with only the code."""
    return BLANK.sub(lambda found: re.sub(r"\S", " ", found.group()), text)


def number_changes(found):
    """Return what to write instead of a number."""
    whole, part, kind = int(found[1]), found[2] or "", found[3]
    if part and not kind and len(part) > 6:
        return []  # A digit of a constant of mathematics is no rule of ours
    values = [whole + 1] if whole != 1 else [0, 2]
    return [f"{value}{part}{kind}" for value in values]


def changes(code):
    """Yield place, old and new of each change of a code."""
    for pattern, new_of in (
            (OPERATOR, lambda found: OPERATORS[found[1]]),
            (STEP, lambda found: ["--" if found[0] == "++" else "++"]),
            (NOT, lambda found: [""]),
            (TRUTH, lambda found: ["false" if found[1] == "true" else "true"]),
            (NUMBER, number_changes),
            (CONDITION, lambda found: [f"{found[1]} (!("]),
            (STATEMENT, lambda found: [";"])):
        for found in pattern.finditer(code):
            for new in new_of(found):
                yield found.start(), found[0], new


def closing(code, place):
    """Return the place of the bracket that closes the one at a place."""
    depth = 0
    for i in range(place, len(code)):
        depth += {"(": 1, ")": -1}.get(code[i], 0)
        if not depth:
            return i
    raise ValueError("A bracket does not close")


def mutants_of(file):
    """Yield all changes of a file.  The key of one stays when other lines change."""
    text = (COPY / file).read_text(encoding="utf-8")
    seen = collections.Counter()
    for place, old, new in changes(blanked(text)):
        start = text.rfind("\n", 0, place) + 1
        line = text[start:text.find("\n", place)]
        key = "\n".join((file, line, str(place - start), old, new))
        seen[key] += 1
        yield Mutant(file, text.count("\n", 0, place) + 1, f"{key}\n{seen[key]}",
                     place, old, new)


def mutants(seed):
    """Return all changes in the random order of a seed."""
    files = (path.relative_to(COPY).as_posix() for folder in FOLDERS
             for path in (COPY / folder).rglob("*.[ch]"))
    found = [m for f in files if not OTHERS.search(f) for m in mutants_of(f)]
    return sorted(found, key=lambda mutant: hashlib.sha256(
        f"{seed}\n{mutant.key}".encode()).digest())


def mutated(text, mutant):
    """Return a text with a change, on the same lines."""
    end = mutant.place + len(mutant.old)
    rest = text[end:]
    if mutant.new.endswith("(!("):
        last = closing(blanked(text), end - 1)
        rest = text[end:last] + ")" + text[last:]
    return text[:mutant.place] + mutant.new + rest


def copy_tree():
    """Make the copy the same as the tree, and leave alone what is so already."""
    found = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"], stdout=subprocess.PIPE, check=True).stdout
    files = {name for name in found.decode().split("\0")
             if name and (ROOT / name).is_file()}
    for name in files:
        old, new = ROOT / name, COPY / name
        if not new.exists() or new.read_bytes() != old.read_bytes():
            new.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(old, new)
    for path in COPY.rglob("*"):
        name = path.relative_to(COPY).as_posix()
        if (path.is_file() and name not in files
                and name.split("/")[0] not in mutate_tests.FOLDERS):
            path.unlink()


def configure():
    """Make the build folder.  What asserts say counts, as it does elsewhere."""
    if not (BUILD / "build.ninja").exists():
        subprocess.run(["meson", "setup", str(BUILD), str(COPY), "-Dtests=enabled",
                        "-Dtools=disabled", "-Dui=disabled", "-Db_ndebug=false"],
                       stdout=subprocess.DEVNULL, check=True)


def code_of_build():
    """Return what tests run of core and plugins."""
    return [(BUILD / name).read_bytes() for name in CODE]


def sources():
    """Return the code that is to be changed."""
    return b"".join(path.read_bytes() for folder in FOLDERS
                    for path in sorted((COPY / folder).rglob("*.[ch]")))


@contextlib.contextmanager
def changed(mutant):
    """Have a change in the copy."""
    path = COPY / mutant.file
    text = path.read_text(encoding="utf-8")
    path.write_text(mutated(text, mutant), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(text, encoding="utf-8")


def attempt(mutant, tests, original, sort):
    """Return which test of a sort sees a change or None, or "none" if it is none."""
    first, more = tests.in_order(mutant, sort)
    with changed(mutant):
        if not tests.build(first, CODE) or code_of_build() == original:
            return "none"
        for part in (first, more):
            # What the first see needs not all programs to be linked
            if not tests.build(part):
                return "none"
            failed = tests.run(part)
            if failed:
                tests.saw(mutant, failed)
                return failed
    return None


def say(mutant, result):
    """Print where a change is, and what became of it."""
    lines = (COPY / mutant.file).read_text(encoding="utf-8").splitlines()
    print(f"{mutant.file}:{mutant.line}: {mutant.old.strip()!r} -> {mutant.new!r}: "
          f"{result}\n    {lines[mutant.line - 1].strip()}", flush=True)


def try_all(changes_left, count, tests, sort):
    """Try as many changes that make other code, and return those that no test of a
    sort sees."""
    original, tried, none, alive = code_of_build(), 0, 0, []
    for mutant in changes_left:
        if tried >= count:
            break
        result = attempt(mutant, tests, original, sort)
        if result == "none":
            none += 1
            continue
        tried += 1
        say(mutant, result or f"lives {sort} tests")
        if not result:
            alive.append(mutant)
    print(f"\nTried {tried}, of which {len(alive)} live {sort} tests; {none} more did "
          f"not compile, or compiled to the same code\n", flush=True)
    return alive


def main():
    """Try as many changes as were asked for."""
    count, seed, seconds = map(int, sys.argv[3:])
    copy_tree()
    configure()
    tests = mutate_tests.Tests(COPY, BUILD, seconds)
    if not tests.build_all():
        return "The tree does not build"
    alive = mutants(seed)
    print(f"{len(alive)} changes, {len(tests)} tests", flush=True)
    for sort in mutate_tests.SORTS:
        failed = tests.build_all() and tests.measure(sources(), sort)
        if failed:
            return f"{failed} fails before anything is changed"
        alive = try_all(alive, count, tests, sort)
    for mutant in alive:
        say(mutant, "alive")
    tests.build_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
