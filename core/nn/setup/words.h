// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_SETUP_WORDS_H
#define LMU_CORE_NN_SETUP_WORDS_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Words that files and people use for the choices of a graph.
*/

/// Words of one choice, by value, up to a null
typedef const char* LmuWords[16];

extern const LmuWords lmu_switch_words;     ///< bool
extern const LmuWords lmu_layer_words;      ///< LmuLayerType
extern const LmuWords lmu_method_words;     ///< LmuMethod
extern const LmuWords lmu_cell_words;       ///< LmuCell
extern const LmuWords lmu_activation_words; ///< LmuActivation

/// Set a value by its word, or return false if there is none
LMU_SETUP bool
lmu_words_read(const LmuWords words, uint32_t* value, const char* word);

/// Write all words with commas between, as far as there is room
LMU_SETUP void
lmu_words_write(const LmuWords words, char* text, size_t size);

#endif // LMU_CORE_NN_SETUP_WORDS_H
