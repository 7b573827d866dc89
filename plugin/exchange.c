// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/exchange.h"

#include "core/base/setup/aligned.h"
#include "core/base/status.h"
#include "core/dsp/rt/glide.h"
#include "core/memory/rt/engine.h"
#include "core/memory/rt/memory.h"
#include "core/memory/rt/modes.h"
#include "core/memory/setup/engine.h"
#include "plugin/controls.h"
#include "plugin/host.h"
#include "plugin/job.h"
#include "plugin/task.h"

#include <lv2/worker/worker.h>

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Length of the log, twice what order 4096 in stereo takes to convert [s]
#define LOG_SECONDS 4.0

/// Frames that the next engine catches up with in the time of one: three times
/// the work, which order 4096 can afford
#define REPLAY_SPEED 2U

LMU_RT static bool
is_same(const LmuEngineSpec* const x, const LmuEngineSpec* const y)
{
  return x->order == y->order && x->stages == y->stages &&
         x->n_channels == y->n_channels && x->n_readouts == y->n_readouts;
}

/// Allocate room for the worker
static bool
allocate(Exchange* const exchange, const uint32_t max_order)
{
  const size_t size =
    sizeof(LmuMemory) + ((max_order + (size_t)LMU_BLOCK) * sizeof(float));
  bool enough = true;
  for (uint32_t c = 0U; c < exchange->n_channels; ++c) {
    exchange->live[c] = (LmuMemory*)lmu_aligned_zeros(size);
    exchange->held[c] = (LmuMemory*)lmu_aligned_zeros(size);
    exchange->log[c] =
      (float*)lmu_aligned_zeros(exchange->log_size * sizeof(float));
    enough =
      enough && exchange->live[c] && exchange->held[c] && exchange->log[c];
  }
  return enough;
}

bool
exchange_init(Exchange* const   exchange,
              const Host* const host,
              const Uris* const uris,
              const double      rate,
              const uint32_t    n_channels,
              const uint32_t    max_order)
{
  memset(exchange, 0, sizeof(*exchange));
  exchange->host       = host;
  exchange->uris       = uris;
  exchange->rate       = rate;
  exchange->n_channels = n_channels;
  exchange->log_size   = (uint32_t)(LOG_SECONDS * rate);
  job_init(&exchange->job);
  exchange->has_lock = !pthread_mutex_init(&exchange->lock, NULL);
  return exchange->has_lock && allocate(exchange, max_order);
}

void
exchange_clear(Exchange* const exchange)
{
  if (exchange->has_lock) {
    (void)pthread_mutex_lock(&exchange->lock);
    (void)pthread_mutex_unlock(&exchange->lock);
    (void)pthread_mutex_destroy(&exchange->lock);
  }
  lmu_engine_free(exchange->now);
  lmu_engine_free(exchange->next);
  for (uint32_t c = 0U; c < LMU_MAX_CHANNELS; ++c) {
    free(exchange->log[c]);
    free(exchange->held[c]);
    free(exchange->live[c]);
  }
  memset(exchange, 0, sizeof(*exchange));
}

/// End a change, wherever it is
static void
settle(Exchange* const exchange)
{
  static const LmuEngineSpec none = {0U, 0U, 0U, 0U};

  if (exchange->state == EXCHANGE_FADING) {
    lmu_engine_free(exchange->now);
    exchange->now      = exchange->next;
    exchange->now_spec = exchange->next_spec;
    exchange->next     = NULL;
  }

  lmu_engine_free(exchange->next);
  exchange->next        = NULL;
  exchange->state       = EXCHANGE_IDLE;
  exchange->failed_spec = none;
}

/// Build the engine that plays, or keep it if that fails
static LmuStatus
build_now(Exchange* const exchange, const LmuEngineSpec* const spec)
{
  LmuEngine*      engine = NULL;
  const LmuStatus status = lmu_engine_new(&engine, spec);
  if (!status) {
    lmu_engine_free(exchange->now);
    exchange->now      = engine;
    exchange->now_spec = *spec;
  }
  return status;
}

LmuStatus
exchange_activate(Exchange* const exchange, const LmuEngineSpec* const spec)
{
  LmuStatus status = LMU_SUCCESS;
  (void)pthread_mutex_lock(&exchange->lock);
  job_cancel(&exchange->job);
  settle(exchange);
  if (!exchange->now || !is_same(spec, &exchange->now_spec)) {
    status = build_now(exchange, spec);
  }
  if (exchange->now) {
    lmu_engine_reset(exchange->now);
  }
  (void)pthread_mutex_unlock(&exchange->lock);
  return status;
}

