// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/json_line.h"

#include <jansson.h>

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

void
lmu_json_line_number(json_t* const     line,
                     const char* const key,
                     const double      number)
{
  (void)json_object_set_new(
    line, key, isfinite(number) ? json_real(number) : json_null());
}

void
lmu_json_line_whole(json_t* const     line,
                    const char* const key,
                    const int64_t     number)
{
  (void)json_object_set_new(line, key, json_integer((json_int_t)number));
}

void
lmu_json_line_text(json_t* const     line,
                   const char* const key,
                   const char* const text)
{
  json_t* const string = text ? json_string(text) : NULL;
  (void)json_object_set_new(line, key, string ? string : json_null());
}

void
lmu_json_line_print(json_t* const line)
{
  (void)json_dumpf(line, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9));
  (void)putchar('\n');
  json_decref(line);
}
