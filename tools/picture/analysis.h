// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_PICTURE_ANALYSIS_H
#define LMU_TOOLS_PICTURE_ANALYSIS_H

#include "data/sequence_reader.h"
#include "data/sequence_writer.h"
#include "tools/base/failure.h"
#include "tools/base/progress.h"

#include <stdint.h>

/**
   @file
   What a memory makes of a sound, which is read as often as need be.
*/

/// One channel of a file, which it does not own
typedef struct {
  double             rate;     ///< Frames per second
  uint64_t           n_frames; ///< Number of frames
  LmuSequenceReader* reader;   ///< Open file
  uint32_t           n_signals;
  uint32_t           signal; ///< Of them, from 0
  LmuFailure*        error;  ///< Set to what went wrong
  LmuExit            status; ///< Why sound that is read is silence from then on
} LmuSound;

/// Part of a sound
typedef struct {
  uint64_t first; ///< First frame
  uint64_t last;  ///< Frame after the last, more than `first`
} LmuTimeSpan;

/// A window of the past, and what the memory made of it
typedef struct {
  double   end_s;      ///< Time of its new end
  float*   truth;      ///< Samples, oldest first, [n_truth]
  float*   error;      ///< Estimate minus truth, [n_truth]
  uint32_t n_truth;    ///< Frames in the window
  float*   estimate;   ///< From the old end to the new, [n_estimate]
  uint32_t n_estimate; ///< Number of values
  double   error_db;   ///< RMS of the error in dB of the window's own
} LmuAnalysedWindow;

/// Coefficients over time
typedef struct {
  uint32_t n_columns;    ///< Number of times
  uint32_t n_rows;       ///< Order
  float*   coefficients; ///< As the paper scales them, [n_columns][n_rows]
} LmuHistory;

/// Times at equal distances
typedef struct {
  uint64_t first;   ///< Frame of the first
  uint64_t n_times; ///< Number of times
  double   step;    ///< From one to the next [frames]
} LmuTimes;

/// Outline of a sound
typedef struct {
  uint32_t n_columns; ///< Number of parts of equal length
  float*   minima;    ///< Least sample of each, [n_columns]
  float*   maxima;    ///< Greatest sample of each, [n_columns]
} LmuSoundOutline;

/// A memory for analysis, it owns the heap
typedef struct LmuAnalysisImpl LmuAnalysis;

/**
   Make a memory.

   @param analysis Set to a new memory, or to null on error.
   @param order Number of coefficients.
   @param theta Window in frames.
   @return LMU_EXIT_BAD_VALUE if there is no such memory.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_analysis_new(LmuAnalysis** analysis,
                 LmuFailure*   error,
                 uint32_t      order,
                 double        theta);

/// Free a memory, or do nothing if it is null
LMU_SETUP void
lmu_analysis_free(LmuAnalysis* analysis);

/**
   Read the window that ends before a frame.

   @param window Set to the window, free with lmu_analysed_window_reset().
   @param end Frame after the window's newest, at most sound->n_frames.
*/
LMU_SETUP void
lmu_analysis_window(LmuAnalysis*       analysis,
                    LmuAnalysedWindow* window,
                    LmuSound*          sound,
                    uint64_t           end);

/**
   Follow the coefficients through part of a sound.

   @param history Set to the coefficients, free with lmu_history_reset().
   @param part Times of the start and the end.
   @param n_columns Greatest number of times, less for a very short part.
   @param progress Told how far it is.
*/
LMU_SETUP void
lmu_analysis_history(LmuAnalysis*       analysis,
                     LmuHistory*        history,
                     LmuSound*          sound,
                     const LmuTimeSpan* part,
                     uint32_t           n_columns,
                     LmuProgress*       progress);

/**
   Write the coefficients at some times.

   @param writer Gets [times][order].
   @return LMU_EXIT_BAD_OUTPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_analysis_write(LmuAnalysis*       analysis,
                   LmuSequenceWriter* writer,
                   LmuSound*          sound,
                   const LmuTimes*    times,
                   LmuProgress*       progress);

/// Free what lmu_analysis_window() set
LMU_SETUP void
lmu_analysed_window_reset(LmuAnalysedWindow* window);

/// Free what lmu_analysis_history() set
LMU_SETUP void
lmu_history_reset(LmuHistory* history);

/// Read the outline of a sound, free with lmu_sound_outline_reset()
LMU_SETUP void
lmu_sound_outline_init(LmuSoundOutline* outline,
                       LmuSound*        sound,
                       uint32_t         n_columns);

/// Free what lmu_sound_outline_init() set
LMU_SETUP void
lmu_sound_outline_reset(LmuSoundOutline* outline);

/**
   Find the loudest window in a part of a sound.

   @param n_window Length of the window in frames.
   @return Frame after the window.
*/
LMU_SETUP uint64_t
lmu_sound_loudest(LmuSound* sound, const LmuTimeSpan* part, uint64_t n_window);

#endif // LMU_TOOLS_PICTURE_ANALYSIS_H
