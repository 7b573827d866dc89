// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/setup/sha256.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Names are those of FIPS 180-4
// NOLINTBEGIN(readability-identifier-naming)

#define N_WORDS 8U   ///< Words of a hash
#define N_ROUNDS 64U ///< Steps for a block
#define BLOCK 64U    ///< Size of a block [bytes]

/// Where the length of the message is in the last block [bytes]
#define LENGTH_OFFSET 56U

/// Section 4.2.2: fractions of the cube roots of the first 64 primes
static const uint32_t K[N_ROUNDS] = {
  0x428A2F98U, 0x71374491U, 0xB5C0FBCFU, 0xE9B5DBA5U, 0x3956C25BU, 0x59F111F1U,
  0x923F82A4U, 0xAB1C5ED5U, 0xD807AA98U, 0x12835B01U, 0x243185BEU, 0x550C7DC3U,
  0x72BE5D74U, 0x80DEB1FEU, 0x9BDC06A7U, 0xC19BF174U, 0xE49B69C1U, 0xEFBE4786U,
  0x0FC19DC6U, 0x240CA1CCU, 0x2DE92C6FU, 0x4A7484AAU, 0x5CB0A9DCU, 0x76F988DAU,
  0x983E5152U, 0xA831C66DU, 0xB00327C8U, 0xBF597FC7U, 0xC6E00BF3U, 0xD5A79147U,
  0x06CA6351U, 0x14292967U, 0x27B70A85U, 0x2E1B2138U, 0x4D2C6DFCU, 0x53380D13U,
  0x650A7354U, 0x766A0ABBU, 0x81C2C92EU, 0x92722C85U, 0xA2BFE8A1U, 0xA81A664BU,
  0xC24B8B70U, 0xC76C51A3U, 0xD192E819U, 0xD6990624U, 0xF40E3585U, 0x106AA070U,
  0x19A4C116U, 0x1E376C08U, 0x2748774CU, 0x34B0BCB5U, 0x391C0CB3U, 0x4ED8AA4AU,
  0x5B9CCA4FU, 0x682E6FF3U, 0x748F82EEU, 0x78A5636FU, 0x84C87814U, 0x8CC70208U,
  0x90BEFFFAU, 0xA4506CEBU, 0xBEF9A3F7U, 0xC67178F2U,
};

/// Section 5.3.3: fractions of the square roots of the first 8 primes
static const uint32_t first[N_WORDS] = {
  0x6A09E667U,
  0xBB67AE85U,
  0x3C6EF372U,
  0xA54FF53AU,
  0x510E527FU,
  0x9B05688CU,
  0x1F83D9ABU,
  0x5BE0CD19U,
};

static uint32_t
rotr(const uint32_t x, const uint32_t n)
{
  return (x >> n) | (x << (32U - n));
}

/// Fill the message schedule, section 6.2.2, step 1
static void
schedule(uint32_t W[N_ROUNDS], const uint8_t block[BLOCK])
{
  for (uint32_t t = 0U; t < 16U; ++t) {
    const uint8_t* const bytes = block + (4U * (size_t)t);
    W[t] = ((uint32_t)bytes[0] << 24U) | ((uint32_t)bytes[1] << 16U) |
           ((uint32_t)bytes[2] << 8U) | bytes[3];
  }
  for (uint32_t t = 16U; t < N_ROUNDS; ++t) {
    const uint32_t x  = W[t - 15U];
    const uint32_t y  = W[t - 2U];
    const uint32_t s0 = rotr(x, 7U) ^ rotr(x, 18U) ^ (x >> 3U);
    const uint32_t s1 = rotr(y, 17U) ^ rotr(y, 19U) ^ (y >> 10U);
    W[t]              = s1 + W[t - 7U] + s0 + W[t - 16U];
  }
}

/// Change a hash by one block, section 6.2.2
static void
add_block(uint32_t H[N_WORDS], const uint8_t block[BLOCK])
{
  uint32_t W[N_ROUNDS];
  uint32_t v[N_WORDS]; // a to h
  schedule(W, block);
  memcpy(v, H, sizeof(v));
  for (uint32_t t = 0U; t < N_ROUNDS; ++t) {
    const uint32_t a   = v[0];
    const uint32_t e   = v[4];
    const uint32_t s1  = rotr(e, 6U) ^ rotr(e, 11U) ^ rotr(e, 25U);
    const uint32_t s0  = rotr(a, 2U) ^ rotr(a, 13U) ^ rotr(a, 22U);
    const uint32_t ch  = (e & v[5]) ^ (~e & v[6]);
    const uint32_t maj = (a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]);
    const uint32_t t1  = v[7] + s1 + ch + K[t] + W[t];
    memmove(v + 1, v, 7U * sizeof(v[0]));
    v[4] += t1;
    v[0] = t1 + s0 + maj;
  }
  for (uint32_t i = 0U; i < N_WORDS; ++i) {
    H[i] += v[i];
  }
}

void
lmu_sha256(uint8_t           digest[LMU_SHA256_SIZE],
           const void* const data,
           const size_t      n_bytes)
{
  const uint8_t* const bytes  = (const uint8_t*)data;
  const size_t         n_rest = n_bytes % BLOCK;
  const uint64_t       n_bits = 8U * (uint64_t)n_bytes;
  uint32_t             H[N_WORDS];
  memcpy(H, first, sizeof(H));
  for (size_t i = 0U; i < n_bytes - n_rest; i += BLOCK) {
    add_block(H, bytes + i);
  }

  // What is left, a one, zeros, and the length fill one block or two
  uint8_t      last[2U * BLOCK] = {0U};
  const size_t size             = n_rest < LENGTH_OFFSET ? BLOCK : 2U * BLOCK;
  if (n_rest) {
    memcpy(last, bytes + n_bytes - n_rest, n_rest);
  }
  last[n_rest] = 0x80U;
  for (uint32_t i = 0U; i < 8U; ++i) {
    last[size - 1U - i] = (uint8_t)(n_bits >> (8U * i));
  }
  for (size_t i = 0U; i < size; i += BLOCK) {
    add_block(H, last + i);
  }

  for (uint32_t i = 0U; i < LMU_SHA256_SIZE; ++i) {
    digest[i] = (uint8_t)(H[i / 4U] >> (24U - (8U * (i % 4U))));
  }
}

void
lmu_sha256_hex(char          text[LMU_SHA256_HEX_SIZE],
               const uint8_t digest[LMU_SHA256_SIZE])
{
  static const char digits[] = "0123456789abcdef";
  for (uint32_t i = 0U; i < LMU_SHA256_SIZE; ++i) {
    *text++ = digits[digest[i] >> 4U];
    *text++ = digits[digest[i] & 15U];
  }
  *text = '\0';
}

// NOLINTEND(readability-identifier-naming)
