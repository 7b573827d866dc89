#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Use the windows of plugins in jalv, by pointer and keys as people do, on a
# screen and a JACK server of our own.  With LMU_PICTURES=FOLDER a picture for the
# manual is left there.

. "$(dirname "$(readlink -f "$0")")/common.sh"
. "$here/screen.sh"
. "$here/server.sh"
need_server

# Value of the control `status` with a file that plays
ready=2

# Least difference of the picture in silence and with sound [pixels], of some
# hundred columns with a line each
least_sound=300

open_window() {
  plugin=$1
  start "$work/jalv.log" stdbuf -oL jalv.gtk3 --print-controls \
    "$uri_prefix$plugin"
  jalv=$!
  find_window '^LMU'
}

has_ended() {
  ! kill -0 "$jalv"
}

# Close as people do, by the button in the corner: the window manager asks the
# host.  Keys would do, but jalv sends them on to the window of the plugin, and
# ends if that is gone by then.
close_window() {
  local WIDTH
  eval "$(xdotool getwindowgeometry --shell "$window")"
  xdotool windowactivate --sync "$window"
  xdotool mousemove --window "$window" -- $((WIDTH - 9)) -10 click 1
  await has_ended && wait "$jalv" ||
    { echo "jalv ended with $?" && tail -n 3 "$work/jalv.log" && return 1; }
}

# Print the last value that jalv told of an output
output_of() {
  sleep 0.5
  awk -v name="$1" '$1 == name && $2 == "=" { value = $3 }
    END { print value }' "$work/jalv.log"
}

# An output is what it should be, by an expression of awk in x
output_is() {
  awk -v x="$(output_of "$1")" "BEGIN { print \"$1\", x; exit !($2) }"
}

# A longer window has a smaller bandwidth, by the same factor
knob_moves_parameter() {
  local before
  before=$(output_of bandwidth)
  look delay theta "$work/before.png" && drag delay theta 40 &&
    look delay theta "$work/after.png" || return
  output_is bandwidth "x > 0 && x < 0.7 * $before" &&
    moved "$work/before.png" "$work/after.png"
}

moved() {
  local -r pixels=$(difference "$1" "$2")
  echo "$pixels pixels differ"
  [ "$pixels" -ge 10 ]
}

# A knob that nobody touches looks as before, so that differences mean something
knob_stands() {
  look delay theta "$work/1.png" && look delay theta "$work/2.png" &&
    [ "$(difference "$work/1.png" "$work/2.png")" = 0 ]
}

# The last preset of the menu sets other windows than we did
preset_moves_knob() {
  local before
  before=$(output_of bandwidth)
  look delay theta "$work/before.png"
  xdotool mousemove --window "$window" 70 12 click 1
  sleep 0.7
  xdotool key Up Return
  look delay theta "$work/after.png"
  output_is bandwidth "x != $before" &&
    moved "$work/before.png" "$work/after.png"
}

shows_sound() {
  look delay picture "$work/silence.png" &&
    "$helpers/excerpt" $recording "$work/in.wav" 1 $((4 * rate)) || return
  play_live "$work/in.wav"
  sleep 3
  look delay picture "$work/sound.png"
  local -r pixels=$(difference "$work/silence.png" "$work/sound.png")
  echo "$pixels pixels differ"
  [ "$pixels" -ge $least_sound ]
}

save_picture() {
  import -window "$window" "$LMU_PICTURES/jalv.png" &&
    pngquant --force --strip --ext .png "$LMU_PICTURES/jalv.png" &&
    optipng -quiet "$LMU_PICTURES/jalv.png"
}

file_button_loads() {
  choose_file 'Choose file' "$weights" || return
  output_is status "x == $ready"
}

starts_without_file() {
  output_is status "x == 0"
}

try "a weight file" prepare_weights
try "a screen" start_screen
try "a JACK server" start_server
try "delay has a window" open_window delay
try "a knob stands still" knob_stands
try "a knob moves its parameter" knob_moves_parameter
try "a preset moves the knob" preset_moves_knob
try "the picture shows the sound" shows_sound
[ -z "${LMU_PICTURES-}" ] || try "a picture for the manual" save_picture
try "the window closes" close_window
try "model has a window" open_window model
try "model starts without a file" starts_without_file
try "the file button loads a file" file_button_loads
try "the window closes again" close_window
finish
