#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Render each plugin in jalv, on a JACK server of our own without hardware:
# with controls set by hand, and again with controls from a saved state.

. "$(dirname "$(readlink -f "$0")")/common.sh"
need jalv jalv jalv
need jackd "JACK server" jackd2
[ -x "$helpers/jack_render" ] ||
  skip "JACK headers are not installed, package libjack-jackd2-dev"
need_recording

# jalv sets the same controls and runs the same code: no difference at all.  But
# a window that follows a voltage is set anew each 16 frames, and when a host
# started decides which.
max_db_of() {
  case $1 in
  memory-cv*) echo -80 ;;
  *) echo -inf ;;
  esac
}

# Write a state as hosts save it: save_state FOLDER PLUGIN
save_state() {
  local setting
  mkdir -p "$1"
  {
    cat <<TEXT
@prefix atom: <http://lv2plug.in/ns/ext/atom#> .
@prefix lv2: <http://lv2plug.in/ns/lv2core#> .
@prefix pset: <http://lv2plug.in/ns/ext/presets#> .
@prefix state: <http://lv2plug.in/ns/ext/state#> .
<> a pset:Preset ; lv2:appliesTo <$uri_prefix$2> .
TEXT
    for setting in $(settings_of "$2"); do
      echo "<> lv2:port [ lv2:symbol \"${setting%=*}\" ;" \
        "pset:value ${setting#*=} ] ."
    done
    if [ -n "$(preset_of "$2")" ]; then
      cp "$weights" "$1/own.safetensors"
      echo "<> state:state [" \
        "<${uri_prefix}weights> \"own.safetensors\"^^atom:Path ] ."
    fi
  } >"$1/state.ttl"
}

# Whether the controls that jalv printed are those that were set
has_settings() {
  local setting
  for setting in $(settings_of "$1"); do
    awk -v symbol="${setting%=*}" -v value="${setting#*=}" '
      { gsub(/> /, "") } # Prompts
      $1 == symbol && $2 == "=" { same = ($3 - value)^2 < 1e-12 }
      END { exit !same }' "$work/jalv.log" ||
      { echo "No $setting in:" && cat "$work/jalv.log" && return 1; }
  done
}

# Render in a jalv with the given arguments, after sending it the lines of
# standard input, and compare: render PLUGIN [ARGUMENT]...
render() {
  local -r plugin=$1
  shift
  { cat && echo controls; } |
    "$here/jalv_render.sh" "$helpers/jack_render" $rate \
      "$work/$plugin.in.wav" "$work/$plugin.jalv.wav" "$uri_prefix$plugin" \
      "$@" >"$work/jalv.log" ||
    { cat "$work/jalv.log" && return 1; }
  has_settings "$plugin" &&
    matches "$(max_db_of "$plugin")" "$plugin" "$work/$plugin.jalv.wav"
}

render_by_hand() {
  local -r preset=$(preset_of "$1")
  {
    # jalv knows presets once it has listed them
    [ -z "$preset" ] || printf 'presets\npreset %s\n' "$preset"
    settings_of "$1" | tr ' ' '\n' | sed 's/^/set /; s/=/ /'
  } | render "$1"
}

render_from_state() {
  save_state "$work/$1.state" "$1" &&
    render "$1" -l "$work/$1.state" </dev/null
}

try "a weight file" prepare_weights
for plugin in $plugins $voltages; do
  try "$plugin renders alone" prepare "$plugin"
  try "$plugin with controls set by hand" render_by_hand "$plugin"
  try "$plugin with a saved state" render_from_state "$plugin"
done
finish
