#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Run each plugin in lv2bench, which offers few features.  It says nothing, and
# ends well, if it refuses a plugin: a line with the plugin's time is needed.

. "$(dirname "$(readlink -f "$0")")/common.sh"
need lv2bench lv2bench lilv-utils

runs() {
  lv2bench -n 96000 -b 256 "$uri_prefix$1" 2>&1 |
    grep -E "^[0-9.]+ $uri_prefix$1\$"
}

for plugin in $plugins $voltages; do
  try "$plugin runs" runs "$plugin"
done
finish
