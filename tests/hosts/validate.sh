#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Validate the bundle's Turtle.  The exit status of lv2_validate is 0 for many
# errors, and it skips files that it cannot read: what it prints is what counts.
# Debian has no lv2lint, so it is used where there is one.

. "$(dirname "$(readlink -f "$0")")/common.sh"
need lv2_validate lv2_validate lv2-dev
need sord_validate sord_validate sordi

# The first is among LV2's own files in Debian, which has it compressed
validates() {
  lv2_validate "$bundle"/*.ttl >"$work/validate" 2>&1
  grep -v 'Skipping file .*/lv2core\.doap\.ttl' "$work/validate"
  grep -q '^Found 0 errors' "$work/validate" &&
    ! grep -v 'lv2core\.doap\.ttl' "$work/validate" |
    grep -qiE '^(skipping|error|warning)'
}

# The project has no mailbox to name
has_no_warning() {
  LV2_PATH=/usr/lib/lv2 lv2lint -I "$bundle/" -E warn -M nopack \
    -t 'Plugin Author Email' "$uri_prefix$1" >"$work/lint" 2>&1 && return
  grep -v PASS "$work/lint"
  return 1
}

try "Turtle is valid" validates
if command -v lv2lint >/dev/null; then
  for plugin in $plugins $voltages; do
    try "lv2lint has no warning for $plugin" has_no_warning "$plugin"
  done
fi
finish
