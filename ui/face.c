// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/face.h"

#include "plugin/ports.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

const LmuFace*
lmu_face(const char* const name)
{
  const size_t length = strlen(LMU_URI_PREFIX);
  const bool   is_uri = strncmp(name, LMU_URI_PREFIX, length) == 0;
  for (uint32_t i = 0U; i < lmu_n_faces; ++i) {
    if (!strcmp(lmu_faces[i].name, is_uri ? name + length : name)) {
      return &lmu_faces[i];
    }
  }
  return NULL;
}

uint32_t
lmu_face_control(const LmuFace* const face, const char* const symbol)
{
  uint32_t i = 0U;
  while (i < face->n_controls &&
         strcmp(face->controls[i].symbol, symbol) != 0) {
    ++i;
  }
  return i;
}

uint32_t
lmu_face_port(const LmuFace* const face, const uint32_t port)
{
  uint32_t i = 0U;
  while (i < face->n_controls && face->controls[i].port != port) {
    ++i;
  }
  return i;
}

bool
lmu_face_has(const LmuFace* const face, const char* const symbol)
{
  return lmu_face_control(face, symbol) < face->n_controls;
}

bool
lmu_face_reads(const LmuControl* const control)
{
  return (control->flags & LMU_CONTROL_OUTPUT) &&
         strcmp(control->symbol, "status") != 0 &&
         strcmp(control->symbol, "latency") != 0;
}
