// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_FUZZ_ORACLE_H
#define LMU_TESTS_FUZZ_ORACLE_H

#include "core/nn/setup/graph.h"
#include "core/nn/setup/safetensors.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   A second opinion on safetensors: another JSON parser, other algorithms.
*/

/// Return whether bytes are a file that we accept
bool
oracle_accepts(const uint8_t* data, size_t size);

/// Return whether what was read is what is in a file that we accept
bool
oracle_agrees(const LmuSafetensors* file, const uint8_t* data, size_t size);

/// Return whether a graph that was read has the horizons of a file, as the C
/// library reads them, one for each output and within bounds
bool
oracle_agrees_on_horizons(const LmuGraph* graph,
                          const uint8_t*  data,
                          size_t          size);

/// Return whether a graph has the windows and the sources of a file
bool
oracle_agrees_on_lists(const LmuGraph* graph, const uint8_t* data, size_t size);

#endif // LMU_TESTS_FUZZ_ORACLE_H
