#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Validate the bundle's Turtle.  The exit status of lv2_validate is 0 for many
# errors, and it skips files that it cannot read: what it prints is what counts.

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

try "Turtle is valid" validates
finish
