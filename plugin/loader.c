// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/loader.h"

#include "core/base/setup/error.h"
#include "core/base/setup/file.h"
#include "core/base/status.h"
#include "core/dsp/rt/glide.h"
#include "core/nn/rt/model.h"
#include "core/nn/setup/model.h"
#include "plugin/controls.h"
#include "plugin/host.h"
#include "plugin/job.h"
#include "plugin/loaded_model.h"
#include "plugin/path_cell.h"
#include "plugin/ports.h"
#include "plugin/search.h"
#include "plugin/task.h"

#include <lv2/worker/worker.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Stamp of nothing, so that the first load is one
#define NO_STAMP UINT64_MAX

/* Setup */

/// Return a form as one word, for all threads
LMU_RT static uint64_t
pack(const LoaderForm form)
{
  uint32_t bits = 0U;
  memcpy(&bits, &form.theta_scale, sizeof(bits));
  return ((uint64_t)bits << 8U) | (uint64_t)form.rate_mode;
}

/// Return a model's specification from such a word
static LmuModelSpec
unpack(const Loader* const loader, const uint64_t word)
{
  const uint32_t bits        = (uint32_t)(word >> 8U);
  float          theta_scale = 0.0f;
  memcpy(&theta_scale, &bits, sizeof(bits));

  const LmuModelSpec spec = {loader->spec.rate,
                             (double)theta_scale,
                             (LmuRateMode)(word & 0xFFU),
                             loader->spec.n_channels};
  return spec;
}

/// Return a copy of a text for free(), or null
static char*
copy_text(const char* const text)
{
  const size_t n_bytes = strlen(text) + 1U;
  char* const  copy    = (char*)malloc(n_bytes);
  return copy ? (char*)memcpy(copy, text, n_bytes) : NULL;
}

static void
free_list(LoadedModel* loaded)
{
  while (loaded) {
    LoadedModel* const next = loaded->next;
    loaded_model_free(loaded);
    loaded = next;
  }
}

void
loader_clear(Loader* const loader)
{
  (void)pthread_mutex_lock(&loader->lock);
  (void)pthread_mutex_unlock(&loader->lock);
  loaded_model_free(atomic_exchange(&loader->ready, NULL));
  free_list(atomic_exchange(&loader->retired, NULL));
  loaded_model_free(loader->now);
  loaded_model_free(loader->next);
  free(loader->good.data);
  free(loader->bundle);
  (void)pthread_mutex_destroy(&loader->lock);
}

/// Return what a failure is to users
static FileStatus
status_of(const LmuStatus status)
{
  switch (status) {
  case LMU_NOT_FOUND:
    return FILE_MISSING;
  case LMU_TOO_LARGE:
    return FILE_TOO_LARGE;
  default:
    return FILE_INVALID;
  }
}

/// Build what is to play, from the contents of a file or without one
static LmuStatus
build(Loader* const         loader,
      const FileData* const file,
      const uint64_t        form,
      LoadedModel** const   loaded,
      LmuError* const       error)
{
  const LmuModelSpec spec = unpack(loader, form);
  return loaded_model_new(loaded,
                          file->data ? file->data : loader->spec.initial,
                          file->data ? file->n_bytes : loader->spec.n_initial,
                          loader->spec.kind,
                          &spec,
                          error);
}

/// Read the names that belong to a path that is wanted, and return its stamp
static uint64_t
read_request(Loader* const loader, FileName* const name)
{
  memset(name, 0, sizeof(*name));
  const uint64_t stamp = path_request_get(&loader->request, name->path);
  if (stamp && stamp == loader->restored_stamp) {
    *name = loader->restored;
  }
  return stamp;
}

/// Put what was built of a file in the mailbox, and say so
static void
publish(Loader* const         loader,
        const FileData* const file,
        const uint64_t        stamp,
        LoadedModel* const    loaded)
{
  const bool differs = loaded->model && loaded->model->rate_differs;
  const int  status  = !file->data ? FILE_EMPTY
                       : differs   ? FILE_RATE_DIFFERS
                                   : FILE_READY;
  loaded->number     = ++loader->n_models;
  loaded_model_free(atomic_exchange(&loader->ready, loaded));
  if (stamp == loader->good_stamp) {
    atomic_store(&loader->status, status);
  }
}

/// Log what went wrong, and keep what plays
static void
fail(Loader* const loader, const LmuStatus status, const LmuError* const error)
{
  host_error(loader->spec.host, loader->spec.uris, error->text);
  atomic_store(&loader->status, status_of(status));
}

/// Put the name of a file in front of an error
static void
name_file(LmuError* const error, const LmuStatus status, const char* const path)
{
  const LmuError reason = *error;
  (void)lmu_error_set(
    error, status, "%s: %s", lmu_file_name(path), reason.text);
}

