// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_SEQUENCE_JOB_H
#define LMU_TOOLS_TRAIN_SEQUENCE_JOB_H

#include "core/base/attributes.h"
#include "core/nn/setup/graph.h"
#include "tools/base/failure.h"
#include "tools/train/arrays.h"
#include "tools/train/session.h"
#include "train/sequence_training.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Training of one network for sequences of any kind.
*/

/// What is asked for
typedef struct {
  LmuTrainPlan     plan;   ///< As of any training
  const LmuArrays* train;  ///< What to train on
  const LmuArrays* valid;  ///< What to judge by, or null for a part of that
  uint32_t         size;   ///< Of a new network, less than LMU_N_SEQUENCE_SIZES
  uint32_t         frames; ///< Steps that gradients go back, or zero
  double           adversary; ///< See LmuSequenceOptions
  double           stop_at;   ///< Figure to stop at [%], or NaN
} LmuSequenceJob;

/// What became of it
typedef struct {
  LmuGraph*         graph; ///< The model, free with lmu_graph_free()
  LmuSequenceReport report;
  double            seconds;     ///< Time that it took
  double            cpu_seconds; ///< Of all threads
  bool              interrupted; ///< Whether it was told to stop
  bool              was_done;    ///< Whether there was nothing left to do
} LmuSequenceResult;

/// Train a network and write it, as lmu_train_job_run() does
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sequence_job_run(LmuSequenceResult*    result,
                     LmuFailure*           error,
                     const LmuSequenceJob* job);

/// Return the figure that users are told [%]: NRMSE, or accuracy of classes
LMU_SETUP double
lmu_sequence_figure(const LmuSequenceJob* job, const LmuSequenceScore* score);

/// Print the result as one line of JSON
LMU_SETUP void
lmu_sequence_result_print(const LmuSequenceResult* result,
                          const LmuSequenceJob*    job);

#endif // LMU_TOOLS_TRAIN_SEQUENCE_JOB_H
