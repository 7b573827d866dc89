// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/plugin/instance.h"

#include "plugin/ports.h"
#include "tests/plugin/plugins.h"
#include "tests/plugin/require.h"
#include "tests/plugin/sound.h"
#include "tests/plugin/uris.h"

#include <lv2/atom/atom.h>
#include <lv2/core/lv2.h>
#include <lv2/log/log.h>
#include <lv2/options/options.h>
#include <lv2/state/state.h>
#include <lv2/time/time.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A worker that works inside run() blocks, by the host's wish
#if defined(__has_feature)
#  if __has_feature(realtime_sanitizer)
void
__rtsan_disable(void); // NOLINT(bugprone-reserved-identifier,cert-*)
void
__rtsan_enable(void); // NOLINT(bugprone-reserved-identifier,cert-*)
#    define HOST_BLOCKS_BEGIN __rtsan_disable();
#    define HOST_BLOCKS_END __rtsan_enable();
#  endif
#endif
#ifndef HOST_BLOCKS_BEGIN
#  define HOST_BLOCKS_BEGIN
#  define HOST_BLOCKS_END
#endif

const PortList* const host_lists[N_PLUGINS] = {&lmu_memory_ports[0],
                                               &lmu_memory_ports[1],
                                               &lmu_memory_ports[2],
                                               &lmu_decode_ports[0],
                                               &lmu_decode_ports[1],
                                               &lmu_decode_ports[2],
                                               &lmu_delay_ports[0],
                                               &lmu_delay_ports[1],
                                               &lmu_model_ports[0],
                                               &lmu_model_ports[1],
                                               &lmu_memory_cv_ports[0],
                                               &lmu_memory_cv_ports[1],
                                               &lmu_predict_ports[0],
                                               &lmu_predict_ports[1],
                                               &lmu_scope_ports[0],
                                               &lmu_scope_ports[1],
                                               &lmu_capture_ports[0]};

const int host_loaders[N_LOADERS] = {0, 1, 2, 8, 9, 10, 11, 12, 13};
const int host_engines[N_ENGINES] = {0, 1, 2, 6, 7, 10, 11, 14, 15};

bool
host_is_model(const int index)
{
  return host_lists[index] == &lmu_model_ports[0] ||
         host_lists[index] == &lmu_model_ports[1];
}

bool
host_has_memory(const int index)
{
  return host_lists[index] != &lmu_capture_ports[0];
}

/* Features */

static LV2_URID
map_nothing(LV2_URID_Map_Handle handle, const char* const uri)
{
  (void)handle;
  (void)uri;

  return 0U;
}

static int
count_log(LV2_Log_Handle    handle,
          const LV2_URID    type,
          const char* const format,
          va_list           arguments)
{
  (void)type;
  (void)format;
  (void)arguments;

  if (handle) {
    ++*(int*)handle;
  }
  return 0;
}

static int
count_print(LV2_Log_Handle    handle,
            const LV2_URID    type,
            const char* const format,
            ...)
{
  va_list arguments;
  va_start(arguments, format);
  const int result = count_log(handle, type, format, arguments);
  va_end(arguments);
  return result;
}

/* Worker */

static LV2_Worker_Status
ignore_response(LV2_Worker_Respond_Handle handle,
                const uint32_t            size,
                const void* const         data)
{
  (void)handle;
  (void)size;
  (void)data;

  return LV2_WORKER_SUCCESS;
}

bool
instance_sounds_as(Instance* const instance, Instance* const other)
{
  const uint32_t n_frames = 4800U;
  Sound          in       = sound_new(instance->n_ins, n_frames);
  Sound          out      = sound_new(instance->n_outs, n_frames);
  Sound          wanted   = sound_new(instance->n_outs, n_frames);
  sound_fill_noise(&in, 0.5f);
  instance_play(
    instance, in.channels, out.channels, n_frames, RANDOM_BLOCKS, NULL);
  instance_play(
    other, in.channels, wanted.channels, n_frames, RANDOM_BLOCKS, NULL);
  const bool result = sound_equal(&out, &wanted);
  sound_free(&wanted);
  sound_free(&out);
  sound_free(&in);
  return result;
}

LV2_Worker_Status
instance_do(Instance* const instance, const HostRequest* const request)
{
  const LV2_Worker_Status status = instance->interface->work(
    instance->handle, ignore_response, instance, request->size, request->body);
  if (status) {
    ++instance->worker.n_errors;
  } else {
    ++instance->worker.n_works;
  }
  return status;
}

