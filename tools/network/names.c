// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/network/names.h"

const char*
lmu_cell_name(const LmuCell cell)
{
  static const char* const names[] = {
    "none", "dense", "simple_rnn", "lstm", "gru"};
  return names[cell];
}

const char*
lmu_activation_name(const LmuActivation activation)
{
  static const char* const names[LMU_N_ACTIVATIONS] = {
    "linear", "tanh", "sigmoid", "relu", "softsign", "hard_sigmoid"};
  return names[activation];
}

const char*
lmu_method_name(const LmuMethod method)
{
  static const char* const names[] = {"zoh", "euler", "pade"};
  return names[method];
}
