// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/setup/conceal.h"

#include "core/base/status.h"
#include "core/dsp/setup/gap_context.h"
#include "core/dsp/setup/predictor.h"
#include "core/math/setup/toeplitz.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846

#define MIN_RATE 1000.0
#define MAX_RATE 1e6

// By experiment, see bench/conceal.c: what restores recordings best
#define WINDOW_MS 30.0
#define LEARN_MS 80.0 // On each side
#define MAX_ORDER 128U
#define N_TAPS 64U
#define RIDGE 1e-9

// For gaps with less than a window between them
#define SHORT_WINDOW_MS 2.0
#define SHORT_ORDER 16U
#define SHORT_TAPS 32U

#define FADE_MS 5.0

/// Gaps that are filled in turns, later ones are filled after them
#define MAX_GROUP 16U

/// Turns: a gap in the reach of another moves by less than 1 % in the last
#define N_TURNS 8U

/// Added to the diagonal of the system at first, and how it grows if needed
#define LOADING 1e-10
#define MORE_LOADING 100.0
#define N_LOADINGS 6U // The last is 1

/// Above so many times the peak of its context a filling is wrong
#define TOO_LOUD 1.5

#define N_PLANS 2U

struct LmuConcealerImpl {
  LmuPredictorPlan* plans[N_PLANS];   ///< Long one, and one for close gaps
  size_t            n_least[N_PLANS]; ///< Frames enough to learn from
  size_t            reach;            ///< Of the long one
  size_t            margin;           ///< Frames to copy on each side
  size_t            fade;
  size_t            max_length;
};

/// Predictors of a group of gaps
typedef struct {
  const LmuConcealer*   concealer;
  const LmuConcealment* work;
  size_t                n_gaps;
  double*               weights; ///< [n_gaps][reach]
  double* repeats; ///< Autocorrelation of the error filter, [n_gaps][reach + 1]
  double* buffer;  ///< For solving, [5][longest gap]
} Group;

static size_t
frames(const double time_ms, const double rate)
{
  return (size_t)ceil(time_ms * rate / 1000.0);
}

static uint32_t
least(const uint32_t a, const uint32_t b)
{
  return a < b ? a : b;
}

static LmuStatus
make_plans(LmuConcealer* const self, const double rate)
{
  const uint32_t wide  = (uint32_t)frames(WINDOW_MS, rate);
  const uint32_t brief = (uint32_t)frames(SHORT_WINDOW_MS, rate);

  const LmuPredictorSpec specs[N_PLANS] = {
    {N_TAPS, least((wide + 1U) / 2U, MAX_ORDER), wide, RIDGE},
    {least(brief, SHORT_TAPS),
     least((brief + 1U) / 2U, SHORT_ORDER),
     brief,
     RIDGE}};

  LmuStatus status = LMU_SUCCESS;
  for (uint32_t i = 0U; !status && i < N_PLANS; ++i) {
    status           = lmu_predictor_plan_new(&self->plans[i], &specs[i]);
    self->n_least[i] = 2U * ((size_t)specs[i].n_taps + specs[i].order);
  }
  return status;
}

LmuStatus
lmu_concealer_new(LmuConcealer** const concealer, const double rate)
{
  *concealer = NULL;
  if (!(rate >= MIN_RATE && rate <= MAX_RATE)) {
    return LMU_BAD_RATE;
  }

  LmuConcealer* const self   = (LmuConcealer*)calloc(1U, sizeof(LmuConcealer));
  const LmuStatus     status = self ? make_plans(self, rate) : LMU_NO_MEMORY;
  if (status) {
    lmu_concealer_free(self);
    return status;
  }

  self->reach      = lmu_predictor_reach(self->plans[0]);
  self->margin     = self->reach + frames(LEARN_MS, rate);
  self->fade       = frames(FADE_MS, rate);
  self->max_length = frames(LMU_MAX_CONCEAL_MS, rate);
  *concealer       = self;
  return LMU_SUCCESS;
}

void
lmu_concealer_free(LmuConcealer* const concealer)
{
  if (concealer) {
    for (uint32_t i = 0U; i < N_PLANS; ++i) {
      lmu_predictor_plan_free(concealer->plans[i]);
    }
    free(concealer);
  }
}

size_t
lmu_concealer_margin(const LmuConcealer* const concealer)
{
  return concealer->margin;
}

