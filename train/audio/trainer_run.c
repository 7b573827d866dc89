// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What members of a team do with their lanes

#include "core/base/attributes.h"
#include "core/nn/setup/graph.h"
#include "train/audio/rest_loss.h"
#include "train/audio/streams.h"
#include "train/audio/trainer.h"
#include "train/audio/trainer_parts.h"
#include "train/pass.h"
#include "train/real.h"
#include "train/stop.h"
#include "train/team.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Pre-emphasis of the error that is reported beside the plain one
#define REPORTED_EMPHASIS 0.85

/// Frames before what is scored in which states settle: so many parts of what
/// is scored, or windows, or at most half a second at 48 kHz
#define WARM_PARTS 2.0
#define WARM_WINDOWS 6.0
#define WARM_FRAMES 24000.0

/// Rounds that do not come to rest by which that weighs once more, and the most
#define RESTLESS_WEIGHS 8.0
#define MOST_WEIGHT 10.0

/// Set slopes to errors, with pre-emphasis, and what was before them
static void
set_errors(const LmuTrainer* const trainer, LmuTrainWorker* const worker)
{
  const LmuReal        p      = (LmuReal)trainer->options.emphasis;
  const LmuReal* const y      = lmu_train_pass_output(worker->pass);
  const LmuReal* const target = worker->batch.target;
  const size_t         lanes  = worker->batch.lanes;
  for (size_t t = 0U; t < trainer->task.n_frames; ++t) {
    for (size_t i = 0U; i < lanes; ++i) {
      const LmuReal error = y[(t * lanes) + i] - target[(t * lanes) + i];
      worker->slope[(t * lanes) + i] = error - (p * worker->previous[i]);
      worker->previous[i]            = error;
    }
  }
}

/// Add what is known of errors with pre-emphasis
static void
add_training_sums(const LmuTrainer* const trainer, LmuTrainWorker* const worker)
{
  const size_t count = (size_t)trainer->task.n_frames * worker->batch.lanes;
  for (size_t i = 0U; i < count; ++i) {
    const double error = (double)worker->slope[i];
    worker->sums.error += error * error;
  }
  worker->sums.target += trainer->variance * (double)count;
}

/// Return what of the loss's slope a lane's mean error makes
static double
constant_of(const LmuTrainer* const     trainer,
            const LmuTrainWorker* const worker,
            const size_t                lane)
{
  const size_t lanes = worker->batch.lanes;
  double       sum   = 0.0;
  if (!(trainer->options.dc > 0.0)) {
    return 0.0;
  }
  for (size_t t = 0U; t < trainer->task.n_frames; ++t) {
    sum += (double)worker->slope[(t * lanes) + lane];
  }
  return trainer->options.dc * sum / trainer->task.n_frames;
}

/// Turn errors into slopes of the loss
static void
set_slopes(const LmuTrainer* const trainer, LmuTrainWorker* const worker)
{
  const size_t  n     = trainer->task.n_frames;
  const size_t  lanes = worker->batch.lanes;
  const LmuReal p     = (LmuReal)trainer->options.emphasis;
  const double  scale =
    2.0 / (trainer->variance * (double)n * (double)trainer->options.lanes);
  for (size_t i = 0U; i < lanes; ++i) {
    const LmuReal constant = (LmuReal)constant_of(trainer, worker, i);
    for (size_t t = 0U; t < n; ++t) {
      LmuReal* const s    = worker->slope + (t * lanes) + i;
      const LmuReal  next = (t + 1U < n) ? s[lanes] + constant : 0;
      *s                  = (LmuReal)scale * (*s + constant - (p * next));
    }
  }
}

/// Add errors of a frame that counts, without pre-emphasis and with it
static void
add_errors(LmuTrainWorker* const worker,
           const double          error,
           const double          target,
           const size_t          lane)
{
  LmuReal* const previous = worker->previous;
  const size_t   lanes    = worker->batch.lanes;
  const double   e = error - (REPORTED_EMPHASIS * (double)previous[lane]);
  const double   s =
    target - (REPORTED_EMPHASIS * (double)previous[lanes + lane]);
  worker->sums.error += error * error;
  worker->sums.target += target * target;
  worker->sums.emphasised_error += e * e;
  worker->sums.emphasised_target += s * s;
}

/// Add errors from the first frame that counts up to where recordings end
static void
add_sums(const LmuTrainer* const trainer,
         LmuTrainWorker* const   worker,
         const uint32_t          member)
{
  const LmuTrainTask* const task  = &trainer->task;
  const LmuReal* const      y     = lmu_train_pass_output(worker->pass);
  const size_t              lanes = worker->batch.lanes;
  for (size_t t = 0U; t < task->n_frames; ++t) {
    for (size_t i = 0U; i < lanes; ++i) {
      const int64_t lane   = (int64_t)((member * lanes) + i);
      const int64_t frame  = task->first + (int64_t)t;
      const double  target = (double)worker->batch.target[(t * lanes) + i];
      const double  error  = (double)y[(t * lanes) + i] - target;
      if (frame >= task->counts &&
          frame + (lane * task->segment) < task->length) {
        add_errors(worker, error, target, i);
      }
      worker->previous[i]         = (LmuReal)error;
      worker->previous[lanes + i] = (LmuReal)target;
    }
  }
}

