#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Change one token of core or plugins at a time, at random, and print the changes
# that no test of the suites unit and plugin sees: mutate.sh N [SEED [SECONDS]]
#
# N changes that compile to other code are tried, for the same SEED the same ones as
# long as their lines are.  Of tests those that take longer than SECONDS are left out.
# A change is tried with those that reach its function, and with those that take more
# than seconds only where they reach its line; gcov of a second build says what tests
# reach.  All is done in a copy of the tree in build-mutants, which keeps what it has
# built, and what it knows of tests and of which one saw a change.

set -euo pipefail
root=$(readlink -f "$(dirname "$(readlink -f "$0")")/..")
count=${1:?how many changes are to be tried}
exec python3 -B "$root/tests/mutate.py" "$root" "$root/build-mutants" "$count" \
  "${2:-1}" "${3:-1000}"
