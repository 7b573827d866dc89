// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#define WIDTH 8U
#define NAME "avx2"
#define TABLE lmu_train_kernels_avx2

#include "train/kernels/kernels_body.h"