/// Load a new file, or go on without one if its path is empty
static bool
load_file(Loader* const loader, const uint64_t stamp, const uint64_t form)
{
  const char* const path   = loader->name.path;
  LmuError          error  = {{0}};
  FileData          file   = {NULL, 0U, {0}};
  LoadedModel*      loaded = NULL;
  LmuStatus         status = LMU_SUCCESS;
  if (path[0]) {
    status = search_file(&file, &loader->name, loader->bundle, &error);
  }
  if (!status) {
    status = build(loader, &file, form, &loaded, &error);
    if (status && path[0]) {
      name_file(&error, status, path);
    }
  }
  if (status) {
    free(file.data);
    fail(loader, status, &error);
    return false;
  }

  free(loader->good.data);
  loader->good       = file;
  loader->good_stamp = stamp;
  publish(loader, &file, stamp, loaded);
  return true;
}

/// Build the last good file again, in another form
static void
load_form(Loader* const loader, const uint64_t stamp, const uint64_t form)
{
  LmuError        error  = {{0}};
  LoadedModel*    loaded = NULL;
  const LmuStatus status = build(loader, &loader->good, form, &loaded, &error);
  if (status) {
    fail(loader, status, &error);
  } else {
    publish(loader, &loader->good, stamp, loaded);
  }
}

/// Load what is wanted unless that was tried, and log it if it fails, with the
/// lock
static void
load_wanted(Loader* const loader)
{
  free_list(atomic_exchange(&loader->retired, NULL));

  const uint64_t form      = atomic_load(&loader->wanted_form);
  const uint64_t stamp     = read_request(loader, &loader->name);
  const bool     same_file = stamp == atomic_load(&loader->loaded_stamp);
  const bool     same_form = form == atomic_load(&loader->loaded_form);
  const bool     is_loaded = !same_file && load_file(loader, stamp, form);
  if (!is_loaded && !same_form) {
    load_form(loader, stamp, form);
  }

  atomic_store(&loader->loaded_form, form);
  atomic_store(&loader->loaded_stamp, stamp);
}

bool
loader_init(Loader* const loader, const LoaderSpec* const spec)
{
  static const LoaderForm as_trained = {1.0f, LMU_RATE_AUTO};

  memset(loader, 0, sizeof(*loader));
  loader->spec = *spec;
  path_request_init(&loader->request);
  atomic_init(&loader->wanted_form, pack(as_trained));
  atomic_init(&loader->loaded_form, pack(as_trained));
  atomic_init(&loader->loaded_stamp, NO_STAMP);
  atomic_init(&loader->status, FILE_EMPTY);
  job_init(&loader->load);
  job_init(&loader->load_restore);
  job_init(&loader->free_models);
  atomic_init(&loader->ready, NULL);
  atomic_init(&loader->retired, NULL);
  if (pthread_mutex_init(&loader->lock, NULL)) {
    return false;
  }

  loader->bundle      = spec->bundle ? copy_text(spec->bundle) : NULL;
  loader->spec.bundle = loader->bundle;
  load_wanted(loader);
  return atomic_load(&loader->ready) != NULL;
}

void
loader_activate(Loader* const loader)
{
  (void)pthread_mutex_lock(&loader->lock);
  job_cancel(&loader->load);
  job_cancel(&loader->load_restore);
  job_cancel(&loader->free_models);
  load_wanted(loader);
  (void)pthread_mutex_unlock(&loader->lock);

  LoadedModel* const ready = atomic_exchange(&loader->ready, NULL);
  LoadedModel* const last  = ready ? ready : loader->next;
  if (last) {
    loaded_model_free(loader->now);
    loaded_model_free(ready ? loader->next : NULL);
    loader->now  = last;
    loader->next = NULL;
  }
  loaded_model_reset(loader->now);
}

/// Return the job of a task, or null
static Job*
job_of(Loader* const loader, const uint32_t task)
{
  switch (task) {
  case TASK_LOAD:
    return &loader->load;
  case TASK_LOAD_RESTORE:
    return &loader->load_restore;
  case TASK_FREE_MODELS:
    return &loader->free_models;
  default:
    break;
  }
  return NULL;
}

LV2_Worker_Status
loader_work(Loader* const loader, const Request* const request)
{
  Job* const job = job_of(loader, request->task);
  if (!job) {
    return LV2_WORKER_ERR_UNKNOWN;
  }

  (void)pthread_mutex_lock(&loader->lock);
  const bool is_taken = job_take(job, request);
  if (is_taken) {
    if (request->task == TASK_FREE_MODELS) {
      free_list(atomic_exchange(&loader->retired, NULL));
    } else {
      load_wanted(loader);
    }
    job_finish(job, true);
  }
  (void)pthread_mutex_unlock(&loader->lock);
  return is_taken ? LV2_WORKER_SUCCESS : LV2_WORKER_ERR_UNKNOWN;
}

