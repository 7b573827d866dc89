#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Render each plugin in ffmpeg, at several block sizes.

. "$(dirname "$(readlink -f "$0")")/common.sh"

# It has neither, and connects controls only after activation
has_worker=
has_presets=

need ffmpeg ffmpeg ffmpeg
need_recording

# ffmpeg sets the same controls and runs the same code: no difference at all
max_db=-inf

# Render a plugin in blocks of a number of frames: render PLUGIN FRAMES.  ffmpeg
# leaves the latency in.
render() {
  local -r uri=${uri_prefix//:/\\:}$1
  local -r controls=$(settings_of "$1" | tr ' ' '|') late=$(latency_of "$1")
  ffmpeg -nostdin -v error -y -i "$work/$1.in.wav" -af \
    "apad=pad_len=$late,asetnsamples=n=$2:p=0,lv2=p='$uri':c=$controls,\
atrim=start_sample=$late" \
    -c:a pcm_f32le "$work/$1.ffmpeg.wav"
}

render_and_compare() {
  render "$1" "$2" && matches $max_db "$1" "$work/$1.ffmpeg.wav"
}

for plugin in $plugins; do
  try "$plugin renders alone" prepare "$plugin"
  for block in 1 64 441 8192; do
    try "$plugin in blocks of $block" render_and_compare "$plugin" $block
  done
done
finish
