// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_JSON_MODEL_H
#define LMU_TOOLS_FOREIGN_JSON_MODEL_H

#include "core/nn/setup/graph.h"
#include "tools/base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Reading networks that are JSON as a whole: of Neural Amp Modeler, of
   RTNeural and AIDA-X, and of GuitarML.

   For files of others call these in a confined process only.
*/

/// Greatest size of a file, which takes three times as much when it is read, or
/// up to 80 times if it is made to [bytes]
#define LMU_MAX_JSON_MODEL (16UL << 20U)

/// A network in JSON, and how to read it
typedef struct {
  const char*    path;    ///< Where it comes from, for messages
  const uint8_t* data;    ///< All of it
  size_t         n_bytes; ///< Its size
  bool           logits;  ///< Whether to leave out a softmax at the end
} LmuJsonFile;

/// Return whether bytes start as an object of JSON does
LMU_SETUP bool
lmu_json_is(const uint8_t* data, size_t n_bytes);

/**
   Read the layers of a network, and what is said of it.

   @param graph Graph to write layers to, it owns their weights.
   @return LMU_EXIT_BAD_INPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_json_load(LmuGraph* graph, LmuFailure* error, const LmuJsonFile* file);

#endif // LMU_TOOLS_FOREIGN_JSON_MODEL_H
