// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// For SCHED_BATCH, which POSIX does not have
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
#define _GNU_SOURCE

#include "plugin/capture_thread.h"

#include "core/base/attributes.h"
#include "plugin/capture_training.h"
#include "plugin/host.h"
#include "plugin/job.h"
#include "plugin/path_cell.h"
#include "plugin/ports.h"
#include "plugin/recorder.h"
#include "plugin/take.h"
#include "plugin/task.h"
#include "train/audio/test_signal.h"
#include "train/stop.h"

#include <lv2/worker/worker.h>

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/// Time between two looks at what there is to do [ms]
#define NAP_MS 10

/// Looks without anything to do after which the thread ends
#define MAX_IDLE 200U

/// Time after which is written again what could not be [ms]
#define RETRY_MS 2000

/// Least niceness there is, that of work nobody waits for
#define NICENESS 19

/// Stack of the thread [bytes]
#define STACK ((size_t)1U << 21U)

/// Peak below which nothing is heard, and the time after which that is said [s]
#define SILENT_PEAK 1e-4f
#define SILENT_S 2U

/* Wishes */

#define SIZE_SHIFT 4U
#define KIND_SHIFT 8U

LMU_RT static unsigned
pack(const CaptureWish wish)
{
  return (wish.records ? 1U : 0U) | (wish.trains ? 2U : 0U) |
         (wish.has_signal ? 4U : 0U) | (wish.size << SIZE_SHIFT) |
         (wish.kind << KIND_SHIFT);
}

CaptureWish
capture_thread_wanted(CaptureThread* const self)
{
  const unsigned    bits = atomic_load(&self->wish);
  const CaptureWish wish = {bits & 1U,
                            bits & 2U,
                            bits & 4U,
                            (bits >> SIZE_SHIFT) & 15U,
                            (bits >> KIND_SHIFT) & 15U};
  return wish;
}

void
capture_thread_wish(CaptureThread* const self, const CaptureWish wish)
{
  atomic_store(&self->wish, pack(wish));
  if ((wish.records || wish.trains) && !atomic_load(&self->is_alive)) {
    (void)job_ask(&self->start, TASK_CAPTURE, self->host->schedule);
  }
}

bool
capture_thread_is_ready(CaptureThread* const self)
{
  return atomic_load(&self->is_alive) && recorder_has_room(&self->recorder);
}

bool
capture_thread_ends_training(void* const handle)
{
  CaptureThread* const self = (CaptureThread*)handle;
  const CaptureWish    wish = capture_thread_wanted(self);
  return atomic_load(&self->quits) || atomic_load(&self->is_moved) ||
         wish.records || !wish.trains;
}

/// Return whether a take that is read is not wanted any more
static bool
ends_reading(void* const handle)
{
  return atomic_load(&((CaptureThread*)handle)->quits);
}

int64_t
capture_thread_now_ms(void)
{
  struct timespec now = {0, 0};
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return ((int64_t)now.tv_sec * 1000) + (now.tv_nsec / 1000000);
}

/* Telling */

static void
say(CaptureThread* const self, const CaptureStatus status)
{
  atomic_store(&self->news.status, (int)status);
}

/// Say how much is recorded
static void
tell_take(CaptureThread* const self)
{
  const size_t bytes = self->take.n_room * N_TAKE_SIDES * sizeof(float);
  atomic_store(&self->news.rate, self->take.rate);
  atomic_store(&self->news.n_frames, self->take.n_frames);
  atomic_store(&self->news.memory, (unsigned)(bytes >> 10U));
}

/// Log why files cannot be written, and say so
static void
tell_disk(CaptureThread* const self)
{
  char reason[128] = "";
  char text[256];
  take_reason(reason, sizeof(reason));
  (void)snprintf(text,
                 sizeof(text),
                 "Recordings are kept in memory, as they cannot be written: %s",
                 reason);
  host_error(self->host, self->uris, text);
  say(self, CAPTURE_DISK);
}

/* Recording */

static void
set_folder(CaptureThread* const self, const char* const folder)
{
  (void)pthread_mutex_lock(&self->lock);
  (void)snprintf(self->folder, PATH_BYTES, "%s", folder);
  (void)pthread_mutex_unlock(&self->lock);
}

void
capture_thread_write(CaptureThread* const self)
{
  Take* const take = &self->take;
  take_find(take);
  if (take->n_written == take->n_frames ||
      capture_thread_now_ms() < self->retry_ms) {
    return;
  }

  bool works = take->files[TAKE_WET] >= 0;
  if (!works) {
    char* const name = (char*)calloc(1U, PATH_BYTES);
    if (name) {
      (void)path_request_get(self->name, name);
      works = take_create(take, name);
      free(name);
      set_folder(self, works ? take->folder : "");
    }
  }
  works = works && take_write(take);
  if (!works) {
    tell_disk(self);
    self->retry_ms = capture_thread_now_ms() + RETRY_MS;
  }
}