static HostRequest
take_request(HostWorker* const worker)
{
  const HostRequest request = worker->requests[0];
  --worker->n_requests;
  memmove(worker->requests,
          worker->requests + 1U,
          worker->n_requests * sizeof(HostRequest));
  return request;
}

static void*
run_worker(void* const data)
{
  Instance* const   instance = (Instance*)data;
  HostWorker* const worker   = &instance->worker;

  pthread_mutex_lock(&worker->lock);
  while (!worker->is_over) {
    if (!worker->n_requests) {
      pthread_cond_wait(&worker->signal, &worker->lock);
      continue;
    }
    const HostRequest request = take_request(worker);
    worker->is_busy           = true;
    pthread_mutex_unlock(&worker->lock);
    (void)instance_do(instance, &request);
    pthread_mutex_lock(&worker->lock);
    worker->is_busy = false;
    pthread_cond_broadcast(&worker->signal);
  }
  pthread_mutex_unlock(&worker->lock);
  return NULL;
}

static LV2_Worker_Status
append_request(HostWorker* const worker, const HostRequest* const request)
{
  LV2_Worker_Status status = LV2_WORKER_ERR_NO_SPACE;
  pthread_mutex_lock(&worker->lock);
  if (worker->n_requests < HOST_MAX_REQUESTS) {
    worker->requests[worker->n_requests++] = *request;
    pthread_cond_broadcast(&worker->signal);
    status = LV2_WORKER_SUCCESS;
  }
  pthread_mutex_unlock(&worker->lock);
  return status;
}

/// A queue has no lock, as its host has one thread
static LV2_Worker_Status
handle_request(Instance* const instance, const HostRequest* const request)
{
  HostWorker* const worker = &instance->worker;
  switch (worker->kind) {
  case WORKER_THREAD:
    return append_request(worker, request);
  case WORKER_AT_ONCE:
    return instance_do(instance, request);
  case WORKER_QUEUE:
    if (worker->n_requests < HOST_MAX_REQUESTS) {
      worker->requests[worker->n_requests++] = *request;
      return LV2_WORKER_SUCCESS;
    }
    break;
  case WORKER_NONE:
  case WORKER_FULL:
    break;
  }
  ++worker->n_refused;
  return LV2_WORKER_ERR_NO_SPACE;
}

/// Keep what was asked for, unless other threads may ask too
static void
keep_request(HostWorker* const worker, const HostRequest* const request)
{
  if (worker->kind != WORKER_THREAD) {
    worker->past[worker->n_past++ % HOST_MAX_REQUESTS] = *request;
  }
}

static LV2_Worker_Status
schedule_work(LV2_Worker_Schedule_Handle handle,
              const uint32_t             size,
              const void* const          data)
{
  Instance* const instance = (Instance*)handle;
  HostRequest     request  = {size, {0U}};
  if (size > sizeof(request.body)) {
    return LV2_WORKER_ERR_NO_SPACE;
  }

  memcpy(request.body, data, size);
  HOST_BLOCKS_BEGIN
  const LV2_Worker_Status status = handle_request(instance, &request);
  HOST_BLOCKS_END
  if (!status) {
    keep_request(&instance->worker, &request);
  }
  return status;
}

static void
start_worker(Instance* const instance)
{
  HostWorker* const worker = &instance->worker;
  pthread_mutex_init(&worker->lock, NULL);
  pthread_cond_init(&worker->signal, NULL);
  if (worker->kind == WORKER_THREAD) {
    REQUIRE(!pthread_create(&worker->thread, NULL, run_worker, instance));
  }
}

static void
stop_worker(HostWorker* const worker)
{
  if (worker->kind == WORKER_THREAD) {
    pthread_mutex_lock(&worker->lock);
    worker->is_over = true;
    pthread_cond_broadcast(&worker->signal);
    pthread_mutex_unlock(&worker->lock);
    pthread_join(worker->thread, NULL);
  }
  pthread_cond_destroy(&worker->signal);
  pthread_mutex_destroy(&worker->lock);
}

bool
instance_work(Instance* const instance)
{
  if (!instance->worker.n_requests) {
    return false;
  }

  const HostRequest request = take_request(&instance->worker);
  (void)instance_do(instance, &request);
  return true;
}

void
instance_drop(Instance* const instance)
{
  instance->worker.n_requests = 0U;
}

