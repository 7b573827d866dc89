// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Plugins that do what no plugin may, one thing each, to prove that the gates
// of test_gates.c see it.

#include <lv2/core/lv2.h>

#include <sys/mman.h>

#include <fenv.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PREFIX "urn:lmu-lv2:bad-"

#define LAZY_BYTES (1UL << 24U)
#define STACK_BYTES (1UL << 17U)

/// Ports
enum {
  PORT_CONTROL,
  PORT_NOTIFY,
  PORT_IN,
  PORT_OUT,
  N_PORTS,
};

typedef struct {
  void*    ports[N_PORTS];
  uint8_t* lazy;   ///< Memory that is not there yet
  size_t   n_used; ///< Bytes of it that are
} Bad;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static float           shared;

static LV2_Handle
instantiate(const LV2_Descriptor* const     descriptor,
            const double                    rate,
            const char* const               bundle_path,
            const LV2_Feature* const* const features)
{
  (void)rate;
  (void)bundle_path;
  (void)features;

  Bad* const bad = (Bad*)calloc(1, sizeof(Bad));
  if (!bad) {
    return NULL;
  }

  bad->lazy = (uint8_t*)mmap(NULL,
                             LAZY_BYTES,
                             PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS,
                             -1,
                             0);
  if (!strcmp(descriptor->URI, PREFIX "leaks")) {
    (void)!dup(STDERR_FILENO);
  }
  return bad;
}

static void
connect_port(LV2_Handle instance, const uint32_t port, void* const data)
{
  ((Bad*)instance)->ports[port] = data;
}

static void
cleanup(LV2_Handle instance)
{
  Bad* const bad = (Bad*)instance;
  munmap(bad->lazy, LAZY_BYTES);
  free(bad);
}

/// Fill the output with a number
static void
fill(const Bad* const bad, const uint32_t n_frames, const float value)
{
  float* const out = (float*)bad->ports[PORT_OUT];
  for (uint32_t i = 0U; i < n_frames; ++i) {
    out[i] = value;
  }
}

static void
run_allocates(LV2_Handle instance, const uint32_t n_frames)
{
  float* volatile buffer = (float*)malloc((n_frames + 1U) * sizeof(float));
  buffer[0]              = 0.0f;
  fill((Bad*)instance, n_frames, buffer[0]);
  free(buffer);
}

static void
run_locks(LV2_Handle instance, const uint32_t n_frames)
{
  pthread_mutex_lock(&lock);
  fill((Bad*)instance, n_frames, 0.0f);
  pthread_mutex_unlock(&lock);
}

static void
run_prints(LV2_Handle instance, const uint32_t n_frames)
{
  fill((Bad*)instance, n_frames, 0.0f);
  (void)!write(STDOUT_FILENO, "", 0U); // Nothing, but the kernel is asked
}

static void
run_faults(LV2_Handle instance, const uint32_t n_frames)
{
  Bad* const bad         = (Bad*)instance;
  bad->lazy[bad->n_used] = 1U;
  bad->n_used            = (bad->n_used + 4096U) % LAZY_BYTES;
  fill(bad, n_frames, 0.0f);
}

static void
run_divides(LV2_Handle instance, const uint32_t n_frames)
{
  volatile float zero = 0.0f;
  fill((Bad*)instance, n_frames, 1.0f / (1.0f / zero));
}

static void
run_nan(LV2_Handle instance, const uint32_t n_frames)
{
  fill((Bad*)instance, n_frames, NAN);
}

static void
run_denormal(LV2_Handle instance, const uint32_t n_frames)
{
  volatile float tiny = 1e-30f;
  fill((Bad*)instance, n_frames, tiny * tiny * 1e22f);
}

static void
run_rounds(LV2_Handle instance, const uint32_t n_frames)
{
  (void)fesetround(FE_DOWNWARD);
  fill((Bad*)instance, n_frames, 0.0f);
}

static void
run_digs(LV2_Handle instance, const uint32_t n_frames)
{
  volatile uint8_t deep[STACK_BYTES];
  for (size_t i = 0U; i < STACK_BYTES; i += 64U) {
    deep[i] = 0U;
  }
  fill((Bad*)instance, n_frames, deep[0]);
}

static void
run_shares(LV2_Handle instance, const uint32_t n_frames)
{
  shared += 1.0f;
  fill((Bad*)instance, n_frames, shared);
}

static void
run_leaks(LV2_Handle instance, const uint32_t n_frames)
{
  fill((Bad*)instance, n_frames, 0.0f);
}

/// Take longer over noise than over silence
static void
run_minds(LV2_Handle instance, const uint32_t n_frames)
{
  const Bad* const   bad = (const Bad*)instance;
  const float* const in  = (const float*)bad->ports[PORT_IN];
  float* const       out = (float*)bad->ports[PORT_OUT];
  for (uint32_t i = 0U; i < n_frames; ++i) {
    out[i] = (in[i] != 0.0f) ? sinf(in[i]) : 0.0f;
  }
}

#define BAD(name)                                                             \
  {                                                                           \
    PREFIX #name, instantiate, connect_port, NULL, run_##name, NULL, cleanup, \
      NULL                                                                    \
  }

static const LV2_Descriptor descriptors[] = {BAD(allocates),
                                             BAD(locks),
                                             BAD(prints),
                                             BAD(faults),
                                             BAD(divides),
                                             BAD(nan),
                                             BAD(denormal),
                                             BAD(rounds),
                                             BAD(digs),
                                             BAD(shares),
                                             BAD(leaks),
                                             BAD(minds)};

LV2_SYMBOL_EXPORT const LV2_Descriptor*
lv2_descriptor(const uint32_t index)
{
  return (index < sizeof(descriptors) / sizeof(descriptors[0]))
           ? &descriptors[index]
           : NULL;
}
