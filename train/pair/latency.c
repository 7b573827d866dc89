// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/pair/latency.h"

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "train/pair/impulse.h"
#include "train/pair/innovations.h"
#include "train/pair/onset.h"
#include "train/stop.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK LMU_INNOVATIONS_BLOCK

/// Segments of a recording that are looked at, spread over all of it: of 5.5 s
/// at 48 kHz, so that a longer one takes no more time
#define MAX_SEGMENTS 24U

/// Parts of the recordings, of which each finds its own latency
#define N_PARTS 2U

/// Power of a block over that of the loudest one below which it counts as
/// silent
#define SILENCE 1e-6

/// Peak over noise from which a latency is sure; recordings that have nothing
/// to do with each other reach 6
#define SURE_CONTRAST 12.0

/// The same from which it is worth a hint
#define HINT_CONTRAST 7.0

/// Frames by which a response may seem to begin too early
#define SLACK 4

/// What a search takes
typedef struct {
  const LmuCapture*   pair;
  LmuImpulse*         parts[N_PARTS];
  LmuInnovationsWork* work;
  float*              dry;      ///< Innovations of a segment, [segment]
  float*              wet;      ///< The same
  float*              response; ///< [2 reach + 1]
  float*              sorted;   ///< The same, room for lmu_onset_find()
  uint32_t            reach;
  uint32_t            count;   ///< Frames of a segment, a multiple of BLOCK
  double              min_dry; ///< Power of a block below which it is silent
  double              min_wet;
} Search;

/// Return the mean square of the loudest block
static double
loudest(const float* const x, const size_t n_x, const LmuStop* const stop)
{
  double greatest = 0.0;
  for (size_t from = 0U; from < n_x && !lmu_stop_asked_at(stop, from);
       from += BLOCK) {
    const size_t count = n_x - from < BLOCK ? n_x - from : BLOCK;
    double       sum   = 0.0;
    for (size_t i = 0U; i < count; ++i) {
      sum += (double)x[from + i] * (double)x[from + i];
    }
    greatest = fmax(greatest, sum / (double)BLOCK);
  }
  return greatest;
}

/// Return a number of frames in whole blocks, one at least
static uint32_t
whole_blocks(const size_t n_frames)
{
  return n_frames < BLOCK ? BLOCK : (uint32_t)(n_frames / BLOCK) * BLOCK;
}

/// Take all blocks of a search, whose reach is set
static LmuStatus
take_blocks(Search* const search)
{
  for (size_t i = 0U; i < N_PARTS; ++i) {
    const LmuStatus status = lmu_impulse_new(&search->parts[i], search->reach);
    if (status) {
      return status;
    }
  }

  const size_t n_lags  = (2U * (size_t)search->reach) + 1U;
  const size_t segment = lmu_impulse_segment(search->parts[0]);
  search->work         = (LmuInnovationsWork*)calloc(1U, sizeof(*search->work));
  search->dry          = (float*)calloc(segment + BLOCK, sizeof(float));
  search->wet          = (float*)calloc(segment + BLOCK, sizeof(float));
  search->response     = (float*)calloc(n_lags, sizeof(float));
  search->sorted       = (float*)calloc(n_lags, sizeof(float));
  const bool all       = search->work && search->dry && search->wet &&
                   search->response && search->sorted;
  return all ? LMU_SUCCESS : LMU_NO_MEMORY;
}

static void
search_clear(Search* const search)
{
  free(search->sorted);
  free(search->response);
  free(search->wet);
  free(search->dry);
  free(search->work);
  for (size_t i = 0U; i < N_PARTS; ++i) {
    lmu_impulse_free(search->parts[i]);
  }
}

/// Return the frames that both recordings have
static size_t
overlap(const LmuCapture* const pair)
{
  return pair->n_dry < pair->n_wet ? pair->n_dry : pair->n_wet;
}

static LmuStatus
search_init(Search* const search, const LmuCapture* const pair)
{
  // A segment has a block at least, however low the rate is
  const double reach = fmax(ceil(LMU_MAX_LATENCY_S * pair->rate), BLOCK);
  memset(search, 0, sizeof(*search));
  search->pair    = pair;
  search->reach   = (uint32_t)fmin(reach, UINT32_MAX);
  search->min_dry = SILENCE * loudest(pair->dry, pair->n_dry, &pair->stop);
  search->min_wet = SILENCE * loudest(pair->wet, pair->n_wet, &pair->stop);
  const LmuStatus status = take_blocks(search);
  if (status) {
    search_clear(search);
    return status;
  }

  const size_t most = lmu_impulse_segment(search->parts[0]);
  const size_t part = overlap(pair) / N_PARTS;
  search->count     = whole_blocks(part < most ? part : most);
  return LMU_SUCCESS;
}

/// Add a segment
static void
add_segment(Search* const search, const size_t from, LmuImpulse* const part)
{
  const LmuCapture* const pair = search->pair;
  for (size_t i = 0U; i < search->count; i += BLOCK) {
    const ptrdiff_t frame = (ptrdiff_t)(from + i);
    lmu_innovations_block(search->work,
                          search->dry + i,
                          pair->dry,
                          pair->n_dry,
                          frame,
                          search->min_dry);
    lmu_innovations_block(search->work,
                          search->wet + i,
                          pair->wet,
                          pair->n_wet,
                          frame,
                          search->min_wet);
  }
  lmu_impulse_add(part, search->dry, search->wet, search->count);
}

