// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/setup/little_endian.h"

#include <stdint.h>

uint64_t
lmu_little_endian_read(const uint8_t* const bytes, const uint32_t n_bytes)
{
  uint64_t number = 0U;
  for (uint32_t i = 0U; i < n_bytes; ++i) {
    number |= (uint64_t)bytes[i] << (8U * i);
  }
  return number;
}

void
lmu_little_endian_write(uint8_t* const bytes,
                        const uint32_t n_bytes,
                        const uint64_t number)
{
  for (uint32_t i = 0U; i < n_bytes; ++i) {
    bytes[i] = (uint8_t)(number >> (8U * i));
  }
}
