// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/plugin/gates.h"

#include "tests/plugin/watch.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/ucontext.h>

#include <errno.h>
#include <fenv.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#  define IS_SANITIZED true
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer) || __has_feature(realtime_sanitizer)
#    define IS_SANITIZED true
#  endif
#endif
#ifndef IS_SANITIZED
#  define IS_SANITIZED false
#endif

static void
set_handler(const int signal_number,
            void (*const handler)(int, siginfo_t*, void*),
            const int flags)
{
  struct sigaction action;
  memset(&action, 0, sizeof(action));
  action.sa_sigaction = handler;
  action.sa_flags     = SA_SIGINFO | flags;
  sigaction(signal_number, &action, NULL);
}

static bool
is_plain_build(void)
{
  return !IS_SANITIZED;
}

/* System calls: the kernel signals them instead (Syscall User Dispatch) */

#if defined(__x86_64__) && defined(PR_SET_SYSCALL_USER_DISPATCH)

static volatile char         selector = SYSCALL_DISPATCH_FILTER_ALLOW;
static volatile sig_atomic_t n_system_calls;

/// Note a call, fail it, and let all others pass
static void
on_system_call(int number, siginfo_t* const info, void* const context)
{
  (void)number;
  (void)info;

  selector = SYSCALL_DISPATCH_FILTER_ALLOW;
  ++n_system_calls;
  ((ucontext_t*)context)->uc_mcontext.gregs[REG_RAX] = -ENOSYS;
}

static bool
dispatch(const unsigned long mode)
{
  volatile char* const location = mode == PR_SYS_DISPATCH_ON ? &selector : NULL;
  return !prctl(PR_SET_SYSCALL_USER_DISPATCH, mode, 0UL, 0UL, location);
}

static bool
can_dispatch(void)
{
  selector = SYSCALL_DISPATCH_FILTER_ALLOW;
  return !IS_SANITIZED && dispatch(PR_SYS_DISPATCH_ON) &&
         dispatch(PR_SYS_DISPATCH_OFF);
}

static int
count_system_calls(const GateFunction function, void* const data)
{
  n_system_calls = 0;
  set_handler(SIGSYS, on_system_call, 0);
  if (!dispatch(PR_SYS_DISPATCH_ON)) {
    return -1;
  }

  selector = SYSCALL_DISPATCH_FILTER_BLOCK;
  function(data);
  selector = SYSCALL_DISPATCH_FILTER_ALLOW;
  (void)dispatch(PR_SYS_DISPATCH_OFF);
  return n_system_calls;
}

#else

static bool
can_dispatch(void)
{
  return false;
}

static int
count_system_calls(const GateFunction function, void* const data)
{
  function(data);
  return -1;
}

#endif

/* Calls to the C library, see watch.c */

static int
count_library_calls(const GateFunction function, void* const data)
{
  watch_begin();
  function(data);
  return watch_end();
}

/* Page faults, and giving up the processor */

static long
kernel_visits(void)
{
  struct rusage usage;
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_minflt + usage.ru_majflt + usage.ru_nvcsw;
}

static int
count_page_faults(const GateFunction function, void* const data)
{
  const long before = kernel_visits();
  function(data);
  return (int)(kernel_visits() - before);
}

/* State of the arithmetic: the host's mode stays, and no flag is raised */

#if defined(__x86_64__)

// MXCSR: Intel's manual, volume 1, 10.2.3
#  define FLAGS 0x1FU     // Invalid, denormal, zero, overflow, underflow
#  define ALL_FLAGS 0x3FU // And inexact, which is no fault
#  define MASKED 0x1F80U
#  define DOWN 0x2000U
#  define TO_ZERO 0x6000U
#  define FLUSH 0x8040U

static const uint32_t modes[] = {MASKED,
                                 MASKED | DOWN,
                                 MASKED | TO_ZERO | FLUSH};

static bool
has_flags(void)
{
  return true;
}