void
loader_restore(Loader* const                    loader,
               const FileName* const            name,
               const LV2_Worker_Schedule* const schedule)
{
  const uint32_t length = (uint32_t)strlen(name->path);

  (void)pthread_mutex_lock(&loader->lock);
  loader->restored = *name;
  loader->restored_stamp =
    path_request_set(&loader->request, PATH_FROM_RESTORE, name->path, length);
  (void)pthread_mutex_unlock(&loader->lock);

  // A request that still waits loads what is newest, too
  if (schedule &&
      (job_state(&loader->load_restore) == JOB_ASKED ||
       job_ask(&loader->load_restore, TASK_LOAD_RESTORE, schedule))) {
    return;
  }
  (void)pthread_mutex_lock(&loader->lock);
  load_wanted(loader);
  (void)pthread_mutex_unlock(&loader->lock);
}

/// Copy the contents of a file, or nothing if memory is short
static void
copy_data(FileData* const to, const FileData* const from)
{
  to->data = (uint8_t*)malloc(from->n_bytes);
  if (to->data) {
    to->n_bytes = from->n_bytes;
    memcpy(to->data, from->data, from->n_bytes);
    memcpy(to->sha256, from->sha256, sizeof(to->sha256));
  }
}

void
loader_describe(Loader* const   loader,
                FileName* const name,
                FileData* const data,
                const size_t    most)
{
  memset(data, 0, sizeof(*data));

  (void)pthread_mutex_lock(&loader->lock);
  const uint64_t stamp = read_request(loader, name);
  if (name->path[0] && !name->origin[0]) {
    memcpy(name->origin, name->path, sizeof(name->origin));
  }
  if (stamp == loader->good_stamp && loader->good.data) {
    memcpy(name->sha256, loader->good.sha256, sizeof(name->sha256));
    if (loader->good.n_bytes <= most) {
      copy_data(data, &loader->good);
    }
  }
  (void)pthread_mutex_unlock(&loader->lock);
}

/* Realtime */

void
loader_set_form(Loader* const loader, const LoaderForm form)
{
  atomic_store(&loader->wanted_form, pack(form));
}

FileStatus
loader_status(Loader* const loader)
{
  const uint64_t stamp = path_request_stamp(&loader->request);
  return (stamp == atomic_load(&loader->loaded_stamp))
           ? (FileStatus)atomic_load(&loader->status)
           : FILE_LOADING;
}

/// Return whether what is wanted was not tried yet
LMU_RT static bool
is_behind(Loader* const loader)
{
  return path_request_stamp(&loader->request) !=
           atomic_load(&loader->loaded_stamp) ||
         atomic_load(&loader->wanted_form) != atomic_load(&loader->loaded_form);
}

/// Have a loaded model freed, without waiting for anyone
LMU_RT static void
retire(Loader* const loader, LoadedModel* const loaded)
{
  // Others only ever take the whole list, so that it cannot change in between
  loaded->next = atomic_exchange(&loader->retired, NULL);
  atomic_store(&loader->retired, loaded);
  loader->has_retired = true;
}

/// Take what is in the mailbox, and let it remember what was heard until now
LMU_RT static void
take(Loader* const loader)
{
  loader->next = atomic_exchange(&loader->ready, NULL);
  if (!loader->next) {
    return;
  }

  const LoadedModel* const next = loader->next;
  if (next->model && loader->now->model) {
    (void)lmu_model_adopt(next->model, loader->now->model);
  }
  const uint32_t warm = (uint32_t)(FADE_SECONDS * loader->spec.rate);
  loader->warm        = (next->latency > warm) ? next->latency : warm;
  lmu_glide_set(&loader->fade, 0.0);
}

/// Begin or end the fade to the next loaded model
LMU_RT static void
update_fade(Loader* const loader)
{
  if (!loader->next || loader->warm) {
    return;
  }
  if (!loader_rising(loader)) {
    lmu_glide_to(
      &loader->fade, 1.0, (uint32_t)(FADE_SECONDS * loader->spec.rate) + 1U);
  } else if (lmu_glide_rests(&loader->fade)) {
    LoadedModel* const old = loader->now;
    loader->now            = loader->next;
    loader->next           = NULL;
    retire(loader, old);
  }
}

void
loader_update(Loader* const loader)
{
  update_fade(loader);
  const LV2_Worker_Schedule* const schedule = loader->spec.host->schedule;
  if (is_behind(loader)) {
    (void)job_ask(&loader->load, TASK_LOAD, schedule);
  }
  if (loader->has_retired &&
      job_ask(&loader->free_models, TASK_FREE_MODELS, schedule)) {
    loader->has_retired = false;
  }
  if (!loader->next) {
    take(loader);
  }
}

void
loader_process(Loader* const             loader,
               const float* const* const input,
               const float* const        conditions,
               const uint32_t            n_frames)
{
  loaded_model_process(loader->now, input, conditions, n_frames);
  if (loader->next) {
    loaded_model_process(loader->next, input, conditions, n_frames);
    loader->warm -= (n_frames < loader->warm) ? n_frames : loader->warm;
  }
}

const LoadedModel*
loader_rising(const Loader* const loader)
{
  return (loader->fade.target > 0.0) ? loader->next : NULL;
}

const LoadedModel*
loader_last(const Loader* const loader)
{
  const LoadedModel* const rising = loader_rising(loader);
  return rising ? rising : loader->now;
}
