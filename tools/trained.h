// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAINED_H
#define LMU_TOOLS_TRAINED_H

#include "core/attributes.h"
#include "core/setup/graph.h"
#include "core/setup/network.h"
#include "tools/failure.h"

/**
   Open a file with a trained network.

   @param graph Set to what is in the file, free with lmu_graph_free().
   @param network Set to what runs it, free with lmu_network_free().
   @param error Set to what is wrong and what to do.
   @param path The file.
   @return An exit code, and both are null unless it is zero.
*/
LMU_SETUP LmuExit
lmu_trained_open(LmuGraph**   graph,
                 LmuNetwork** network,
                 LmuFailure*  error,
                 const char*  path);

#endif // LMU_TOOLS_TRAINED_H
