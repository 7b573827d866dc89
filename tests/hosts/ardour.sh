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
  step insert "$session" "$1" "$uri_prefix$1" "$(preset_of "$1")" \
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

# Insert one more model before that of the track, with a preset of the bundle
insert_factory() {
  step insert "$session" model "${uri_prefix}model" "$factory"
}

prepare_factory() {
  "$lmu" render model "$work/model.in.wav" "$work/model.wav" --preset "$factory"
}

# What Ardour calls a plugin that loads says of its file: status_is PLUGIN N
status_is() {
  step read "$session" "$1" >"$work/read" &&
    grep -x "$(numbered "$1" "status=$2")\(\.0*\)\?" "$work/read" ||
    { cat "$work/read" && return 1; }
}

# The session and its copy of the weight file go to another computer, where the
# file itself is not
move_session() {
  mv "$session" "$work/moved" && session=$work/moved && rm "$weights"
}

# The copies are lost as well
lose_copies() {
  find "$session" -name "*.safetensors" -print -delete
}

# The newest state of each model has the path, after the session is saved again
keeps_path() {
  local folder state
  local -i count=0
  step save "$session" || return
  for folder in "$session"/plugins/*; do
    state=$(ls -d "$folder"/state* | sort -V | tail -n 1)/state.ttl
    grep -q "appliesTo <${uri_prefix}model" "$state" || continue
    grep "${uri_prefix}weights-origin> \"$weights\"" "$state" ||
      { cat "$state" && return 1; }
    count+=1
  done
  [ $count -eq "$(wc -w <<<"$models")" ]
}

# It runs at another rate than the session, and when the host started decides
# where its frames lie between those of the session, which its harmonics show
bounces_factory() {
  max_db=-25 bounces model
}

try "a weight file" prepare_weights
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

factory=${uri_prefix}preset:model:overdrive

# Ready, and Missing
models="model model-stereo"
for plugin in $models; do
  try "$plugin has its file" status_is "$plugin" 2
done
try "the session moves, and the file stays" move_session
for plugin in $models; do
  try "$plugin bounces from the session's copy" bounces "$plugin"
done
try "the session loses its copies" lose_copies
for plugin in $models; do
  try "$plugin misses its file" status_is "$plugin" 3
done
try "the session still has the path" keeps_path
try "a model of the bundle renders alone" prepare_factory
try "a model of the bundle can be inserted" insert_factory
try "a model of the bundle has its file" status_is model 2
try "a model of the bundle bounces as it renders alone" bounces_factory
finish
