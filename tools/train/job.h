// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_JOB_H
#define LMU_TOOLS_TRAIN_JOB_H

#include "core/base/attributes.h"
#include "core/nn/setup/graph.h"
#include "tools/base/failure.h"
#include "tools/train/session.h"
#include "train/audio/aliasing.h"
#include "train/audio/recipe.h"
#include "train/audio/rest.h"
#include "train/audio/score.h"
#include "train/audio/streams.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Training of one model: from recordings to a file that is good at any moment.
*/

/// No device was chosen: find out
#define LMU_DEVICE_AUTO LMU_N_DEVICES

/// Most points of a learning curve
#define LMU_MAX_CURVE 4096U

/// What is asked for
typedef struct {
  LmuTrainPlan plan;     ///< As of any training
  uint32_t     device;   ///< LmuDevice, or LMU_DEVICE_AUTO
  LmuSize      size;     ///< Size of the network
  double       rate;     ///< Of recordings [Hz]
  int64_t      latency;  ///< Of the (first) wet recording [frames]
  double       stop_db;  ///< ESR to stop at [dB]
  double       emphasis; ///< Pre-emphasis of the loss
  LmuStreams   train;    ///< Recordings
  LmuStreams   valid;    ///< Recordings that are not trained on
} LmuTrainJob;

/// How well training went at a time
typedef struct {
  double seconds; ///< Since it began
  double esr_db;  ///< Of recordings that it was not trained on
} LmuCurvePoint;

/// What became of it
typedef struct {
  LmuGraph*     graph; ///< The model, free with lmu_graph_free()
  LmuDevice     device;
  LmuScore      score;
  LmuRest       rest;
  double        aliasing[LMU_N_ALIASING]; ///< See lmu_aliasing_find() [dB]
  double        plain_esr;                ///< Of a volume control alone
  uint64_t      n_updates;                ///< Updates that were made
  double        seconds;                  ///< Time that it took
  double        cpu_seconds;              ///< Of all threads
  double        audio_s;                  ///< Audio that was trained on [s]
  double        ns_a_sample;              ///< Of the model on this machine
  bool          interrupted;              ///< Whether it was told to stop
  bool          was_done; ///< Whether there was nothing left to do
  uint32_t      n_rewinds;
  uint32_t      n_curve;
  LmuCurvePoint curve[LMU_MAX_CURVE];
} LmuTrainResult;

/**
   Train a model and write it.

   What is stopped is written as far as it came.  If a model cannot be written
   where it belongs, it is written elsewhere, and the error says where.

   @param result Set to what became of it, free its graph, which is null if
   there is no model.
   @return LMU_EXIT_INTERRUPTED if it was stopped; LMU_EXIT_BAD_OUTPUT,
   LMU_EXIT_BAD_INPUT, or LMU_EXIT_NO_MEMORY.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_train_job_run(LmuTrainResult*    result,
                  LmuFailure*        error,
                  const LmuTrainJob* job);

#endif // LMU_TOOLS_TRAIN_JOB_H
