// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

/**
   @file
   Inner loop of banks of oscillators for any vector size, part of
   kernels_body.h.
*/

#include "core/base/attributes.h"
#include "core/dsp/rt/sustain_parts.h"
#include "core/math/rt/vector.h"

#include <stdint.h>

/// Vectors that are summed apart, so that additions need not wait
#define APART 2U

/// Phases of a vector of oscillators
typedef struct {
  Doubles re;
  Doubles im;
} Phases;

/// Return phases, and turn them by a frame
LMU_RT static INLINE Phases
turn_phases(LmuBank* const bank, const uint32_t i)
{
  const Phases  now = {*doubles_at(bank->re + i), *doubles_at(bank->im + i)};
  const Doubles turn_re = *doubles_at(bank->turn_re + i);
  const Doubles turn_im = *doubles_at(bank->turn_im + i);

  *doubles_at(bank->re + i) = (now.re * turn_re) - (now.im * turn_im);
  *doubles_at(bank->im + i) = (now.re * turn_im) + (now.im * turn_re);
  return now;
}

LMU_RT static INLINE void
synthesise_channels(LmuBank* const bank,
                    const uint32_t n_channels,
                    double* const  frame)
{
  Doubles totals[LMU_SUSTAIN_CHANNELS][APART] = {{{0.0}}};
  for (uint32_t i = 0U; i < LMU_PARTIALS; i += WIDTH) {
    for (uint32_t j = 0U; j < APART; ++j) {
      const uint32_t at    = i + (j * DOUBLES);
      const Phases   phase = turn_phases(bank, at);
      for (uint32_t c = 0U; c < n_channels; ++c) {
        totals[c][j] += phase.re * *doubles_at(bank->gain_re[c] + at);
        totals[c][j] -= phase.im * *doubles_at(bank->gain_im[c] + at);
      }
    }
  }
  for (uint32_t c = 0U; c < n_channels; ++c) {
    frame[c] = sum_doubles(totals[c][0] + totals[c][1]);
  }
}

LMU_RT static void
synthesise(LmuBank* const bank, const uint32_t n_channels, double* const frame)
{
  if (n_channels == 1U) {
    synthesise_channels(bank, 1U, frame);
  } else {
    synthesise_channels(bank, LMU_SUSTAIN_CHANNELS, frame);
  }
}
