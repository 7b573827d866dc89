// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/unit/golden.h"

#include <check.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char* golden_path = NULL;

void
golden_open(const char* const path)
{
  golden_path = path;
}

/// Read the next line as a number
static double
read_value(FILE* const file)
{
  char  line[64] = "";
  char* end      = NULL;
  ck_assert_ptr_nonnull(fgets(line, sizeof(line), file));
  const double value = strtod(line, &end);
  ck_assert_ptr_ne(end, line);
  return value;
}

/// Go to a record, and return how many numbers it has
static uint32_t
find_record(FILE* const file, const char* const name)
{
  const size_t length   = strlen(name);
  char         line[64] = "";
  while (fgets(line, sizeof(line), file)) {
    if (!strncmp(line, name, length) && line[length] == ' ') {
      return (uint32_t)strtoul(line + length, NULL, 10);
    }
  }
  ck_abort_msg("%s is not in %s", name, golden_path);
  return 0U;
}

void
golden_read(const char* const name, double* const values, const uint32_t count)
{
  FILE* const file = fopen(golden_path, "r");
  ck_assert_msg(file != NULL, "cannot open %s", golden_path);
  ck_assert_uint_eq(find_record(file, name), count);
  for (uint32_t i = 0U; i < count; ++i) {
    values[i] = read_value(file);
  }
  (void)fclose(file);
}
