// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_NETWORK_TRAINED_H
#define LMU_TOOLS_NETWORK_TRAINED_H

#include "core/base/attributes.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "tools/base/failure.h"
#include "tools/command/arguments.h"

/**
   @file
   Files with trained networks.
*/

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

/**
   Set texts of a graph that were given as --name, --author, --license,
   --source, and --comment.

   @return LMU_EXIT_BAD_VALUE if one is too long or no UTF-8.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_trained_set_texts(LmuGraph*           graph,
                      LmuFailure*         error,
                      const LmuArguments* arguments);

/// Name a graph after the file that it comes from, unless it has a name
LMU_SETUP void
lmu_trained_set_name(LmuGraph* graph, const char* path);

/// Do the same for what is said of one
LMU_SETUP void
lmu_trained_set_name_of(LmuMetadata* metadata, const char* path);

/// Check that hosts will find a file of this name, or return LMU_EXIT_USAGE
LMU_SETUP LMU_NODISCARD LmuExit
lmu_trained_check_path(LmuFailure* error, const char* path);

/**
   Check a graph, and write it to a file.

   @param source File that it comes from, to name if it is wrong.
   @return LMU_EXIT_BAD_INPUT or LMU_EXIT_BAD_OUTPUT.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_trained_save(LmuGraph*   graph,
                 LmuFailure* error,
                 const char* source,
                 const char* path);

#endif // LMU_TOOLS_NETWORK_TRAINED_H