static int
count_flags(const GateFunction function, void* const data)
{
  static uint32_t n_counts;
  const uint32_t  mode = modes[n_counts++ % 3U];
  const uint32_t  host = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(mode);
  function(data);
  const uint32_t after = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(host);
  return ((after & FLAGS) != 0U) + ((after & ~ALL_FLAGS) != mode);
}

#else

static bool
has_flags(void)
{
  return false;
}

static int
count_flags(const GateFunction function, void* const data)
{
  function(data);
  return -1;
}

#endif

/* Signals */

static _Thread_local sigjmp_buf way_out;

static void
on_trap(int number, siginfo_t* const info, void* const context)
{
  (void)info;
  (void)context;

  siglongjmp(way_out, number);
}

static int
count_traps(const GateFunction function, void* const data)
{
  int result = 0;
  set_handler(SIGFPE, on_trap, 0);
  if (sigsetjmp(way_out, 1)) {
    result = 1;
  } else {
    (void)feclearexcept(FE_ALL_EXCEPT);
    (void)feenableexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW);
    function(data);
  }
  (void)fedisableexcept(FE_ALL_EXCEPT);
  (void)feclearexcept(FE_ALL_EXCEPT);
  return result;
}

/* Stack */

#define STACK_BYTES 65536U
#define UNTOUCHED 0xA5U

/// What to call on a small stack
typedef struct {
  GateFunction function;
  void*        data;
  int          n_faults;
  uint8_t*     other; ///< Stack of signal handlers
} Errand;

static unsigned most_used;

unsigned
gate_stack_used(void)
{
  return most_used;
}

static void*
run_errand(void* const data)
{
  Errand* const errand = (Errand*)data;
  const stack_t stack  = {errand->other, 0, STACK_BYTES};
  sigaltstack(&stack, NULL);
  if (sigsetjmp(way_out, 1)) {
    errand->n_faults = 1;
  } else {
    errand->function(errand->data);
  }
  return NULL;
}

/// Return the number of bytes of a stack, which grows down, that were written
static unsigned
used_bytes(const uint8_t* const stack)
{
  unsigned i = 0U;
  while (i < STACK_BYTES && stack[i] == UNTOUCHED) {
    ++i;
  }
  return STACK_BYTES - i;
}

static int
count_stack(const GateFunction function, void* const data)
{
  // The handlers' stack, then a page that may not be touched, then the stack
  const size_t   page   = (size_t)sysconf(_SC_PAGESIZE);
  const size_t   size   = ((size_t)2U * STACK_BYTES) + page;
  uint8_t* const memory = (uint8_t*)mmap(
    NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  uint8_t* const stack  = memory + STACK_BYTES + page;
  Errand         errand = {function, data, 0, memory};
  pthread_attr_t attributes;
  pthread_t      thread;

  memset(stack, UNTOUCHED, STACK_BYTES);
  mprotect(memory + STACK_BYTES, page, PROT_NONE);
  set_handler(SIGSEGV, on_trap, SA_ONSTACK);
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, stack, STACK_BYTES);
  if (pthread_create(&thread, &attributes, run_errand, &errand)) {
    return -1;
  }
  pthread_join(thread, NULL);
  pthread_attr_destroy(&attributes);

  const unsigned used = used_bytes(stack);
  most_used           = (used > most_used) ? used : most_used;
  munmap(memory, size);
  return errand.n_faults;
}

const Gate gates[N_GATES] = {
  [GATE_SYSTEM_CALLS]  = {"system calls", can_dispatch, count_system_calls},
  [GATE_LIBRARY_CALLS] = {"library calls", is_plain_build, count_library_calls},
  [GATE_PAGE_FAULTS]   = {"page faults", is_plain_build, count_page_faults},
  [GATE_FLAGS]         = {"arithmetic flags", has_flags, count_flags},
  [GATE_TRAPS]         = {"arithmetic traps", is_plain_build, count_traps},
  [GATE_STACK]         = {"stack", is_plain_build, count_stack},
};
