// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#define WIDTH 4U
#define NAME "generic"
#define TABLE lmu_kernels_generic

#include "core/kernels/rt/kernels_body.h"
