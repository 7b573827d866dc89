// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/capture_words.h"

#include "plugin/ports.h"
#include "ui/panel.h"
#include "ui/panel_spec.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/// How much is to be recorded [s]
#define ENOUGH_S 60.0

bool
lmu_is_capture(const LmuPanel* const panel)
{
  return !strcmp(panel->spec->name, "capture");
}

/// Return what to do by what the capture does, or null if numbers belong to it
static const char*
plain_words(const CaptureStatus status)
{
  switch (status) {
  case CAPTURE_EMPTY:
    return "Switch Record on, and play";
  case CAPTURE_RECORDED:
    return "Switch Train on";
  case CAPTURE_ALIGNING:
    return "Looks at the recording…";
  case CAPTURE_WAITING:
    return "Another one trains, this is next";
  case CAPTURE_SILENT:
    return "One side is silent: check the cables";
  case CAPTURE_CLIPPED:
    return "Too loud: turn down, and record again";
  case CAPTURE_UNRELATED:
    return "What comes back is not what was sent";
  case CAPTURE_TOO_SHORT:
    return "Too short: record more";
  case CAPTURE_DISK:
    return "No room on the disk: all is kept in memory";
  case CAPTURE_MEMORY:
    return "Out of memory";
  case CAPTURE_FEEDBACK:
    return "Feedback: turn the speakers down";
  case CAPTURE_NO_WORKER:
    return "This host does not let plugins learn";
  case CAPTURE_RECORDING:
  case CAPTURE_TRAINING:
  case CAPTURE_READY:
    break;
  }
  return NULL;
}

bool
lmu_capture_words(char text[LMU_CAPTURE_WORDS], const LmuPanel* const panel)
{
  const CaptureStatus status =
    (CaptureStatus)(int)lmu_panel_value(panel, "status", 0.0f);
  const double esr  = (double)lmu_panel_value(panel, "esr", 0.0f);
  const double left = (double)lmu_panel_value(panel, "seconds_left", 0.0f);
  const double more =
    ENOUGH_S - floor((double)lmu_panel_value(panel, "recorded", 0.0f));
  const char* const words = plain_words(status);
  if (words) {
    (void)snprintf(text, LMU_CAPTURE_WORDS, "%s", words);
  } else if (status == CAPTURE_RECORDING && more > 0.0) {
    (void)snprintf(
      text, LMU_CAPTURE_WORDS, "Play for %.0f s more, soft and loud", more);
  } else if (status == CAPTURE_RECORDING) {
    (void)snprintf(text, LMU_CAPTURE_WORDS, "Enough: switch Record off");
  } else if (status == CAPTURE_TRAINING) {
    (void)snprintf(
      text, LMU_CAPTURE_WORDS, "Learns: %.1f dB, %.0f s left", esr, left);
  } else {
    (void)snprintf(
      text, LMU_CAPTURE_WORDS, "Ready at %.1f dB: set Monitor to Model", esr);
  }
  return status >= CAPTURE_SILENT;
}
