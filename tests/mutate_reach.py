# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Which lines a test reaches, as gcov of a build with b_coverage tells."""

import json
import os
import pathlib
import shutil
import subprocess


def _records(build, traces):
    """Yield what gcov says of each file of a folder of traces."""
    inside = traces / build.relative_to("/")
    found = sorted(inside.rglob("*.gcda"))
    for path in found:
        notes = path.relative_to(inside).with_suffix(".gcno")
        shutil.copy(build / notes, path.with_suffix(".gcno"))
    if found:
        words = ["gcov", "--json-format", "--stdout", *map(str, found)]
        lines = subprocess.run(words, stdout=subprocess.PIPE, check=True, cwd=build,
                               stderr=subprocess.DEVNULL).stdout.splitlines()
        for line in filter(None, lines):
            yield from json.loads(line)["files"]


def read(root, build, traces):
    """Return what a test reaches: of each file the lines that it ran, all that it
    could have run, and where functions start and end."""
    result = {}
    for record in _records(build, traces):
        path = os.path.relpath(build / record["file"], root)
        ran, known, functions = result.setdefault(path, (set(), set(), set()))
        known.update(line["line_number"] for line in record["lines"])
        ran.update(line["line_number"] for line in record["lines"] if line["count"])
        functions.update((f["start_line"], f["end_line"]) for f in record["functions"])
    return {path: [sorted(part) for part in parts] for path, parts in result.items()}


def setup(root, build):
    """Make a build that counts."""
    if not (build / "build.ninja").exists():
        subprocess.run(["meson", "setup", str(build), str(root), "-Dtests=enabled",
                        "-Dtools=disabled", "-Dui=disabled", "-Db_ndebug=false",
                        "-Db_coverage=true"], stdout=subprocess.DEVNULL, check=True)


def environment(traces):
    """Return what makes a program write what it counts into a folder."""
    shutil.rmtree(traces, ignore_errors=True)
    return {"GCOV_PREFIX": str(pathlib.Path(traces))}


class Reach:
    """What tests reach, by the name of a test, as read() returns it."""

    def __init__(self, of_tests):
        self._of_tests = of_tests

    def _function(self, file, line):
        """Return the lines of the function around a line, or None."""
        found = [f for files in self._of_tests.values() if file in files
                 for f in files[file][2] if f[0] <= line <= f[1]]
        return max(found, key=lambda f: f[0]) if found else None

    def of_line(self, file, line):
        """Return the tests that may see a change of a line, in two sets: those that
        run that line, and those that run only others of its function.  Of a line
        outside functions all may."""
        function = self._function(file, line)
        if not function:
            return set(self._of_tests), set()
        runs, near = set(), set()
        for name, files in self._of_tests.items():
            ran, known = files.get(file, [[], []])[:2]
            is_near = any(function[0] <= l <= function[1] for l in ran)
            if line in ran or (is_near and line not in known):
                runs.add(name)
            elif is_near:
                near.add(name)
        return runs, near

    def of_file(self, file):
        """Return the tests that run something of a file or of its header."""
        pair = {str(pathlib.PurePath(file).with_suffix(s)) for s in (".c", ".h")}
        return {name for name, files in self._of_tests.items()
                if any(files[f][0] for f in pair & files.keys())}