/* Worker */

static LmuStatus
convert(const Exchange* const exchange)
{
  return lmu_engine_adopt(exchange->next,
                          exchange->now,
                          (const LmuMemory* const*)exchange->live,
                          (const LmuMemory* const*)exchange->held);
}

/// Do a request that was taken
static LmuStatus
do_task(Exchange* const exchange, const Task task)
{
  switch (task) {
  case TASK_BUILD:
    return lmu_engine_new(&exchange->next, &exchange->next_spec);
  case TASK_CONVERT:
    return convert(exchange);
  default:
    break;
  }
  lmu_engine_free(exchange->next);
  exchange->next = NULL;
  return LMU_SUCCESS;
}

LV2_Worker_Status
exchange_work(Exchange* const exchange, const Request* const request)
{
  (void)pthread_mutex_lock(&exchange->lock);
  const bool is_taken = job_take(&exchange->job, request);
  if (is_taken) {
    const LmuStatus status = do_task(exchange, (Task)request->task);
    if (status) {
      host_error(exchange->host, exchange->uris, lmu_status_text(status));
    }
    job_finish(&exchange->job, !status);
  }
  (void)pthread_mutex_unlock(&exchange->lock);
  return is_taken ? LV2_WORKER_SUCCESS : LV2_WORKER_ERR_UNKNOWN;
}

/* Audio thread */

/// Change state and ask, or change nothing if the worker has no room
LMU_RT static void
ask_in_state(Exchange* const     exchange,
             const ExchangeState state,
             const Task          task)
{
  // First the state, as the host may do the work at once
  const ExchangeState before = exchange->state;
  exchange->state            = state;
  if (!job_ask(&exchange->job, task, exchange->host->schedule)) {
    exchange->state = before;
  }
}

LMU_RT static void
start_build(Exchange* const exchange, const LmuEngineSpec* const spec)
{
  if (!exchange->host->schedule || is_same(spec, &exchange->now_spec) ||
      is_same(spec, &exchange->failed_spec)) {
    return;
  }

  exchange->next_spec = *spec;
  exchange->stale     = false;
  ask_in_state(exchange, EXCHANGE_BUILDING, TASK_BUILD);
}

LMU_RT static void
copy_state(LmuMemory* const       to,
           const LmuMemory* const from,
           const uint32_t         count)
{
  for (uint32_t i = 0U; i < count; ++i) {
    to->z[i] = from->z[i];
  }
}

/// Copy the state, and log the input from here on
LMU_RT static void
start_convert(Exchange* const exchange)
{
  const LmuEngine* const now   = exchange->now;
  const uint32_t         count = now->modes->n_blocks * LMU_BLOCK;
  for (uint32_t c = 0U; c < exchange->n_channels; ++c) {
    copy_state(exchange->live[c], now->live[c], count);
    copy_state(exchange->held[c], now->held[c], count);
  }

  exchange->n_logged   = 0U;
  exchange->n_replayed = 0U;
  exchange->stale      = false;
  ask_in_state(exchange, EXCHANGE_CONVERTING, TASK_CONVERT);
}

/// Let the worker free the next engine, now or at another segment
LMU_RT static void
retire(Exchange* const exchange)
{
  exchange->state = EXCHANGE_RETIRING;
  if (exchange->next) {
    ask_in_state(exchange, EXCHANGE_FREEING, TASK_FREE);
  } else {
    exchange->state = EXCHANGE_IDLE;
  }
}

/// Move on with an engine that was built, unless another is wanted by now
LMU_RT static void
use_built(Exchange* const exchange, const LmuEngineSpec* const spec)
{
  exchange->state = EXCHANGE_BUILT;
  if (is_same(spec, &exchange->next_spec)) {
    start_convert(exchange);
  } else {
    retire(exchange);
  }
}

LMU_RT static void
on_built(Exchange* const            exchange,
         const bool                 is_done,
         const LmuEngineSpec* const spec)
{
  if (is_done) {
    use_built(exchange, spec);
  } else {
    exchange->failed_spec = exchange->next_spec;
    exchange->state       = EXCHANGE_IDLE;
  }
}

LMU_RT static void
on_converted(Exchange* const            exchange,
             const bool                 is_done,
             const LmuEngineSpec* const spec,
             const double               theta)
{
  if (!is_done) {
    exchange->failed_spec = exchange->next_spec;
    retire(exchange);
  } else if (exchange->stale) {
    use_built(exchange, spec);
  } else {
    lmu_engine_set_theta(exchange->next, theta);
    exchange->state = EXCHANGE_REPLAYING;
  }
}