size_t
lmu_concealer_max_length(const LmuConcealer* const concealer)
{
  return concealer->max_length;
}

/// Return whether gaps that have not begun are in order, and in the sound
static bool
is_sane(const LmuConcealment* const work)
{
  const LmuGappedSignal* const gapped = &work->gapped;
  size_t                       least  = 0U;
  for (size_t i = work->n_begun ? work->n_begun - 1U : 0U; i < gapped->n_gaps;
       ++i) {
    const LmuGap gap = gapped->gaps[i];
    if (!gap.length || gap.start < least || gap.start >= gapped->n_frames ||
        gap.length > gapped->n_frames - gap.start) {
      return false;
    }
    least = gap.start + gap.length + 1U;
  }
  return true;
}

/// Return a sample, or silence if there is none
static double
sample_at(const LmuGappedSignal* const gapped, const size_t frame)
{
  const double sample =
    frame < gapped->n_frames ? (double)gapped->sound[frame] : 0.0;
  return isfinite(sample) ? sample : 0.0;
}

/// Fade both ends of a gap to silence
static void
fade(const LmuGappedSignal* const gapped, const LmuGap gap, const size_t fade)
{
  const double left  = gap.start ? sample_at(gapped, gap.start - 1U) : 0.0;
  const double right = sample_at(gapped, gap.start + gap.length);
  const size_t half  = gap.length / 2U + 1U;
  const size_t n     = fade < half ? fade : half;
  float* const sound = gapped->sound + gap.start;

  memset(sound, 0, gap.length * sizeof(float));
  for (size_t i = 0U; i < n && i < gap.length; ++i) {
    const double gain =
      0.5 + (0.5 * cos(PI * ((double)i + 1.0) / ((double)n + 1.0)));
    sound[i] += (float)(gain * left);
    sound[gap.length - 1U - i] += (float)(gain * right);
  }
}

/// Fill with the prediction, from `first` to before `end`
static void
extrapolate(double* const       sound,
            const double* const weights,
            const size_t        reach,
            const size_t        first,
            const size_t        end,
            const double        peak)
{
  for (size_t t = first; t < end; ++t) {
    double sum = 0.0;
    for (size_t j = 0U; j < reach && j < t; ++j) {
      sum += weights[j] * sound[t - 1U - j];
    }
    sound[t] = fmax(fmin(sum, peak), -peak);
  }
}

static void
reverse(double* const to, const double* const from, const size_t count)
{
  for (size_t i = 0U; i < count; ++i) {
    to[i] = from[count - 1U - i];
  }
}

/// Predict what is outside of the sound but in the reach of the gap
static void
extend(const LmuConcealer* const self,
       LmuGapContext* const      around,
       const double* const       weights,
       const double              peak)
{
  const size_t n     = around->n_frames;
  const size_t far   = self->margin - self->reach;
  const bool   early = around->n_before > far;
  const bool   late  = around->n_after > far;
  if (late) {
    extrapolate(
      around->sound, weights, self->reach, n - around->n_after, n - far, peak);
  }
  if (early) {
    reverse(around->reversed, around->sound, n);
    extrapolate(around->reversed,
                weights,
                self->reach,
                n - around->n_before,
                n - far,
                peak);
    reverse(around->sound, around->reversed, n);
  }
}

/// Set the autocorrelation of the filter that leaves the error of prediction
static void
correlate(double* const       repeats,
          const double* const weights,
          const size_t        reach)
{
  for (size_t k = 0U; k <= reach; ++k) {
    double sum = k ? -weights[k - 1U] : 1.0;
    for (size_t j = 0U; j + k < reach; ++j) {
      sum += weights[j] * weights[j + k];
    }
    repeats[k] = sum;
  }
}

/// Set the right side: what the sound around asks of each lost frame
static void
sum_around(double* const              right,
           const LmuGapContext* const around,
           const double* const        repeats,
           const size_t               reach)
{
  const double* const gap = around->sound + around->margin;
  const size_t        n   = around->length;
  memset(right, 0, n * sizeof(double));
  for (size_t k = 1U; k <= reach; ++k) {
    for (size_t i = 0U; i < n && i + k <= reach; ++i) {
      right[i] -= repeats[i + k] * *(gap - k);
      right[n - 1U - i] -= repeats[i + k] * gap[n - 1U + k];
    }
  }
}

