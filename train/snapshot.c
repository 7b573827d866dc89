// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/snapshot.h"

#include "core/base/setup/sha256.h"
#include "core/base/status.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Return the size of all blocks without the digest
static size_t
size_of(const LmuBlock* const blocks, const size_t n_blocks)
{
  size_t size = 0U;
  for (size_t i = 0U; i < n_blocks; ++i) {
    size += blocks[i].n_bytes;
  }
  return size;
}

LmuStatus
lmu_snapshot_write(uint8_t** const       data,
                   size_t* const         n_bytes,
                   const LmuBlock* const blocks,
                   const size_t          n_blocks)
{
  const size_t size  = size_of(blocks, n_blocks);
  size_t       place = 0U;
  *n_bytes           = size + LMU_SHA256_SIZE;
  *data              = (uint8_t*)malloc(*n_bytes);
  if (!*data) {
    return LMU_NO_MEMORY;
  }
  for (size_t i = 0U; i < n_blocks; ++i) {
    memcpy(*data + place, blocks[i].data, blocks[i].n_bytes);
    place += blocks[i].n_bytes;
  }
  lmu_sha256(*data + size, *data, size);
  return LMU_SUCCESS;
}

LmuStatus
lmu_snapshot_read_first(const LmuBlock* const blocks,
                        const size_t          n_blocks,
                        const uint8_t* const  data,
                        const size_t          n_bytes)
{
  const size_t size = size_of(blocks, n_blocks);
  uint8_t      digest[LMU_SHA256_SIZE];
  if (n_bytes != size + LMU_SHA256_SIZE) {
    return LMU_BAD_FILE;
  }
  lmu_sha256(digest, data, size);
  if (memcmp(digest, data + size, sizeof(digest)) != 0) {
    return LMU_BAD_FILE;
  }
  memcpy(blocks[0].data, data, blocks[0].n_bytes);
  return LMU_SUCCESS;
}

void
lmu_snapshot_read_rest(const LmuBlock* const blocks,
                       const size_t          n_blocks,
                       const uint8_t* const  data)
{
  size_t place = blocks[0].n_bytes;
  for (size_t i = 1U; i < n_blocks; ++i) {
    memcpy(blocks[i].data, data + place, blocks[i].n_bytes);
    place += blocks[i].n_bytes;
  }
}
