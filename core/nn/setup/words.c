// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/words.h"

#include "core/memory/setup/discretise.h"
#include "core/nn/setup/graph.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

const LmuWords lmu_switch_words = {[false] = "false", [true] = "true"};

const LmuWords lmu_layer_words = {
  [LMU_LAYER_LMU]        = "lmu",
  [LMU_LAYER_DENSE]      = "dense",
  [LMU_LAYER_SIMPLE_RNN] = "simple_rnn",
  [LMU_LAYER_LSTM]       = "lstm",
  [LMU_LAYER_GRU]        = "gru",
};

const LmuWords lmu_method_words = {
  [LMU_ZOH]   = "zoh",
  [LMU_EULER] = "euler",
  [LMU_PADE]  = "pade",
};

const LmuWords lmu_cell_words = {
  [LMU_CELL_NONE]       = "none",
  [LMU_CELL_DENSE]      = "dense",
  [LMU_CELL_SIMPLE_RNN] = "simple_rnn",
  [LMU_CELL_LSTM]       = "lstm",
  [LMU_CELL_GRU]        = "gru",
};

const LmuWords lmu_activation_words = {
  [LMU_LINEAR]       = "linear",
  [LMU_TANH]         = "tanh",
  [LMU_SIGMOID]      = "sigmoid",
  [LMU_RELU]         = "relu",
  [LMU_SOFTSIGN]     = "softsign",
  [LMU_HARD_SIGMOID] = "hard_sigmoid",
  [LMU_GELU]         = "gelu",
  [LMU_GELU_TANH]    = "gelu_tanh",
  [LMU_ELU]          = "elu",
  [LMU_SELU]         = "selu",
  [LMU_LEAKY_RELU]   = "leaky_relu",
  [LMU_SOFTPLUS]     = "softplus",
  [LMU_GATED]        = "gated",
};

bool
lmu_words_read(const LmuWords    words,
               uint32_t* const   value,
               const char* const word)
{
  for (uint32_t i = 0U; words[i]; ++i) {
    if (!strcmp(words[i], word)) {
      *value = i;
      return true;
    }
  }
  return false;
}

void
lmu_words_write(const LmuWords words, char* const text, const size_t size)
{
  size_t length = 0U;
  for (uint32_t i = 0U; words[i] && length < size; ++i) {
    length += (size_t)snprintf(
      text + length, size - length, "%s%s", i ? ", " : "", words[i]);
  }
}
