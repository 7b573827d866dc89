#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Try changes of one token in a copy of the tree, for mutate.sh.

Usage: mutate.py ROOT COPY N SEED SECONDS, see mutate.sh.
"""

import concurrent.futures
import dataclasses
import hashlib
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(sys.argv[1])
COPY = pathlib.Path(sys.argv[2])
BUILD = COPY / "build"

# What tests run, and no table that only some CPUs have
FOLDERS = ("core", "plugin")
OTHERS = re.compile(r"kernels_(avx|wide)")

# What there is of core and plugins in the programs of tests
CODE = ("core/libcore.a", "plugin/lmu.so")

# Tests that come first, before all programs are linked
N_FIRST = 6

# Seconds from which a test waits until all others saw nothing
LONG = 30.0

# Memory that a test may take, as a change can make it ask for all
MAX_BYTES = 8 << 30

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


def mutants():
    """Return all changes."""
    result = []
    for path in sorted(p for f in FOLDERS for p in (COPY / f).rglob("*.[ch]")):
        name = path.relative_to(COPY).as_posix()
        if not OTHERS.search(name):
            code = blanked(path.read_text(encoding="utf-8"))
            result += [Mutant(name, *change) for change in changes(code)]
    return result


def mutated(text, mutant):
    """Return a text with a change, on the same lines."""
    end = mutant.place + len(mutant.old)
    rest = text[end:]
    if mutant.new.endswith("(!("):
        last = closing(blanked(text), end - 1)
        rest = text[end:last] + ")" + text[last:]
    return text[:mutant.place] + mutant.new + rest


def run(words, **more):
    """Run a program to its end in silence, and return its exit code."""
    return subprocess.run(words, stdout=subprocess.DEVNULL, check=False,
                          stderr=subprocess.DEVNULL, **more).returncode


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
        if path.is_file() and name not in files and BUILD not in path.parents:
            path.unlink()


def configure():
    """Make the build folder.  What asserts say counts, as it does elsewhere."""
    if not (BUILD / "build.ninja").exists():
        subprocess.run(["meson", "setup", str(BUILD), str(COPY), "-Dtests=enabled",
                        "-Dtools=disabled", "-Dui=disabled", "-Db_ndebug=false"],
                       stdout=subprocess.DEVNULL, check=True)


class Tests:
    """Tests of a build folder, in the order in which they most likely fail soon."""

    def __init__(self, seconds):
        found = subprocess.run(["meson", "introspect", "--tests", str(BUILD)],
                               stdout=subprocess.PIPE, check=True).stdout
        self._tests = [
            t for t in json.loads(found) if t["priority"] <= seconds
            and not any(s.endswith(":held") for s in t["suite"])
            and any(s.endswith((":unit", ":plugin")) for s in t["suite"])]
        self._sources = {t["name"]: self._source(t["name"]) for t in self._tests}
        self._seconds = {t["name"]: t["priority"] for t in self._tests}

    @staticmethod
    def _source(name):
        files = sorted((COPY / "tests").glob(f"*/test_{name}.c"))
        return files[0].read_text(encoding="utf-8") if files else ""

    def _rank(self, test, file):
        path = pathlib.PurePath(file)
        names = test["name"] == path.stem
        includes = path.with_suffix(".h").as_posix() in self._sources[test["name"]]
        seconds = self._seconds[test["name"]]
        return (seconds > LONG, not names, not includes, seconds)

    def __len__(self):
        return len(self._tests)

    def in_order(self, file):
        """Return all tests, those that most likely see a change of a file first."""
        return sorted(self._tests, key=lambda test: self._rank(test, file))

    def learn(self, seconds):
        """Take the time that each test took."""
        self._seconds.update(seconds)


class Round:
    """One run of tests, which ends when the first fails."""

    def __init__(self):
        self._lock = threading.Lock()
        self._running = set()
        self.failed = None
        self.seconds = {}

    @staticmethod
    def _prepare():
        os.setsid()
        resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def _try(self, test):
        with self._lock:
            if self.failed:
                return
            process = subprocess.Popen(
                test["cmd"], stdin=subprocess.DEVNULL, cwd=BUILD,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env={**os.environ, **test["env"]}, preexec_fn=self._prepare)
            self._running.add(process)
        start = time.monotonic()
        try:
            # What hangs is ended as meson would
            status = process.wait(10 * test["timeout"])
        except subprocess.TimeoutExpired:
            self._end(process)
            status = "no end"
        with self._lock:
            self.seconds[test["name"]] = time.monotonic() - start
            self._running.discard(process)
            if status not in (0, 77) and test["name"] != "cost_bad":
                self.failed = self.failed or test["name"]
                for other in self._running:
                    self._end(other)

    @staticmethod
    def _end(process):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def run(self, tests):
        """Run tests, and return the name of one that failed or None."""
        with concurrent.futures.ThreadPoolExecutor(
                len(os.sched_getaffinity(0))) as pool:
            list(pool.map(self._try, tests))
        return self.failed


def build_all():
    """Build all, and return whether that worked."""
    return run(["ninja", "-C", str(BUILD)]) == 0


def build_for(tests):
    """Build what tests take, and return whether that worked."""
    words = {pathlib.Path(os.path.normpath(word)) for test in tests
             for word in test["cmd"]}
    targets = {word.relative_to(BUILD).as_posix() for word in words
               if BUILD in word.parents and word.is_file()}
    return run(["ninja", "-C", str(BUILD), *CODE, *targets]) == 0


def code_of_build():
    """Return what tests run of core and plugins."""
    return [(BUILD / name).read_bytes() for name in CODE]


def attempt(mutant, tests, original):
    """Return what became of a change: none, or the test that failed, or alive."""
    path = COPY / mutant.file
    text = path.read_text(encoding="utf-8")
    path.write_text(mutated(text, mutant), encoding="utf-8")
    try:
        ordered = tests.in_order(mutant.file)
        if not build_for(ordered[:N_FIRST]) or code_of_build() == original:
            return "none"
        for part in (ordered[:N_FIRST], ordered[N_FIRST:]):
            # What the first see needs not all programs to be linked
            if not build_for(part):
                return "none"
            failed = Round().run(part)
            if failed:
                return failed
        return "alive"
    finally:
        path.write_text(text, encoding="utf-8")


def digest():
    """Return a text that stands for all files of the copy."""
    sums = hashlib.sha256()
    for path in sorted(COPY.rglob("*")):
        if path.is_file() and BUILD not in path.parents:
            sums.update(path.relative_to(COPY).as_posix().encode())
            sums.update(path.read_bytes())
    return sums.hexdigest()


def measure(tests):
    """Find out how long tests take, unless that is known of these files, and return
    the name of one that failed or None."""
    store = BUILD / "seconds.json"
    known = json.loads(store.read_text("utf-8")) if store.exists() else {}
    if known.get("digest") != digest():
        first = Round()
        if not build_for(tests.in_order("none")) or first.run(tests.in_order("none")):
            return first.failed or "The build"
        known = {"digest": digest(), "seconds": first.seconds}
        store.write_text(json.dumps(known), "utf-8")
    tests.learn(known["seconds"])
    return None


def say(mutant, result):
    """Print where a change is, and what became of it."""
    text = (COPY / mutant.file).read_text(encoding="utf-8")
    line = text.count("\n", 0, mutant.place) + 1
    old = text.splitlines()[line - 1].strip()
    print(f"{mutant.file}:{line}: {mutant.old.strip()!r} -> "
          f"{mutant.new!r}: {result}\n    {old}", flush=True)


def main():
    """Try as many changes as were asked for."""
    count, seed, seconds = map(int, sys.argv[3:])
    copy_tree()
    configure()
    if not build_all():
        return "The tree does not build"
    tests, original = Tests(seconds), code_of_build()
    failed = measure(tests)
    if failed:
        return f"{failed} fails before anything is changed"

    every = mutants()
    random.Random(seed).shuffle(every)
    print(f"{len(every)} changes, {len(tests)} tests", flush=True)
    tried, alive, none = 0, [], 0
    for mutant in every:
        if tried >= count:
            break
        result = attempt(mutant, tests, original)
        tried += result != "none"
        none += result == "none"
        if result != "none":
            say(mutant, result)
        if result == "alive":
            alive.append(mutant)

    print(f"\nTried {tried}, {len(alive)} live; "
          f"{none} more did not compile, or compiled to the same code")
    for mutant in alive:
        say(mutant, "alive")
    build_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
