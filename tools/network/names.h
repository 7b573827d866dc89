// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_NETWORK_NAMES_H
#define LMU_TOOLS_NETWORK_NAMES_H

#include "core/nn/setup/graph.h"

/// Return the name of a type of layers, as in files
LMU_SETUP const char*
lmu_layer_type_name(LmuLayerType type);

/// Return the name of a type of layers, as people write it
LMU_SETUP const char*
lmu_layer_title(LmuLayerType type);

/// Return the name of a hidden cell, as in files
LMU_SETUP const char*
lmu_cell_name(LmuCell cell);

/// Return the name of an activation, as in files
LMU_SETUP const char*
lmu_activation_name(LmuActivation activation);

/// Return the name of a method, as in files
LMU_SETUP const char*
lmu_method_name(LmuMethod method);

#endif // LMU_TOOLS_NETWORK_NAMES_H
