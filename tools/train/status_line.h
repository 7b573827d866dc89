// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_STATUS_LINE_H
#define LMU_TOOLS_TRAIN_STATUS_LINE_H

#include "core/base/attributes.h"

#include <stdbool.h>

/**
   @file
   How training goes, in a line on standard error.

   A terminal has one line that changes; anything else gets a line at every
   tenth of the work.
*/

/// Size of a text in it [bytes]
#define LMU_STATUS_SIZE 80U

/// State of the line
typedef struct {
  bool   quiet;
  bool   is_terminal;
  bool   is_shown;
  double start_s;    ///< When work began
  double first_done; ///< What was done then
  double drawn_s;    ///< When it was drawn
  int    tenth;      ///< Last tenth that got a line
} LmuStatusLine;

/// Begin
LMU_SETUP void
lmu_status_line_init(LmuStatusLine* line, bool quiet);

/// Show what part is done, and a text of how good it is
LMU_SETUP void
lmu_status_line_show(LmuStatusLine* line, double done, const char* text);

/// Print a line that stays, unless quiet
LMU_SETUP void
lmu_status_line_say(LmuStatusLine* line, const char* format, ...)
  __attribute__((format(printf, 2, 3)));

/// Take it off the terminal
LMU_SETUP void
lmu_status_line_clear(LmuStatusLine* line);

#endif // LMU_TOOLS_TRAIN_STATUS_LINE_H