/// Return whether a recording goes on with what is there
static bool
goes_on(CaptureThread* const self)
{
  return self->take.n_frames && !self->is_failed && !self->is_clipped &&
         self->take.rate == (uint32_t)self->rate &&
         self->name_stamp == path_request_stamp(self->name);
}

/// Say what there is to say while sound is recorded
static void
tell_recording(CaptureThread* const self)
{
  const Take* const take      = &self->take;
  const bool        late      = take->n_frames > (size_t)SILENT_S * take->rate;
  const bool        is_silent = late && (take->peaks[TAKE_DRY] < SILENT_PEAK ||
                                  take->peaks[TAKE_WET] < SILENT_PEAK);
  if (take->n_written < take->n_frames) {
    return; // The disk is full, which was said
  }
  say(self,
      take->is_clipped ? CAPTURE_CLIPPED
      : is_silent      ? CAPTURE_SILENT
                       : CAPTURE_RECORDING);
}

/// Add a chunk to the take
static void
add_chunk(CaptureThread* const self, const RecorderChunk* const chunk)
{
  Take* const  take = &self->take;
  const size_t most = (size_t)MAX_CAPTURE_S * take->rate;
  const size_t left = (take->n_frames < most) ? most - take->n_frames : 0U;
  const size_t n    = (chunk->n_frames < left) ? chunk->n_frames : left;
  if (n && !take_add(take, chunk->dry, chunk->wet, (uint32_t)n)) {
    say(self, CAPTURE_MEMORY);
    return;
  }
  self->is_trained = false;
  capture_thread_write(self);
  tell_take(self);
  tell_recording(self);
}

/// Add all that was recorded, and return whether there was any
static bool
drain(CaptureThread* const self)
{
  RecorderChunk* chunk = recorder_take(&self->recorder);
  const bool     any   = chunk;
  if (any && !goes_on(self)) {
    take_begin(&self->take, (uint32_t)self->rate);
    self->name_stamp = path_request_stamp(self->name);
    self->is_failed  = false;
    self->is_clipped = false;
    self->retry_ms   = 0;
  }
  while (chunk) {
    add_chunk(self, chunk);
    recorder_return(&self->recorder, chunk);
    chunk = recorder_take(&self->recorder);
  }
  return any;
}

/* Between recordings */

/// Read the take that a state named
static void
move(CaptureThread* const self)
{
  const LmuStop stop   = {ends_reading, self};
  char* const   folder = (char*)calloc(1U, PATH_BYTES);
  if (!folder || !atomic_exchange(&self->is_moved, false)) {
    free(folder);
    return;
  }
  capture_thread_describe(self, folder);
  if (!take_load(&self->take, folder, &stop)) {
    // The next time, unless it is not there
    atomic_store(&self->is_moved, ends_reading(self));
  }
  self->name_stamp = path_request_stamp(self->name);
  self->is_failed  = false;
  self->is_clipped = false;
  self->is_trained = self->take.n_frames && capture_recall(self);
  tell_take(self);
  if (self->is_trained) {
    say(self, CAPTURE_READY);
  }
  free(folder);
}

/// Make a test signal, once
static void
make_signal(CaptureThread* const self)
{
  if (!atomic_load(&self->signal)) {
    size_t       n_frames = 0U;
    float* const signal   = lmu_test_signal_new(&n_frames, self->rate);
    atomic_store(&self->n_signal, n_frames);
    atomic_store(&self->signal, signal);
  }
}

/// Say what there is, while nobody records or trains
static void
tell_rest(CaptureThread* const self)
{
  const Take* const take   = &self->take;
  const int         status = atomic_load(&self->news.status);
  if (take->n_written < take->n_frames) {
    say(self, CAPTURE_DISK);
  } else if (status == CAPTURE_RECORDING || status == CAPTURE_WAITING ||
             status == CAPTURE_ALIGNING || status == CAPTURE_TRAINING ||
             status == CAPTURE_EMPTY || status == CAPTURE_DISK) {
    say(self,
        self->is_clipped ? CAPTURE_CLIPPED
        : take->n_frames ? CAPTURE_RECORDED
                         : CAPTURE_EMPTY);
  }
}

/// Do what there is to do, and return whether there was anything
static bool
step(CaptureThread* const self)
{
  const CaptureWish wish = capture_thread_wanted(self);
  if (wish.has_signal) {
    make_signal(self);
  }
  move(self);
  if (!recorder_supply(&self->recorder)) {
    say(self, CAPTURE_MEMORY);
  }
  const bool any = drain(self) || wish.records;
  if (any) {
    return true;
  }
  capture_thread_write(self);
  self->is_trained = self->is_trained && wish.trains;
  if (wish.trains && !self->is_trained && !self->is_failed) {
    capture_train(self);
  } else {
    tell_rest(self);
  }
  return wish.trains;
}

