// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/unit/golden.h"

#include <check.h>

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char* golden_path = NULL;

void
golden_open(const char* const path)
{
  golden_path = path;
}

void
golden_read(const char* const name, double* const values, const uint32_t count)
{
  FILE* const file = fopen(golden_path, "r");
  ck_assert_msg(file, "cannot open %s", golden_path);

  char     found[64] = "";
  uint32_t size      = 0U;
  while (fscanf(file, "%63s %" SCNu32, found, &size) == 2) {
    const int wanted = !strcmp(found, name);
    ck_assert_msg(!wanted || size == count, "%s has %u numbers", name, size);
    for (uint32_t i = 0U; i < size; ++i) {
      double value = 0.0;
      ck_assert_int_eq(fscanf(file, "%lf", &value), 1);
      if (wanted) {
        values[i] = value;
      }
    }
    if (wanted) {
      fclose(file);
      return;
    }
  }
  ck_abort_msg("%s is not in %s", name, golden_path);
}
