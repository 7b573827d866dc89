// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/network/names.h"

#include "core/nn/setup/words.h"

const char*
lmu_layer_type_name(const LmuLayerType type)
{
  return lmu_layer_words[type];
}

const char*
lmu_layer_title(const LmuLayerType type)
{
  static const char* const titles[] = {
    "LMU", "Dense", "SimpleRNN", "LSTM", "GRU"};
  return titles[type];
}

const char*
lmu_cell_name(const LmuCell cell)
{
  return lmu_cell_words[cell];
}

const char*
lmu_activation_name(const LmuActivation activation)
{
  return lmu_activation_words[activation];
}

const char*
lmu_method_name(const LmuMethod method)
{
  return lmu_method_words[method];
}
