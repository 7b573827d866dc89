// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_SNAPSHOT_H
#define LMU_TRAIN_SNAPSHOT_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   A trainer as bytes of this machine: some blocks of it, and a digest of all.

   The first block says what it is of, and is read before the others.
*/

/// A part of a trainer
typedef struct {
  void*  data;
  size_t n_bytes;
} LmuBlock;

/**
   Write blocks.

   @param data Set to bytes for free(), or to null if memory is short.
   @param n_bytes Set to their number.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_snapshot_write(uint8_t**       data,
                   size_t*         n_bytes,
                   const LmuBlock* blocks,
                   size_t          n_blocks);

/**
   Read the first block, and leave the others as they are.

   @return LMU_BAD_FILE if bytes are damaged, or not of blocks of these sizes.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_snapshot_read_first(const LmuBlock* blocks,
                        size_t          n_blocks,
                        const uint8_t*  data,
                        size_t          n_bytes);

/// Read the blocks behind the first, of bytes that lmu_snapshot_read_first()
/// found whole
LMU_SETUP void
lmu_snapshot_read_rest(const LmuBlock* blocks,
                       size_t          n_blocks,
                       const uint8_t*  data);

#endif // LMU_TRAIN_SNAPSHOT_H
