// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/kernels/kernels.h"

#include "core/kernels/rt/kernels.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef LMU_TRAIN_FLOAT64

const LmuTrainKernels*
lmu_train_kernels(const uint32_t index)
{
  return index ? NULL : &lmu_train_kernels_plain;
}

#else

const LmuTrainKernels*
lmu_train_kernels(const uint32_t index)
{
  static const LmuTrainKernels* const all[] = {
#  if defined(__x86_64__)
    &lmu_train_kernels_avx512,
    &lmu_train_kernels_avx2,
#  endif
    &lmu_train_kernels_generic
  };

  const LmuKernels* const core = lmu_kernels(index);
  for (uint32_t i = 0U; core && i < sizeof(all) / sizeof(all[0]); ++i) {
    if (!strcmp(all[i]->name, core->name)) {
      return all[i];
    }
  }
  return NULL;
}

#endif