void
instance_wait(Instance* const instance)
{
  HostWorker* const worker = &instance->worker;
  pthread_mutex_lock(&worker->lock);
  while (worker->n_requests || worker->is_busy) {
    pthread_cond_wait(&worker->signal, &worker->lock);
  }
  pthread_mutex_unlock(&worker->lock);
}

/* Plugins */

static LV2_Descriptor_Function descriptor_at;

/// File of the plugins, and where they are told to be
static const char* library_path = "";
static const char* bundle_path  = "/nowhere/";

const char*
host_path(void)
{
  return library_path;
}

void
host_set_bundle(const char* const path)
{
  bundle_path = path ? path : "/nowhere/";
}

bool
host_open(const char* const path)
{
  descriptor_at = plugins_open(path);
  library_path  = path;
  return descriptor_at;
}

void
host_use(const LV2_Descriptor_Function function)
{
  descriptor_at = function;
}

const LV2_Descriptor*
host_descriptor_at(const uint32_t index)
{
  return descriptor_at(index);
}

const LV2_Descriptor*
host_descriptor(const PortList* const list)
{
  char uri[64] = {0};
  (void)snprintf(uri, sizeof(uri), LMU_URI_PREFIX "%s", list->name);
  for (uint32_t i = 0U;; ++i) {
    const LV2_Descriptor* const descriptor = descriptor_at(i);
    if (!descriptor || !strcmp(descriptor->URI, uri)) {
      return descriptor;
    }
  }
}

/* Ports */

static void
add_port(Instance* const instance, const PortSpec* const spec)
{
  const uint32_t port      = instance->n_ports++;
  instance->kinds[port]    = spec->kind;
  instance->controls[port] = spec->initial;
  if (spec->kind == PORT_AUDIO_IN || spec->kind == PORT_CV_IN) {
    instance->ins[instance->n_ins++] = port;
  } else if (spec->kind == PORT_AUDIO_OUT || spec->kind == PORT_CV_OUT) {
    instance->outs[instance->n_outs++] = port;
  }
}

static void
add_ports(Instance* const instance)
{
  for (uint32_t i = 0U; i < instance->list->n_specs; ++i) {
    const PortSpec* const spec = &instance->list->specs[i];
    for (uint32_t j = 0U; j < (spec->count ? spec->count : 1U); ++j) {
      add_port(instance, spec);
    }
  }
}

uint32_t
instance_port(const Instance* const instance, const char* const symbol)
{
  uint32_t port = 0U;
  for (uint32_t i = 0U; i < instance->list->n_specs; ++i) {
    const PortSpec* const spec = &instance->list->specs[i];
    if (!strcmp(spec->symbol, symbol)) {
      return port;
    }
    port += spec->count ? spec->count : 1U;
  }
  return HOST_MAX_PORTS;
}

void
instance_set(Instance* const   instance,
             const char* const symbol,
             const float       value)
{
  const uint32_t port = instance_port(instance, symbol);
  REQUIRE(port < HOST_MAX_PORTS);
  instance->controls[port] = value;
}

float
instance_get(const Instance* const instance, const char* const symbol)
{
  const uint32_t port = instance_port(instance, symbol);
  REQUIRE(port < HOST_MAX_PORTS);
  return instance->controls[port];
}

void
instance_connect(const Instance* const instance,
                 const uint32_t        port,
                 void* const           data)
{
  instance->descriptor->connect_port(instance->handle, port, data);
}

void
instance_connect_own(Instance* const instance)
{
  for (uint32_t i = 0U; i < instance->n_ports; ++i) {
    switch (instance->kinds[i]) {
    case PORT_ATOM_IN:
      instance_connect(instance, i, &instance->control);
      break;
    case PORT_ATOM_OUT:
      instance_connect(instance, i, &instance->notify);
      break;
    case PORT_CONTROL_IN:
    case PORT_CONTROL_OUT:
      instance_connect(instance, i, &instance->controls[i]);
      break;
    case PORT_AUDIO_IN:
    case PORT_AUDIO_OUT:
    case PORT_CV_IN:
    case PORT_CV_OUT:
      break;
    }
  }
}

/* Instances */

