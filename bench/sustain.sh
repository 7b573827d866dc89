#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Measure how true notes are continued: sustain.sh BUILD
#
# Notes of sampled instruments are rendered by fluidsynth with the Debian
# package fluid-soundfont-gm, and the recordings are those of sonic-pi-samples.

set -euo pipefail
build=$(readlink -f "$1")
cd "$(dirname "$(readlink -f "$0")")/.."

readonly font=/usr/share/sounds/sf2/FluidR3_GM.sf2
readonly samples=/usr/share/sonic-pi/samples
[ -e $font ] && [ -e $samples ] && command -v fluidsynth >/dev/null || {
  echo "Install fluidsynth, fluid-soundfont-gm, and sonic-pi-samples" >&2
  exit 1
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Write a MIDI file of one note of 2 s: note PROGRAM KEY FILE
note() {
  python3 - "$@" <<'END'
import struct
import sys

program, key = int(sys.argv[1]), int(sys.argv[2])
# 480 ticks a quarter of 500 ms, so 1920 are 2 s
track = bytes([0, 0xC0, program, 0, 0x90, key, 100, 0x8F, 0x00, 0x80, key, 0])
track += bytes([0, 0xFF, 0x2F, 0])
with open(sys.argv[3], "wb") as file:
    file.write(b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480))
    file.write(b"MTrk" + struct.pack(">I", len(track)) + track)
END
}

while read -r name program key; do
  note "$program" "$key" "$folder/$name.mid"
  fluidsynth -q -ni -R 0 -C 0 -g 0.8 -r 48000 -F "$folder/$name.wav" \
    "$font" "$folder/$name.mid" >"$folder/log" 2>&1 ||
    { cat "$folder/log"; exit 1; }
done <<'END'
piano-a1 0 33
piano-c2 0 36
piano-c4 0 60
piano-c6 0 84
harpsichord-g3 6 55
vibraphone-c5 11 72
organ-c3 19 48
nylon-guitar-e2 24 40
steel-guitar-a3 25 57
bass-e1 33 28
bass-a2 33 45
violin-a4 40 69
cello-c3 42 48
strings-g3 48 55
choir-c4 52 60
trumpet-b4 56 71
horn-f3 60 53
saxophone-d4 65 62
oboe-g4 68 67
clarinet-e4 71 64
flute-a5 73 81
END

# The same notes through the plugin, frozen at 0.5 s by the renderer
mkdir "$folder/rendered"
printf '0,0\n0.4999,0\n0.5,1\n' >"$folder/freeze"
for note in "$folder"/*.wav; do
  "$build/tools/lmu" render urn:lmu-lv2:predict "$note" \
    "$folder/rendered/${note##*/}" --bundle "$build/lmu.lv2" --channels 1 \
    --set mode=4 --set theta=100 --set decay=60 --set fade=1 --block 16 \
    --automate "freeze=$folder/freeze" --tail 62 --quiet
done
echo "LMU Predict, frozen for 60 s"
"$build/bench/bench_sustain" --rendered "$folder/rendered" "$folder"/*.wav
echo "Its engine alone"
"$build/bench/bench_sustain" "$folder"/*.wav \
  "$samples"/{guit_e_fifths,guit_e_slide,guit_em9,guit_harmonics}.flac \
  "$samples"/{ambi_choir,ambi_piano,ambi_glass_hum,bass_hit_c}.flac \
  "$samples"/{drum_tom_mid_hard,drum_tom_lo_hard,drum_bass_hard,bass_woodsy_c}.flac
