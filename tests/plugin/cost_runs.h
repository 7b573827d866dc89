// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_COST_RUNS_H
#define LMU_TESTS_PLUGIN_COST_RUNS_H

#include "tests/plugin/instance.h"

#include <stdint.h>

/**
   @file
   Runs of a plugin that cost.sh counts, and finds by their names: what it does
   in any of them must be as much work as in the others.
*/

/// One of these runs
typedef void (*CostRun)(const Instance*, uint32_t n_frames);

void
cost_silence(const Instance* instance, uint32_t n_frames);

void
cost_noise(const Instance* instance, uint32_t n_frames);

void
cost_nan(const Instance* instance, uint32_t n_frames);

/// Do one of them, counted; its own name is none that is collected
void
count_run(CostRun run, const Instance* instance, uint32_t n_frames);

#endif // LMU_TESTS_PLUGIN_COST_RUNS_H
