// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/pair/report.h"

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "train/pair/explain.h"
#include "train/pair/finding.h"
#include "train/pair/latency.h"
#include "train/pair/levels.h"
#include "train/pair/quiet.h"
#include "train/pair/repeat.h"
#include "train/pair/unsettled.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Peak below which nothing was recorded, -80 dBFS
#define SILENT_PEAK 1e-4

/// Part of a recording in clipped runs that is worth a word
#define CLIPPED_PART 1e-5

/// Mean that is worth a word: of full scale, and of the RMS
#define DC_FULL_SCALE 1e-3
#define DC_RMS 1e-2

/// Part of the wet recording that at least must be explained, if there is no
/// latency either; recordings of other songs reach 0.02
#define MIN_EXPLAINED 0.05

/// ESR [dB] of noise or differences above which a model is worse for it
#define POOR_ESR_DB (-40.0)

/// ESR [dB] of what is not there at all
#define NO_ESR_DB (-200.0)

/// Part of either recording that may be left out without a word [s]
#define DROPPED_S 0.5

static double
power_db(const double power)
{
  return power > 0.0 ? fmax(10.0 * log10(power), NO_ESR_DB) : NO_ESR_DB;
}

/// Add a finding, those that are worse come first
static void
add(LmuPairReport* const report, const LmuFinding finding)
{
  if (report->n_findings == LMU_MAX_FINDINGS) {
    return;
  }

  uint32_t i = report->n_findings++;
  for (; i > 0U && report->findings[i - 1U].severity < finding.severity; --i) {
    report->findings[i] = report->findings[i - 1U];
  }
  report->findings[i] = finding;
}

/// Add a finding that is of no place
static void
add_figure(LmuPairReport* const report,
           const LmuFindingCode code,
           const LmuSeverity    severity,
           const LmuSide        side,
           const double         figure)
{
  const LmuFinding finding = {code, severity, side, figure, 0U};
  add(report, finding);
}

static void
add_clipping(LmuPairReport* const   report,
             const LmuLevels* const levels,
             const LmuSide          side,
             const size_t           count)
{
  const double part = (double)levels->n_clipped / (double)count;
  if (part > CLIPPED_PART) {
    const LmuFinding finding = {LMU_FINDING_CLIPPED,
                                LMU_SEVERITY_WARNING,
                                side,
                                100.0 * part,
                                levels->first_clipped};
    add(report, finding);
  }
}

/// Add what one recording by itself tells
static void
add_levels(LmuPairReport* const   report,
           const LmuLevels* const levels,
           const LmuSide          side,
           const size_t           count)
{
  const double peak_db = power_db(levels->peak * levels->peak);
  if (levels->n_bad) {
    const LmuFinding finding = {LMU_FINDING_NOT_FINITE,
                                LMU_SEVERITY_ERROR,
                                side,
                                (double)levels->n_bad,
                                levels->first_bad};
    add(report, finding);
    return;
  }
  if (levels->peak < SILENT_PEAK) {
    add_figure(report, LMU_FINDING_SILENT, LMU_SEVERITY_ERROR, side, peak_db);
    return;
  }

  add_clipping(report, levels, side, count);
  if (levels->peak > 1.0) {
    add_figure(
      report, LMU_FINDING_ABOVE_FULL_SCALE, LMU_SEVERITY_NOTE, side, peak_db);
  }
  if (fabs(levels->mean) > fmax(DC_FULL_SCALE, DC_RMS * sqrt(levels->power))) {
    add_figure(
      report, LMU_FINDING_DC, LMU_SEVERITY_WARNING, side, 100.0 * levels->mean);
  }
}

