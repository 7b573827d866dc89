#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Run clang-tidy on all sources of a configured build: tidy.sh ROOT BUILD

set -u
cd "$1" || exit 2

command -v clang-tidy-14 >/dev/null || {
  echo "1..0 # SKIP clang-tidy-14 is not installed"
  exit 77
}

output=$(mktemp)
trap 'rm -f "$output"' EXIT

# gcc's warnings that clang does not have are not the sources' fault
sed -n 's/^ *"file": "\(.*\)",*$/\1/p' "$2/compile_commands.json" |
  (cd "$2" && xargs realpath) | sort -u |
  xargs -P "$(nproc)" -n 4 clang-tidy-14 -p "$2" --quiet \
    --extra-arg=-Wno-unknown-warning-option >"$output" 2>&1
status=${PIPESTATUS[3]}

# All with its notes, and then a line for each
grep -v ' warnings\? generated\.$' "$output"
echo "Errors:"
grep -E ' (error|warning): ' "$output" | sort -u
exit "$status"
