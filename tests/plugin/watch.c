// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// These stand before the C library's for all that the program loads.

#include "tests/plugin/watch.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define PUBLIC __attribute__((visibility("default")))

static _Thread_local bool is_watched;
static _Thread_local int  n_calls;

void
watch_begin(void)
{
  n_calls    = 0;
  is_watched = true;
}

int
watch_end(void)
{
  is_watched = false;
  return n_calls;
}

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && \
  !defined(__SANITIZE_THREAD__)

// The C library's own, by the names that it has for this
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming)
void*
__libc_malloc(size_t size);
void*
__libc_calloc(size_t count, size_t size);
void*
__libc_realloc(void* memory, size_t size);
void*
__libc_memalign(size_t alignment, size_t size);
void
__libc_free(void* memory);
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming)

typedef int (*MutexFunction)(pthread_mutex_t* mutex);

static void
note_call(void)
{
  n_calls += is_watched;
}

PUBLIC void*
malloc(const size_t size)
{
  note_call();
  return __libc_malloc(size);
}

PUBLIC void*
calloc(const size_t nmemb, const size_t size)
{
  note_call();
  return __libc_calloc(nmemb, size);
}

PUBLIC void*
realloc(void* const ptr, const size_t size)
{
  note_call();
  return __libc_realloc(ptr, size);
}

PUBLIC void*
aligned_alloc(const size_t alignment, const size_t size)
{
  note_call();
  return __libc_memalign(alignment, size);
}

PUBLIC int
posix_memalign(void** const memptr, const size_t alignment, const size_t size)
{
  note_call();
  *memptr = __libc_memalign(alignment, size);
  return *memptr ? 0 : ENOMEM;
}

PUBLIC void
free(void* const ptr)
{
  note_call();
  __libc_free(ptr);
}

/// Return the C library's function of a name
static MutexFunction
mutex_function(const char* const name)
{
  MutexFunction function = NULL;
  void* const   symbol   = dlsym(RTLD_NEXT, name);
  memcpy(&function, &symbol, sizeof(symbol));
  return function;
}

PUBLIC int
pthread_mutex_lock(pthread_mutex_t* const mutex)
{
  static MutexFunction function;
  note_call();
  if (!function) {
    function = mutex_function("pthread_mutex_lock");
  }
  return function(mutex);
}

PUBLIC int
pthread_mutex_unlock(pthread_mutex_t* const mutex)
{
  static MutexFunction function;
  note_call();
  if (!function) {
    function = mutex_function("pthread_mutex_unlock");
  }
  return function(mutex);
}

#endif
