// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/sandbox.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

// Sanitizers map terabytes that they never touch, and say what they find
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#  define HAS_SANITIZER true
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#    define HAS_SANITIZER true
#  endif
#endif
#ifndef HAS_SANITIZER
#  define HAS_SANITIZER false
#endif

// A filter must know what the numbers of system calls mean
#if defined(__x86_64__)
#  define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#  define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#define MAX_FILES 65536U          // Open ones that are looked for
#define UNKNOWN_SIZE (1UL << 28U) // Of a program that cannot see its own

static void
set_limit(const __rlimit_resource_t resource, const rlim_t soft, rlim_t hard)
{
  struct rlimit limit = {soft, hard};
  struct rlimit now   = {RLIM_INFINITY, RLIM_INFINITY};
  if (!getrlimit(resource, &now) && now.rlim_max < hard) {
    limit.rlim_max = now.rlim_max;
    limit.rlim_cur = soft < now.rlim_max ? soft : now.rlim_max;
  }
  (void)setrlimit(resource, &limit);
}

/// Return the size of this process, all its libraries included
static size_t
address_space(void)
{
  char        text[64] = "";
  FILE* const file     = fopen("/proc/self/statm", "r");
  const bool  known    = file && fgets(text, sizeof(text), file);
  if (file) {
    (void)fclose(file);
  }

  // The first number of its line is all pages
  return known
           ? (size_t)strtoull(text, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE)
           : UNKNOWN_SIZE;
}

static void
set_limits(const LmuSandbox* const sandbox)
{
  const rlim_t memory = address_space() + sandbox->n_bytes;
  if (!HAS_SANITIZER) {
    set_limit(RLIMIT_AS, memory, memory);
  }
  set_limit(RLIMIT_CPU, sandbox->cpu_s, (rlim_t)sandbox->cpu_s + 1U);
  set_limit(RLIMIT_CORE, 0U, 0U);
  set_limit(RLIMIT_FSIZE, 0U, 0U);
  set_limit(RLIMIT_NPROC, 0U, 0U);
  set_limit(RLIMIT_NOFILE, 0U, 0U);
}

/// Close files from one to another, which may be far more than are open
static void
close_range_of(const unsigned first, const unsigned last)
{
#ifdef SYS_close_range
  if (!syscall(SYS_close_range, first, last, 0)) {
    return;
  }
#endif
  const unsigned end = last < MAX_FILES ? last : MAX_FILES;
  for (unsigned i = first; i <= end; ++i) {
    (void)close((int)i);
  }
}

/// Close all files but one, and let nobody hear what libraries print
static void
close_files(const int kept)
{
  const int nothing = open("/dev/null", O_RDWR);
  const int end     = HAS_SANITIZER ? STDERR_FILENO : STDERR_FILENO + 1;
  for (int i = 0; i < end; ++i) {
    if (i != kept && dup2(nothing, i) < 0) {
      (void)close(i);
    }
  }
  if (kept > STDERR_FILENO + 1) {
    close_range_of(STDERR_FILENO + 1, (unsigned)kept - 1U);
  }
  close_range_of((unsigned)(kept > STDERR_FILENO ? kept : STDERR_FILENO) + 1U,
                 ~0U);
}

#ifdef ARCHITECTURE

/// System calls that memory, time, an answer, and the end of a process need
static const uint32_t allowed[] = {
  SYS_brk,
  SYS_clock_gettime,
  SYS_exit,
  SYS_exit_group,
  SYS_getpid,
  SYS_getrandom,
  SYS_gettid,
  SYS_gettimeofday,
  SYS_madvise,
  SYS_mmap,
  SYS_mprotect,
  SYS_mremap,
  SYS_munmap,
  SYS_read, // Of nothing that is open, but Valgrind talks to itself
  SYS_restart_syscall,
  SYS_rt_sigaction,
  SYS_rt_sigprocmask,
  SYS_rt_sigreturn,
  SYS_sched_yield,
  SYS_sigaltstack,
  SYS_write,
};

#  define N_ALLOWED (sizeof(allowed) / sizeof(allowed[0]))
#  define DENY (SECCOMP_RET_ERRNO | 1U) // EPERM
#  define WORD(offset) \
    ((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (offset)))
#  define RETURN(value) ((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, (value)))
#  define EQUAL(value, yes, no)    \
    ((struct sock_filter)BPF_JUMP( \
      BPF_JMP | BPF_JEQ | BPF_K, (value), (yes), (no)))

#  define MASK(bits) \
    ((struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, (uint32_t)(bits)))

/// Refuse all system calls but those, and to wake who waits for a lock
static void
filter_calls(void)
{
  struct sock_filter code[(2U * N_ALLOWED) + 16U];
  unsigned short     n = 0U;

  code[n++] = WORD(offsetof(struct seccomp_data, arch));
  code[n++] = EQUAL(ARCHITECTURE, 1, 0);
  code[n++] = RETURN(DENY);
  code[n++] = WORD(offsetof(struct seccomp_data, nr));
  for (size_t i = 0U; i < N_ALLOWED; ++i) {
    code[n++] = EQUAL(allowed[i], 0, 1);
    code[n++] = RETURN(SECCOMP_RET_ALLOW);
  }

  // To wait for a lock that nobody else holds would be for ever
  code[n++] = EQUAL(SYS_futex, 0, 4);
  code[n++] = WORD(offsetof(struct seccomp_data, args[1]));
  code[n++] = MASK(FUTEX_CMD_MASK);
  code[n++] = EQUAL(FUTEX_WAKE, 0, 1);
  code[n++] = RETURN(SECCOMP_RET_ALLOW);
  code[n++] = RETURN(DENY);

  // A system that has none of this leaves the limits
  const struct sock_fprog program = {n, code};
  (void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

#else

static void
filter_calls(void)
{
}

#endif

void
lmu_sandbox_enter(const LmuSandbox* const sandbox, const int file)
{
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  (void)prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L);
  close_files(file);
  set_limits(sandbox);
  filter_calls();
}
