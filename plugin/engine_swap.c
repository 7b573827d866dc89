// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/engine_swap.h"

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
allocate(EngineSwap* const swap, const uint32_t max_order)
{
  const size_t size =
    sizeof(LmuMemory) + ((max_order + (size_t)LMU_BLOCK) * sizeof(float));
  bool enough = true;
  for (uint32_t c = 0U; c < swap->n_channels; ++c) {
    swap->live[c] = (LmuMemory*)lmu_aligned_zeros(size);
    swap->held[c] = (LmuMemory*)lmu_aligned_zeros(size);
    swap->log[c]  = (float*)lmu_aligned_zeros(swap->log_size * sizeof(float));
    enough        = enough && swap->live[c] && swap->held[c] && swap->log[c];
  }
  return enough;
}

bool
engine_swap_init(EngineSwap* const swap,
                 const Host* const host,
                 const Uris* const uris,
                 const double      rate,
                 const uint32_t    n_channels,
                 const uint32_t    max_order)
{
  memset(swap, 0, sizeof(*swap));
  swap->host       = host;
  swap->uris       = uris;
  swap->rate       = rate;
  swap->n_channels = n_channels;
  swap->log_size   = (uint32_t)(LOG_SECONDS * rate);
  job_init(&swap->job);
  swap->has_lock = !pthread_mutex_init(&swap->lock, NULL);
  return swap->has_lock && allocate(swap, max_order);
}

void
engine_swap_clear(EngineSwap* const swap)
{
  if (swap->has_lock) {
    (void)pthread_mutex_lock(&swap->lock);
    (void)pthread_mutex_unlock(&swap->lock);
    (void)pthread_mutex_destroy(&swap->lock);
  }
  lmu_engine_free(swap->now);
  lmu_engine_free(swap->next);
  for (uint32_t c = 0U; c < LMU_MAX_CHANNELS; ++c) {
    free(swap->log[c]);
    free(swap->held[c]);
    free(swap->live[c]);
  }
  memset(swap, 0, sizeof(*swap));
}

/// End a change, wherever it is
static void
settle(EngineSwap* const swap)
{
  static const LmuEngineSpec none = {0U, 0U, 0U, 0U};

  if (swap->state == ENGINE_SWAP_FADING) {
    lmu_engine_free(swap->now);
    swap->now      = swap->next;
    swap->now_spec = swap->next_spec;
    swap->next     = NULL;
  }

  lmu_engine_free(swap->next);
  swap->next        = NULL;
  swap->state       = ENGINE_SWAP_IDLE;
  swap->failed_spec = none;
}

/// Build the engine that plays, or keep it if that fails
static LmuStatus
build_now(EngineSwap* const swap, const LmuEngineSpec* const spec)
{
  LmuEngine*      engine = NULL;
  const LmuStatus status = lmu_engine_new(&engine, spec);
  if (!status) {
    lmu_engine_free(swap->now);
    swap->now      = engine;
    swap->now_spec = *spec;
  }
  return status;
}

LmuStatus
engine_swap_activate(EngineSwap* const swap, const LmuEngineSpec* const spec)
{
  LmuStatus status = LMU_SUCCESS;
  (void)pthread_mutex_lock(&swap->lock);
  job_cancel(&swap->job);
  settle(swap);
  if (!swap->now || !is_same(spec, &swap->now_spec)) {
    status = build_now(swap, spec);
  }
  if (swap->now) {
    lmu_engine_reset(swap->now);
  }
  (void)pthread_mutex_unlock(&swap->lock);
  return status;
}

/* Worker */

static LmuStatus
convert(const EngineSwap* const swap)
{
  return lmu_engine_adopt(swap->next,
                          swap->now,
                          (const LmuMemory* const*)swap->live,
                          (const LmuMemory* const*)swap->held);
}

/// Do a request that was taken
static LmuStatus
do_task(EngineSwap* const swap, const Task task)
{
  switch (task) {
  case TASK_BUILD:
    return lmu_engine_new(&swap->next, &swap->next_spec);
  case TASK_CONVERT:
    return convert(swap);
  default:
    break;
  }
  lmu_engine_free(swap->next);
  swap->next = NULL;
  return LMU_SUCCESS;
}

