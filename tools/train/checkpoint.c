// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/checkpoint.h"

#include "core/base/setup/error.h"
#include "core/base/setup/file.h"
#include "core/base/status.h"
#include "data/output.h"
#include "tools/base/allocate.h"
#include "tools/base/failure.h"
#include "train/audio/recipe.h"
#include "train/audio/trainer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// What files begin with
static const char magic[8] = {'l', 'm', 'u', 't', 'r', 'n', '0', '1'};

/// What is before the trainer's bytes
typedef struct {
  char     magic[8];
  uint64_t device;
  double   seconds;
  double   cpu_seconds;
} Head;

char*
lmu_checkpoint_path(const char* const output)
{
  return lmu_allocate_text("%s.resume", output);
}

/// Read the whole file, and its head
static LmuExit
read_file(uint8_t** const   data,
          size_t* const     n_bytes,
          Head* const       head,
          LmuFailure* const error,
          const char* const path)
{
  LmuError        reason = {""};
  const LmuStatus status = lmu_file_read(data, n_bytes, path, &reason);
  if (status) {
    return lmu_failure_core(error, NULL, status, reason.text);
  }
  if (*n_bytes >= sizeof(*head)) {
    memcpy(head, *data, sizeof(*head));
  }
  if (*n_bytes < sizeof(*head) ||
      memcmp(head->magic, magic, sizeof(magic)) != 0 ||
      head->device >= LMU_N_DEVICES) {
    free(*data);
    *data = NULL;
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s is no checkpoint, or damaged; remove it to "
                           "start anew",
                           path);
  }
  return LMU_EXIT_SUCCESS;
}

LmuExit
lmu_checkpoint_peek(LmuCheckpoint* const checkpoint,
                    LmuFailure* const    error,
                    const char* const    output)
{
  const LmuCheckpoint none    = {false, 0U, 0.0, 0.0};
  char* const         path    = lmu_checkpoint_path(output);
  uint8_t*            data    = NULL;
  size_t              n_bytes = 0U;
  Head                head    = {{0}, 0U, 0.0, 0.0};
  LmuExit             status  = LMU_EXIT_SUCCESS;
  *checkpoint                 = none;
  if (!access(path, F_OK)) {
    status                  = read_file(&data, &n_bytes, &head, error, path);
    checkpoint->exists      = !status;
    checkpoint->device      = (uint32_t)head.device;
    checkpoint->seconds     = head.seconds;
    checkpoint->cpu_seconds = head.cpu_seconds;
  }
  free(data);
  free(path);
  return status;
}

LmuExit
lmu_checkpoint_load(LmuTrainer* const trainer,
                    LmuFailure* const error,
                    const char* const output)
{
  char* const path    = lmu_checkpoint_path(output);
  uint8_t*    data    = NULL;
  size_t      n_bytes = 0U;
  Head        head    = {{0}, 0U, 0.0, 0.0};
  LmuExit     status  = read_file(&data, &n_bytes, &head, error, path);
  if (!status &&
      lmu_trainer_load(trainer, data + sizeof(head), n_bytes - sizeof(head))) {
    status = lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s is of other recordings or options, or "
                             "damaged; give the same again, or remove it to "
                             "start anew",
                             path);
  }
  free(data);
  free(path);
  return status;
}

LmuExit
lmu_checkpoint_save(const LmuCheckpoint* const checkpoint,
                    LmuFailure* const          error,
                    const LmuTrainer* const    trainer,
                    const char* const          output)
{
  uint8_t* state   = NULL;
  size_t   n_state = 0U;
  if (lmu_trainer_save(trainer, &state, &n_state)) {
    return lmu_failure_core(error, output, LMU_NO_MEMORY, "");
  }

  char* const    path = lmu_checkpoint_path(output);
  uint8_t* const data = (uint8_t*)lmu_allocate(sizeof(Head) + n_state, 1U);
  Head           head = {
              {0}, checkpoint->device, checkpoint->seconds, checkpoint->cpu_seconds};
  memcpy(head.magic, magic, sizeof(magic));
  memcpy(data, &head, sizeof(head));
  memcpy(data + sizeof(head), state, n_state);
  const LmuExit status =
    lmu_output_put(error, path, data, sizeof(head) + n_state);
  free(data);
  free(path);
  free(state);
  return status;
}

void
lmu_checkpoint_remove(const char* const output)
{
  char* const path = lmu_checkpoint_path(output);
  (void)unlink(path);
  free(path);
}