static double
greatest(const double* const x, const size_t count)
{
  double peak = 0.0;
  for (size_t i = 0U; i < count; ++i) {
    peak = isfinite(x[i]) ? fmax(peak, fabs(x[i])) : (double)INFINITY;
  }
  return peak;
}

/// Solve for the lost frames, held to silence more and more if it is too loud
static bool
solve(double* const       buffer,
      const double* const repeats,
      const size_t        reach,
      const size_t        n,
      const double        peak)
{
  double* const x     = buffer;
  double* const right = buffer + n;
  double* const row   = buffer + (2U * n);
  for (size_t i = 0U; i < n; ++i) {
    row[i] = i <= reach ? repeats[i] : 0.0;
  }

  double more = LOADING;
  for (uint32_t i = 0U; i < N_LOADINGS; ++i) {
    row[0] = repeats[0] * (1.0 + more);
    if (lmu_toeplitz_solve(x, buffer + (3U * n), row, right, n) &&
        greatest(x, n) <= TOO_LOUD * peak) {
      return true;
    }
    more *= MORE_LOADING;
  }
  return false;
}

/// Fill one gap
static void
fill(const Group* const group, const size_t i, LmuGapContext* const around)
{
  const LmuConcealer* const    self   = group->concealer;
  const LmuGappedSignal* const gapped = &group->work->gapped;
  const LmuGap                 gap    = gapped->gaps[group->work->n_done + i];
  const double* const repeats = group->repeats + (i * (self->reach + 1U));
  const double* const weights = group->weights + (i * self->reach);

  const size_t near = gap.length > self->reach ? gap.length : self->reach;
  const double peak = lmu_gap_context_peak(around, near);
  extend(self, around, weights, peak);
  sum_around(group->buffer + gap.length, around, repeats, self->reach);
  if (!solve(group->buffer, repeats, self->reach, gap.length, peak)) {
    group->work->is_faded[group->work->n_done + i] = true;
    fade(gapped, gap, self->fade);
    return;
  }
  for (size_t k = 0U; k < gap.length; ++k) {
    gapped->sound[gap.start + k] =
      (float)fmax(fmin(group->buffer[k], peak), -peak);
  }
}

/// Set weights by the longest plan that has enough to learn from
static LmuStatus
learn_weights(const LmuConcealer* const  self,
              double* const              weights,
              const LmuGapContext* const around)
{
  LmuStretch stretches[LMU_MAX_STRETCHES];
  memset(weights, 0, self->reach * sizeof(double));
  for (uint32_t i = 0U; i < 2U * N_PLANS; ++i) {
    // First by sound that is whole, then by what gaps were filled with too
    const uint32_t                k    = i % N_PLANS;
    const LmuPredictorPlan* const plan = self->plans[k];
    const size_t                  n    = lmu_gap_context_stretches(around,
                                               stretches,
                                               lmu_predictor_reach(plan),
                                               self->n_least[k],
                                               i < N_PLANS);
    if (n) {
      return lmu_predictor_solve(plan, weights, stretches, n);
    }
  }
  return LMU_DIVERGED;
}

/// Find the predictor of one gap, or mark it as faded
static LmuStatus
learn(const Group* const         group,
      const size_t               i,
      const LmuGapContext* const around)
{
  const LmuConcealer* const self = group->concealer;
  bool* const   is_faded = group->work->is_faded + group->work->n_done + i;
  double* const weights  = group->weights + (i * self->reach);

  const LmuStatus status = learn_weights(self, weights, around);
  *is_faded              = status == LMU_DIVERGED;
  if (!status) {
    correlate(group->repeats + (i * (self->reach + 1U)), weights, self->reach);
  }
  return *is_faded ? LMU_SUCCESS : status;
}

/// Fill one gap of a group, and learn how to at its first turn
static LmuStatus
take_turn(const Group* const group, const size_t i, const bool is_first)
{
  const LmuConcealer* const self     = group->concealer;
  const LmuConcealment*     work     = group->work;
  const bool* const         is_faded = work->is_faded + work->n_done + i;
  if (work->gapped.gaps[work->n_done + i].length > self->max_length ||
      (!is_first && *is_faded)) {
    return LMU_SUCCESS;
  }

  LmuGapContext around = {0};
  LmuStatus     status = lmu_gap_context_init(
    &around, &work->gapped, work->n_done + i, self->margin);
  if (!status && is_first) {
    status = learn(group, i, &around);
  }
  if (!status && !*is_faded) {
    fill(group, i, &around);
  }
  lmu_gap_context_reset(&around);
  return status;
}

