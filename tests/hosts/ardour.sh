#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Use each plugin as people do in Ardour: import a recording, insert the plugin,
# set its controls, save, load, look whether the controls were kept, bounce.

. "$(dirname "$(readlink -f "$0")")/common.sh"
. "$here/ardour_steps.sh"
need_ardour
need_recording

# Ardour bounces to 32-bit floats, and runs the same code: no difference at all
max_db=-inf

# Values of the control `status`
ready=2
missing=3

# A preset of the bundle, of a model that runs at another rate than the session.
# When the host started decides where its frames lie between those of the
# session, and so how the harmonics beyond its rate fold back.  This soft, the
# place makes -67 dB of difference at most, and one frame of latency -31 dB.
factory=${uri_prefix}preset:model:overdrive
factory_input=input=-24
factory_max_db=-60

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

# Ardour 7 takes no plugin with a voltage, and all others of the bundle, and has
# nothing to say against it
takes_all_but_voltages() {
  step list "$session" | sed "s/^$uri_prefix//" | sort >"$work/taken"
  tr -s ' ' '\n' <<<"$plugins" | sort | diff - "$work/taken" &&
    ! grep -iE 'lmu.*(error|warning|cannot|fail|invalid)' "$work/step.log" &&
    wc -l <"$work/taken"
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

# What a plugin says of its file after Ardour loaded it: status_is PLUGIN VALUE
status_is() {
  step read "$session" "$1" >"$work/read" &&
    grep -x "$(numbered "$1" "status=$2")\(\.0*\)\?" "$work/read" ||
    { cat "$work/read" && return 1; }
}

# The session and its copies of the weight file go to another computer, where
# the file itself is not
move_session() {
  mv "$session" "$work/moved" && session=$work/moved && rm "$weights"
}

# The copies are lost as well
lose_copies() {
  find "$session" -name "*.safetensors" -print -delete | grep .
}

# A plugin's newest state has the path of the file, which was not found
keeps_path() {
  local state
  state=$(grep -l "lv2:appliesTo <$uri_prefix$1>" \
    "$session"/plugins/*/state*/state.ttl | sort -V | tail -n 1)
  grep -F "${uri_prefix}weights-origin> \"$weights\"" "$state" ||
    { cat "$state" && return 1; }
}

# Insert one more model before that of the track
insert_factory() {
  step insert "$session" model "${uri_prefix}model" $factory \
    "$(numbered model $factory_input)"
}

prepare_factory() {
  "$lmu" render model "$work/model.in.wav" "$work/model.wav" \
    --preset $factory --set $factory_input
}

bounces_factory() {
  max_db=$factory_max_db bounces model
}

try "a weight file" prepare_weights
for plugin in $plugins; do
  try "$plugin renders alone" prepare "$plugin"
done
try "a session with a recording on each track" create
try "Ardour takes all plugins but voltages" takes_all_but_voltages
for plugin in $plugins; do
  try "$plugin can be inserted" insert "$plugin"
done
for plugin in $plugins; do
  try "$plugin keeps its controls over save and load" keeps_controls "$plugin"
  try "$plugin bounces as it renders alone" bounces "$plugin"
done

for plugin in $models; do
  try "$plugin has its file" status_is "$plugin" $ready
done
try "the session moves, and the file stays" move_session
for plugin in $models; do
  try "$plugin bounces from the session's copy" bounces "$plugin"
done
try "the session loses its copies" lose_copies
for plugin in $models; do
  try "$plugin misses its file" status_is "$plugin" $missing
done
try "the session is saved without its files" step save "$session"
for plugin in $models; do
  try "$plugin still has the path" keeps_path "$plugin"
done
try "a model of the bundle renders alone" prepare_factory
try "a model of the bundle can be inserted" insert_factory
try "a model of the bundle has its file" status_is model $ready
try "a model of the bundle bounces as it renders alone" bounces_factory
finish
