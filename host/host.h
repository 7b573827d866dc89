// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_HOST_HOST_H
#define LMU_HOST_HOST_H

#include "host/port.h"
#include "host/urids.h"
#include "host/world.h"
#include "tools/base/failure.h"

#include <lilv/lilv.h>
#include <lv2/atom/atom.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   A host for one instance of any LV2 plugin, without real time.

   The same input gives the same output, every time: work that the plugin
   schedules is done between two calls of run(), see host/worker.h, and the
   plugin is told that it is freewheeling.
*/

/// A plugin instance with everything connected, it owns the heap
typedef struct LmuHostImpl LmuHost;

/// What the host promises to the plugin
typedef struct {
  double   rate;      ///< Frames per second
  uint32_t min_block; ///< Least number of frames a run, see max_block
  uint32_t max_block; ///< Greatest number; the same as min_block if fixed
  bool     quiet;     ///< Let the plugin log errors only
} LmuHostSettings;

/**
   Start a plugin.

   @param host Set to a new instance with default values, or to null on error.
   @param world Outlives the instance.
   @return LMU_EXIT_PLUGIN_FAILED if the plugin needs what there is not, or
   refuses.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_host_new(LmuHost**              host,
             LmuFailure*            error,
             const LmuWorld*        world,
             const LilvPlugin*      plugin,
             const LmuHostSettings* settings);

/// Stop and free an instance, or do nothing if it is null
LMU_SETUP void
lmu_host_free(LmuHost* host);

/// Return the number of audio inputs
LMU_SETUP uint32_t
lmu_host_n_inputs(const LmuHost* host);

/// Return the number of audio and CV outputs
LMU_SETUP uint32_t
lmu_host_n_outputs(const LmuHost* host);

/// Return the plugin's ports, in the order of their indices
LMU_SETUP const LmuPort*
lmu_host_ports(const LmuHost* host, uint32_t* n_ports);

/**
   Set a control, or the constant value of a CV input.

   @param symbol Symbol of the port.
   @param text A number in range, or the name of a scale point.
   @return LMU_EXIT_UNKNOWN_PORT or LMU_EXIT_BAD_VALUE on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_host_set(LmuHost*    host,
             LmuFailure* error,
             const char* symbol,
             const char* text);

/// Set a control to a value that is not checked, or do nothing if unknown
LMU_SETUP void
lmu_host_set_value(LmuHost* host, const char* symbol, float value);

/// Return the value of a control input or output, or NaN if there is none
LMU_SETUP float
lmu_host_value(const LmuHost* host, const char* symbol);

/**
   Set all controls and the state as a preset says.

   @param state Preset or saved state, see host/preset.h.
   @return LMU_EXIT_PLUGIN_FAILED if the plugin's worker never ends.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_host_restore(LmuHost* host, LmuFailure* error, const LilvState* state);

/// Return how many errors the plugin has logged
LMU_SETUP uint32_t
lmu_host_n_errors(const LmuHost* host);

/**
   Send an event to the plugin's control port, at the start of the next block.

   @param atom Copied.
   @return False if the plugin takes no events, or too many wait.
*/
LMU_SETUP LMU_NODISCARD bool
lmu_host_send(LmuHost* host, const LV2_Atom* atom);

/// Return what the plugin sent in the last block, or null if it has no port
LMU_SETUP const LV2_Atom_Sequence*
lmu_host_events(const LmuHost* host);

/**
   Activate the plugin.

   If the plugin has a worker, it also gets a block of zero frames, so that what
   the settings ask for is ready before the first frame, at any block length.

   @return LMU_EXIT_PLUGIN_FAILED if the plugin's worker never ends.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_host_start(LmuHost* host, LmuFailure* error);

/**
   Run the plugin for a block, then do the work it scheduled.

   Starts the plugin if need be.

   @param inputs One buffer an audio input, [n_inputs][n_frames].
   @param outputs One buffer an audio or CV output, [n_outputs][n_frames].
   @param n_frames From min_block to max_block.
   @return LMU_EXIT_PLUGIN_FAILED if the plugin's worker never ends.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_host_process(LmuHost*      host,
                 LmuFailure*   error,
                 float* const* inputs,
                 float* const* outputs,
                 uint32_t      n_frames);

/// Return the time spent in run() so far, without work [s]
LMU_SETUP double
lmu_host_run_s(const LmuHost* host);

/// Return the latency the plugin reported in the last block, in frames
LMU_SETUP uint32_t
lmu_host_latency(const LmuHost* host);

/// Return the instance, for tests that need more
LMU_SETUP LilvInstance*
lmu_host_instance(LmuHost* host);

/// Return the table of URIs that the plugin uses
LMU_SETUP LmuUrids*
lmu_host_urids(LmuHost* host);

#endif // LMU_HOST_HOST_H
