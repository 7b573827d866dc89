#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Check how much more work run() is while a window watches, by counting
# instructions: watched.sh PROGRAM LIBRARY.so PLUGIN:ORDER:THETA:PERCENT...

. "$(dirname "$(readlink -f "$0")")/callgrind.sh"
program=$1 library=$2
shift 2
failures=0 number=0

echo "1..$#"
for row in "$@"; do
  number=$((number + 1))
  IFS=: read -r plugin order theta most <<<"$row"
  profile "$program" "$library" "$plugin" "$order" "$theta" || {
    echo "not ok $number - $plugin of order $order, $theta ms can be counted"
    failures=$((failures + 1))
    continue
  }

  alone=$(count alone) watched=$(count watched)
  more=$(awk "BEGIN { printf \"%.2f\", 100 * (${watched:-0} / ${alone:-1} - 1) }")
  verdict=$(awk "BEGIN { print (${alone:-0} > 10000 && $more > 0 && $more <= $most) ? \"ok\" : \"not ok\" }")
  [ "$verdict" = ok ] || failures=$((failures + 1))
  echo "# instructions a frame: $((${alone:-0} / 3200)) alone, $((${watched:-0} / 3200)) watched, $more % more"
  echo "$verdict $number - $plugin of order $order, $theta ms takes at most $most % more"
done
[ $failures = 0 ]
