// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/kernels/rt/kernels.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)

#  include <cpuid.h>

// CPUID leaf 1 ECX, leaf 7 EBX, and XCR0 (Intel's manual, volume 2, CPUID)
#  define HAS_FMA (1U << 12U)
#  define HAS_OSXSAVE (1U << 27U)
#  define HAS_AVX2 (1U << 5U)
#  define HAS_AVX512 ((1U << 16U) | (1U << 17U) | (1U << 31U)) // F, DQ, VL
#  define SAVES_YMM 0x06U
#  define SAVES_ZMM 0xE6U

/// Return which registers the operating system saves
static uint32_t
saved_registers(void)
{
  uint32_t eax = 0U;
  uint32_t edx = 0U;
  __asm__ volatile("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0U));
  return eax;
}

/// Return the width in floats of the vectors that this CPU may use
static uint32_t
vector_width(void)
{
  uint32_t eax = 0U;
  uint32_t ebx = 0U;
  uint32_t ecx = 0U;
  uint32_t edx = 0U;
  if (!__get_cpuid(1U, &eax, &ebx, &ecx, &edx) || !(ecx & HAS_OSXSAVE) ||
      !(ecx & HAS_FMA) || !__get_cpuid_count(7U, 0U, &eax, &ebx, &ecx, &edx)) {
    return 4U;
  }

  const uint32_t saved = saved_registers();
  if ((ebx & HAS_AVX512) == HAS_AVX512 && (saved & SAVES_ZMM) == SAVES_ZMM) {
    return 16U;
  }
  return ((ebx & HAS_AVX2) && (saved & SAVES_YMM) == SAVES_YMM) ? 8U : 4U;
}

const LmuKernels*
lmu_kernels(const uint32_t index)
{
  static const LmuKernels* const all[LMU_MAX_KERNELS] = {
    &lmu_kernels_avx512, &lmu_kernels_avx2, &lmu_kernels_generic};

  const uint32_t width = vector_width();
  const uint32_t first = (width == 16U) ? 0U : (width == 8U) ? 1U : 2U;
  return (index < LMU_MAX_KERNELS - first) ? all[first + index] : NULL;
}

#else

const LmuKernels*
lmu_kernels(const uint32_t index)
{
  return (index == 0U) ? &lmu_kernels_generic : NULL;
}

#endif
