// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Makes one instance of an order, and then more of the same, for instances.sh
// to count the work; says how many bytes they take. usage: instances LMU.SO
// ORDER COUNT

#include "plugin/ports.h"
#include "tests/plugin/count.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/sound.h"

#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_COUNT 100U

/// As short as blocks may be, as what is played is not what is counted
#define BLOCK 16U

void
cost_first(Instance** instances, float order);
void
cost_more(Instance** instances, uint32_t count, float order);

/// Return the bytes that are in use
static size_t
bytes(void)
{
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/// Return a new instance that plays an order, as a session that is loaded has
/// it, or end the program
static Instance*
instance_of(const float order)
{
  static float    silence[BLOCK];
  static float    heard[BLOCK];
  float* const    in[]       = {silence};
  float* const    out[]      = {heard};
  const Setting   settings[] = {{"order", order}};
  Instance* const instance =
    instance_start_with(&lmu_delay_ports[0], settings, 1U);
  instance_play(instance, in, out, BLOCK, BLOCK, NULL);
  if (instance_get(instance, "order_used") != order) {
    (void)fprintf(stderr, "instances: no engine of order %g\n", (double)order);
    abort();
  }
  return instance;
}

__attribute__((noinline)) void
cost_first(Instance** const instances, const float order)
{
  instances[0] = instance_of(order);
}

__attribute__((noinline)) void
cost_more(Instance** const instances, const uint32_t count, const float order)
{
  for (uint32_t i = 1U; i < count; ++i) {
    instances[i] = instance_of(order);
  }
}

int
main(int argc, char** argv)
{
  const uint32_t count = argc == 4 ? (uint32_t)strtoul(argv[3], NULL, 10) : 0U;
  if (!count || count > MAX_COUNT || !host_open(argv[1])) {
    (void)fprintf(stderr, "usage: %s LMU.SO ORDER COUNT\n", argv[0]);
    return EXIT_FAILURE;
  }

  static Instance* instances[MAX_COUNT];
  const float      order  = strtof(argv[2], NULL);
  const size_t     before = bytes();
  count_begin();
  cost_first(instances, order);
  const size_t one = bytes();
  cost_more(instances, count, order);
  count_end();
  (void)printf("bytes: %zu %zu\n", one - before, bytes() - one);
  for (uint32_t i = 0U; i < count; ++i) {
    instance_free(instances[i]);
  }
  return EXIT_SUCCESS;
}