static void
nap(void)
{
  const struct timespec time = {0, NAP_MS * 1000000L};
  (void)nanosleep(&time, NULL);
}

/// Have all other work come before this
static void
lower_priority(void)
{
  const struct sched_param parameter = {0};
  (void)sched_setscheduler(0, SCHED_BATCH, &parameter);
  (void)setpriority(PRIO_PROCESS, 0U, NICENESS); // Of this thread, on Linux
}

static void*
run(void* const handle)
{
  CaptureThread* const self   = (CaptureThread*)handle;
  unsigned             n_idle = 0U;
  lower_priority();
  while (!atomic_load(&self->quits) && n_idle < MAX_IDLE) {
    n_idle = step(self) ? 0U : n_idle + 1U;
    nap();
  }
  (void)drain(self);
  atomic_store(&self->is_alive, false);
  return NULL;
}

/* Life */

bool
capture_thread_init(CaptureThread* const self,
                    const Host* const    host,
                    const Uris* const    uris,
                    const double         rate,
                    Loader* const        loader,
                    PathRequest* const   name)
{
  memset(self, 0, sizeof(*self));
  self->host   = host;
  self->uris   = uris;
  self->rate   = rate;
  self->loader = loader;
  self->name   = name;
  recorder_init(&self->recorder);
  take_init(&self->take);
  job_init(&self->start);
  return !pthread_mutex_init(&self->lock, NULL) &&
         !pthread_mutex_init(&self->life, NULL);
}

/// Wait for the end of the thread, with `life`
static void
join(CaptureThread* const self)
{
  if (self->has_thread) {
    (void)pthread_join(self->thread, NULL);
    self->has_thread = false;
  }
}

void
capture_thread_stop(CaptureThread* const self)
{
  recorder_flush(&self->recorder);
  atomic_store(&self->quits, true);
  (void)pthread_mutex_lock(&self->life);
  job_cancel(&self->start);
  join(self);
  (void)pthread_mutex_unlock(&self->life);
  atomic_store(&self->wish, 0U);
  tell_rest(self);
}

void
capture_thread_clear(CaptureThread* const self)
{
  capture_thread_stop(self);
  recorder_clear(&self->recorder);
  take_clear(&self->take);
  free(atomic_load(&self->signal));
  (void)pthread_mutex_destroy(&self->life);
  (void)pthread_mutex_destroy(&self->lock);
}

/// Start the thread as one of common priority that hears no signals
static bool
start_thread(CaptureThread* const self)
{
  pthread_attr_t           attributes;
  sigset_t                 all;
  sigset_t                 old;
  const struct sched_param parameter = {0};
  if (pthread_attr_init(&attributes)) {
    return false;
  }
  (void)pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
  (void)pthread_attr_setschedpolicy(&attributes, SCHED_OTHER);
  (void)pthread_attr_setschedparam(&attributes, &parameter);
  (void)pthread_attr_setstacksize(&attributes, STACK);
  (void)sigfillset(&all);
  (void)pthread_sigmask(SIG_SETMASK, &all, &old);
  const bool works = !pthread_create(&self->thread, &attributes, run, self);
  (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
  (void)pthread_attr_destroy(&attributes);
  return works;
}

/// Start the thread anew, with `life`
static void
begin(CaptureThread* const self)
{
  join(self); // It has ended, or is about to
  atomic_store(&self->quits, false);
  atomic_store(&self->is_alive, true);
  self->has_thread = start_thread(self);
  if (!self->has_thread) {
    atomic_store(&self->is_alive, false);
    say(self, CAPTURE_MEMORY);
  }
}

LV2_Worker_Status
capture_thread_work(CaptureThread* const self, const Request* const request)
{
  if (request->task != TASK_CAPTURE) {
    return LV2_WORKER_ERR_UNKNOWN;
  }
  (void)pthread_mutex_lock(&self->life);
  const bool is_taken = job_take(&self->start, request);
  if (is_taken) {
    begin(self);
    job_finish(&self->start, self->has_thread);
  }
  (void)pthread_mutex_unlock(&self->life);
  return is_taken ? LV2_WORKER_SUCCESS : LV2_WORKER_ERR_UNKNOWN;
}

/* States */

void
capture_thread_restore(CaptureThread* const self, const char* const folder)
{
  uint32_t     rate     = 0U;
  const size_t n_frames = folder[0] ? take_measure(folder, &rate) : 0U;
  if (!n_frames) {
    return;
  }
  set_folder(self, folder);
  atomic_store(&self->news.rate, rate);
  atomic_store(&self->news.n_frames, n_frames);
  say(self, CAPTURE_RECORDED);
  atomic_store(&self->is_moved, true);
}

void
capture_thread_describe(CaptureThread* const self, char* const folder)
{
  (void)pthread_mutex_lock(&self->lock);
  memcpy(folder, self->folder, PATH_BYTES);
  (void)pthread_mutex_unlock(&self->lock);
}
