#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Run a test of windows on X servers of its own: window.sh TEST [ARGUMENT]...
#
# One of them is for a test to kill.

set -u
command -v Xvfb >/dev/null || {
  echo "1..0 # SKIP Xvfb is not installed, package xvfb"
  exit 77
}

work=$(mktemp -d)
export HOME=$work XDG_CONFIG_HOME=$work
processes=()
trap 'kill "${processes[@]}" 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT

# Start a server on a free display, whose number it writes: start NAME.  Without
# -noreset it begins anew when the last window closes, and loses the next one.
start() {
  Xvfb -displayfd 3 -screen 0 1400x1000x24 -noreset -nolisten tcp \
    3>"$work/$1" 2>"$work/$1.log" &
  processes+=($!)
  local -i tries=0
  while [ ! -s "$work/$1" ] && ((tries++ < 100)); do
    sleep 0.1
  done
  [ -s "$work/$1" ] || {
    echo "Xvfb did not start:" && cat "$work/$1.log"
    exit 1
  }
}

start usual
start mortal
export DISPLAY=:$(cat "$work/usual")
export LMU_MORTAL_DISPLAY=:$(cat "$work/mortal")
export LMU_MORTAL_PROCESS=${processes[1]}
"$@"
