// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/plugin/jobs.h"

#include "plugin/job.h"
#include "plugin/plugin.h"
#include "plugin/weights.h"
#include "tests/plugin/instance.h"

JobState
jobs_of_engine(const Instance* const instance)
{
  const Plugin* const plugin = (const Plugin*)instance->handle;
  return job_state(&plugin->swap->job);
}

JobState
jobs_of_file(const Instance* const instance)
{
  const Plugin* const plugin = (const Plugin*)instance->handle;
  return job_state(&plugin->weights->loader.load);
}
