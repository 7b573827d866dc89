// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_CHECKPOINT_H
#define LMU_TRAIN_CHECKPOINT_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Where training stands, as bytes for a file beside the model: a head, what the
   trainer saved of itself, and a digest of both.
*/

/// No kind of device was found
#define LMU_CHECKPOINT_NO_DEVICE 3U

/// What files of checkpoints are called behind the name of the model
#define LMU_CHECKPOINT_ENDING ".resume"

/// What is known before a trainer is made
typedef struct {
  bool     exists;      ///< Whether there is such a file
  uint32_t device;      ///< What kind of device was found, or
                        ///< LMU_CHECKPOINT_NO_DEVICE
  uint64_t n_updates;   ///< Updates that were made; if zero, no trainer is kept
  double   seconds;     ///< Time that training took before
  double   cpu_seconds; ///< The same of all threads
} LmuCheckpoint;

/**
   Write where training stands.

   @param data Set to bytes for free(), or to null if memory is short.
   @param n_bytes Set to their number.
   @param state What a trainer saved of itself, or null if there is none yet.
   @param n_state Number of bytes.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_checkpoint_encode(uint8_t**            data,
                      size_t*              n_bytes,
                      const LmuCheckpoint* checkpoint,
                      const uint8_t*       state,
                      size_t               n_state);

/**
   Read where training stands.

   @param checkpoint Set to what is known.
   @param state Set to what a trainer saved of itself, within `data`.
   @param n_state Set to the number of bytes.
   @return LMU_BAD_FILE if that is no whole checkpoint.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_checkpoint_decode(LmuCheckpoint*  checkpoint,
                      const uint8_t** state,
                      size_t*         n_state,
                      const uint8_t*  data,
                      size_t          n_bytes);

#endif // LMU_TRAIN_CHECKPOINT_H
