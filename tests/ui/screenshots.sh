#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Make pictures of windows in jalv while a guitar plays, for the manual:
#
#   screenshots.sh BUILD FOLDER [PLUGIN]...
#
# Needs ffmpeg, jalv, jackd2, xvfb, openbox, xdotool, imagemagick, sonic-pi-samples.

set -u
build=$(readlink -f "$1") folder=$(readlink -f "$2")
shift 2
[ $# -gt 0 ] || set -- scope delay-stereo predict model

for program in ffmpeg jalv.gtk3 jackd Xvfb openbox xdotool import; do
  command -v $program >/dev/null || {
    echo "1..0 # SKIP $program is not installed"
    exit 77
  }
done

recording=/usr/share/sonic-pi/samples/guit_em9.flac
rate=44100
work=$(mktemp -d)
processes=()
trap 'kill "${processes[@]}" 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT

export HOME=$work XDG_CONFIG_HOME=$work LV2_PATH=$build LC_ALL=C.UTF-8
export JACK_DEFAULT_SERVER=lmu-pictures JACK_NO_AUDIO_RESERVATION=1

Xvfb -displayfd 3 -screen 0 1400x1000x24 -noreset -nolisten tcp \
  3>"$work/display" 2>/dev/null &
processes+=($!)
jackd -r -d dummy -r $rate -p 256 >"$work/jackd.log" 2>&1 &
processes+=($!)
jack_wait -w -t 10 >/dev/null 2>&1
export DISPLAY=:$(cat "$work/display")
openbox >/dev/null 2>&1 &
processes+=($!)
sleep 0.5

# Play the first seconds of the guitar, over and over, through a plugin, and look at it
picture() {
  local -r name=$1
  local channels=1
  case $name in
  *-stereo) channels=2 ;;
  esac
  "$build/tests/hosts/excerpt" $recording "$work/once.wav" $channels \
    $((4 * rate))
  ffmpeg -y -loglevel error -stream_loop 6 -i "$work/once.wav" -c:a pcm_f32le \
    "$work/in.wav"
  jalv.gtk3 -n plugin urn:lmu-lv2:"$name" >"$work/jalv.log" 2>&1 &
  local -r jalv=$!
  processes+=($jalv)
  local -i tries=0
  until jack_lsp | grep -q '^plugin:' || ((tries++ > 100)); do
    sleep 0.1
  done
  sleep 1
  "$build/tests/hosts/jack_render" "$work/in.wav" "$work/out.wav" plugin live &
  local -r player=$!
  processes+=($player)
  sleep 15.5
  local window
  window=$(xdotool search --onlyvisible --name '^LMU' | tail -n 1)
  import -window "$window" "$folder/$name.png"
  kill $player $jalv
  wait $player $jalv 2>/dev/null
  echo "$folder/$name.png"
}

for plugin in "$@"; do
  picture "$plugin"
done
