// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_JSON_LINE_H
#define LMU_TOOLS_TRAIN_JSON_LINE_H

#include "core/base/attributes.h"

#include <jansson.h>

#include <stdint.h>

/**
   @file
   Results of a training as one line of JSON, for programs.
*/

/// Add a number, null if it is not finite
LMU_SETUP void
lmu_json_line_number(json_t* line, const char* key, double number);

/// Add a whole number
LMU_SETUP void
lmu_json_line_whole(json_t* line, const char* key, int64_t number);

/// Add a text, null if there is none or it is no UTF-8
LMU_SETUP void
lmu_json_line_text(json_t* line, const char* key, const char* text);

/// Print a line to standard output, and free it
LMU_SETUP void
lmu_json_line_print(json_t* line);

#endif // LMU_TOOLS_TRAIN_JSON_LINE_H
