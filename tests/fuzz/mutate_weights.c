// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Keeps the size of the header right while libFuzzer changes the header, as few
// changes would come further than that otherwise.

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PREFIX 8U

// The names that libFuzzer has
// NOLINTBEGIN(readability-identifier-naming)
size_t
LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

size_t
LLVMFuzzerCustomMutator(uint8_t*     data,
                        size_t       size,
                        size_t       max_size,
                        unsigned int seed);
// NOLINTEND(readability-identifier-naming)

/// Return the size of the header, or zero if it is not all there
static size_t
header_size(const uint8_t* const data, const size_t size)
{
  uint64_t n = 0U;
  for (uint32_t i = 0U; i < PREFIX && size >= PREFIX; ++i) {
    n |= (uint64_t)data[i] << (8U * i);
  }
  return (size >= PREFIX && n <= size - PREFIX) ? (size_t)n : 0U;
}

size_t
LLVMFuzzerCustomMutator(uint8_t* const     data,
                        const size_t       size,
                        const size_t       max_size,
                        const unsigned int seed)
{
  static uint8_t values[1U << 20U];

  const size_t header   = header_size(data, size);
  const size_t n_values = size - PREFIX - header;
  if (!header || seed % 16U == 0U || max_size > sizeof(values)) {
    return LLVMFuzzerMutate(data, size, max_size);
  }

  // Values go to the new end of the header
  memcpy(values, data + PREFIX + header, n_values);
  const size_t changed =
    LLVMFuzzerMutate(data + PREFIX, header, max_size - PREFIX - n_values);
  memcpy(data + PREFIX + changed, values, n_values);
  for (uint32_t i = 0U; i < PREFIX; ++i) {
    data[i] = (uint8_t)((uint64_t)changed >> (8U * i));
  }
  return PREFIX + changed + n_values;
}
