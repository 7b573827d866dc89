// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_REPORT_FIGURES_H
#define LMU_TOOLS_TRAIN_REPORT_FIGURES_H

#include "core/base/attributes.h"
#include "train/audio/streams.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   What a picture of a model shows, by numbers.
*/

/// Bands of a spectrum, a third of an octave each from 31 Hz on
#define LMU_N_BANDS 29U

/// Levels of blocks, 6 dB each below the loudest
#define LMU_N_LEVELS 10U

/// Points of a transfer curve
#define LMU_N_TRANSFER 600U

/// Figures of a target and what a model made of it
typedef struct {
  double band_hz[LMU_N_BANDS];       ///< Middle of each band
  double target_db[LMU_N_BANDS];     ///< Of the whole target's energy
  double output_db[LMU_N_BANDS];     ///< The same of the output
  double error_db[LMU_N_BANDS];      ///< The same of the difference
  double level_db[LMU_N_LEVELS];     ///< Below the loudest block
  double level_esr_db[LMU_N_LEVELS]; ///< ESR there, NaN if there is none
  size_t loudest;                    ///< First frame of the loudest stretch
  double transfer_x[LMU_N_TRANSFER]; ///< Inputs of frames at random
  double transfer_target[LMU_N_TRANSFER];
  double transfer_output[LMU_N_TRANSFER];
} LmuReportFigures;

/**
   Find figures of the first recording.

   @param output What the model made of it, [n_frames].
   @param rate Sample rate [Hz].
*/
LMU_SETUP void
lmu_report_figures_find(LmuReportFigures*   figures,
                        const LmuRecording* recording,
                        const float*        output,
                        double              rate);

#endif // LMU_TOOLS_TRAIN_REPORT_FIGURES_H
