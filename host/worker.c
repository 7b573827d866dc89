// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "host/worker.h"

#include "tools/base/allocate.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ROUNDS 1000U // An answer may ask for more work, but not for ever

/// A message to or from work()
typedef struct {
  void*    data; ///< Copy of it, [size]
  uint32_t size; ///< Bytes
} Message;

/// Messages in the order they came
typedef struct {
  Message* messages; ///< [n_messages]
  size_t   n_messages;
} Queue;

struct LmuWorkerImpl {
  LV2_Handle                  instance;
  const LV2_Worker_Interface* interface;
  LV2_Worker_Schedule         schedule;
  Queue                       requests;  ///< Scheduled, not yet worked
  Queue                       responses; ///< Worked, not yet answered
};

static void
push(Queue* const queue, const uint32_t size, const void* const data)
{
  Message message = {NULL, size};
  if (size && data) {
    message.data = lmu_allocate(size, 1U);
    memcpy(message.data, data, size);
  }

  queue->messages = (Message*)lmu_reallocate(
    queue->messages, queue->n_messages + 1U, sizeof(Message));
  queue->messages[queue->n_messages++] = message;
}

/// Return all messages and leave the queue empty
static Queue
take(Queue* const queue)
{
  const Queue taken = *queue;
  *queue            = (Queue){NULL, 0U};
  return taken;
}

static void
clear(Queue* const queue)
{
  for (size_t i = 0U; i < queue->n_messages; ++i) {
    free(queue->messages[i].data);
  }
  free(queue->messages);
  *queue = (Queue){NULL, 0U};
}

static LV2_Worker_Status
schedule_work(LV2_Worker_Schedule_Handle handle,
              const uint32_t             size,
              const void* const          data)
{
  push(&((LmuWorker*)handle)->requests, size, data);
  return LV2_WORKER_SUCCESS;
}

static LV2_Worker_Status
respond(LV2_Worker_Respond_Handle handle,
        const uint32_t            size,
        const void* const         data)
{
  push(&((LmuWorker*)handle)->responses, size, data);
  return LV2_WORKER_SUCCESS;
}

LmuWorker*
lmu_worker_new(void)
{
  LmuWorker* const worker = (LmuWorker*)lmu_allocate(1U, sizeof(LmuWorker));
  worker->schedule        = (LV2_Worker_Schedule){worker, schedule_work};
  return worker;
}

void
lmu_worker_free(LmuWorker* const worker)
{
  if (worker) {
    clear(&worker->requests);
    clear(&worker->responses);
    free(worker);
  }
}

LV2_Worker_Schedule*
lmu_worker_schedule_feature(LmuWorker* const worker)
{
  return &worker->schedule;
}

void
lmu_worker_set_instance(LmuWorker* const                  worker,
                        LV2_Handle                        instance,
                        const LV2_Worker_Interface* const interface)
{
  worker->instance  = instance;
  worker->interface = interface;
}

static void
work(LmuWorker* const worker)
{
  Queue requests = take(&worker->requests);
  for (size_t i = 0U; i < requests.n_messages; ++i) {
    const Message* const request = &requests.messages[i];
    worker->interface->work(
      worker->instance, respond, worker, request->size, request->data);
  }
  clear(&requests);
}

static void
answer(LmuWorker* const worker)
{
  Queue responses = take(&worker->responses);
  for (size_t i = 0U; i < responses.n_messages; ++i) {
    const Message* const response = &responses.messages[i];
    if (worker->interface->work_response) {
      worker->interface->work_response(
        worker->instance, response->size, response->data);
    }
  }
  clear(&responses);

  if (worker->interface->end_run) {
    worker->interface->end_run(worker->instance);
  }
}

bool
lmu_worker_process(LmuWorker* const worker)
{
  if (!worker->interface || !worker->interface->work) {
    clear(&worker->requests);
    return true;
  }

  uint32_t round = 0U;
  do {
    work(worker);
    answer(worker);
  } while (worker->requests.n_messages && ++round < MAX_ROUNDS);
  return !worker->requests.n_messages;
}