static bool
instantiate(Instance* const           instance,
            const InstanceSpec* const spec,
            const LV2_Feature* const  more)
{
  static LV2_Options_Option no_options[1];

  const LV2_URID_Map map = {NULL,
                            spec->map == MAP_ZERO ? map_nothing : uri_map};
  const LV2_Log_Log  log = {spec->n_logs, count_print, count_log};
  instance->map          = map;
  instance->log          = log;

  const LV2_Feature  map_feature     = {LV2_URID__map, &instance->map};
  const LV2_Feature  work_feature    = {LV2_WORKER__schedule,
                                        &instance->worker.schedule};
  const LV2_Feature  log_feature     = {LV2_LOG__log, &instance->log};
  const LV2_Feature  options_feature = {LV2_OPTIONS__options, no_options};
  const LV2_Feature  unknown_feature = {"urn:unknown", NULL};
  const LV2_Feature* features[7]     = {NULL};
  uint32_t           n_features      = 0U;
  if (!spec->is_bare) {
    features[n_features++] = &unknown_feature;
    features[n_features++] = &options_feature;
    features[n_features++] = &log_feature;
  }
  if (spec->map != MAP_NONE) {
    features[n_features++] = &map_feature;
  }
  if (spec->worker != WORKER_NONE) {
    features[n_features++] = &work_feature;
  }
  if (more) {
    features[n_features++] = more;
  }

  instance->handle = instance->descriptor->instantiate(
    instance->descriptor, spec->rate, bundle_path, features);
  return instance->handle;
}

static void
use_quick_order(Instance* const instance)
{
  const uint32_t port = instance_port(instance, "order");
  if (port < HOST_MAX_PORTS && instance->controls[port] > QUICK_ORDER) {
    instance->controls[port] = QUICK_ORDER;
  }
}

Instance*
instance_new_with(const InstanceSpec* const spec, const LV2_Feature* const more)
{
  Instance* const instance = (Instance*)calloc(1, sizeof(Instance));
  REQUIRE(instance);

  const LV2_Worker_Schedule schedule = {instance, schedule_work};
  instance->list                     = spec->list;
  instance->descriptor               = host_descriptor(spec->list);
  instance->notify_room              = HOST_ATOM_BYTES - sizeof(LV2_Atom);
  instance->worker.kind              = spec->worker;
  instance->worker.schedule          = schedule;
  REQUIRE(instance->descriptor);
  add_ports(instance);
  use_quick_order(instance);
  if (!instantiate(instance, spec, more)) {
    free(instance);
    return NULL;
  }

  if (instance->descriptor->extension_data) {
    instance->interface =
      (const LV2_Worker_Interface*)instance->descriptor->extension_data(
        LV2_WORKER__interface);
    instance->state =
      (const LV2_State_Interface*)instance->descriptor->extension_data(
        LV2_STATE__interface);
  }
  start_worker(instance);
  instance_send_nothing(instance);
  instance_connect_own(instance);
  return instance;
}

Instance*
instance_new(const InstanceSpec* const spec)
{
  return instance_new_with(spec, NULL);
}

Instance*
instance_start_with(const PortList* const list,
                    const Setting* const  settings,
                    const uint32_t        n_settings)
{
  const InstanceSpec spec = {list, 48000.0, MAP_REAL, WORKER_NONE, false, NULL};
  Instance* const    instance = instance_new(&spec);
  REQUIRE(instance);
  for (uint32_t i = 0U; i < n_settings; ++i) {
    instance_set(instance, settings[i].symbol, settings[i].value);
  }
  instance_activate(instance);
  return instance;
}

Instance*
instance_start(const PortList* const list, const WorkerKind worker)
{
  const InstanceSpec spec     = {list, 48000.0, MAP_REAL, worker, false, NULL};
  Instance* const    instance = instance_new(&spec);
  REQUIRE(instance);
  instance_activate(instance);
  return instance;
}

void
instance_cleanup(Instance* const instance)
{
  instance->descriptor->cleanup(instance->handle);
  instance->handle = NULL;
}

void
instance_free(Instance* const instance)
{
  if (instance) {
    stop_worker(&instance->worker);
    if (instance->handle) {
      instance_cleanup(instance);
    }
    free(instance);
  }
}

void
instance_activate(const Instance* const instance)
{
  if (instance->descriptor->activate) {
    instance->descriptor->activate(instance->handle);
  }
}

void
instance_deactivate(const Instance* const instance)
{
  if (instance->descriptor->deactivate) {
    instance->descriptor->deactivate(instance->handle);
  }
}

