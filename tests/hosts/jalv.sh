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

# jalv sets the same controls and runs the same code: no difference at all
max_db=-inf

export JACK_DEFAULT_SERVER=lmu-test-$$ JACK_NO_AUDIO_RESERVATION=1

start_server() {
  jackd --name $JACK_DEFAULT_SERVER --no-realtime \
    -d dummy --rate $rate --period 256 >"$work/jackd.log" 2>&1 &
  children=$!
  jack_wait --server $JACK_DEFAULT_SERVER --wait --timeout 20
}

# Wait until a command succeeds, for ten seconds at most: await COMMAND...
await() {
  local i
  for ((i = 0; i < 100; ++i)); do
    "$@" >"$work/await" 2>&1 && return
    sleep 0.1
  done
  echo "Waited in vain for: $*"
  cat "$work/await"
  return 1
}

has_ports() {
  jack_lsp --server $JACK_DEFAULT_SERVER | grep -q '^plugin:'
}

# Write a state as hosts save it: save_state FOLDER PLUGIN
save_state() {
  local setting
  mkdir -p "$1"
  {
    cat <<TEXT
@prefix lv2: <http://lv2plug.in/ns/lv2core#> .
@prefix pset: <http://lv2plug.in/ns/ext/presets#> .
<> a pset:Preset ; lv2:appliesTo <$uri_prefix$2> .
TEXT
    for setting in $(settings_of "$2"); do
      echo "<> lv2:port [ lv2:symbol \"${setting%=*}\" ;" \
        "pset:value ${setting#*=} ] ."
    done
  } >"$1/state.ttl"
}

# Tell jalv to print its controls, and expect to see them as they were set
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
# standard input: render PLUGIN [ARGUMENT]...
render() {
  local -r plugin=$1
  local line status=0
  shift

  rm -f "$work/commands"
  mkfifo "$work/commands"
  stdbuf -oL jalv -x -n plugin "$@" "$uri_prefix$plugin" \
    <"$work/commands" >"$work/jalv.log" 2>&1 &
  local -r jalv=$!
  children="$children $jalv"
  exec 9>"$work/commands"

  await has_ports || status=1
  while read -r line; do
    echo "$line" >&9
  done
  echo controls >&9
  await has_settings "$plugin" || status=1

  [ $status != 0 ] || "$helpers/jack_render" "$work/$plugin.in.wav" \
    "$work/$plugin.jalv.wav" plugin || status=1
  echo quit >&9
  exec 9>&-
  wait $jalv || status=1
  children=${children% *}
  return $status
}

render_by_hand() {
  settings_of "$1" | tr ' ' '\n' | sed 's/^/set /; s/=/ /' | render "$1" &&
    matches $max_db "$1" "$work/$1.jalv.wav"
}

render_from_state() {
  save_state "$work/$1.state" "$1" &&
    render "$1" -l "$work/$1.state" </dev/null &&
    matches $max_db "$1" "$work/$1.jalv.wav"
}

try "JACK server starts" start_server
for plugin in $plugins; do
  try "$plugin renders alone" prepare "$plugin"
  try "$plugin with controls set by hand" render_by_hand "$plugin"
  try "$plugin with a saved state" render_from_state "$plugin"
done
finish
