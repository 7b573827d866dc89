#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Check how much more work run() is while a window watches, by counting
# instructions: watched.sh PROGRAM LIBRARY.so PLUGIN:ORDER:PERCENT...

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
for row in "$@"; do
  number=$((number + 1))
  IFS=: read -r plugin order most <<<"$row"
  valgrind --tool=callgrind --callgrind-out-file="$folder/out" \
    --toggle-collect='cost_*' "$program" "$library" "$plugin" "$order" \
    >"$folder/log" 2>&1 || {
    sed 's/^/# /' "$folder/log"
    echo "not ok $number - $plugin of order $order can be counted"
    failures=$((failures + 1))
    continue
  }

  alone=$(count alone) watched=$(count watched)
  more=$(awk "BEGIN { printf \"%.2f\", 100 * (${watched:-0} / ${alone:-1} - 1) }")
  verdict=$(awk "BEGIN { print (${alone:-0} > 10000 && $more > 0 && $more <= $most) ? \"ok\" : \"not ok\" }")
  [ "$verdict" = ok ] || failures=$((failures + 1))
  echo "# instructions a frame: $((${alone:-0} / 6400)) alone, $((${watched:-0} / 6400)) watched, $more % more"
  echo "$verdict $number - $plugin of order $order takes at most $most % more"
done
[ $failures = 0 ]
