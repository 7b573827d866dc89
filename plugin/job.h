// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_JOB_H
#define LMU_PLUGIN_JOB_H

#include "core/base/attributes.h"
#include "plugin/task.h"

#include <lv2/worker/worker.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/**
   @file
   A request to the worker that is done once at most.

   A host may drop a request that it accepted, do it late, or do it twice, and
   send bytes that never were one.  So each request has a number, and the worker
   takes the one that waits and no other.  What one thread wrote before it asked
   is seen by the worker, and the other way round.
*/

/// What became of a request
typedef enum {
  JOB_IDLE,   ///< There is none
  JOB_ASKED,  ///< It waits for the worker, perhaps for ever
  JOB_BUSY,   ///< The worker is at it
  JOB_DONE,   ///< It is done
  JOB_FAILED, ///< It could not be done
} JobState;

/// A request, which one thread asks for
typedef struct {
  atomic_uint_least64_t word; ///< Its number, task, and state
} Job;

/// Start without a request
LMU_SETUP void
job_init(Job* job);

/**
   Ask the worker, unless the last request is still under way.

   A host may do the work in here.

   @param job Job.
   @param task What to do.
   @param schedule Worker of the host, or null.
   @return False if it must be tried again.
*/
LMU_RT bool
job_ask(Job* job, Task task, const LV2_Worker_Schedule* schedule);

/// Return what became of the last request
LMU_RT JobState
job_state(const Job* job);

/// Return whether the last request waits or is being done
LMU_RT bool
job_is_open(const Job* job);

/// Begin to do a request, return false if it is not the one that waits
LMU_SETUP LMU_NODISCARD bool
job_take(Job* job, const Request* request);

/// Say what became of a request that was taken
LMU_SETUP void
job_finish(Job* job, bool is_done);

/// Forget the last request, which the worker must not be at, for good
LMU_SETUP void
job_cancel(Job* job);

#endif // LMU_PLUGIN_JOB_H
