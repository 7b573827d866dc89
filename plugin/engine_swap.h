// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_ENGINE_SWAP_H
#define LMU_PLUGIN_ENGINE_SWAP_H

#include "core/base/attributes.h"
#include "core/dsp/rt/glide.h"
#include "core/memory/rt/engine.h"
#include "core/memory/rt/memory.h"
#include "core/memory/setup/engine.h"
#include "plugin/host.h"
#include "plugin/job.h"
#include "plugin/task.h"

#include <lv2/worker/worker.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Changing the engine of a plugin while it plays.

   The audio thread asks for an engine.  The worker builds it, which takes
   seconds for a great order.  Then the audio thread copies its state and starts
   a log of its input, the worker moves the state to the new engine, the audio
   thread runs that through the log faster than time, and fades to it: the
   window is kept, and nothing clicks.  The worker frees the old engine.

   One request is under way at most, and the newest wins.  A failed one keeps
   what plays.  Without a worker, engines change in engine_swap_activate()
   alone. That also starts all this afresh, as hosts drop requests when they
   stop, and the worker refuses what it is asked for late or again.

   While a request is open, what it is about belongs to the worker.
*/

/// Frames between two looks at what the host wants, and between two thetas
#define SEGMENT 16U

/// Where a change is
typedef enum {
  ENGINE_SWAP_IDLE,       ///< One engine plays
  ENGINE_SWAP_BUILDING,   ///< The worker builds the next
  ENGINE_SWAP_BUILT,      ///< The next is there, with an empty window
  ENGINE_SWAP_CONVERTING, ///< The worker moves the state to the next
  ENGINE_SWAP_REPLAYING,  ///< The next catches up with the log
  ENGINE_SWAP_FADING,     ///< Both play
  ENGINE_SWAP_RETIRING,   ///< The worker is to be asked to free the next
  ENGINE_SWAP_FREEING,    ///< The worker frees the next
} EngineSwapState;

/// Engines of an instance
typedef struct {
  const Host* host;
  const Uris* uris;
  double      rate;
  uint32_t    n_channels;

  EngineSwapState state;
  LmuEngineSpec   now_spec;
  LmuEngineSpec   next_spec;
  LmuEngineSpec   failed_spec; ///< Not to be tried again
  LmuEngine*      now;         ///< Plays, may be null
  LmuEngine*      next;        ///< Is to play, or to be freed
  bool            stale;       ///< Whether what the worker does is of no use
  LmuGlide        fade;        ///< Part of the next in the sound

  LmuMemory* live[LMU_MAX_CHANNELS]; ///< States for the worker
  LmuMemory* held[LMU_MAX_CHANNELS];
  float*     log[LMU_MAX_CHANNELS]; ///< Input since then, [log_size]
  uint32_t   log_size;
  uint32_t   n_logged;
  uint32_t   n_replayed;

  Job             job;      ///< What the worker is asked for
  pthread_mutex_t lock;     ///< Held by the worker while it works
  bool            has_lock; ///< Whether there is one
} EngineSwap;

/**
   Allocate what an engine swap needs, but no engine.

   @return False if memory is short, call engine_swap_clear() in any case.
*/
LMU_SETUP bool
engine_swap_init(EngineSwap* swap,
                 const Host* host,
                 const Uris* uris,
                 double      rate,
                 uint32_t    n_channels,
                 uint32_t    max_order);

/// Free everything, once the worker is done
LMU_SETUP void
engine_swap_clear(EngineSwap* swap);

/// Start afresh with an engine, which is built here unless it is there, once
/// the worker is done, and without what it was asked for
LMU_SETUP LmuStatus
engine_swap_activate(EngineSwap* swap, const LmuEngineSpec* spec);

/// Do what run() asked for, in the worker, unless that is not what it waits for
LMU_SETUP LV2_Worker_Status
engine_swap_work(EngineSwap* swap, const Request* request);

/**
   Look for answers and requests, at the start of a segment.

   A host may do all the worker's work in here.  Read `now` and `next` again
   afterwards.

   @param swap Engine swap.
   @param spec What is wanted.
   @param theta Window [frames].
*/
LMU_RT void
engine_swap_update(EngineSwap* swap, const LmuEngineSpec* spec, double theta);

/// Return the engine that fades in, or null
LMU_RT LmuEngine*
engine_swap_rising(const EngineSwap* swap);

/// Set theta of all that runs
LMU_RT void
engine_swap_set_theta(EngineSwap* swap, double theta);

/// Copy the live window to the held one, also in engines that come later
LMU_RT void
engine_swap_hold(EngineSwap* swap);

/// Note what the engine heard, at the end of each part of a segment
LMU_RT void
engine_swap_log(EngineSwap* swap, float* const* input, uint32_t n_frames);

#endif // LMU_PLUGIN_ENGINE_SWAP_H
