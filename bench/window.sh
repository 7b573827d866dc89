#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Measure what windows cost in a host: window.sh BUNDLE LMU HELPERS FRAMES
# [PLUGIN]...
#
# A guitar is played to plugins in jalv, once without a window and once with one
# of 640x400 pixels, on a screen and a JACK server of our own.  What is told is
# all that the process of the host takes, and the pictures that were drawn, as
# FRAMES counts them, built from frames.c.

hosts=$(dirname "$(readlink -f "$0")")/../tests/hosts
. "$hosts/common.sh"
. "$hosts/screen.sh"
. "$hosts/server.sh"
need ffmpeg ffmpeg ffmpeg
frames=$(readlink -f "$4")
shift 4
need_server

seconds=15 # Of each measurement
size="640 400"
export LMU_FRAMES=$work/frames

fail() {
  echo "$1" >&2
  tail -n 5 "$work"/*.log >&2
  exit 1
}

# Four seconds again and again, as the end of the recording is soft
prepare_sound() {
  "$helpers/excerpt" $recording "$work/once.wav" "$(inputs_of "$1")" \
    $((4 * rate)) &&
    ffmpeg -y -loglevel error -stream_loop 9 -i "$work/once.wav" \
      -c:a pcm_f32le "$work/in.wav"
}

# Write a state as hosts save it, with a network where there can be one
prepare_state() {
  rm -rf "$work/state"
  mkdir "$work/state"
  echo "<> a <http://lv2plug.in/ns/ext/presets#Preset> ;
    <http://lv2plug.in/ns/lv2core#appliesTo> <$uri_prefix$1> ." \
    >"$work/state/state.ttl"
  [ "$1" = model ] || return 0
  cp "$bundle/models/overdrive.safetensors" "$work/state/own.safetensors"
  echo "<> <http://lv2plug.in/ns/ext/state#state> [ <${uri_prefix}weights>
    \"own.safetensors\"^^<http://lv2plug.in/ns/ext/atom#Path> ] ." \
    >>"$work/state/state.ttl"
}

open_console() {
  jalv -l "$work/state" "$uri_prefix$1" <"$work/commands" \
    >"$work/jalv.log" 2>&1 8>&- &
  jalv=$!
  processes+=("$jalv")
}

open_window() {
  start "$work/jalv.log" env LD_PRELOAD="$frames" \
    jalv.gtk3 -l "$work/state" "$uri_prefix$1"
  jalv=$!
  find_window '^LMU' || return
  xdotool windowsize "$child" $size
  sleep 1
  [ "$(child_of "$window")" = "$child $size" ]
}

has_client() {
  [ -n "$(client)" ]
}

has_no_client() {
  [ -z "$(client)" ]
}

# Print the time of the CPU that jalv took [s], and the pictures that it drew
usage() {
  awk -v ticks="$(getconf CLK_TCK)" '{ printf "%s ", ($14 + $15) / ticks }' \
    "/proc/$jalv/stat"
  od -A n -t u4 "$LMU_FRAMES"
}

# Print percent of a core, and pictures a second: measure console|window PLUGIN
measure() {
  local before after start player
  head -c 4 /dev/zero >"$LMU_FRAMES"
  "open_$1" "$2" >"$work/open.log" 2>&1 && await has_client ||
    fail "jalv does not run $2"
  play_live "$work/in.wav"
  player=$!
  sleep 3
  before=$(usage) start=$EPOCHREALTIME
  sleep $seconds
  after=$(usage)
  echo "$before $after $start $EPOCHREALTIME" | awk '
    { time = $6 - $5; print 100 * ($3 - $1) / time, ($4 - $2) / time }'
  kill "$player" "$jalv"
  await has_no_client
}

mkfifo "$work/commands"
exec 9<>"$work/commands" # So that the input of jalv never ends
start_screen && start_server || fail "No screen, or no JACK server"
[ $# -gt 0 ] || set -- delay scope predict model memory8 decode8
echo "Percent of a core with a window of ${size/ /x}, and pictures a second"
echo "plugin   with without  window  pictures"
for plugin; do
  prepare_sound "$plugin" && prepare_state "$plugin" ||
    fail "No sound for $plugin"
  measure console "$plugin" >"$work/console"
  measure window "$plugin" >"$work/window"
  read -r without _ <"$work/console"
  read -r with pictures <"$work/window"
  awk -v plugin="$plugin" -v a="$with" -v b="$without" -v c="$pictures" \
    'BEGIN { printf "%-8s %4.1f %7.1f %7.1f %9.1f\n", plugin, a, b, a - b, c }'
done
