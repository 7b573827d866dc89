// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_AUDIO_ECHO_H
#define LMU_TRAIN_AUDIO_ECHO_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "train/audio/streams.h"
#include "train/stop.h"

#include <stdint.h>

/**
   @file
   Devices that are linear and long, in closed form: a memory of the input that
   is read by least squares.

   y = a x + w m + b, where w minimises the squared error plus a ridge
   (Tikhonov). No training finds such an echo, as nothing leads to it step by
   step.
*/

/// What is asked for
typedef struct {
  double   rate;  ///< Sample rate [Hz]
  uint32_t order; ///< Order of the memory
  uint64_t seed;  ///< Of which frames are taken
  LmuStop  stop;  ///< Who may end it
} LmuEchoSpec;

/**
   Find a memory and how to read it.

   Windows of 30 ms to 1.2 s are tried with a small memory; the best is fitted
   with that which was asked for.

   @param graph Set to a new graph for lmu_graph_free(), or to null on error,
   or if it was stopped.
   @param esr Set to its error-to-signal ratio on `valid`.
   @param train Recordings without conditions.
   @param valid Recordings to choose windows and ridge by.
   @return LMU_NO_MEMORY, or LMU_BAD_VALUE if recordings are too short.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_echo_fit(LmuGraph**         graph,
             double*            esr,
             const LmuStreams*  train,
             const LmuStreams*  valid,
             const LmuEchoSpec* spec);

#endif // LMU_TRAIN_AUDIO_ECHO_H
