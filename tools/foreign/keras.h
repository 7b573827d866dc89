// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_KERAS_H
#define LMU_TOOLS_FOREIGN_KERAS_H

#include "core/nn/setup/graph.h"
#include "tools/base/failure.h"
#include "tools/foreign/archive.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Reading networks that keras-lmu trained.

   For files of others call these in a confined process only.
*/

/// Greatest size of a configuration, which takes 50 times as much when it is
/// read [bytes]
#define LMU_MAX_KERAS_CONFIG (4UL << 20U)

/// Greatest size of weights, with what their optimizer keeps [bytes]
#define LMU_MAX_KERAS_WEIGHTS (64UL << 20U)

/// A model of Keras, and how to read it
typedef struct {
  const char*       path;        ///< Where it comes from, for messages
  const LmuArchive* archive;     ///< NAME.keras, or null
  const uint8_t*    weights;     ///< NAME.h5, if there is no archive
  size_t            n_weights;   ///< Its size [bytes]
  const char*       config_path; ///< Where `config` comes from
  const char*       config; ///< What model.to_json() returned, or null to look
                            ///< in the files
  size_t n_config;          ///< Its size [bytes]
  bool   logits;            ///< Whether to leave out a softmax at the end
} LmuKerasFile;

/**
   Read the layers of a model.

   A memory without kernel gets one that changes nothing, and so does a layer
   that puts out memory and input without hidden cell.

   @param graph Graph to write layers to, it owns their weights.
   @return LMU_EXIT_BAD_INPUT on error, LMU_EXIT_USAGE if there is no
   configuration.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_keras_load(LmuGraph* graph, LmuFailure* error, const LmuKerasFile* file);

#endif // LMU_TOOLS_FOREIGN_KERAS_H
