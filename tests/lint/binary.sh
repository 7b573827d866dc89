#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Check what the plugins' binary asks of its host: binary.sh FILE.so

set -u
export LC_ALL=C.UTF-8
binary=$1
failures=0
command -v readelf >/dev/null || {
  echo "1..0 # SKIP readelf is not installed, package binutils"
  exit 77
}

# Compare with what is expected: expect NAME EXPECTED ACTUAL
expect() {
  if [ "$2" = "$3" ]; then
    echo "ok - $1"
  else
    failures=$((failures + 1))
    echo "not ok - $1"
    printf '# Expected: %s\n# But it is: %s\n' "${2:-nothing}" "${3:-nothing}"
  fi
}

# Any other library could clash with a host's own version of it
needed() {
  readelf -d "$binary" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
    grep -vx -e libc.so.6 -e libm.so.6
}

exported() {
  nm -D --defined-only --format=posix "$binary" | awk '{print $1}'
}

# Instances would share a variable, without a lock.  The C runtime has one.  One
# says whether an instance trains, as one at a time does (plugin/turn.c), and one
# with a lock has what depends on orders alone (core/memory/setup/tables.c).
variables() {
  objdump -t "$binary" | awk '
    NF > 4 && $(NF - 2) ~ /^\.(data|bss|tdata|tbss)$/ && $(NF - 1) !~ /^0*$/ &&
      $NF !~ /^completed\.[0-9]+$/ { print $NF }' | sort | xargs
}

# Linked in by -ffast-math, this changes how the host's threads calculate
fast_math() {
  nm "$binary" | grep -w set_fast_math
}

expect "needs only libc and libm" "" "$(needed)"
expect "exports only lv2_descriptor" lv2_descriptor "$(exported)"
expect "has no variable but whose turn it is and tables of orders" \
  "tables_in_use turn_is_taken" "$(variables)"
expect "leaves the host's arithmetic alone" "" "$(fast_math)"
echo 1..4
[ $failures = 0 ]
