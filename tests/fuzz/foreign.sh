#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Fuzz the readers of files of other programs with clang 22:
# foreign.sh BUILD_FOLDER keras|hdf5|torch|json [SECONDS]
#
# keras is a whole file, hdf5 its weights, torch a state dict, json a network of
# Neural Amp Modeler or RTNeural.  Makes the build folder if it is not there.  New
# inputs stay in its corpus, and one that fails is named and left there.  The
# first two run libhdf5, in a confined process for each input as lmu import does,
# and count how often it crashes there.

set -euo pipefail
root=$(dirname "$(readlink -f "$0")")/../..
build=$1
what=$2
seconds=${3:-1200}

if [ ! -d "$build" ]; then
  CC=${CC:-clang-22} meson setup "$build" "$root" -Dbuildtype=debugoptimized \
    -Db_sanitize=address,undefined -Db_lundef=false -Dui=disabled \
    -Dc_args='-fsanitize=fuzzer-no-link -fno-sanitize-recover=all'
fi
meson compile -C "$build" "fuzz_${what}_fuzzer"
mkdir -p "$build/foreign" "$build/foreign-$what"
"$root/tests/fuzz/foreign_corpus.py" "$build/foreign"
cd "$build"

# Sanitizers keep freed memory, which counts; a confined process cannot start
# a program that names functions
export ASAN_OPTIONS=quarantine_size_mb=16:symbolize=0:detect_leaks=1
if [ "$what" = torch ] || [ "$what" = json ]; then
  ASAN_OPTIONS=quarantine_size_mb=16
fi
"tests/fuzz/fuzz_${what}_fuzzer" -max_total_time="$seconds" -max_len=65536 \
  -rss_limit_mb=512 -timeout=20 -handle_segv=0 -handle_bus=0 \
  -dict="$root/tests/fuzz/foreign.dict" -artifact_prefix="foreign-$what-" \
  -print_final_stats=1 "foreign-$what" "foreign/$what"
