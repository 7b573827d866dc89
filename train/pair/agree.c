// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/pair/agree.h"

#include "train/pair/latency.h"
#include "train/pair/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Return the least latency near to another that is sure.  Where one does not
/// lead, none does: that one does is found where there is no latency at all.
static int64_t
least_near(const LmuTakeOfDevice* const takes,
           const size_t                 count,
           const int64_t                latency)
{
  int64_t least = latency;
  for (size_t i = 0U; i < count; ++i) {
    const LmuLatency* const other = &takes[i].report->latency;
    const bool is_near = other->found >= latency - LMU_LATENCY_SPREAD;
    if (other->sure && is_near && other->found < least) {
      least = other->found;
    }
  }
  return (least < 0 && latency >= 0) ? 0 : least;
}

void
lmu_pairs_agree(const LmuTakeOfDevice* const takes, const size_t count)
{
  for (size_t i = 0U; i < count; ++i) {
    LmuPairReport* const report = takes[i].report;
    const int64_t least = least_near(takes, count, report->latency.found);
    if (report->latency.sure && least < report->latency.frames) {
      lmu_pair_realign(report, &takes[i].pair, least);
    }
  }
}
