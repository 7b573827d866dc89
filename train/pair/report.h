// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_PAIR_REPORT_H
#define LMU_TRAIN_PAIR_REPORT_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "train/pair/finding.h"
#include "train/pair/latency.h"
#include "train/pair/pair.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   What to know of two recordings before a model is trained on them.
*/

/// Greatest number of findings, each code once for either side
#define LMU_MAX_FINDINGS 32U

/// Least length of what both recordings have [s]
#define LMU_MIN_PAIR_S 3.0

/// What was found, worst first
typedef struct {
  LmuFinding findings[LMU_MAX_FINDINGS];
  uint32_t   n_findings;
  LmuLatency latency; ///< As found, or as given; zeros if there is an error
                      ///< that does not let it be looked for
  size_t first_dry;   ///< Frame of the dry recording to begin with
  size_t first_wet;   ///< Frame of the wet one that belongs to it
  size_t n_frames;    ///< Frames from there on that both have
  size_t n_unsettled; ///< Frames left out before these, see unsettled.h
  size_t n_dropped;   ///< Frames of both recordings outside of these
  double explained;   ///< Of the wet one by simple devices, 0 to 1
} LmuPairReport;

/**
   Look at a pair.

   What is wrong with recordings is no error of this function: it is in the
   report, and lmu_pair_is_usable() says whether to go on.  Who is told to stop
   meanwhile has a report that means nothing.

   @param report Set to what was found.
   @param pair Recordings of the same sample rate.
   @param latency Frames by which the wet one is late, or null to find it.
   @param error Set to words on error, or null.
   @return LMU_BAD_VALUE if the rate is not positive, LMU_NO_MEMORY.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_pair_check(LmuPairReport*    report,
               const LmuCapture* pair,
               const int64_t*    latency,
               LmuError*         error);

/// Take another latency [frames] than the one that was found
LMU_SETUP void
lmu_pair_realign(LmuPairReport*    report,
                 const LmuCapture* pair,
                 int64_t           latency);

/// Return the aligned part of both recordings that a report speaks of
LMU_SETUP LmuCapture
lmu_pair_aligned(const LmuCapture* pair, const LmuPairReport* report);

/// Return whether nothing found is an error
LMU_SETUP bool
lmu_pair_is_usable(const LmuPairReport* report);

/// Return the finding of a code, of either side or of LMU_SIDE_BOTH, or null
LMU_SETUP const LmuFinding*
lmu_pair_find(const LmuPairReport* report, LmuFindingCode code, LmuSide side);

#endif // LMU_TRAIN_PAIR_REPORT_H
