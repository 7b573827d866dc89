#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Fuzz the reader of weight files with clang 22: weights.sh BUILD_FOLDER [INPUTS]
#
# Makes the build folder if it is not there.  New inputs stay in its corpus, and
# one that fails is named and left there.

set -euo pipefail
root=$(dirname "$(readlink -f "$0")")/../..
build=$1
inputs=${2:-10000000}

if [ ! -d "$build" ]; then
  CC=${CC:-clang-22} meson setup "$build" "$root" -Dbuildtype=debugoptimized \
    -Db_sanitize=address,undefined -Db_lundef=false -Dtools=disabled \
    -Dc_args='-fsanitize=fuzzer-no-link -fno-sanitize-recover=all'
fi
meson compile -C "$build" fuzz_weights_fuzzer
"$root/tests/fuzz/weights_corpus.py" "$build/corpus"
cd "$build"
tests/fuzz/fuzz_weights_fuzzer -runs="$inputs" -max_len=4096 \
  -dict="$root/tests/fuzz/weights.dict" -print_final_stats=1 corpus
