// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_JOBS_H
#define LMU_TESTS_PLUGIN_JOBS_H

#include "plugin/job.h"
#include "tests/plugin/instance.h"

/**
   @file
   What plugins in this program have asked their workers for.
*/

/// Return what became of the last request for an engine
JobState
jobs_of_engine(const Instance* instance);

/// Return what became of the last request for a file
JobState
jobs_of_file(const Instance* instance);

#endif // LMU_TESTS_PLUGIN_JOBS_H
