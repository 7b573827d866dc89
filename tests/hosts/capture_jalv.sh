#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Learn a drive and a compressor in jalv, as time goes: play them to Capture,
# record, train, save, close, open again, and hear the same model.  At last the
# host is killed while it trains, and `lmu train` goes on.

. "$(dirname "$(readlink -f "$0")")/common.sh"
. "$here/capture_steps.sh"
need jalv jalv jalv
need jackd "JACK server" jackd2
[ -x "$helpers/jack_render" ] ||
  skip "JACK headers are not installed, package libjack-jackd2-dev"

# The same server as jalv_render.sh has, for the same reason
export JACK_DEFAULT_SERVER=lmu-$UID
export JACK_NO_AUDIO_RESERVATION=1 JACK_NO_START_SERVER=1
exec 8>"${TMPDIR:-/tmp}/$JACK_DEFAULT_SERVER.lock"
flock 8

jalv=
server=
clean_up() {
  [ -z "$jalv" ] || kill -KILL "$jalv" 2>/dev/null
  [ -z "$server" ] || kill "$server" 2>/dev/null
  wait 2>/dev/null
  rm -rf "$work"
}
trap clean_up EXIT

start_server() {
  jackd --name "$JACK_DEFAULT_SERVER" --no-realtime -d dummy --rate $rate \
    --period 256 >"$work/jackd.log" 2>&1 </dev/null 8>&- &
  server=$!
  await timeout 5 jack_lsp
}

has_ports() {
  timeout 5 jack_lsp | grep -q '^plugin:'
}

open_host() {
  rm -f "$work/commands" && mkfifo "$work/commands"
  stdbuf -o0 jalv -x -n plugin "$@" "${uri_prefix}capture" \
    <"$work/commands" >"$work/jalv.log" 2>&1 8>&- &
  jalv=$!
  exec 9>"$work/commands"
  await has_ports
}

has_ended() {
  ! kill -0 "$jalv"
}

# The folder that a test began with goes away with its host
close_host() {
  echo quit >&9
  exec 9>&-
  await has_ended && wait "$jalv" || { echo "jalv: $?" && return 1; }
  jalv=
}

# Set a control: put SYMBOL VALUE
put() {
  echo "set $1 $2" >&9
}

# Print the value of an output
value_of() {
  echo monitors >&9
  sleep 0.2
  sed -n "s/^\(> \)*$1 = //p" "$work/jalv.log" | tail -n 1
}

record() {
  put record 1
  sleep 1
  "$helpers/jack_render" "$pair" "$work/played.wav" plugin live &&
    put record 0 && await is_at recorded "x >= $seconds" &&
    await is_at status "x == $recorded" && echo "$(value_of recorded) s"
}

learn() {
  put size 1
  put train 1
  learn_to "$1" && put train 0 && await is_at status "x == $recorded" &&
    echo "ESR $(value_of esr) dB"
}

# Play a part of the pair, and write what the model makes of it: hear FILE
hear() {
  put monitor 1
  sleep 1
  "$helpers/jack_render" "$work/short.wav" "$1" plugin
}

# As hosts write states that have text and paths
save_session() {
  local -r folder=$work/state
  local -r model=$(find_model)
  rm -rf "$folder" && mkdir "$folder" && cat >"$folder/state.ttl" <<TEXT
@prefix atom: <http://lv2plug.in/ns/ext/atom#> .
@prefix lv2: <http://lv2plug.in/ns/lv2core#> .
@prefix pset: <http://lv2plug.in/ns/ext/presets#> .
@prefix state: <http://lv2plug.in/ns/ext/state#> .
<> a pset:Preset ; lv2:appliesTo <${uri_prefix}capture> .
<> state:state [ <${uri_prefix}weights> <file://$model> ;
  <${uri_prefix}capture-folder> "${model%/*}" ] .
TEXT
}

# The recordings are there again too
reopen() {
  open_host -l "$work/state" && await is_at recorded "x >= $seconds" &&
    hear "$work/after.wav" &&
    "$helpers/compare" $same_db "$work/before.wav" "$work/after.wav"
}

# It has nothing to say any more, nor does its folder go away
kill_host() {
  put train 1
  await is_at status "x == $training" && sleep 3 && kill -KILL "$jalv" || return
  wait "$jalv" 2>/dev/null
  jalv=
  exec 9>&-
}

# What was killed goes on at the command line
resume() {
  local -r model=$(find_model)
  [ -e "$model.resume" ] && cd "${model%/*}" &&
    "$lmu" train dry.wav wet.wav -o "${model##*/}" --resume \
      --stop-esr "$(bound_of "$device")" &&
    [ ! -e "$model.resume" ]
}

try "a server" start_server
for device in $devices; do
  try "a pair of $device" make_pair "$device"
  try "jalv opens" open_host
  try "$device is recorded" record
  try "$device is learned to $(bound_of "$device") dB" \
    learn "$(bound_of "$device")"
  try "$device is heard" hear "$work/before.wav"
  try "the session is saved" save_session
  try "jalv closes" close_host
  try "the same model plays" reopen
  try "jalv closes again" close_host
done
try "jalv opens once more" open_host -l "$work/state"
try "jalv is killed while it trains" kill_host
try "lmu train goes on" resume
finish
