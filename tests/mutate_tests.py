# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Run the tests that may see a change, those that most likely do first."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import threading
import time

import mutate_reach

# Folders beside the sources: the build, that which counts, and what it counts
FOLDERS = ("build", "reach", "traces")

# Tests that come first, before all programs are linked
N_FIRST = 6

# Known are those that saw a change before.  Quick tests take this long at most, and
# long ones more than that, as meson's priority says.  Each sort waits until the one
# before has seen what it can, and short and long ones run only for lines that they
# reach.
QUICK = 3.0
LONG = 30
SORTS = ("known", "quick", "short", "long")

# A test hangs where a process works as many times as long as the test takes without
# a change, and this long, or where none works for some time [s]
HANGS = 2.0
HANGS_SECONDS = 10.0
IDLE_SECONDS = 60.0

# Memory that a test may take, as a change can make it ask for all
MAX_BYTES = 8 << 30


def quietly(words):
    """Run a program to its end in silence, and return whether it said success."""
    return subprocess.run(words, stdout=subprocess.DEVNULL, check=False,
                          stderr=subprocess.DEVNULL).returncode == 0


class Round:
    """One run of tests, which ends when the first fails."""

    def __init__(self, build, limits):
        self._build = build
        self._limits = limits  # Of each test [s], or none
        self._lock = threading.Lock()
        self._running = set()
        self.failed = None
        self.seconds = {}

    @staticmethod
    def _prepare(limit):
        os.setsid()
        resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if limit:
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))

    def try_one(self, test):
        """Run a test, unless one has failed."""
        limit = self._limits.get(test["name"])
        with self._lock:
            if self.failed:
                return
            process = subprocess.Popen(
                test["cmd"], stdin=subprocess.DEVNULL, cwd=self._build,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env={**os.environ, **test["env"]},
                preexec_fn=lambda: self._prepare(limit))
            self._running.add(process)
        start = time.monotonic()
        status = self._wait(process)
        self._finish(test, process, status, time.monotonic() - start)

    def _wait(self, process):
        """Return the exit code of a test, which ends where it has come to a halt."""
        before = -1
        while True:
            try:
                return process.wait(IDLE_SECONDS)
            except subprocess.TimeoutExpired:
                worked = sum(ticks for _, ticks in self._session(process))
            if worked == before:
                self._end(process)
            before = worked

    def _finish(self, test, process, status, seconds):
        with self._lock:
            self.seconds[test["name"]] = seconds
            self._running.discard(process)
            if status not in (0, 77) and test["name"] != "cost_bad":
                self.failed = self.failed or test["name"]
                for other in self._running:
                    self._end(other)

    @staticmethod
    def _session(process):
        """Yield all processes that a test started, and how long they worked.  Check
        puts each case in a process group of its own, but in the test's session."""
        for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                # Behind the name, which may have brackets: state, parent, group, session
                words = path.read_text("utf-8").rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(words[3]) == process.pid:
                yield int(path.parent.name), int(words[11]) + int(words[12])

    def _end(self, process):
        """End a test and all that it started."""
        for one, _ in self._session(process):
            try:
                os.kill(one, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def run(self, tests):
        """Run tests, and return the name of one that failed or None."""
        with concurrent.futures.ThreadPoolExecutor(
                len(os.sched_getaffinity(0))) as pool:
            list(pool.map(self.try_one, tests))
        return self.failed


def tests_of(build, seconds):
    """Return the tests of a build folder that are said to take at most so long."""
    found = subprocess.run(["meson", "introspect", "--tests", str(build)],
                           stdout=subprocess.PIPE, check=True).stdout
    return [t for t in json.loads(found) if t["priority"] <= seconds
            and not any(s.endswith(":held") for s in t["suite"])
            and any(s.endswith((":unit", ":plugin")) for s in t["suite"])]


class Tests:
    """Tests of a build folder, and what is known of them: how long they take, what
    they reach, and which changes they saw before."""

    def __init__(self, root, build, seconds):
        self._root, self._build = root, build
        self._tests = tests_of(build, seconds)
        self._store = build / "known.json"
        self._known = {"seconds": {}, "reach": {}, "saw": {}}
        if self._store.exists():
            self._known = json.loads(self._store.read_text("utf-8"))
        self._reach = mutate_reach.Reach({})

    def __len__(self):
        return len(self._tests)

    def build(self, tests, others=()):
        """Build what tests take and others, and return whether that worked."""
        words = {pathlib.Path(os.path.normpath(word)) for test in tests
                 for word in test["cmd"]}
        targets = {word.relative_to(self._build).as_posix() for word in words
                   if self._build in word.parents and word.is_file()}
        targets |= set(others)
        return not targets or quietly(["ninja", "-C", str(self._build), *targets])

    def build_all(self):
        """Build all, and return whether that worked."""
        return quietly(["ninja", "-C", str(self._build)])

    def _seconds(self, test):
        return self._known["seconds"][test["name"]]["value"]

    def _part(self, sort):
        """Return the tests to measure for a sort."""
        if sort == "known":
            return [t for t in self._tests if t["name"] in self._known["saw"].values()]
        return [t for t in self._tests if (t["priority"] > LONG) == (sort == "long")]

    def _of_sort(self, sort):
        if sort in ("known", "long"):
            return self._part(sort)
        return [t for t in self._part(sort)
                if (self._seconds(t) <= QUICK) == (sort == "quick")]

    def measure(self, code, sort):
        """Find out what is not known of the tests of a sort on that code, and return
        the name of one that failed or None."""
        part = self._part(sort)
        keys = {t["name"]: self._key(t, code) for t in part}
        first = Round(self._build, {})
        if first.run(self._unknown("seconds", part, keys)):
            return first.failed
        self._know("seconds", first.seconds, keys)
        if sort != "known":
            new = self._unknown("reach", part, keys)
            self._know("reach", self._measure_reach({t["name"] for t in new}), keys)
            self._reach = mutate_reach.Reach(
                {t["name"]: self._known["reach"][t["name"]]["value"] for t in part})
        return None

    def _unknown(self, what, tests, keys):
        known = self._known[what]
        return [t for t in tests
                if known.get(t["name"], {}).get("key") != keys[t["name"]]]

    def _know(self, what, values, keys):
        for name, value in values.items():
            self._known[what][name] = {"key": keys[name], "value": value}
        self._save()

    @staticmethod
    def _key(test, code):
        """Return a text that stands for all that a test is made of."""
        sums = hashlib.sha256(code)
        for path in filter(os.path.isfile, test["cmd"]):
            sums.update(pathlib.Path(path).read_bytes())
        return sums.hexdigest()

    def _measure_reach(self, names):
        """Return what tests reach.  As they count, some fail for what that costs."""
        if not names:
            return {}
        build, traces = self._build.parent / "reach", self._build.parent / "traces"
        mutate_reach.setup(self._root, build)
        quietly(["ninja", "-C", str(build)])

        def one(test):
            test["env"] |= mutate_reach.environment(traces / test["name"])
            Round(build, {}).try_one(test)
            return mutate_reach.read(self._root, build, traces / test["name"])

        counted = [t for t in tests_of(build, 1 << 30) if t["name"] in names]
        with concurrent.futures.ThreadPoolExecutor(
                len(os.sched_getaffinity(0))) as pool:
            result = dict(zip((t["name"] for t in counted), pool.map(one, counted)))
        shutil.rmtree(traces)
        return result

    def _save(self):
        self._store.write_text(json.dumps(self._known), "utf-8")

    def in_order(self, mutant, sort):
        """Return the tests of a sort that may see a change, those that most likely do
        first: a few, and more."""
        if sort == "known":
            return [t for t in self._of_sort(sort)
                    if t["name"] == self._known["saw"].get(mutant.key)], []
        runs, near = self._reach.of_line(mutant.file, mutant.line)
        touch = self._reach.of_file(mutant.file)
        stem = pathlib.PurePath(mutant.file).stem

        def rank(test):
            name = test["name"]
            return (name not in runs, name not in touch, name != stem,
                    self._seconds(test))

        names = runs | near if sort == "quick" else runs
        result = sorted((t for t in self._of_sort(sort) if t["name"] in names), key=rank)
        return result[:N_FIRST], result[N_FIRST:]

    def run(self, tests):
        """Run tests until one fails, and return its name or None."""
        limits = {t["name"]: int(max(HANGS_SECONDS, HANGS * self._seconds(t)))
                  for t in tests}
        return Round(self._build, limits).run(tests)

    def saw(self, mutant, name):
        """Remember which test saw a change."""
        self._known["saw"][mutant.key] = name
        self._save()
