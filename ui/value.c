// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/value.h"

#include "core/base/setup/number.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MINUS "\xE2\x88\x92" // A true minus sign
#define DASH "\xE2\x80\x93"
#define STEPS 60.0      // Clicks of a wheel along a scale
#define OFF_DB (-60.0f) // Levels from here on are off
#define MAX_TYPED 32U

static bool
is_whole(const LmuControl* const control)
{
  return control->flags & (LMU_CONTROL_INTEGER | LMU_CONTROL_TOGGLED);
}

/// Return whether a scale is logarithmic and can be
static bool
is_logarithmic(const LmuControl* const control)
{
  return (control->flags & LMU_CONTROL_LOGARITHMIC) && control->minimum > 0.0f;
}

float
lmu_value_limited(const LmuControl* const control, const double value)
{
  if (!isfinite(value)) {
    return control->initial;
  }

  const double whole = is_whole(control) ? round(value) : value;
  return (float)fmin(fmax(whole, (double)control->minimum),
                     (double)control->maximum);
}

double
lmu_value_share(const LmuControl* const control, const float value)
{
  const double low   = (double)control->minimum;
  const double high  = (double)control->maximum;
  const double exact = (double)lmu_value_limited(control, (double)value);
  if (!(high > low)) {
    return 0.0;
  }
  return is_logarithmic(control) ? log(exact / low) / log(high / low)
                                 : (exact - low) / (high - low);
}

float
lmu_value_at(const LmuControl* const control, const double share)
{
  const double low  = (double)control->minimum;
  const double high = (double)control->maximum;
  const double at   = fmin(fmax(share, 0.0), 1.0);
  return lmu_value_limited(control,
                           is_logarithmic(control) ? low * pow(high / low, at)
                                                   : low + (at * (high - low)));
}

float
lmu_value_moved(const LmuControl* const control,
                const float             value,
                const double            steps)
{
  const double share = lmu_value_share(control, value) + (steps / STEPS);
  const float  moved = lmu_value_at(control, share);

  // Whole numbers move by one at least
  return (is_whole(control) && moved == value)
           ? lmu_value_limited(control, (double)value + copysign(1.0, steps))
           : moved;
}

/// Return what a control shows for 1, which is a percentage where it is a part
static double
shown_for_one(const LmuControl* const control)
{
  return !strcmp(control->unit, "%") ? 100.0 : 1.0;
}

/// Return how many decimals make three digits, or the percentage exact to 0.1
/// where people set it
static int
count_decimals(const LmuControl* const control, const double size)
{
  if (is_whole(control)) {
    return 0;
  }
  if (!strcmp(control->unit, "dB")) {
    return 1;
  }
  if (!strcmp(control->unit, "%")) {
    const bool is_set = !(control->flags & LMU_CONTROL_OUTPUT);
    return (is_set && fabs(size - round(size)) >= 0.05) ? 1 : 0;
  }
  return (size < 9.995) ? 2 : (size < 99.95) ? 1 : 0;
}

/// Write a number with its unit, thousands with a prefix
static void
write_number(char* const             text,
             const uint32_t          size,
             const LmuControl* const control,
             const double            value)
{
  const bool        is_ms    = !strcmp(control->unit, "ms");
  const bool        is_hz    = !strcmp(control->unit, "Hz");
  const bool        is_large = (is_ms || is_hz) && fabs(value) >= 999.5;
  const double      one      = is_large ? 1e-3 : shown_for_one(control);
  const double      shown    = one * value;
  const char* const unit     = !is_large ? control->unit : is_ms ? "s" : "kHz";
  const int         decimals = count_decimals(control, fabs(shown));
  const bool        is_zero  = fabs(shown) < 0.5 * pow(10.0, -decimals);

  (void)snprintf(text,
                 size,
                 "%s%.*f%s%s",
                 (shown < 0.0 && !is_zero) ? MINUS : "",
                 decimals,
                 is_zero ? 0.0 : fabs(shown),
                 *unit ? " " : "",
                 unit);
}

void
lmu_value_text(char* const             text,
               const uint32_t          size,
               const LmuControl* const control,
               const float             value)
{
  if (!isfinite(value) && lmu_panel_spec_reads(control)) {
    (void)snprintf(text, size, "%s", DASH);
    return;
  }

  const float limited = lmu_value_limited(control, (double)value);
  for (uint32_t i = 0U; i < control->n_points; ++i) {
    if (control->points[i].value == limited) {
      (void)snprintf(text, size, "%s", control->points[i].label);
      return;
    }
  }

  if (control->flags & LMU_CONTROL_TOGGLED) {
    (void)snprintf(text, size, "%s", (limited > 0.0f) ? "On" : "Off");
  } else if (!strcmp(control->unit, "dB") && control->minimum <= OFF_DB &&
             limited <= OFF_DB) {
    (void)snprintf(text, size, "Off");
  } else {
    write_number(text, size, control, (double)limited);
  }
}

/// Copy the part of a text that is a number, with a point and a leading digit
static const char*
copy_number(char number[MAX_TYPED], const char* text)
{
  uint32_t length = 0U;
  if (*text == '+' || *text == '-') {
    number[length] = *text;
    length += (*text == '-') ? 1U : 0U;
    ++text;
  }
  if (*text == '.' || *text == ',') {
    number[length++] = '0';
  }
  while (*text && strchr("0123456789.,", *text) && length < MAX_TYPED - 1U) {
    number[length++] = (char)((*text == ',') ? '.' : *text);
    ++text;
  }
  number[length] = '\0';
  return text;
}

bool
lmu_value_read(float* const            value,
               const LmuControl* const control,
               const char* const       text)
{
  char              number[MAX_TYPED] = "";
  double            exact             = 0.0;
  const char* const end               = copy_number(number, text);
  if (!lmu_number_read(&exact, number)) {
    return false;
  }

  const double one = (*end == 'k') ? 1e-3 : shown_for_one(control);
  *value           = lmu_value_limited(control, exact / one);
  return true;
}
