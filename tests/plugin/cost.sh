#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Check that the work of run() does not depend on what it hears, by counting
# instructions: cost.sh PROGRAM LIBRARY.so PLUGIN[:SYMBOL=VALUE]...

. "$(dirname "$(readlink -f "$0")")/callgrind.sh"
program=$1 library=$2
shift 2
failures=0 number=0

echo "1..$#"
for plugin in "$@"; do
  number=$((number + 1))
  profile "$program" "$library" "$plugin" || {
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
