#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Measure how LMU Predict hides drop-outs: dropouts.sh BUILD [GAP_MS PERIOD_MS
# [RATE]].  A period that is negative is random, about that long.
#
# Recordings are those of the Debian package sonic-pi-samples, and a voice of
# espeak-ng.

set -euo pipefail
build=$(readlink -f "$1")
gap=${2:-15} period=${3:-250} rate=${4:-48000}

readonly samples=/usr/share/sonic-pi/samples
[ -e $samples ] && command -v espeak-ng sox >/dev/null || {
  echo "Install espeak-ng, sonic-pi-samples, and sox" >&2
  exit 1
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/whole" "$folder/cut" "$folder/rendered"

for name in guit_e_fifths guit_e_slide guit_em9 guit_harmonics ambi_piano \
  ambi_choir ambi_glass_hum loop_amen_full loop_garzul bass_thick_c misc_crow \
  ambi_drone loop_tabla loop_drone_g_97; do
  sox -D "$samples/$name.flac" -b 24 "$folder/whole/$name.wav" remix 1 gain -1 \
    rate -v "$rate"
done
espeak-ng -v en -s 150 -w "$folder/voice.wav" "The quick brown fox jumps over \
the lazy dog. She sells sea shells by the sea shore, and all the while the old \
piano played on in the hall below."
sox -D "$folder/voice.wav" -b 24 "$folder/whole/voice.wav" gain -1 \
  rate -v "$rate"

for whole in "$folder"/whole/*.wav; do
  name=${whole##*/}
  "$build/bench/bench_dropouts" --cut "$gap" "$period" "$whole" \
    "$folder/cut/$name"
  "$build/tools/lmu" render urn:lmu-lv2:predict "$folder/cut/$name" \
    "$folder/rendered/$name" --bundle "$build/lmu.lv2" --channels 1 \
    --preset "Packet-Loss Concealment" --quiet
done
"$build/bench/bench_dropouts" "$gap" "$period" "$folder/rendered" \
  "$folder"/whole/*.wav