static size_t
end_of(const LmuGap* const gap)
{
  return gap->start + gap->length;
}

/// Return how many gaps from the next on are in reach of each other
static size_t
count_group(const LmuConcealer* const self, const LmuConcealment* const work)
{
  const LmuGap* const gaps  = work->gapped.gaps + work->n_done;
  const size_t        left  = work->gapped.n_gaps - work->n_done;
  size_t              count = 1U;

  // A gap too long to fill has no turns, and nothing reaches across it
  while (count < left && count < MAX_GROUP &&
         gaps[count - 1U].length <= self->max_length &&
         gaps[count].length <= self->max_length &&
         gaps[count].start <= end_of(&gaps[count - 1U]) + self->reach) {
    ++count;
  }
  return count;
}

/// Return whether something unknown is in reach of the first gap
static bool
is_alone(const Group* const group)
{
  const LmuGappedSignal* const gapped = &group->work->gapped;
  const LmuGap                 gap    = gapped->gaps[group->work->n_done];
  const size_t                 reach  = group->concealer->reach;
  return group->n_gaps == 1U && gap.start >= reach &&
         gapped->n_frames - gap.start - gap.length >= reach;
}

static bool
allocate(Group* const group)
{
  const size_t        reach   = group->concealer->reach;
  const LmuGap* const gaps    = group->work->gapped.gaps + group->work->n_done;
  const size_t        n       = group->n_gaps * ((2U * reach) + 1U);
  size_t              longest = 0U;
  for (size_t i = 0U; i < group->n_gaps; ++i) {
    const bool is_long = gaps[i].length > group->concealer->max_length;
    longest = !is_long && gaps[i].length > longest ? gaps[i].length : longest;
  }

  group->weights = (double*)calloc(n + (5U * longest) + 1U, sizeof(double));
  group->repeats = group->weights + (group->n_gaps * reach);
  group->buffer  = group->weights + n;
  return group->weights;
}

/// Check gaps that are new, and fill them with what they hold at least
static LmuStatus
begin(const LmuConcealer* const self, LmuConcealment* const work)
{
  if (!is_sane(work)) {
    return LMU_BAD_VALUE;
  }
  for (; work->n_begun < work->gapped.n_gaps; ++work->n_begun) {
    fade(&work->gapped, work->gapped.gaps[work->n_begun], self->fade);
    work->is_faded[work->n_begun] = true;
  }
  return LMU_SUCCESS;
}

size_t
lmu_concealer_end(const LmuConcealer* const   concealer,
                  const LmuConcealment* const concealment)
{
  const size_t last =
    concealment->n_done + count_group(concealer, concealment) - 1U;
  return end_of(&concealment->gapped.gaps[last]) + concealer->margin;
}

LmuStatus
lmu_concealer_step(const LmuConcealer* const concealer,
                   LmuConcealment* const     concealment)
{
  LmuStatus status = begin(concealer, concealment);
  if (status || concealment->n_done == concealment->gapped.n_gaps) {
    return status;
  }

  Group group  = {.concealer = concealer, .work = concealment};
  group.n_gaps = count_group(concealer, concealment);
  status       = allocate(&group) ? LMU_SUCCESS : LMU_NO_MEMORY;

  const size_t n_turns = is_alone(&group) ? 1U : N_TURNS;
  for (size_t turn = 0U; !status && turn < n_turns; ++turn) {
    for (size_t i = 0U; !status && i < group.n_gaps; ++i) {
      status = take_turn(&group, i, !turn);
    }
  }
  free(group.weights);
  concealment->n_done += status ? 0U : group.n_gaps;
  return status;
}

LmuStatus
lmu_concealer_process(const LmuConcealer* const concealer,
                      LmuConcealment* const     concealment)
{
  LmuStatus status = LMU_SUCCESS;
  do {
    status = lmu_concealer_step(concealer, concealment);
  } while (!status && concealment->n_done < concealment->gapped.n_gaps);
  return status;
}
