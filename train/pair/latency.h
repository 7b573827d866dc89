// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_PAIR_LATENCY_H
#define LMU_TRAIN_PAIR_LATENCY_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "train/pair/pair.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   By how much the recording of a device's output is late against that of its
   input.

   It is the onset of the device's response, not its peak, which a filter puts
   behind and a louder echo far behind.  The response is estimated between the
   innovations of both recordings (innovations.h): each is whitened by a causal
   inverse of its own spectrum, block by block.  Before the onset it is zero but
   for noise, so the first lag above the noise is the latency, for linear and
   nonlinear devices alike.
*/

/// Greatest latency that is looked for, in both directions [s]
#define LMU_MAX_LATENCY_S 1.0

/// Frames by which latencies of one device may differ where they are found, as
/// the peak of a low-pass filter is broad
#define LMU_LATENCY_SPREAD 8

/// Greatest size of a latency as text, with its terminator [bytes]
#define LMU_LATENCY_TEXT 160U

/// A latency and how far to trust it
typedef struct {
  int64_t frames; ///< How late the wet recording is; below zero where it leads
                  ///< the dry one; 0 if it is not sure
  int64_t found;  ///< The same, sure or not
  bool    sure;   ///< Whether it stands out, and all parts agree
  bool    inverted; ///< Whether the response peaks with the other sign
  double  contrast; ///< The peak over what noise has on average
} LmuLatency;

/**
   Find a latency.

   @param latency Set to what was found.
   @param pair Recordings, finite.
   @param error Set to words on error, or null.
   @return LMU_BAD_VALUE if a recording is empty or the rate is none,
   LMU_NO_MEMORY.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_latency_find(LmuLatency* latency, const LmuCapture* pair, LmuError* error);

/**
   Write a latency as a line for users, such as "latency: +63 samples (1.31 ms),
   sure".

   @param text Set to the line, [LMU_LATENCY_TEXT].
   @param latency From lmu_latency_find().
   @param rate Sample rate [Hz].
*/
LMU_SETUP void
lmu_latency_text(char              text[LMU_LATENCY_TEXT],
                 const LmuLatency* latency,
                 double            rate);

#endif // LMU_TRAIN_PAIR_LATENCY_H