/// Add segments from all over the recordings, to the parts in turn
static void
add_segments(Search* const search)
{
  const size_t n_frames = overlap(search->pair);
  const size_t n_whole  = (n_frames + search->count - 1U) / search->count;
  const size_t n        = n_whole < MAX_SEGMENTS ? n_whole : MAX_SEGMENTS;
  const size_t most = n_frames > search->count ? n_frames - search->count : 0U;
  for (size_t i = 0U; i < n && !lmu_stop_asked(&search->pair->stop); ++i) {
    const size_t from = n > 1U ? most / (n - 1U) * i : 0U;
    add_segment(search, from, search->parts[i % N_PARTS]);
  }
}

/// Return the onset of what a part has summed
static LmuOnset
read_onset(Search* const search, LmuImpulse* const part)
{
  lmu_impulse_read(part, search->response);
  return lmu_onset_find(search->response, search->reach, search->sorted);
}

static double
contrast(const LmuOnset* const onset)
{
  return onset->noise > 0.0 ? fabs(onset->top) / onset->noise : 0.0;
}

static bool
is_near(const int64_t a, const int64_t b)
{
  return a - b <= LMU_LATENCY_SPREAD && b - a <= LMU_LATENCY_SPREAD;
}

/// Return whether parts that have something to say say the same
static bool
agree(const LmuOnset* const onset, const LmuOnset parts[N_PARTS])
{
  for (size_t i = 0U; i < N_PARTS; ++i) {
    if (contrast(&parts[i]) >= SURE_CONTRAST &&
        !is_near(parts[i].onset, onset->onset) &&
        !is_near(parts[i].peak, onset->peak)) {
      return false;
    }
  }
  return true;
}

/// Return an onset, zero where one before it is within the error
static int64_t
causal(const int64_t onset)
{
  return onset < 0 && onset >= -SLACK ? 0 : onset;
}

/// Return what all segments together say
static LmuLatency
conclude(Search* const search)
{
  const LmuStop* const stop           = &search->pair->stop;
  LmuOnset             parts[N_PARTS] = {{0}};
  LmuLatency           result         = {0};
  for (size_t i = 0U; i < N_PARTS && !lmu_stop_asked(stop); ++i) {
    parts[i] = read_onset(search, search->parts[i]);
  }
  if (lmu_stop_asked(stop)) {
    return result;
  }
  for (size_t i = 1U; i < N_PARTS; ++i) {
    lmu_impulse_merge(search->parts[0], search->parts[i]);
  }

  const LmuOnset onset = read_onset(search, search->parts[0]);
  result.found         = causal(onset.onset);
  result.inverted      = onset.top < 0.0;
  result.contrast      = contrast(&onset);
  result.sure   = result.contrast >= SURE_CONTRAST && agree(&onset, parts);
  result.frames = result.sure ? result.found : 0;
  return result;
}

LmuStatus
lmu_latency_find(LmuLatency* const       latency,
                 const LmuCapture* const pair,
                 LmuError* const         error)
{
  if (!pair->n_dry || !pair->n_wet || !(pair->rate > 0.0)) {
    return lmu_error_set(error, LMU_BAD_VALUE, "A recording is empty");
  }

  Search          search;
  const LmuStatus status = search_init(&search, pair);
  if (status) {
    return lmu_error_status(error, status);
  }

  add_segments(&search);
  *latency = conclude(&search);
  search_clear(&search);
  return LMU_SUCCESS;
}

/// Write the part that all sure latencies have
static size_t
write_frames(char* const text, const int64_t frames, const double rate)
{
  const double  ms         = 1000.0 * fabs((double)frames) / rate;
  const int64_t hundredths = llround(ms * 100.0);
  const int     length     = snprintf(text,
                              LMU_LATENCY_TEXT,
                              "latency: %s%" PRId64 " samples (%" PRId64
                              ".%02" PRId64 " ms), sure",
                              frames > 0 ? "+" : "",
                              frames,
                              hundredths / 100,
                              hundredths % 100);
  return length > 0 ? (size_t)length : 0U;
}

static void
write_doubt(char* const text, const LmuLatency* const latency)
{
  static const char* const advice =
    "latency: in doubt, taken as 0 samples; use --latency N if you know it";
  if (latency->contrast < HINT_CONTRAST) {
    (void)snprintf(text, LMU_LATENCY_TEXT, "%s", advice);
  } else {
    (void)snprintf(text,
                   LMU_LATENCY_TEXT,
                   "%s, %" PRId64 " is likeliest",
                   advice,
                   latency->found);
  }
}

void
lmu_latency_text(char                    text[LMU_LATENCY_TEXT],
                 const LmuLatency* const latency,
                 const double            rate)
{
  if (!latency->sure) {
    write_doubt(text, latency);
    return;
  }

  const size_t length = write_frames(text, latency->frames, rate);
  if (latency->frames < 0 && length < LMU_LATENCY_TEXT) {
    (void)snprintf(text + length,
                   LMU_LATENCY_TEXT - length,
                   ": the wet file starts %" PRId64 " samples before the dry",
                   -latency->frames);
  }
}
