#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Count instructions of functions of a program whose names begin with cost_, for
# scripts that print the Test Anything Protocol.  CALLGRIND is an option for it:
# programs that say where to count need --instr-atstart=no, see count.h.

set -u
export LC_ALL=C

command -v valgrind >/dev/null && command -v callgrind_annotate >/dev/null || {
  echo "1..0 # SKIP valgrind is not installed"
  exit 77
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Run a program, and show its output if it fails: profile PROGRAM [ARGUMENT]...
profile() {
  valgrind --tool=callgrind --callgrind-out-file="$folder/out" \
    ${CALLGRIND:-} --toggle-collect='cost_*' "$@" >"$folder/log" 2>&1 || {
    sed 's/^/# /' "$folder/log"
    return 1
  }
}

# Print the instructions of a function and all that it calls: count FUNCTION
count() {
  callgrind_annotate --inclusive=yes --threshold=100 "$folder/out" |
    awk -v name="cost_$1" '$0 ~ ":" name "( |$)" { gsub(",", "", $1); print $1; exit }'
}
