// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/report_figures.h"

#include "core/math/rt/fft.h"
#include "core/math/setup/fft.h"
#include "tools/base/allocate.h"
#include "tools/train/decibels.h"
#include "train/audio/streams.h"
#include "train/random.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TAU 6.28318530717958647693

/// Length of transforms, as a power of two
#define STAGES 13U
#define SIZE (1U << STAGES)

/// Frames of a block that has a level
#define BLOCK 2400U

/// Steps between levels [dB]
#define LEVEL_DB 6.0

#define FIRST_HZ 31.25

/// Least energy, which is silence
#define LEAST 1e-20

/// Add the energy of bins to the bands that they are in
static void
add_bins(double bands[LMU_N_BANDS], const LmuFft* const fft, const double rate)
{
  const LmuSpectrum* const z = lmu_fft_result(fft);
  for (uint32_t k = 1U; k < SIZE / 2U; ++k) {
    const double hz   = rate * k / SIZE;
    const double band = 3.0 * log2(hz / FIRST_HZ);
    if (band >= -0.5 && band < LMU_N_BANDS - 0.5) {
      bands[(size_t)(band + 0.5)] += ((double)z->re[k] * (double)z->re[k]) +
                                     ((double)z->im[k] * (double)z->im[k]);
    }
  }
}

/// Sum the energies of x minus y in bands, by Hann windows that overlap
static void
find_bands(double             bands[LMU_N_BANDS],
           const float* const x,
           const float* const y,
           const size_t       n_frames,
           const double       rate)
{
  LmuFft       fft;
  float* const room =
    (float*)lmu_allocate_aligned(lmu_fft_room(SIZE), sizeof(float));
  lmu_fft_init(&fft, room, SIZE);
  lmu_fft_set_stages(&fft, STAGES);
  memset(bands, 0, LMU_N_BANDS * sizeof(double));
  for (size_t i = 0U; i + SIZE <= n_frames; i += SIZE / 2U) {
    for (size_t j = 0U; j < SIZE; ++j) {
      const double window = 0.5 - (0.5 * cos(TAU * (double)j / SIZE));
      const float  value  = x[i + j] - (y ? y[i + j] : 0.0f);
      fft.work[0].re[j]   = (float)(window * (double)value);
      fft.work[0].im[j]   = 0.0f;
    }
    lmu_fft_process(&fft, 0U, lmu_fft_count(&fft));
    add_bins(bands, &fft, rate);
  }
  free(room);
}

static void
find_spectra(LmuReportFigures* const   figures,
             const LmuRecording* const recording,
             const float* const        output,
             const double              rate)
{
  double       total = LEAST;
  const size_t n     = recording->n_frames;
  find_bands(figures->target_db, recording->target, NULL, n, rate);
  find_bands(figures->output_db, output, NULL, n, rate);
  find_bands(figures->error_db, recording->target, output, n, rate);
  for (uint32_t i = 0U; i < LMU_N_BANDS; ++i) {
    total += figures->target_db[i];
  }
  for (uint32_t i = 0U; i < LMU_N_BANDS; ++i) {
    figures->band_hz[i]   = FIRST_HZ * pow(2.0, i / 3.0);
    figures->target_db[i] = lmu_energy_db(figures->target_db[i] / total);
    figures->output_db[i] = lmu_energy_db(figures->output_db[i] / total);
    figures->error_db[i]  = lmu_energy_db(figures->error_db[i] / total);
  }
}

/// Return the energy of x minus y in a block
static double
energy(const float* const x, const float* const y, const size_t count)
{
  double sum = 0.0;
  for (size_t i = 0U; i < count; ++i) {
    const double value = (double)x[i] - (y ? (double)y[i] : 0.0);
    sum += value * value;
  }
  return sum;
}

static void
find_levels(LmuReportFigures* const   figures,
            const LmuRecording* const recording,
            const float* const        output)
{
  double       target[LMU_N_LEVELS] = {0.0};
  double       error[LMU_N_LEVELS]  = {0.0};
  double       loudest              = LEAST;
  const size_t n                    = recording->n_frames;
  for (size_t i = 0U; i + BLOCK <= n; i += BLOCK) {
    const double e = energy(recording->target + i, NULL, BLOCK);
    if (e > loudest) {
      loudest          = e;
      figures->loudest = i;
    }
  }
  for (size_t i = 0U; i + BLOCK <= n; i += BLOCK) {
    const double e     = energy(recording->target + i, NULL, BLOCK);
    const double level = -lmu_energy_db(e / loudest) / LEVEL_DB;
    if (level < LMU_N_LEVELS) {
      target[(size_t)level] += e;
      error[(size_t)level] += energy(recording->target + i, output + i, BLOCK);
    }
  }
  for (uint32_t i = 0U; i < LMU_N_LEVELS; ++i) {
    figures->level_db[i] = -LEVEL_DB * (i + 0.5);
    figures->level_esr_db[i] =
      (target[i] > 0.0) ? lmu_energy_db(error[i] / target[i]) : NAN;
  }
}

void
lmu_report_figures_find(LmuReportFigures* const   figures,
                        const LmuRecording* const recording,
                        const float* const        output,
                        const double              rate)
{
  uint64_t random = 1U;
  memset(figures, 0, sizeof(*figures));
  find_spectra(figures, recording, output, rate);
  find_levels(figures, recording, output);
  for (size_t i = 0U; i < LMU_N_TRANSFER; ++i) {
    const size_t frame =
      (size_t)(lmu_random_unit(&random) * (double)recording->n_frames);
    figures->transfer_x[i]      = (double)recording->input[frame];
    figures->transfer_target[i] = (double)recording->target[frame];
    figures->transfer_output[i] = (double)output[frame];
  }
}
