# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Shared by the scripts that play to windows in jalv, after screen.sh: a JACK
# server of their own.

need_server() {
  need jalv.gtk3 "jalv with windows" jalv
  need jackd "JACK server" jackd2
  [ -x "$helpers/jack_render" ] ||
    skip "JACK headers are not installed, package libjack-jackd2-dev"
  need_recording
  need_screen

  # The same server as jalv_render.sh has, for the same reason
  export JACK_DEFAULT_SERVER=lmu-$UID
  export JACK_NO_AUDIO_RESERVATION=1 JACK_NO_START_SERVER=1
  exec 8>"${TMPDIR:-/tmp}/$JACK_DEFAULT_SERVER.lock"
  flock 8
}

start_server() {
  start "$work/jackd.log" jackd --name "$JACK_DEFAULT_SERVER" --no-realtime \
    -d dummy --rate $rate --period 256
  await timeout 5 jack_lsp
}

# Print the name of our plugin among clients
client() {
  jack_lsp | sed -n '/^system:/d; s/:.*//p' | head -n 1
}

# Play a sound to the plugin as time goes: play_live FILE
play_live() {
  start "$work/play.log" "$helpers/jack_render" "$1" "$work/out.wav" \
    "$(client)" live
}
