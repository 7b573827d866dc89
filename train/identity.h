// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_IDENTITY_H
#define LMU_TRAIN_IDENTITY_H

#include "core/base/attributes.h"
#include "core/nn/setup/graph.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   Numbers by which training knows its data, graph, and options again.

   Source: Fowler, Noll, Vo, FNV-1a, by words of 32 bits in place of bytes.
*/

/// What hashes begin with
#define LMU_IDENTITY 0xCBF29CE484222325U

/// Mix whole numbers into a hash
LMU_SETUP uint64_t
lmu_identity_words(uint64_t hash, const uint64_t* words, size_t count);

/// Mix numbers into a hash
LMU_SETUP uint64_t
lmu_identity_reals(uint64_t hash, const double* reals, size_t count);

/// Mix samples into a hash
LMU_SETUP uint64_t
lmu_identity_samples(uint64_t hash, const float* samples, size_t count);

/// Mix the layers and the values of a graph into a hash
LMU_SETUP uint64_t
lmu_identity_graph(uint64_t hash, const LmuGraph* graph);

#endif // LMU_TRAIN_IDENTITY_H
