// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_VALUE_H
#define LMU_UI_VALUE_H

#include "ui/panel_spec.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Values of controls, as places on a scale and as text.
*/

/// Return a value in the range of a control, whole where it must be
float
lmu_value_limited(const LmuControl* control, double value);

/// Return where a value is on the scale of a control, from 0 to 1
double
lmu_value_share(const LmuControl* control, float value);

/// Return the value at a place on the scale, limited
float
lmu_value_at(const LmuControl* control, double share);

/// Return the place that is `steps` clicks of a wheel from another
float
lmu_value_moved(const LmuControl* control, float value, double steps);

/// Write a value as people read it, with its unit, [size], or a dash for a
/// reading that is no number yet
void
lmu_value_text(char*             text,
               uint32_t          size,
               const LmuControl* control,
               float             value);

/// Read a number that was typed, with or without a unit, false if it is none
bool
lmu_value_read(float* value, const LmuControl* control, const char* text);

#endif // LMU_UI_VALUE_H
