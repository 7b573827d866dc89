// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#define WIDTH 16U
#define NAME "avx512"
#define TABLE lmu_train_kernels_avx512

#include "train/kernels/kernels_body.h"
