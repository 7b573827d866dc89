#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Check that instances share what depends on their order alone, by counting
# instructions and bytes: instances.sh PROGRAM LIBRARY.so [ORDER]
#
# 30 instances of order 4096 are to be made in 3 s of CPU, for which 3e9 instructions
# are sure to be enough, and to take 150 MiB, and those of less in proportion.  All
# after the first are alike, so that one stands for them.

. "$(dirname "$(readlink -f "$0")")/callgrind.sh"
program=$1 library=$2
failures=0
order=${3:-1024} count=30 counted=2

# Say whether a number is at most another: at_most NUMBER NAME VALUE MOST
at_most() {
  local verdict=ok
  [ "${3:-0}" -gt 0 ] && [ "$3" -le "$4" ] || {
    verdict="not ok"
    failures=$((failures + 1))
  }
  echo "# $3, of $4"
  echo "$verdict $1 - $2"
}

echo "1..4"
profile "$program" "$library" $order $counted || exit 1
first=$(count first) more=$(count more)
read -r _ first_bytes more_bytes <<<"$(grep '^bytes:' "$folder/log")"
each=$((more / (counted - 1))) each_bytes=$((more_bytes / (counted - 1)))

at_most 1 "another instance takes a fifth of the instructions" \
  $each $((first / 5))
at_most 2 "$count instances are made in 3e9 instructions at order 4096" \
  $((first + (count - 1) * each)) $((3000000000 / 4096 * order))
at_most 3 "another instance takes two thirds of the bytes" \
  $each_bytes $((first_bytes * 2 / 3))
at_most 4 "$count instances take 150 MiB at order 4096" \
  $((first_bytes + (count - 1) * each_bytes)) $((150 * order << 8))
[ $failures = 0 ]