void
instance_run(Instance* const instance, const uint32_t n_frames)
{
  instance->notify.sequence.atom.size = instance->notify_room;
  instance->notify.sequence.atom.type = URI_ATOM_CHUNK;
  instance->descriptor->run(instance->handle, n_frames);
}

/* Messages */

void
instance_send_nothing(Instance* const instance)
{
  const LV2_Atom_Sequence empty = {
    {sizeof(LV2_Atom_Sequence_Body), URI_ATOM_SEQUENCE}, {0U, 0U}};
  instance->control.sequence = empty;
}

/// Greatest number of properties of a message
#define MAX_FLOATS 2U

/// A sequence of one object, whose last properties may be left out
typedef struct {
  LV2_Atom_Sequence    sequence;
  LV2_Atom_Event       event;
  LV2_Atom_Object_Body object;
  struct {
    LV2_Atom_Property_Body head;
    float                  value;
    uint32_t               pad;
  } properties[MAX_FLOATS];
} FloatsMessage;

void
instance_send_floats(Instance* const       instance,
                     const LV2_URID        type,
                     const LV2_URID* const keys,
                     const float* const    values,
                     const uint32_t        n_values)
{
  REQUIRE(n_values <= MAX_FLOATS);
  const uint32_t float_size = (uint32_t)sizeof(float);
  const uint32_t before     = (uint32_t)offsetof(FloatsMessage, object);
  FloatsMessage  message;
  memset(&message, 0, sizeof(message));

  const uint32_t total       = (uint32_t)(offsetof(FloatsMessage, properties) +
                                    (n_values * sizeof(message.properties[0])));
  message.sequence.atom.size = total - (uint32_t)sizeof(LV2_Atom);
  message.sequence.atom.type = URI_ATOM_SEQUENCE;
  message.event.body.size    = total - before;
  message.event.body.type    = URI_ATOM_OBJECT;
  message.object.otype       = type;
  for (uint32_t i = 0U; i < n_values; ++i) {
    message.properties[i].head.key        = keys[i];
    message.properties[i].head.value.size = float_size;
    message.properties[i].head.value.type = URI_ATOM_FLOAT;
    message.properties[i].value           = values[i];
  }
  memcpy(&instance->control, &message, total);
}

void
instance_send_tempo(Instance* const instance, const float beats_per_minute)
{
  const LV2_URID keys[]   = {URI_TIME_BEAT_UNIT, URI_TIME_BEATS_PER_MINUTE};
  const float    values[] = {4.0f, beats_per_minute};
  instance_send_floats(instance, URI_TIME_POSITION, keys, values, 2U);
}

/* Playing */

/// Return the number of frames until the next block or change
static uint32_t
block_at(const uint32_t      frame,
         const uint32_t      block,
         const uint32_t      n_frames,
         const Change* const next,
         uint32_t* const     seed)
{
  uint32_t count = block;
  if (block == RANDOM_BLOCKS) {
    *seed = (*seed * 1664525U) + 1013904223U; // Numerical Recipes
    count = (*seed >> 8U) % 301U;
  }
  count = (count < n_frames - frame) ? count : n_frames - frame;
  return (next && next->frame - frame < count) ? next->frame - frame : count;
}

static void
connect_audio(const Instance* const instance,
              float* const* const   in,
              float* const* const   out,
              const uint32_t        frame)
{
  for (uint32_t i = 0U; i < instance->n_ins; ++i) {
    instance_connect(instance, instance->ins[i], in[i] + frame);
  }
  for (uint32_t i = 0U; i < instance->n_outs; ++i) {
    instance_connect(instance, instance->outs[i], out[i] + frame);
  }
}

void
instance_play(Instance* const     instance,
              float* const* const in,
              float* const* const out,
              const uint32_t      n_frames,
              const uint32_t      block,
              const Score* const  score)
{
  const uint32_t n_changes = score ? score->count : 0U;
  uint32_t       n_done    = 0U;
  uint32_t       seed      = 1U;
  for (uint32_t frame = 0U; frame < n_frames;) {
    for (; n_done < n_changes && score->changes[n_done].frame <= frame;
         ++n_done) {
      instance_set(
        instance, score->changes[n_done].symbol, score->changes[n_done].value);
    }

    const Change* const next =
      (n_done < n_changes) ? &score->changes[n_done] : NULL;
    const uint32_t count = block_at(frame, block, n_frames, next, &seed);
    connect_audio(instance, in, out, frame);
    instance_run(instance, count);
    frame += count;
  }
}
