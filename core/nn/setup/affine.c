// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/affine.h"

#include "core/base/setup/arena.h"
#include "core/memory/rt/modes.h"
#include "core/nn/rt/network_plan.h"
#include "core/nn/setup/layer_matrix.h"

#include <stddef.h>
#include <stdint.h>

const float*
lmu_floats(const double* const values,
           const uint32_t      count,
           LmuArena* const     arena)
{
  float* const floats =
    (float*)lmu_arena_take(arena, lmu_padded(count), sizeof(float));
  for (uint32_t i = 0U; floats && i < count; ++i) {
    floats[i] = (float)values[i];
  }
  return floats;
}

/// Write rows as they are
static void
pack_rows(float* const matrix, const LmuPart* const part)
{
  for (uint32_t i = 0U; i < part->rows; ++i) {
    const double* const row = part->values + ((size_t)i * part->stride);
    for (uint32_t j = 0U; j < part->columns; ++j) {
      matrix[((size_t)i * part->columns) + j] = (float)row[part->first + j];
    }
  }
}

/// Write rows in tiles
static void
pack_tiles(float* const matrix, const LmuPart* const part)
{
  const uint32_t rows  = lmu_padded(part->rows);
  const uint32_t whole = LMU_TILE * LMU_LANES;
  for (uint32_t i = 0U; i < part->rows; ++i) {
    const double* const row    = part->values + ((size_t)i * part->stride);
    const uint32_t      tile   = i - (i % whole);
    const uint32_t      left   = rows - tile;
    const uint32_t      stride = left < whole ? left : whole;
    float* const        to = matrix + ((size_t)tile * part->columns) + i - tile;
    for (uint32_t j = 0U; j < part->columns; ++j) {
      to[(size_t)j * stride] = (float)row[part->first + j];
    }
  }
}

void
lmu_affine_pack(LmuAffine* const     affine,
                const LmuPart* const part,
                LmuArena* const      arena)
{
  const uint32_t rows = lmu_padded(part->rows);
  float* const   matrix =
    (float*)lmu_arena_take(arena, part->columns * (size_t)rows, sizeof(float));
  if (!matrix) {
    return;
  }

  if (part->rows <= LMU_NARROW) {
    affine->n_rows = part->rows;
    pack_rows(matrix, part);
  } else {
    pack_tiles(matrix, part);
  }
  affine->n_blocks  = rows / LMU_LANES;
  affine->n_columns = part->columns;
  affine->matrix    = matrix;
  affine->base = part->base ? lmu_floats(part->base, part->rows, arena) : NULL;
}
