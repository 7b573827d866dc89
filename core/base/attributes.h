// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_BASE_ATTRIBUTES_H
#define LMU_CORE_BASE_ATTRIBUTES_H

/**
   @file
   Which thread may call a function.

   LMU_RT: may be called by the audio thread.  Bounded time; no allocation,
   lock, I/O, or system call.  Clang 20 and later verify this when compiling,
   and at run time with -fsanitize=realtime.

   LMU_SETUP: may block.  Never called by the audio thread.
*/

#if defined(__clang__) && __clang_major__ >= 20
#  define LMU_RT __attribute__((nonblocking))
#  define LMU_SETUP __attribute__((blocking))
#  define LMU_RT_TRUST_BEGIN         \
    _Pragma("clang diagnostic push") \
      _Pragma("clang diagnostic ignored \"-Wfunction-effects\"")
#  define LMU_RT_TRUST_END _Pragma("clang diagnostic pop")
#else
#  define LMU_RT             ///< Realtime: bounded time, never blocks
#  define LMU_SETUP          ///< May block or allocate
#  define LMU_RT_TRUST_BEGIN ///< Start of code exempt from LMU_RT, say why
#  define LMU_RT_TRUST_END   ///< End of exempt code
#endif

/// The caller must look at the result
#define LMU_NODISCARD __attribute__((warn_unused_result))

#endif // LMU_CORE_BASE_ATTRIBUTES_H
