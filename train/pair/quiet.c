// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/pair/quiet.h"

#include "train/stop.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define BLOCK_S 0.02

/// Silence of the input after which the device is at rest, as far as noise goes
#define REST_S 0.3

// In powers of the whole recordings
#define SILENT_DRY 1e-7 // -70 dB, below which the input is silent
#define SOFT_DRY 1e-2   // -20 dB, below which it is soft
#define CLOSED_WET 1e-9 // -90 dB, below which nothing comes out

/// Part of soft blocks that are closed from which on there is a gate
#define GATED_PART 0.1

/// Blocks that make a gate, one may be a gap of the recording
#define MIN_CLOSED 3U

/// Sums over blocks
typedef struct {
  size_t n_rest; ///< Blocks at rest
  double noise;  ///< Sum of their variances
  size_t n_soft; ///< Blocks of soft input
  size_t n_closed;
  double gate; ///< Greatest power of those closed
} Sums;

/// Mean and variance of a block
typedef struct {
  double power;
  double variance;
} Block;

static Block
measure(const float* const x, const size_t count)
{
  double sum     = 0.0;
  double squares = 0.0;
  for (size_t i = 0U; i < count; ++i) {
    sum += (double)x[i];
    squares += (double)x[i] * (double)x[i];
  }

  const double mean   = sum / (double)count;
  const double power  = squares / (double)count;
  const Block  result = {power, fmax(power - (mean * mean), 0.0)};
  return result;
}

/// Add a block with input that is soft
static void
add_soft(Sums* const sums, const double dry, const bool is_closed)
{
  ++sums->n_soft;
  if (is_closed) {
    ++sums->n_closed;
    sums->gate = fmax(sums->gate, dry);
  }
}

LmuQuiet
lmu_quiet_of(const LmuCapture* const pair,
             const double            dry_power,
             const double            wet_power)
{
  const size_t block  = (size_t)fmax(ceil(BLOCK_S * pair->rate), 1.0);
  const size_t n_rest = (size_t)ceil(REST_S / BLOCK_S);
  size_t       silent = 0U; // Blocks in a row
  Sums         sums   = {0};
  for (size_t from = 0U;
       from + block <= pair->n_dry && !lmu_stop_asked(&pair->stop);
       from += block) {
    const Block dry       = measure(pair->dry + from, block);
    const Block wet       = measure(pair->wet + from, block);
    const bool  is_silent = dry.power <= SILENT_DRY * dry_power;
    silent                = is_silent ? silent + 1U : 0U;
    if (silent > n_rest) {
      ++sums.n_rest;
      sums.noise += wet.variance;
    } else if (!is_silent && dry.power < SOFT_DRY * dry_power) {
      add_soft(&sums, dry.power, wet.variance <= CLOSED_WET * wet_power);
    }
  }

  const LmuQuiet result = {
    .has_silence = sums.n_rest > 0U,
    .noise       = sums.n_rest ? sums.noise / (double)sums.n_rest : 0.0,
    .is_gated    = sums.n_closed >= MIN_CLOSED &&
                (double)sums.n_closed >= GATED_PART * (double)sums.n_soft,
    .gate = sums.gate,
  };
  return result;
}
