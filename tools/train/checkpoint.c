// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/checkpoint.h"

#include "core/base/setup/error.h"
#include "core/base/setup/file.h"
#include "core/base/status.h"
#include "data/output.h"
#include "tools/base/allocate.h"
#include "tools/base/failure.h"
#include "train/checkpoint.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// A file in memory, which owns its bytes
typedef struct {
  LmuCheckpoint  checkpoint;
  uint8_t*       data;    ///< All bytes
  const uint8_t* state;   ///< Those of the trainer
  size_t         n_state; ///< Number of them
} File;

char*
lmu_checkpoint_path(const char* const output)
{
  return lmu_allocate_text("%s" LMU_CHECKPOINT_ENDING, output);
}

/* Reading */

/// Read a file, whose data is for free()
static LmuExit
read_file(File* const file, LmuFailure* const error, const char* const path)
{
  LmuError        reason  = {""};
  size_t          n_bytes = 0U;
  const LmuStatus status  = lmu_file_read(&file->data, &n_bytes, path, &reason);
  if (status) {
    file->data = NULL;
  }
  if (status && status != LMU_BAD_FILE) {
    return lmu_failure_core(error, NULL, status, reason.text);
  }
  return !status && !lmu_checkpoint_decode(&file->checkpoint,
                                           &file->state,
                                           &file->n_state,
                                           file->data,
                                           n_bytes)
           ? LMU_EXIT_SUCCESS
           : lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s is no checkpoint, or damaged; remove it to "
                             "start anew",
                             path);
}

LmuExit
lmu_checkpoint_peek(LmuCheckpoint* const checkpoint,
                    LmuFailure* const    error,
                    const char* const    output)
{
  const LmuCheckpoint none   = {false, LMU_CHECKPOINT_NO_DEVICE, 0U, 0.0, 0.0};
  char* const         path   = lmu_checkpoint_path(output);
  File                file   = {.data = NULL};
  LmuExit             status = LMU_EXIT_SUCCESS;
  *checkpoint                = none;
  if (!access(path, F_OK)) {
    status = read_file(&file, error, path);
    if (!status) {
      *checkpoint = file.checkpoint;
    }
  }
  free(file.data);
  free(path);
  return status;
}

LmuExit
lmu_checkpoint_load(uint8_t** const   state,
                    size_t* const     n_state,
                    LmuFailure* const error,
                    const char* const output)
{
  char* const   path   = lmu_checkpoint_path(output);
  File          file   = {.data = NULL};
  const LmuExit status = read_file(&file, error, path);
  *state               = NULL;
  *n_state             = 0U;
  if (!status) {
    *state   = (uint8_t*)lmu_allocate(file.n_state + 1U, sizeof(uint8_t));
    *n_state = file.n_state;
    memcpy(*state, file.state, file.n_state);
  }
  free(file.data);
  free(path);
  return status;
}

/* Writing */

LmuExit
lmu_checkpoint_save(const LmuCheckpoint* const checkpoint,
                    LmuFailure* const          error,
                    const uint8_t* const       state,
                    const size_t               n_state,
                    const char* const          output)
{
  uint8_t* data    = NULL;
  size_t   n_bytes = 0U;
  if (lmu_checkpoint_encode(&data, &n_bytes, checkpoint, state, n_state)) {
    return lmu_failure_core(
      error, NULL, LMU_NO_MEMORY, lmu_status_text(LMU_NO_MEMORY));
  }
  char* const   path   = lmu_checkpoint_path(output);
  const LmuExit status = lmu_output_put(error, path, data, n_bytes);
  free(path);
  free(data);
  return status;
}

void
lmu_checkpoint_remove(const char* const output)
{
  char* const path = lmu_checkpoint_path(output);
  (void)unlink(path);
  free(path);
}