/// Fill the lanes of a member
static void
fill(const LmuTrainer* const trainer,
     LmuTrainWorker* const   worker,
     const uint32_t          member)
{
  const LmuTrainTask* const task = &trainer->task;
  worker->batch.n_frames         = task->n_frames;
  for (uint32_t i = 0U; i < worker->batch.lanes; ++i) {
    const int64_t lane  = ((int64_t)member * worker->batch.lanes) + i;
    int64_t       first = task->first + (lane * task->segment);
    if (task->learns) {
      first %= task->length;
    }
    lmu_streams_fill(trainer->task_streams, &worker->batch, i, first);
  }
}

/// Return the weight of what sounds on in silence: more, the more often what
/// was best did so
static double
rest_weight(const LmuTrainer* const trainer)
{
  const double more = trainer->report.n_restless / RESTLESS_WEIGHS;
  return trainer->options.rest * fmin(1.0 + more, MOST_WEIGHT);
}

static void
work(void* const handle, const uint32_t member)
{
  LmuTrainer* const     trainer = (LmuTrainer*)handle;
  LmuTrainWorker* const worker  = &trainer->workers[member];
  const LmuTrainTask*   task    = &trainer->task;
  fill(trainer, worker, member);
  lmu_train_pass_forward(worker->pass, worker->batch.input, task->n_frames);
  if (!task->learns) {
    add_sums(trainer, worker, member);
    return;
  }

  set_errors(trainer, worker);
  if (task->first >= task->counts) {
    add_training_sums(trainer, worker);
    set_slopes(trainer, worker);
    memset(worker->gradient, 0, trainer->network->n_values * sizeof(LmuReal));
    lmu_train_pass_backward(worker->pass, worker->slope, worker->gradient);
    if (trainer->rest && member + 1U == trainer->options.n_threads) {
      lmu_rest_loss_add(trainer->rest,
                        rest_weight(trainer) / trainer->variance,
                        worker->gradient);
    }
  }
}

void
lmu_trainer_run(LmuTrainer* const trainer, const LmuStreams* const streams)
{
  trainer->task_streams = streams;
  lmu_team_run(trainer->team, work, trainer);
}

void
lmu_trainer_reset(LmuTrainer* const trainer)
{
  for (uint32_t i = 0U; i < trainer->options.n_threads; ++i) {
    LmuTrainWorker* const worker = &trainer->workers[i];
    const LmuErrorSums    none   = {0.0, 0.0, 0.0, 0.0};
    lmu_train_pass_reset(worker->pass);
    memset(worker->previous, 0, 2UL * worker->batch.lanes * sizeof(LmuReal));
    worker->sums = none;
  }
}

LmuErrorSums
lmu_trainer_sums(const LmuTrainer* const trainer)
{
  LmuErrorSums total = {0.0, 0.0, 0.0, 0.0};
  for (uint32_t i = 0U; i < trainer->options.n_threads; ++i) {
    const LmuErrorSums* const sums = &trainer->workers[i].sums;
    total.error += sums->error;
    total.target += sums->target;
    total.emphasised_error += sums->emphasised_error;
    total.emphasised_target += sums->emphasised_target;
  }
  return total;
}

/// Return the frames in which states settle
static int64_t
warm_frames(const LmuGraph* const graph, const int64_t segment)
{
  const double windows = WARM_WINDOWS * lmu_graph_longest(graph);
  const double parts   = WARM_PARTS * (double)segment;
  return (int64_t)fmin(fmax(parts, windows), WARM_FRAMES);
}

bool
lmu_trainer_is_stopped(const LmuTrainer* const trainer)
{
  return trainer->options.stops &&
         trainer->options.stops(trainer->options.handle);
}

bool
lmu_trainer_is_cut(LmuTrainer* const trainer, const size_t i)
{
  if (!(i & (LMU_STOP_SAMPLES - 1U)) && lmu_trainer_is_stopped(trainer)) {
    trainer->is_cut = true;
  }
  return trainer->is_cut;
}

bool
lmu_trainer_try(LmuTrainer* const trainer)
{
  const int64_t length  = (int64_t)lmu_streams_length(&trainer->valid);
  const int64_t lanes   = trainer->options.lanes;
  const int64_t segment = (length + lanes - 1) / lanes;
  const int64_t frames  = trainer->options.frames;
  const int64_t warm    = warm_frames(trainer->graph, segment);
  lmu_trainer_reset(trainer);
  for (int64_t i = -warm; i < segment; i += frames) {
    const int64_t      left = segment - i;
    const LmuTrainTask task = {i,
                               (uint32_t)((left < frames) ? left : frames),
                               0,
                               segment,
                               length,
                               false};
    if (lmu_trainer_is_stopped(trainer)) {
      return false;
    }
    trainer->task = task;
    lmu_trainer_run(trainer, &trainer->valid);
  }

  const LmuErrorSums sums    = lmu_trainer_sums(trainer);
  trainer->report.esr        = sums.error / sums.target;
  trainer->report.emphasised = sums.emphasised_error / sums.emphasised_target;
  return true;
}
