// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_HOST_WORKER_H
#define LMU_HOST_WORKER_H

#include "core/base/attributes.h"

#include <lv2/core/lv2.h>
#include <lv2/worker/worker.h>

#include <stdbool.h>

/**
   @file
   LV2 worker without a thread, so that a render is the same every time.

   What run() schedules is kept, worked after run() has returned, and answered
   at once.  The plugin sees the order of calls of a real-time host with a very
   fast worker thread.
*/

/// Work for one plugin instance, owned by the heap
typedef struct LmuWorkerImpl LmuWorker;

/// Return a new worker without work
LMU_SETUP LMU_NODISCARD LmuWorker*
lmu_worker_new(void);

/// Free a worker, or do nothing if it is null
LMU_SETUP void
lmu_worker_free(LmuWorker* worker);

/// Return the feature to give to instantiate() and restore()
LMU_SETUP LV2_Worker_Schedule*
lmu_worker_schedule_feature(LmuWorker* worker);

/// Name the instance to work for, once there is one
LMU_SETUP void
lmu_worker_set_instance(LmuWorker*                  worker,
                        LV2_Handle                  instance,
                        const LV2_Worker_Interface* interface);

/**
   Work until there is nothing to do, and answer.

   Called after each run(), and after restore().

   @return False if the plugin went on asking for more work.
*/
LMU_SETUP LMU_NODISCARD bool
lmu_worker_process(LmuWorker* worker);

#endif // LMU_HOST_WORKER_H
