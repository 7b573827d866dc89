#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Learn a drive and a compressor in Ardour, as time goes: play them to Capture,
# record, train, save, close, open again, and hear the same model.

. "$(dirname "$(readlink -f "$0")")/common.sh"
. "$here/ardour_steps.sh"
. "$here/capture_steps.sh"
need_ardour

# Print the places of controls
places() {
  numbered capture "${@/%/=0}" | cut -d= -f1
}

open_session() {
  session=$work/$1/session # Named as its folder
  mkdir "$work/$1"
  step create "$session" $rate capture=2 &&
    "$here/add_region.py" "$session" capture="$pair" &&
    step insert "$session" capture "${uri_prefix}capture" "" \
      $(numbered capture size=1 monitor=1)
}

learn() {
  step learn "$session" capture \
    $(places record train status) $(numbered capture recorded=$seconds esr=$1)
}

bounces() {
  local -a files
  step bounce "$session" capture >"$work/files" || return 1
  mapfile -t files <"$work/files"
  # A second of silence is before the first note
  matches $same_db@$rate capture "${files[@]}"
}

# A session that is loaded anew has it as the renderer has the file
plays_again() {
  "$lmu" render capture "$pair" "$work/capture.wav" --file "$(find_model)" \
    --set monitor=1 >"$work/capture.log" && bounces
}

# And so has one where there are no captures, from its own copy
plays_from_copy() {
  mv "$XDG_DATA_HOME/lmu.lv2" "$work/$1/gone" && bounces
}

for device in $devices; do
  try "a pair of $device" make_pair "$device"
  try "a session with it on a track" open_session "$device"
  try "$device is learned to $(bound_of "$device") dB" \
    learn "$(bound_of "$device")"
  try "the same model plays" plays_again
  try "the session's copy plays where there are no captures" \
    plays_from_copy "$device"
done
finish
