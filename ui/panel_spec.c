// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/panel_spec.h"

#include "plugin/ports.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

const LmuPanelSpec*
lmu_panel_spec(const char* const name)
{
  const size_t length = strlen(LMU_URI_PREFIX);
  const bool   is_uri = strncmp(name, LMU_URI_PREFIX, length) == 0;
  for (uint32_t i = 0U; i < lmu_n_panel_specs; ++i) {
    if (!strcmp(lmu_panel_specs[i].name, is_uri ? name + length : name)) {
      return &lmu_panel_specs[i];
    }
  }
  return NULL;
}

uint32_t
lmu_panel_spec_control(const LmuPanelSpec* const spec, const char* const symbol)
{
  uint32_t i = 0U;
  while (i < spec->n_controls &&
         strcmp(spec->controls[i].symbol, symbol) != 0) {
    ++i;
  }
  return i;
}

uint32_t
lmu_panel_spec_port(const LmuPanelSpec* const spec, const uint32_t port)
{
  uint32_t i = 0U;
  while (i < spec->n_controls && spec->controls[i].port != port) {
    ++i;
  }
  return i;
}

bool
lmu_panel_spec_has(const LmuPanelSpec* const spec, const char* const symbol)
{
  return lmu_panel_spec_control(spec, symbol) < spec->n_controls;
}

bool
lmu_panel_spec_reads(const LmuControl* const control)
{
  // What is said in words elsewhere, or by another reading, or is for hosts
  static const char* const others[] = {
    "status", "latency", "device_latency", "memory", "progress"};
  for (size_t i = 0U; i < sizeof(others) / sizeof(others[0]); ++i) {
    if (!strcmp(control->symbol, others[i])) {
      return false;
    }
  }
  return control->flags & LMU_CONTROL_OUTPUT;
}
