// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#define WIDTH 4U
#define NAME "generic"
#define TABLE lmu_train_kernels_generic

#include "train/kernels/kernels_body.h"
