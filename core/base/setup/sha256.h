// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_BASE_SETUP_SHA256_H
#define LMU_CORE_BASE_SETUP_SHA256_H

#include "core/base/attributes.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   A hash that tells whether two files are the same.

   Source: FIPS 180-4, "Secure Hash Standard", sections 4.1.2, 5 and 6.2.
*/

#define LMU_SHA256_SIZE 32U     ///< Size of a hash [bytes]
#define LMU_SHA256_HEX_SIZE 65U ///< Size of a hash as text, with terminator

/// Set digest to the SHA-256 of bytes
LMU_SETUP void
lmu_sha256(uint8_t digest[LMU_SHA256_SIZE], const void* data, size_t n_bytes);

/// Write a hash in hexadecimal, as sha256sum does
LMU_SETUP void
lmu_sha256_hex(char          text[LMU_SHA256_HEX_SIZE],
               const uint8_t digest[LMU_SHA256_SIZE]);

#endif // LMU_CORE_BASE_SETUP_SHA256_H
