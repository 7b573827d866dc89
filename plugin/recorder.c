// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/recorder.h"

#include "core/base/attributes.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Queues */

static void
queue_init(RecorderQueue* const queue)
{
  atomic_init(&queue->n_put, 0U);
  atomic_init(&queue->n_taken, 0U);
}

LMU_RT static uint32_t
queue_length(RecorderQueue* const queue)
{
  return atomic_load(&queue->n_put) - atomic_load(&queue->n_taken);
}

/// Put a chunk, of which there are never more than there is room for
LMU_RT static void
queue_put(RecorderQueue* const queue, RecorderChunk* const chunk)
{
  const uint32_t n_put                   = atomic_load(&queue->n_put);
  queue->chunks[n_put % RECORDER_CHUNKS] = chunk;
  atomic_store(&queue->n_put, n_put + 1U);
}

LMU_RT static RecorderChunk*
queue_take(RecorderQueue* const queue)
{
  const uint32_t n_taken = atomic_load(&queue->n_taken);
  if (n_taken == atomic_load(&queue->n_put)) {
    return NULL;
  }
  RecorderChunk* const chunk = queue->chunks[n_taken % RECORDER_CHUNKS];
  atomic_store(&queue->n_taken, n_taken + 1U);
  return chunk;
}

static void
queue_clear(RecorderQueue* const queue)
{
  RecorderChunk* chunk = queue_take(queue);
  while (chunk) {
    free(chunk);
    chunk = queue_take(queue);
  }
}

/* Setup */

void
recorder_init(Recorder* const recorder)
{
  queue_init(&recorder->empty);
  queue_init(&recorder->full);
  recorder->now = NULL;
  atomic_init(&recorder->n_lost, 0U);
}

void
recorder_clear(Recorder* const recorder)
{
  queue_clear(&recorder->empty);
  queue_clear(&recorder->full);
  free(recorder->now);
  recorder->now = NULL;
}

/* Realtime */

bool
recorder_has_room(Recorder* const recorder)
{
  return recorder->now || queue_length(&recorder->empty);
}

void
recorder_write(Recorder* const    recorder,
               const float* const dry,
               const float* const wet,
               const uint32_t     n_frames)
{
  for (uint32_t i = 0U; i < n_frames; ++i) {
    if (!recorder->now) {
      recorder->now = queue_take(&recorder->empty);
    }
    RecorderChunk* const chunk = recorder->now;
    if (!chunk) {
      atomic_fetch_add(&recorder->n_lost, n_frames - i);
      return;
    }

    chunk->dry[chunk->n_frames] = dry[i];
    chunk->wet[chunk->n_frames] = wet[i];
    if (++chunk->n_frames == RECORDER_FRAMES) {
      recorder_flush(recorder);
    }
  }
}

void
recorder_flush(Recorder* const recorder)
{
  RecorderChunk* const chunk = recorder->now;
  if (chunk && chunk->n_frames) {
    queue_put(&recorder->full, chunk);
    recorder->now = NULL;
  }
}

/* The other thread */

void
recorder_return(Recorder* const recorder, RecorderChunk* const chunk)
{
  // Touched here, so that the audio thread finds it in memory
  memset(chunk, 0, sizeof(*chunk));
  queue_put(&recorder->empty, chunk);
}

bool
recorder_supply(Recorder* const recorder)
{
  // One less, as the audio thread may have one
  while (queue_length(&recorder->empty) + queue_length(&recorder->full) <
         RECORDER_CHUNKS - 1U) {
    RecorderChunk* const chunk = (RecorderChunk*)malloc(sizeof(RecorderChunk));
    if (!chunk) {
      return false;
    }
    recorder_return(recorder, chunk);
  }
  return true;
}

RecorderChunk*
recorder_take(Recorder* const recorder)
{
  return queue_take(&recorder->full);
}
