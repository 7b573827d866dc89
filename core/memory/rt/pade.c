// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/rt/pade.h"

#include <assert.h>
#include <stdint.h>

/// Poles of the diagonal approximants, to 19 digits by Newton's method
static const LmuPade approximants[LMU_MAX_STAGES] = {
  {1U, {{0.5, 0.0, 1.0, 0.0}}},
  {1U, {{0.25, 0.1443375672974064411, 0.5, -0.8660254037844386468}}},
  {2U,
   {{0.2153144231161121782, 0.0, 2.651926972486260262, 0.0},
    {0.1423427884419439109,
     0.1357999257081538031,
     -0.8259634862431301309,
     -0.6043514548453103371}}},
  {2U,
   {{0.158433759734282364,
     0.04744101257110843701,
     1.089063514754549597,
     -4.956022603025238531},
    {0.09156624026571763603,
     0.1156626130131276066,
     -0.5890635147545495969,
     0.8967878540774227095}}},
};

const LmuPade*
lmu_pade(const uint32_t stages)
{
  assert(stages && stages <= LMU_MAX_STAGES);

  return &approximants[stages - 1U];
}
