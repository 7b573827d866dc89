#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Play a file through a plugin in jalv, on a JACK server without hardware:
#
#   jalv_render.sh JACK_RENDER RATE IN OUT URI [JALV ARGUMENT]...
#
# Lines of standard input go to jalv before it plays, and what it prints comes
# out.  Plugins are those of LV2_PATH.

set -u
jack_render=$1 rate=$2 in=$3 out=$4 uri=$5
shift 5

work=$(mktemp -d)
server=
jalv=
clean_up() {
  [ -z "$jalv" ] || kill -KILL "$jalv" 2>/dev/null
  [ -z "$server" ] || kill "$server" 2>/dev/null
  wait 2>/dev/null
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

# JACK knows eight servers, and forgets one that was killed only for another of
# its name.  So there is one name, for one render at a time.
export JACK_DEFAULT_SERVER=lmu-$UID
export JACK_NO_AUDIO_RESERVATION=1 JACK_NO_START_SERVER=1
exec 8>"${TMPDIR:-/tmp}/$JACK_DEFAULT_SERVER.lock"
flock 8

fail() {
  echo "$1"
  tail -n 20 "$work/jackd.log" "$work/jalv.log"
  exit 1
}

# Wait until a command succeeds, for ten seconds at most: await COMMAND...
await() {
  local i
  for ((i = 0; i < 100; ++i)); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.1
  done
  fail "Waited in vain for: $*"
}

has_ports() {
  timeout 5 jack_lsp | grep -q '^plugin:'
}

# The prompt comes after all that a command prints
has_answered() {
  [ "$(grep -o '> ' "$work/jalv.log" | wc -l)" -gt "$n_commands" ]
}

has_ended() {
  ! kill -0 "$jalv"
}

touch "$work/jackd.log" "$work/jalv.log"
jackd --name $JACK_DEFAULT_SERVER --no-realtime \
  -d dummy --rate "$rate" --period 256 >"$work/jackd.log" 2>&1 </dev/null 8>&- &
server=$!
await timeout 5 jack_lsp

mkfifo "$work/commands"
stdbuf -o0 jalv -x -n plugin "$@" "$uri" \
  <"$work/commands" >"$work/jalv.log" 2>&1 8>&- &
jalv=$!
exec 9>"$work/commands"
await has_ports

n_commands=0
while read -r line; do
  n_commands=$((n_commands + 1))
  echo "$line" >&9
done
await has_answered

timeout 120 "$jack_render" "$in" "$out" plugin || fail "Cannot play $in"

# The server goes first: it can block for ever when it closes a client with as
# many ports as LMU Memory 32
kill $server
wait $server
server=
echo quit >&9
exec 9>&-
await has_ended
wait "$jalv" || fail "jalv ended with $?"
jalv=
cat "$work/jalv.log"
