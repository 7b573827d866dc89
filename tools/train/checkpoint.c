// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// A head, what the trainer saved of itself, and a digest of both

#include "tools/train/checkpoint.h"

#include "core/base/setup/error.h"
#include "core/base/setup/file.h"
#include "core/base/setup/sha256.h"
#include "core/base/status.h"
#include "data/output.h"
#include "tools/base/allocate.h"
#include "tools/base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// What files begin with
static const char magic[8] = {'l', 'm', 'u', 't', 'r', 'n', '0', '2'};

/// What is before the trainer's bytes
typedef struct {
  char     magic[8];
  uint64_t device;
  uint64_t n_updates;
  double   seconds;
  double   cpu_seconds;
} Head;

/// A file in memory, which owns its bytes
typedef struct {
  Head     head;
  uint8_t* data;    ///< All bytes
  uint8_t* state;   ///< Those of the trainer
  size_t   n_state; ///< Number of them
} File;

char*
lmu_checkpoint_path(const char* const output)
{
  return lmu_allocate_text("%s.resume", output);
}

/* Reading */

/// Find the parts of a file, and return whether it is whole
static bool
is_whole(File* const file, const size_t n_bytes)
{
  const size_t least = sizeof(Head) + LMU_SHA256_SIZE;
  uint8_t      digest[LMU_SHA256_SIZE];
  if (n_bytes < least) {
    return false;
  }
  memcpy(&file->head, file->data, sizeof(Head));
  file->state   = file->data + sizeof(Head);
  file->n_state = n_bytes - least;
  lmu_sha256(digest, file->data, n_bytes - LMU_SHA256_SIZE);
  return !memcmp(file->head.magic, magic, sizeof(magic)) &&
         !memcmp(digest, file->state + file->n_state, sizeof(digest)) &&
         file->head.device <= LMU_CHECKPOINT_NO_DEVICE;
}

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
  return !status && is_whole(file, n_bytes)
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
      checkpoint->exists      = true;
      checkpoint->device      = (uint32_t)file.head.device;
      checkpoint->n_updates   = file.head.n_updates;
      checkpoint->seconds     = file.head.seconds;
      checkpoint->cpu_seconds = file.head.cpu_seconds;
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

/// Write a head, a state, and the digest of both
static LmuExit
write_file(LmuFailure* const    error,
           const char* const    path,
           const Head* const    head,
           const uint8_t* const state,
           const size_t         n_state)
{
  const size_t   end = sizeof(*head) + n_state;
  uint8_t* const data =
    (uint8_t*)lmu_allocate(end + LMU_SHA256_SIZE, sizeof(uint8_t));
  memcpy(data, head, sizeof(*head));
  if (n_state) {
    memcpy(data + sizeof(*head), state, n_state);
  }
  lmu_sha256(data + end, data, end);
  const LmuExit status =
    lmu_output_put(error, path, data, end + LMU_SHA256_SIZE);
  free(data);
  return status;
}

LmuExit
lmu_checkpoint_save(const LmuCheckpoint* const checkpoint,
                    LmuFailure* const          error,
                    const uint8_t* const       state,
                    const size_t               n_state,
                    const char* const          output)
{
  Head head = {{0},
               checkpoint->device,
               checkpoint->n_updates,
               checkpoint->seconds,
               checkpoint->cpu_seconds};
  memcpy(head.magic, magic, sizeof(magic));
  char* const   path   = lmu_checkpoint_path(output);
  const LmuExit status = write_file(error, path, &head, state, n_state);
  free(path);
  return status;
}

void
lmu_checkpoint_remove(const char* const output)
{
  char* const path = lmu_checkpoint_path(output);
  (void)unlink(path);
  free(path);
}
