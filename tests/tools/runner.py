# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""What the tests of the lmu command share: running it, and running them.

The program is the first argument of a test.  Prints the Test Anything Protocol.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import traceback

LMU = os.path.abspath(sys.argv[1])
TIMEOUT = 1200  # For a command that hangs: none takes a tenth of it [s]

# For builds with sanitizers: see leaks.txt
LEAKS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "leaks.txt")
os.environ["LSAN_OPTIONS"] = f"suppressions={LEAKS}:print_suppressions=0"

# Exit codes, as the man page says
USAGE, PLUGIN, PORT, VALUE, INPUT, OUTPUT, FAILED, PRESET = range(2, 10)

tests = []


class Skip(Exception):
    """Says why a test cannot run."""


def test(function):
    """Add a function to the tests."""
    tests.append(function)
    return function


def lmu(*words, status=0):
    """Run lmu, check its exit code, and return what it printed."""
    done = subprocess.run(
        [LMU, *map(str, words)], capture_output=True, text=True,
        timeout=TIMEOUT, check=False, env={**os.environ, "LC_ALL": "C"})
    assert done.returncode == status, (words, done)
    assert (done.stderr == "") == (status == 0), done.stderr
    return done.stdout


def error(status, *words):
    """Run lmu, and return its message, which must be one line."""
    done = subprocess.run(
        [LMU, *map(str, words)], capture_output=True, text=True,
        timeout=TIMEOUT, check=False)
    assert done.returncode == status, (words, done)
    assert re.fullmatch(r"lmu: [^\n]+[;?][^\n]*\n", done.stderr), done.stderr
    return done.stderr


def wait_for_output(process, folder):
    """Wait until a process writes a file in a folder, and return its path."""
    limit = time.monotonic() + TIMEOUT
    start = os.path.realpath(folder) + "/"
    while time.monotonic() < limit:
        for number in os.listdir(f"/proc/{process.pid}/fd"):
            try:
                path = os.readlink(f"/proc/{process.pid}/fd/{number}")
            except FileNotFoundError:
                continue
            if path.startswith(start):
                return path
        time.sleep(0.01)
    raise AssertionError("nothing is written")


def run(number, function):
    """Run a test in a folder of its own; return whether it passed."""
    name = function.__name__.replace("_", " ")
    start = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            function()
            print(f"ok {number} - {name}")
            return True
        except Skip as reason:
            print(f"ok {number} - {name} # SKIP {reason}")
            return True
        except Exception:  # pylint: disable=broad-except
            print(f"not ok {number} - {name}")
            print("".join(f"# {line}\n" for line in
                          traceback.format_exc().splitlines()), end="")
            return False
        finally:
            os.chdir(start)


def main():
    """Run all tests."""
    print(f"1..{len(tests)}")
    passed = [run(i + 1, function) for i, function in enumerate(tests)]
    return 0 if all(passed) else 1
