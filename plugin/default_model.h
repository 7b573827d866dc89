// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_DEFAULT_MODEL_H
#define LMU_PLUGIN_DEFAULT_MODEL_H

#include <stddef.h>
#include <stdint.h>

/// Weight file that LMU Model plays until another is chosen
extern const uint8_t lmu_default_model[];

/// Its size [bytes]
extern const size_t lmu_default_model_size;

#endif // LMU_PLUGIN_DEFAULT_MODEL_H