/// Set the overlap of recordings of which the wet one is late by some frames
static void
align(LmuPairReport* const    report,
      const LmuCapture* const pair,
      const int64_t           latency)
{
  const size_t shift = (size_t)(latency < 0 ? -latency : latency);
  const size_t dry   = latency < 0 ? shift : 0U;
  const size_t wet   = latency > 0 ? shift : 0U;
  const size_t n_dry = dry < pair->n_dry ? pair->n_dry - dry : 0U;
  const size_t n_wet = wet < pair->n_wet ? pair->n_wet - wet : 0U;

  report->first_dry = n_dry ? dry : 0U;
  report->first_wet = n_wet ? wet : 0U;
  report->n_frames  = n_dry < n_wet ? n_dry : n_wet;
  report->n_dropped = pair->n_dry + pair->n_wet - (2U * report->n_frames);
}

/// Leave out frames at the start of the overlap
static void
skip(LmuPairReport* const report, const size_t count)
{
  const size_t n = count < report->n_frames ? count : report->n_frames;
  report->first_dry += n;
  report->first_wet += n;
  report->n_frames -= n;
  report->n_dropped += 2U * n;
  report->n_unsettled = n;
}

/// Add what the alignment left out, or that it left too little
static void
add_lengths(LmuPairReport* const report, const LmuCapture* const pair)
{
  const double length = (double)report->n_frames / pair->rate;
  if (length < LMU_MIN_PAIR_S) {
    add_figure(
      report, LMU_FINDING_TOO_SHORT, LMU_SEVERITY_ERROR, LMU_SIDE_BOTH, length);
  }

  const size_t dry = pair->n_dry - report->first_dry - report->n_frames;
  const size_t wet = pair->n_wet - report->first_wet - report->n_frames;
  const double end = (double)(dry > wet ? dry : wet) / pair->rate;
  if (end > DROPPED_S) {
    add_figure(report,
               LMU_FINDING_DROPPED,
               LMU_SEVERITY_NOTE,
               dry > wet ? LMU_SIDE_DRY : LMU_SIDE_WET,
               end);
  }
}

/// Add what was found out about the latency, unless it was given
static void
add_latency(LmuPairReport* const report)
{
  const LmuLatency* const latency = &report->latency;
  if (!latency->sure && report->explained < MIN_EXPLAINED) {
    add_figure(report,
               LMU_FINDING_WRONG_PAIR,
               LMU_SEVERITY_ERROR,
               LMU_SIDE_BOTH,
               100.0 * report->explained);
  } else if (!latency->sure) {
    add_figure(report,
               LMU_FINDING_LATENCY_DOUBTFUL,
               LMU_SEVERITY_WARNING,
               LMU_SIDE_BOTH,
               (double)latency->found);
  } else if (latency->frames < 0) {
    add_figure(report,
               LMU_FINDING_WET_LEADS,
               LMU_SEVERITY_WARNING,
               LMU_SIDE_BOTH,
               (double)-latency->frames);
  }
  if (latency->sure && latency->inverted) {
    add_figure(
      report, LMU_FINDING_INVERTED, LMU_SEVERITY_NOTE, LMU_SIDE_BOTH, 0.0);
  }
}

/// Add a bound on the ESR
static void
add_bound(LmuPairReport* const report,
          const LmuFindingCode code,
          const double         esr_db)
{
  add_figure(report,
             code,
             esr_db > POOR_ESR_DB ? LMU_SEVERITY_WARNING : LMU_SEVERITY_NOTE,
             LMU_SIDE_BOTH,
             esr_db);
}

/// Add what the device does where little, or the same again, goes in
static void
add_behaviour(LmuPairReport* const    report,
              const LmuCapture* const aligned,
              const double            dry_power,
              const double            wet_power)
{
  const LmuQuiet quiet = lmu_quiet_of(aligned, dry_power, wet_power);
  if (quiet.has_silence && quiet.noise > 0.0) {
    add_bound(report, LMU_FINDING_NOISE, power_db(quiet.noise / wet_power));
  }
  if (quiet.is_gated) {
    add_figure(report,
               LMU_FINDING_GATED,
               LMU_SEVERITY_WARNING,
               LMU_SIDE_BOTH,
               power_db(quiet.gate));
  }

  const LmuRepeat repeat = lmu_repeat_of(aligned);
  const double    esr_db = power_db(repeat.difference / wet_power);
  if (repeat.n_frames && esr_db > POOR_ESR_DB) {
    add_bound(report, LMU_FINDING_NOT_REPEATABLE, esr_db);
  }
}

