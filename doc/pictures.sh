#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

# Draw the pictures of the manual, after ./demo has fetched its recording

set -euo pipefail
cd "$(dirname "$0")/.."

recording=/usr/share/sonic-pi/samples/guit_em9.flac
build/tools/lmu plot "$recording" doc/decomposition.png --theta 20 --order 64
build/tools/lmu plot --polynomials doc/polynomials.png
