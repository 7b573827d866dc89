// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_BASE_RT_FPU_H
#define LMU_CORE_BASE_RT_FPU_H

#include "core/base/attributes.h"

#include <stdint.h>

/**
   @file
   Floating point mode of a call: denormals are zero, nothing traps, rounding is
   to nearest.  The host's mode, and its sticky flags, come back afterwards.
*/

/// Mode of the host
typedef uint64_t LmuFpu;

#if defined(__x86_64__)

/// Flush to zero, denormals are zero, all exceptions masked (Intel, MXCSR)
#  define LMU_FPU_MODE 0x9FC0U

/// Enter our mode and return the host's
LMU_RT static inline LmuFpu
lmu_fpu_enter(void)
{
  const LmuFpu host = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(LMU_FPU_MODE);
  return host;
}

/// Return to the host's mode
LMU_RT static inline void
lmu_fpu_leave(const LmuFpu host)
{
  __builtin_ia32_ldmxcsr((uint32_t)host);
}

#elif defined(__aarch64__)

/// Flush to zero (Arm, FPCR bit 24), no traps, round to nearest
#  define LMU_FPU_MODE 0x1000000UL

LMU_RT static inline LmuFpu
lmu_fpu_enter(void)
{
  uint64_t       host = 0U;
  const uint64_t mode = LMU_FPU_MODE;
  __asm__ volatile("mrs %0, fpcr" : "=r"(host));
  __asm__ volatile("msr fpcr, %0" : : "r"(mode));
  return host;
}

LMU_RT static inline void
lmu_fpu_leave(const LmuFpu host)
{
  __asm__ volatile("msr fpcr, %0" : : "r"(host));
}

#else

LMU_RT static inline LmuFpu
lmu_fpu_enter(void)
{
  return 0U;
}

LMU_RT static inline void
lmu_fpu_leave(const LmuFpu host)
{
  (void)host;
}

#endif

#endif // LMU_CORE_BASE_RT_FPU_H
