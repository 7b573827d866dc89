#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Check that the work of run() does not depend on what it hears, by counting
# instructions: cost.sh PROGRAM LIBRARY.so PLUGIN[:SYMBOL=VALUE]...

set -u
export LC_ALL=C
program=$1 library=$2
shift 2
failures=0 number=0

command -v valgrind >/dev/null && command -v callgrind_annotate >/dev/null || {
  echo "1..0 # SKIP valgrind is not installed"
  exit 77
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Print the instructions of a function and all that it calls: count FUNCTION
count() {
  callgrind_annotate --inclusive=yes --threshold=100 "$folder/out" |
    awk -v name="cost_$1" '$0 ~ ":" name "( |$)" { gsub(",", "", $1); print $1; exit }'
}

echo "1..$#"
for plugin in "$@"; do
  number=$((number + 1))
  valgrind --tool=callgrind --callgrind-out-file="$folder/out" \
    --toggle-collect='cost_*' "$program" "$library" "$plugin" \
    >"$folder/log" 2>&1 || {
    sed 's/^/# /' "$folder/log"
    echo "not ok $number - $plugin can be counted"
    failures=$((failures + 1))
    continue
  }

  # No one count may be more than 0.5 % above another
  counts=$(for signal in silence noise nan; do count $signal; done | xargs)
  verdict=$(awk 'NF == 3 {
    least = most = $1
    for (i = 2; i <= 3; ++i) {
      least = $i < least ? $i : least
      most = $i > most ? $i : most
    }
    if (least > 10000 && most <= 1.005 * least) { print "ok" }
  }' <<<"$counts")
  [ "$verdict" = ok ] || failures=$((failures + 1))
  echo "# instructions for silence, noise, not a number: $counts"
  echo "${verdict:-not ok} $number - $plugin works as hard for any sound"
done
[ $failures = 0 ]
