#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Use each plugin as people do in Ardour: import a recording, insert the plugin,
# set its controls, save, load, look whether the controls were kept, bounce.

. "$(dirname "$(readlink -f "$0")")/common.sh"
need ardour7-lua Ardour ardour
need lv2info lv2info lilv-utils
need_recording

# Ardour bounces to 32-bit floats, and runs the same code: no difference at all
max_db=-inf

session=$work/session

# Run a step of ardour.lua, and print its results only
step() {
  ardour7-lua "$here/ardour.lua" "$@" >"$work/step.log" 2>&1 ||
    { cat "$work/step.log" && return 1; }
  sed -n 's/^result[[:space:]]//p' "$work/step.log"
}

# Print SYMBOL=VALUE arguments as N=VALUE, with a control's place among controls
numbered() {
  local -r plugin=$1
  shift
  lv2info "$uri_prefix$plugin" | awk -v settings="$*" '
    /^\tPort / { control = 0 }
    /#ControlPort/ { control = 1 }
    /^\t\tSymbol:/ && control { place[$2] = n++ }
    END {
      count = split(settings, words, " ")
      for (i = 1; i <= count; ++i) {
        split(words[i], pair, "=")
        print place[pair[1]] "=" pair[2]
      }
    }'
}

create() {
  local plugin
  local -a tracks=() sounds=()
  for plugin in $plugins; do
    tracks+=("$plugin=$(inputs_of "$plugin")")
    sounds+=("$plugin=$work/$plugin.in.wav")
  done
  step create "$session" $rate "${tracks[@]}" &&
    "$here/add_region.py" "$session" "${sounds[@]}"
}

insert() {
  step insert "$session" "$1" "$uri_prefix$1" \
    $(numbered "$1" $(settings_of "$1"))
}

# All that was set is there after loading, to the six digits that Ardour saves
keeps_controls() {
  local setting
  step read "$session" "$1" >"$work/kept" || return 1
  head -n 1 "$work/kept" | grep -qx "$uri_prefix$1" || return 1
  for setting in $(numbered "$1" $(settings_of "$1")); do
    awk -F = -v n="${setting%=*}" -v value="${setting#*=}" '
      $1 == n && ($2 - value)^2 <= (1e-6 * value)^2 { kept = 1 }
      END { exit !kept }' "$work/kept" ||
      { echo "Lost $setting of:" && cat "$work/kept" && return 1; }
  done
  echo "$(settings_of "$1")"
}

bounces() {
  local -a files
  step bounce "$session" "$1" >"$work/files" || return 1
  mapfile -t files <"$work/files"
  matches $max_db "$1" "${files[@]}"
}

for plugin in $plugins; do
  try "$plugin renders alone" prepare "$plugin"
done
try "a session with a recording on each track" create
for plugin in $plugins; do
  try "$plugin can be inserted" insert "$plugin"
done
for plugin in $plugins; do
  try "$plugin keeps its controls over save and load" keeps_controls "$plugin"
  try "$plugin bounces as it renders alone" bounces "$plugin"
done
finish
