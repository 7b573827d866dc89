// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/job.h"

#include "core/base/attributes.h"
#include "plugin/task.h"

#include <lv2/worker/worker.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/// Where the parts of a word are
#define NUMBER_SHIFT 32U
#define TASK_SHIFT 8U
#define STATE_MASK ((1U << TASK_SHIFT) - 1U)

LMU_RT static uint64_t
pack(const uint32_t number, const uint32_t task, const JobState state)
{
  return ((uint64_t)number << NUMBER_SHIFT) | ((uint64_t)task << TASK_SHIFT) |
         (uint64_t)state;
}

LMU_RT static JobState
state_of(const uint64_t word)
{
  return (JobState)(word & STATE_MASK);
}

/// Return the same request in another state
LMU_RT static uint64_t
in_state(const uint64_t word, const JobState state)
{
  return (word & ~(uint64_t)STATE_MASK) | (uint64_t)state;
}

void
job_init(Job* const job)
{
  atomic_init(&job->word, pack(0U, 0U, JOB_IDLE));
}

/// Return the number after that of a word
LMU_RT static uint32_t
next_number(const uint64_t word)
{
  const uint32_t next = (uint32_t)(word >> NUMBER_SHIFT) + 1U;
  return next ? next : 1U;
}

LMU_RT static bool
schedule_request(const LV2_Worker_Schedule* const schedule,
                 const Request* const             request)
{
  LMU_RT_TRUST_BEGIN // LV2 says that schedule_work() is for the audio thread
  return !schedule->schedule_work(schedule->handle, sizeof(*request), request);
  LMU_RT_TRUST_END
}

bool
job_ask(Job* const                       job,
        const Task                       task,
        const LV2_Worker_Schedule* const schedule)
{
  if (!schedule || job_is_open(job)) {
    return false;
  }

  // First the word, as the host may do the work at once
  const Request request = {task, next_number(atomic_load(&job->word))};
  uint64_t      word    = pack(request.number, request.task, JOB_ASKED);
  atomic_store(&job->word, word);
  if (schedule_request(schedule, &request)) {
    return true;
  }

  // A host that refuses and yet does the work has done it
  return !atomic_compare_exchange_strong(
    &job->word, &word, in_state(word, JOB_IDLE));
}

JobState
job_state(const Job* const job)
{
  return state_of(atomic_load(&job->word));
}

bool
job_is_open(const Job* const job)
{
  const JobState state = job_state(job);
  return state == JOB_ASKED || state == JOB_BUSY;
}

bool
job_take(Job* const job, const Request* const request)
{
  // Only a task of a few bits, so that no other fits the same word
  uint64_t word = pack(request->number, request->task, JOB_ASKED);
  return request->task <= TASK_CAPTURE &&
         atomic_compare_exchange_strong(
           &job->word, &word, in_state(word, JOB_BUSY));
}

void
job_finish(Job* const job, const bool is_done)
{
  const uint64_t word = atomic_load(&job->word);
  atomic_store(&job->word, in_state(word, is_done ? JOB_DONE : JOB_FAILED));
}

void
job_cancel(Job* const job)
{
  const uint64_t word = atomic_load(&job->word);
  atomic_store(&job->word, in_state(word, JOB_IDLE));
}
