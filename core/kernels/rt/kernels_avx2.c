// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#define WIDTH 8U
#define NAME "avx2"
#define TABLE lmu_kernels_avx2

#include "core/kernels/rt/kernels_body.h"
