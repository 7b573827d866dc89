// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/alignment.h"

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "tools/base/failure.h"
#include "tools/base/notice.h"
#include "tools/train/recordings.h"
#include "train/pair/finding.h"
#include "train/pair/latency.h"
#include "train/pair/pair.h"
#include "train/pair/report.h"

#include <stdbool.h>
#include <stdint.h>

/// Return whether users should know: noise so low limits no model
static bool
matters(const LmuFinding* const finding)
{
  return finding->code != LMU_FINDING_NOISE ||
         finding->severity != LMU_SEVERITY_NOTE;
}

LmuExit
lmu_alignment_find(LmuPairReport* const     report,
                   LmuFailure* const        error,
                   const LmuRecorded* const dry,
                   const LmuRecorded* const wet,
                   const int64_t* const     given)
{
  const LmuCapture capture = lmu_recorded_pair(dry, wet);
  LmuError         reason  = {""};
  const LmuStatus  status  = lmu_pair_check(report, &capture, given, &reason);
  if (status) {
    return lmu_failure_core(error, wet->path, status, reason.text);
  }
  if (!lmu_pair_is_usable(report)) {
    char text[LMU_FINDING_TEXT];
    lmu_finding_text(text, &report->findings[0]);
    return lmu_failure_set(
      error, LMU_EXIT_BAD_INPUT, "%s: %s", wet->path, text);
  }
  return LMU_EXIT_SUCCESS;
}

void
lmu_alignment_tell(const LmuPairReport* const report,
                   const LmuRecorded* const   wet,
                   const bool                 is_given)
{
  const LmuLatency* const latency = &report->latency;
  char                    text[LMU_FINDING_TEXT];
  if (!is_given) {
    char how_late[LMU_LATENCY_TEXT];
    lmu_latency_text(how_late, latency, wet->rate);
    lmu_notice("%s: %s%s",
               wet->path,
               how_late,
               latency->sure && latency->frames < latency->found
                 ? ", as in another recording"
                 : "");
  }
  for (uint32_t i = 0U; i < report->n_findings; ++i) {
    if (matters(&report->findings[i])) {
      lmu_finding_text(text, &report->findings[i]);
      lmu_notice("%s: %s", wet->path, text);
    }
  }
}