LV2_Worker_Status
engine_swap_work(EngineSwap* const swap, const Request* const request)
{
  (void)pthread_mutex_lock(&swap->lock);
  const bool is_taken = job_take(&swap->job, request);
  if (is_taken) {
    const LmuStatus status = do_task(swap, (Task)request->task);
    if (status) {
      host_error(swap->host, swap->uris, lmu_status_text(status));
    }
    job_finish(&swap->job, !status);
  }
  (void)pthread_mutex_unlock(&swap->lock);
  return is_taken ? LV2_WORKER_SUCCESS : LV2_WORKER_ERR_UNKNOWN;
}

/* Audio thread */

/// Change state and ask, or change nothing if the worker has no room
LMU_RT static void
ask_in_state(EngineSwap* const     swap,
             const EngineSwapState state,
             const Task            task)
{
  // First the state, as the host may do the work at once
  const EngineSwapState before = swap->state;
  swap->state                  = state;
  if (!job_ask(&swap->job, task, swap->host->schedule)) {
    swap->state = before;
  }
}

LMU_RT static void
start_build(EngineSwap* const swap, const LmuEngineSpec* const spec)
{
  if (!swap->host->schedule || is_same(spec, &swap->now_spec) ||
      is_same(spec, &swap->failed_spec)) {
    return;
  }

  swap->next_spec = *spec;
  swap->stale     = false;
  ask_in_state(swap, ENGINE_SWAP_BUILDING, TASK_BUILD);
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
start_convert(EngineSwap* const swap)
{
  const LmuEngine* const now   = swap->now;
  const uint32_t         count = now->modes->n_blocks * LMU_BLOCK;
  for (uint32_t c = 0U; c < swap->n_channels; ++c) {
    copy_state(swap->live[c], now->live[c], count);
    copy_state(swap->held[c], now->held[c], count);
  }

  swap->n_logged   = 0U;
  swap->n_replayed = 0U;
  swap->stale      = false;
  ask_in_state(swap, ENGINE_SWAP_CONVERTING, TASK_CONVERT);
}

/// Let the worker free the next engine, now or at another segment
LMU_RT static void
retire(EngineSwap* const swap)
{
  swap->state = ENGINE_SWAP_RETIRING;
  if (swap->next) {
    ask_in_state(swap, ENGINE_SWAP_FREEING, TASK_FREE);
  } else {
    swap->state = ENGINE_SWAP_IDLE;
  }
}

/// Move on with an engine that was built, unless another is wanted by now
LMU_RT static void
use_built(EngineSwap* const swap, const LmuEngineSpec* const spec)
{
  swap->state = ENGINE_SWAP_BUILT;
  if (is_same(spec, &swap->next_spec)) {
    start_convert(swap);
  } else {
    retire(swap);
  }
}

LMU_RT static void
on_built(EngineSwap* const          swap,
         const bool                 is_done,
         const LmuEngineSpec* const spec)
{
  if (is_done) {
    use_built(swap, spec);
  } else {
    swap->failed_spec = swap->next_spec;
    swap->state       = ENGINE_SWAP_IDLE;
  }
}

LMU_RT static void
on_converted(EngineSwap* const          swap,
             const bool                 is_done,
             const LmuEngineSpec* const spec,
             const double               theta)
{
  if (!is_done) {
    swap->failed_spec = swap->next_spec;
    retire(swap);
  } else if (swap->stale) {
    use_built(swap, spec);
  } else {
    lmu_engine_set_theta(swap->next, theta);
    swap->state = ENGINE_SWAP_REPLAYING;
  }
}

/// Run the next engine through a part of the log
LMU_RT static void
replay(EngineSwap* const swap)
{
  const uint32_t most  = REPLAY_SPEED * SEGMENT;
  const uint32_t left  = swap->n_logged - swap->n_replayed;
  const uint32_t count = left < most ? left : most;
  for (uint32_t c = 0U; c < swap->n_channels; ++c) {
    lmu_engine_process(swap->next, c, swap->log[c] + swap->n_replayed, count);
  }
  swap->n_replayed += count;

  if (swap->n_replayed == swap->n_logged) {
    lmu_glide_set(&swap->fade, 0.0);
    lmu_glide_to(&swap->fade, 1.0, (uint32_t)(FADE_SECONDS * swap->rate) + 1U);
    swap->state = ENGINE_SWAP_FADING;
  }
}

/// Swap the engines after a fade
LMU_RT static void
finish(EngineSwap* const swap)
{
  LmuEngine* const old = swap->now;
  swap->now            = swap->next;
  swap->now_spec       = swap->next_spec;
  swap->next           = old;
  retire(swap);
}

/// Move on where the worker is done
LMU_RT static void
use_answer(EngineSwap* const          swap,
           const bool                 is_done,
           const LmuEngineSpec* const spec,
           const double               theta)
{
  if (swap->state == ENGINE_SWAP_BUILDING) {
    on_built(swap, is_done, spec);
  } else if (swap->state == ENGINE_SWAP_CONVERTING) {
    on_converted(swap, is_done, spec, theta);
  } else {
    swap->state = ENGINE_SWAP_IDLE; // It has freed the engine
  }
}

void
engine_swap_update(EngineSwap* const          swap,
                   const LmuEngineSpec* const spec,
                   const double               theta)
{
  const JobState job = job_state(&swap->job);
  switch (swap->state) {
  case ENGINE_SWAP_IDLE:
    start_build(swap, spec);
    break;
  case ENGINE_SWAP_BUILDING:
  case ENGINE_SWAP_CONVERTING:
  case ENGINE_SWAP_FREEING:
    if (job == JOB_DONE || job == JOB_FAILED) {
      use_answer(swap, job == JOB_DONE, spec, theta);
    }
    break;
  case ENGINE_SWAP_BUILT:
    use_built(swap, spec);
    break;
  case ENGINE_SWAP_REPLAYING:
    replay(swap);
    break;
  case ENGINE_SWAP_FADING:
    if (lmu_glide_rests(&swap->fade)) {
      finish(swap);
    }
    break;
  case ENGINE_SWAP_RETIRING:
    retire(swap);
    break;
  }
}

LmuEngine*
engine_swap_rising(const EngineSwap* const swap)
{
  return (swap->state == ENGINE_SWAP_FADING) ? swap->next : NULL;
}

void
engine_swap_set_theta(EngineSwap* const swap, const double theta)
{
  lmu_engine_set_theta(swap->now, theta);
  if (swap->state == ENGINE_SWAP_REPLAYING ||
      swap->state == ENGINE_SWAP_FADING) {
    lmu_engine_set_theta(swap->next, theta);
  }
}

void
engine_swap_hold(EngineSwap* const swap)
{
  lmu_engine_hold(swap->now);
  if (swap->state == ENGINE_SWAP_FADING) {
    lmu_engine_hold(swap->next);
  } else if (swap->state == ENGINE_SWAP_CONVERTING) {
    swap->stale = true; // What the worker has is from before
  } else if (swap->state == ENGINE_SWAP_REPLAYING) {
    swap->state = ENGINE_SWAP_BUILT;
  }
}

void
engine_swap_log(EngineSwap* const   swap,
                float* const* const input,
                const uint32_t      n_frames)
{
  const bool logs = swap->state == ENGINE_SWAP_CONVERTING ||
                    swap->state == ENGINE_SWAP_REPLAYING;
  if (!logs || swap->stale) {
    return;
  }
  if (n_frames > swap->log_size - swap->n_logged) {
    // The worker is too slow: take a new copy once it is ready
    swap->stale = true;
    if (swap->state == ENGINE_SWAP_REPLAYING) {
      swap->state = ENGINE_SWAP_BUILT;
    }
    return;
  }

  for (uint32_t c = 0U; c < swap->n_channels; ++c) {
    for (uint32_t i = 0U; i < n_frames; ++i) {
      swap->log[c][swap->n_logged + i] = input[c][i];
    }
  }
  swap->n_logged += n_frames;
}