/// Run the next engine through a part of the log
LMU_RT static void
replay(Exchange* const exchange)
{
  const uint32_t most  = REPLAY_SPEED * SEGMENT;
  const uint32_t left  = exchange->n_logged - exchange->n_replayed;
  const uint32_t count = left < most ? left : most;
  for (uint32_t c = 0U; c < exchange->n_channels; ++c) {
    lmu_engine_process(
      exchange->next, c, exchange->log[c] + exchange->n_replayed, count);
  }
  exchange->n_replayed += count;

  if (exchange->n_replayed == exchange->n_logged) {
    lmu_glide_set(&exchange->fade, 0.0);
    lmu_glide_to(
      &exchange->fade, 1.0, (uint32_t)(FADE_SECONDS * exchange->rate) + 1U);
    exchange->state = EXCHANGE_FADING;
  }
}

/// Swap the engines after a fade
LMU_RT static void
finish(Exchange* const exchange)
{
  LmuEngine* const old = exchange->now;
  exchange->now        = exchange->next;
  exchange->now_spec   = exchange->next_spec;
  exchange->next       = old;
  retire(exchange);
}

/// Move on where the worker is done
LMU_RT static void
use_answer(Exchange* const            exchange,
           const bool                 is_done,
           const LmuEngineSpec* const spec,
           const double               theta)
{
  if (exchange->state == EXCHANGE_BUILDING) {
    on_built(exchange, is_done, spec);
  } else if (exchange->state == EXCHANGE_CONVERTING) {
    on_converted(exchange, is_done, spec, theta);
  } else {
    exchange->state = EXCHANGE_IDLE; // It has freed the engine
  }
}

void
exchange_update(Exchange* const            exchange,
                const LmuEngineSpec* const spec,
                const double               theta)
{
  const JobState job = job_state(&exchange->job);
  switch (exchange->state) {
  case EXCHANGE_IDLE:
    start_build(exchange, spec);
    break;
  case EXCHANGE_BUILDING:
  case EXCHANGE_CONVERTING:
  case EXCHANGE_FREEING:
    if (job == JOB_DONE || job == JOB_FAILED) {
      use_answer(exchange, job == JOB_DONE, spec, theta);
    }
    break;
  case EXCHANGE_BUILT:
    use_built(exchange, spec);
    break;
  case EXCHANGE_REPLAYING:
    replay(exchange);
    break;
  case EXCHANGE_FADING:
    if (lmu_glide_rests(&exchange->fade)) {
      finish(exchange);
    }
    break;
  case EXCHANGE_RETIRING:
    retire(exchange);
    break;
  }
}

LmuEngine*
exchange_rising(const Exchange* const exchange)
{
  return (exchange->state == EXCHANGE_FADING) ? exchange->next : NULL;
}

void
exchange_set_theta(Exchange* const exchange, const double theta)
{
  lmu_engine_set_theta(exchange->now, theta);
  if (exchange->state == EXCHANGE_REPLAYING ||
      exchange->state == EXCHANGE_FADING) {
    lmu_engine_set_theta(exchange->next, theta);
  }
}

void
exchange_hold(Exchange* const exchange)
{
  lmu_engine_hold(exchange->now);
  if (exchange->state == EXCHANGE_FADING) {
    lmu_engine_hold(exchange->next);
  } else if (exchange->state == EXCHANGE_CONVERTING) {
    exchange->stale = true; // What the worker has is from before
  } else if (exchange->state == EXCHANGE_REPLAYING) {
    exchange->state = EXCHANGE_BUILT;
  }
}

void
exchange_log(Exchange* const     exchange,
             float* const* const input,
             const uint32_t      n_frames)
{
  const bool logs = exchange->state == EXCHANGE_CONVERTING ||
                    exchange->state == EXCHANGE_REPLAYING;
  if (!logs || exchange->stale) {
    return;
  }
  if (n_frames > exchange->log_size - exchange->n_logged) {
    // The worker is too slow: take a new copy once it is ready
    exchange->stale = true;
    if (exchange->state == EXCHANGE_REPLAYING) {
      exchange->state = EXCHANGE_BUILT;
    }
    return;
  }

  for (uint32_t c = 0U; c < exchange->n_channels; ++c) {
    for (uint32_t i = 0U; i < n_frames; ++i) {
      exchange->log[c][exchange->n_logged + i] = input[c][i];
    }
  }
  exchange->n_logged += n_frames;
}
