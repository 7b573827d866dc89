// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/checkpoint.h"

#include "core/base/setup/sha256.h"
#include "core/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

LmuStatus
lmu_checkpoint_encode(uint8_t** const            data,
                      size_t* const              n_bytes,
                      const LmuCheckpoint* const checkpoint,
                      const uint8_t* const       state,
                      const size_t               n_state)
{
  Head head = {{0},
               checkpoint->device,
               checkpoint->n_updates,
               checkpoint->seconds,
               checkpoint->cpu_seconds};
  memcpy(head.magic, magic, sizeof(magic));

  const size_t end = sizeof(head) + n_state;
  *n_bytes         = end + LMU_SHA256_SIZE;
  *data            = (uint8_t*)malloc(*n_bytes);
  if (!*data) {
    return LMU_NO_MEMORY;
  }
  memcpy(*data, &head, sizeof(head));
  if (n_state) {
    memcpy(*data + sizeof(head), state, n_state);
  }
  lmu_sha256(*data + end, *data, end);
  return LMU_SUCCESS;
}

/// Return whether bytes are what was once written
static bool
is_whole(const Head* const head, const uint8_t* const data, const size_t end)
{
  uint8_t digest[LMU_SHA256_SIZE];
  lmu_sha256(digest, data, end);
  return !memcmp(head->magic, magic, sizeof(magic)) &&
         !memcmp(digest, data + end, sizeof(digest)) &&
         head->device <= LMU_CHECKPOINT_NO_DEVICE;
}

LmuStatus
lmu_checkpoint_decode(LmuCheckpoint* const  checkpoint,
                      const uint8_t** const state,
                      size_t* const         n_state,
                      const uint8_t* const  data,
                      const size_t          n_bytes)
{
  Head head;
  if (n_bytes < sizeof(head) + LMU_SHA256_SIZE) {
    return LMU_BAD_FILE;
  }
  memcpy(&head, data, sizeof(head));
  if (!is_whole(&head, data, n_bytes - LMU_SHA256_SIZE)) {
    return LMU_BAD_FILE;
  }
  const LmuCheckpoint known = {true,
                               (uint32_t)head.device,
                               head.n_updates,
                               head.seconds,
                               head.cpu_seconds};
  *checkpoint               = known;
  *state                    = data + sizeof(head);
  *n_state                  = n_bytes - LMU_SHA256_SIZE - sizeof(head);
  return LMU_SUCCESS;
}
