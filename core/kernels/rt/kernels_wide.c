// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// The loops of AVX-512 for any CPU, as few machines that test have it

#define WIDTH 16U
#define NAME "wide"
#define TABLE lmu_kernels_wide

#include "core/kernels/rt/kernels_body.h"
