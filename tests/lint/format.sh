#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Check the form of all sources: format.sh ROOT [--fix]

set -u
cd "$1" || exit 2

command -v clang-format-14 >/dev/null || {
  echo "1..0 # SKIP clang-format-14 is not installed"
  exit 77
}

sources() {
  find core plugin ui train data host tools bench tests -name '*.[ch]' -print0 2>/dev/null
}

if [ "${2:-}" = --fix ]; then
  sources | xargs -0 clang-format-14 -i
else
  sources | xargs -0 clang-format-14 --dry-run -Werror
fi
