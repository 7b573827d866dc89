// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/controls.h"

#include "plugin/ports.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Return how many ports a specification stands for
LMU_RT static uint32_t
count_of(const PortSpec* const spec)
{
  return spec->count ? spec->count : 1U;
}

void
ports_init(Ports* const ports, const PortList* const list)
{
  memset(ports, 0, sizeof(*ports));
  ports->list = list;

  uint32_t index = 0U;
  for (uint32_t i = 0U; i < list->n_specs; ++i) {
    ports->values[index] = list->specs[i].initial;
    index += count_of(&list->specs[i]);
    assert(index <= MAX_PORTS);
  }
}

void
ports_read(Ports* const ports)
{
  uint32_t index = 0U;
  for (uint32_t i = 0U; i < ports->list->n_specs; ++i) {
    const PortSpec* const spec   = &ports->list->specs[i];
    const float* const    buffer = (const float*)ports->buffers[index];
    if (spec->kind == PORT_CONTROL_IN && buffer && *buffer == *buffer) {
      const float value    = *buffer;
      ports->values[index] = (value < spec->minimum)   ? spec->minimum
                             : (value > spec->maximum) ? spec->maximum
                                                       : value;
    }
    index += count_of(spec);
  }
}

void
ports_write(const Ports* const ports, const uint32_t index, const double value)
{
  float* const buffer = (float*)ports->buffers[index];
  if (buffer) {
    *buffer = (float)value;
  }
}

bool
ports_switch(const Ports* const ports, const uint32_t index)
{
  return ports->values[index] > 0.0f;
}

uint32_t
ports_choice(const Ports* const ports, const uint32_t index)
{
  return (uint32_t)(ports->values[index] + 0.5f);
}

double
ratio_from_octaves(const double octaves)
{
  LMU_RT_TRUST_BEGIN
  return exp2(octaves); // Arithmetic alone
  LMU_RT_TRUST_END
}

double
db_from_power(const double ratio)
{
  LMU_RT_TRUST_BEGIN
  return 10.0 * log10(ratio); // Arithmetic alone
  LMU_RT_TRUST_END
}

double
gain_from_db(const double db)
{
  return (db <= MIN_GAIN_DB)
           ? 0.0
           : ratio_from_octaves(db * 0.16609640474436811739); // log2(10) / 20
}