/// Leave out what comes before any input if the device is not at rest there
static void
skip_unsettled(LmuPairReport* const    report,
               const LmuCapture* const pair,
               const double            dry_power,
               const double            wet_power)
{
  const LmuCapture aligned = lmu_pair_aligned(pair, report);
  const size_t     n = lmu_unsettled_frames(&aligned, dry_power, wet_power);
  if (!n || (double)(report->n_frames - n) < LMU_MIN_PAIR_S * pair->rate) {
    return;
  }
  skip(report, n);
  add_figure(report,
             LMU_FINDING_UNSETTLED,
             LMU_SEVERITY_NOTE,
             LMU_SIDE_BOTH,
             (double)n / pair->rate);
}

/// Find the latency, or take the one that was given
static LmuStatus
set_latency(LmuPairReport* const    report,
            const LmuCapture* const pair,
            const int64_t* const    given,
            LmuError* const         error)
{
  if (!given) {
    return lmu_latency_find(&report->latency, pair, error);
  }
  report->latency.frames = *given;
  report->latency.found  = *given;
  report->latency.sure   = true;
  return LMU_SUCCESS;
}

LmuStatus
lmu_pair_check(LmuPairReport* const    report,
               const LmuCapture* const pair,
               const int64_t* const    latency,
               LmuError* const         error)
{
  const LmuPairReport nothing = {0};
  if (!(pair->rate > 0.0)) {
    return lmu_error_set(
      error, LMU_BAD_VALUE, "The sample rate is not positive");
  }

  const LmuLevels dry = lmu_levels_of(pair->dry, pair->n_dry, pair->stop);
  const LmuLevels wet = lmu_levels_of(pair->wet, pair->n_wet, pair->stop);
  *report             = nothing;
  add_levels(report, &dry, LMU_SIDE_DRY, pair->n_dry);
  add_levels(report, &wet, LMU_SIDE_WET, pair->n_wet);
  align(report, pair, 0);
  if (!lmu_pair_is_usable(report) ||
      (double)report->n_frames < LMU_MIN_PAIR_S * pair->rate) {
    add_lengths(report, pair);
    return LMU_SUCCESS;
  }

  const LmuStatus status = set_latency(report, pair, latency, error);
  if (status) {
    return status;
  }

  align(report, pair, report->latency.frames);
  add_lengths(report, pair);
  skip_unsettled(report, pair, dry.power, wet.power);
  const LmuCapture aligned = lmu_pair_aligned(pair, report);
  report->explained        = lmu_explained(&aligned, dry.power);
  add_latency(report);
  if (lmu_pair_is_usable(report)) {
    add_behaviour(report, &aligned, dry.power, wet.power);
  }
  return LMU_SUCCESS;
}

void
lmu_pair_realign(LmuPairReport* const    report,
                 const LmuCapture* const pair,
                 const int64_t           latency)
{
  report->latency.frames = latency;
  align(report, pair, latency);
  skip(report, report->n_unsettled);
}

LmuCapture
lmu_pair_aligned(const LmuCapture* const    pair,
                 const LmuPairReport* const report)
{
  const LmuCapture result = {pair->dry + report->first_dry,
                             report->n_frames,
                             pair->wet + report->first_wet,
                             report->n_frames,
                             pair->rate,
                             pair->stop};
  return result;
}

bool
lmu_pair_is_usable(const LmuPairReport* const report)
{
  return !report->n_findings ||
         report->findings[0].severity != LMU_SEVERITY_ERROR;
}

const LmuFinding*
lmu_pair_find(const LmuPairReport* const report,
              const LmuFindingCode       code,
              const LmuSide              side)
{
  for (uint32_t i = 0U; i < report->n_findings; ++i) {
    const LmuFinding* const finding = &report->findings[i];
    if (finding->code == code && finding->side == side) {
      return finding;
    }
  }
  return NULL;
}
