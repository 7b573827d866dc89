// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_BASE_SETUP_LITTLE_ENDIAN_H
#define LMU_CORE_BASE_SETUP_LITTLE_ENDIAN_H

#include "core/base/attributes.h"

#include <stdint.h>

/**
   @file
   Numbers in files whose least byte comes first, whatever the machine has.
*/

/// Return a number of up to 8 bytes
LMU_SETUP uint64_t
lmu_little_endian_read(const uint8_t* bytes, uint32_t n_bytes);

/// Write the lowest bytes of a number, up to 8
LMU_SETUP void
lmu_little_endian_write(uint8_t* bytes, uint32_t n_bytes, uint64_t number);

#endif // LMU_CORE_BASE_SETUP_LITTLE_ENDIAN_H
