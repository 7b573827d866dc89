// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/tensor.h"

#include "core/base/setup/error.h"
#include "core/base/setup/little_endian.h"
#include "core/base/status.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static double
read_double(const uint8_t* const bytes)
{
  const uint64_t bits  = lmu_little_endian_read(bytes, 8U);
  double         value = 0.0;
  memcpy(&value, &bits, sizeof(value));
  return value;
}

static double
float_of_bits(const uint32_t bits)
{
  float value = 0.0f;
  memcpy(&value, &bits, sizeof(value));
  return (double)value;
}

static double
read_float(const uint8_t* const bytes)
{
  return float_of_bits((uint32_t)lmu_little_endian_read(bytes, 4U));
}

static double
read_bfloat(const uint8_t* const bytes)
{
  return float_of_bits((uint32_t)lmu_little_endian_read(bytes, 2U) << 16U);
}

/// IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction
static double
read_half(const uint8_t* const bytes)
{
  const uint32_t bits     = (uint32_t)lmu_little_endian_read(bytes, 2U);
  const int      exponent = (int)((bits >> 10U) & 0x1FU);
  const double   fraction = (double)(bits & 0x3FFU);
  const double   sign     = (bits & 0x8000U) ? -1.0 : 1.0;
  if (exponent == 31) {
    return fraction > 0.0 ? (double)NAN : sign * (double)INFINITY;
  }
  return sign * (exponent ? ldexp(fraction + 1024.0, exponent - 25)
                          : ldexp(fraction, -24));
}

/// All kinds that the format has
static const LmuDtype dtypes[] = {
  {"F64", 64U, read_double}, {"F32", 32U, read_float},
  {"F16", 16U, read_half},   {"BF16", 16U, read_bfloat},
  {"BOOL", 8U, NULL},        {"F4", 4U, NULL},
  {"F6_E2M3", 6U, NULL},     {"F6_E3M2", 6U, NULL},
  {"U8", 8U, NULL},          {"I8", 8U, NULL},
  {"F8_E5M2", 8U, NULL},     {"F8_E4M3", 8U, NULL},
  {"F8_E8M0", 8U, NULL},     {"F8_E4M3FNUZ", 8U, NULL},
  {"F8_E5M2FNUZ", 8U, NULL}, {"I16", 16U, NULL},
  {"U16", 16U, NULL},        {"I32", 32U, NULL},
  {"U32", 32U, NULL},        {"C64", 64U, NULL},
  {"I64", 64U, NULL},        {"U64", 64U, NULL},
};

const LmuDtype*
lmu_dtype(const char* const name)
{
  for (size_t i = 0U; i < sizeof(dtypes) / sizeof(dtypes[0]); ++i) {
    if (!strcmp(name, dtypes[i].name)) {
      return &dtypes[i];
    }
  }
  return NULL;
}

uint64_t
lmu_tensor_count(const LmuTensor* const tensor)
{
  return tensor->n_bytes * 8U / tensor->dtype->n_bits;
}

LmuStatus
lmu_tensor_read(const LmuTensor* const tensor,
                double* const          values,
                LmuError* const        error)
{
  const LmuDtype* const dtype = tensor->dtype;
  const uint64_t        count = lmu_tensor_count(tensor);
  if (!dtype->read) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "tensor \"%s\": has numbers of dtype %s; export it "
                         "again as F32",
                         tensor->name,
                         dtype->name);
  }

  for (uint64_t i = 0U; i < count; ++i) {
    values[i] = dtype->read(tensor->data + (i * (dtype->n_bits / 8U)));
  }
  return LMU_SUCCESS;
}
