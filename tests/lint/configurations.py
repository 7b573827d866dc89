#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Check that all that the options allow configures, and builds whole.

Usage: configurations.py ROOT FOLDER

Hides libraries from meson, and sets options.  Each library is hidden alone, all
are, and so that each three of libraries and options meet in every way.  What is
the same build as another one is built once, and every target of it, also what is
not built by default.  Where an option is enabled and a library is missing, meson
must name that library.  FOLDER keeps the builds, and a cache of the compiler.

Prints the Test Anything Protocol.
"""

import concurrent.futures
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1]).resolve()
FOLDER = pathlib.Path(sys.argv[2]).resolve()
OPTIONS = ("tests", "tools", "ui")

# What no build can do without
NEEDED = {"lv2", "threads"}

# Meson also finds these without pkg-config: what to hide of the compiler or of
# programs
LIBRARIES = {"zlib": "z"}
PROGRAMS = {"hdf5": "h5cc"}


def run(words, environment=None):
    """Run a program, and return its exit code and what it printed."""
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, check=False,
                          env={**os.environ, **(environment or {})})
    return done.returncode, done.stdout


def dependencies():
    """Return the names of all libraries that a build may go without."""
    _, text = run(["meson", "introspect", "--scan-dependencies",
                   str(ROOT / "meson.build")])
    return sorted({d["name"] for d in json.loads(text) if d["name"]} - NEEDED)


def meetings(configuration, names):
    """Return how each three of a configuration's choices are made."""
    return {(three, tuple(n in configuration for n in three))
            for three in itertools.combinations(names, 3)}


def covering(names):
    """Return sets of names so that each three are in or out in every way."""
    chance = random.Random(1)  # The same in each run
    left = {(three, ways) for three in itertools.combinations(names, 3)
            for ways in itertools.product((False, True), repeat=3)}
    while left:
        tries = [frozenset(n for n in names if chance.random() < 0.5)
                 for _ in range(50)]
        best = max(tries, key=lambda t: len(left & meetings(t, names)))
        if left & meetings(best, names):
            left -= meetings(best, names)
            yield best


def stand_in(path, program, unknown):
    """Write a program that fails where an argument fits, and else runs another."""
    tests = "".join(f"for a do case $a in {u}) exit 1 ;; esac done\n" for u in unknown)
    path.write_text(f'#!/bin/sh\n{tests}exec {program} "$@"\n', encoding="utf-8")
    path.chmod(0o755)
    return path


def hide(folder, hidden):
    """Make programs that do not know the hidden, and return a native file that
    makes meson use them.  Others may still need the hidden, as cairo does xcb."""
    folder.mkdir(parents=True)
    names = [f"{name} | {name}-serial" for name in sorted(hidden)]
    packages = stand_in(folder / "pkg-config", "pkg-config", names)
    libraries = sorted(hidden & LIBRARIES.keys())
    compiler = stand_in(
        folder / "cc", "ccache cc",
        [f"-l{LIBRARIES[h]} | --print-search-dirs" for h in libraries])

    programs = {"c": compiler, "pkgconfig": packages, "pkg-config": packages,
                "cmake": "/bin/false",
                **{PROGRAMS[h]: "/bin/false" for h in hidden & PROGRAMS.keys()}}
    native = folder / "native.ini"
    native.write_text("[binaries]\n" + "".join(
        f"{name} = '{path}'\n" for name, path in programs.items()),
        encoding="utf-8")
    return native


def set_up(number, hidden, values):
    """Configure a folder, and return it, the exit code and what meson said."""
    folder = FOLDER / f"{number:03}"
    status, text = run(
        ["meson", "setup", str(folder / "build"), str(ROOT), "--native-file",
         str(hide(folder, hidden)), "-Dbuildtype=plain",
         *(f"-D{option}={value}" for option, value in values.items())])
    return folder, status, text


def steps(folder):
    """Return what the build in a folder would do, in any folder."""
    text = (folder / "build/build.ninja").read_text(encoding="utf-8")
    text = re.sub(r"^build build\.ninja:.*", "", text, flags=re.MULTILINE)
    return text.replace(str(folder), "")


def targets(folder):
    """Return the outputs of all targets, also of those not built by default."""
    _, text = run(["meson", "introspect", "--targets", str(folder / "build")])
    return [os.path.relpath(file, folder / "build") for target in json.loads(text)
            for file in target["filename"] if target["type"] != "run"]


def build(folder):
    """Build all in a folder, and return the exit code and what ninja said."""
    return run(["ninja", "-C", str(folder / "build"), "-j1", *targets(folder)],
               {"CCACHE_DIR": str(FOLDER / "ccache"), "CCACHE_NOHASHDIR": "1"})


def say(hidden, values):
    """Return the name of a configuration."""
    chosen = [f"{o}={v}" for o, v in values.items()]
    return " ".join([*(f"without {h}" for h in sorted(hidden)), *chosen]) or "all"


def try_allowed(number, hidden, values, seen):
    """Configure, and build if no other does the same.  Return name and fault."""
    folder, status, text = set_up(number, hidden, values)
    same = steps(folder) if status == 0 else ""
    if status == 0 and same not in seen:
        seen.add(same)
        status, text = build(folder)
    shutil.rmtree(folder)
    return say(hidden, values), text if status else ""


def try_enabled(number, library):
    """Enable all, but hide a library.  Return name and fault."""
    values = {o: "enabled" for o in OPTIONS}
    folder, status, text = set_up(number, {library}, values)
    shutil.rmtree(folder)
    named = re.search(rf'ERROR: .*\b{re.escape(library)}\b.*', text)
    return say({library}, values), text if status and not named else ""


def allowed(names):
    """Yield hidden libraries and options of all configurations to build."""
    switches = [*names, *OPTIONS]
    singles = [frozenset(), frozenset(names), frozenset(OPTIONS),
               frozenset(switches), *(frozenset([s]) for s in switches)]
    for off in dict.fromkeys([*singles, *covering(switches)]):
        yield off - set(OPTIONS), {o: "disabled" for o in OPTIONS if o in off}


def main():
    """Try all, as many at once as there are cores."""
    if not shutil.which("ccache"):
        print("1..0 # SKIP ccache is not installed")
        return 0

    for old in FOLDER.glob("[0-9]*"):
        shutil.rmtree(old)
    names, seen = dependencies(), set()
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        jobs = [pool.submit(try_allowed, i, hidden, values, seen)
                for i, (hidden, values) in enumerate(allowed(names))]
        jobs += [pool.submit(try_enabled, len(jobs) + i, name)
                 for i, name in enumerate(names)]
        failures = 0
        print(f"1..{len(jobs)}")
        for i, job in enumerate(jobs):
            name, fault = job.result()
            failures += bool(fault)
            print(f"{'not ok' if fault else 'ok'} {i + 1} - {name}")
            print("".join(f"# {line}\n" for line in fault.splitlines()[-20:]),
                  end="", flush=True)
    print(f"# {len(seen)} of them are different builds")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
