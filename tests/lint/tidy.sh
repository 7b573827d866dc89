#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Run clang-tidy once on each source of a configured build: tidy.sh ROOT BUILD

set -u
cd "$1" || exit 2

command -v clang-tidy-14 >/dev/null || {
  echo "1..0 # SKIP clang-tidy-14 is not installed"
  exit 77
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Some sources are compiled in two ways, of which the first stands for both
python3 - "$2/compile_commands.json" "$work/compile_commands.json" \
  >"$work/sources" <<'PYTHON' || exit
import json
import os
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    commands = json.load(file)
of_source = {}
for command in commands:
    path = os.path.realpath(os.path.join(command["directory"], command["file"]))
    of_source.setdefault(path, {**command, "file": path})
with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump(list(of_source.values()), file)

# What takes long comes first, so that none of it runs alone at the end
sources = sorted(of_source, key=os.path.getsize, reverse=True)
print(*sorted(sources, key=lambda path: "/kernels_" not in path), sep="\n")
PYTHON

# gcc's warnings that clang does not have are not the sources' fault
xargs -P "$(nproc)" -n 1 clang-tidy-14 -p "$work" --quiet \
  --extra-arg=-Wno-unknown-warning-option <"$work/sources" >"$work/output" 2>&1
status=$?

# All with its notes, and then a line for each
grep -v ' warnings\? generated\.$' "$work/output"
echo "$(wc -l <"$work/sources") sources"
echo "Errors:"
grep -E ' (error|warning): ' "$work/output" | sort -u
exit "$status"
