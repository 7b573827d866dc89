// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "host/host.h"

#include "host/features.h"
#include "host/worker.h"
#include "tools/base/allocate.h"
#include "tools/base/clock.h"
#include "tools/base/notice.h"
#include "tools/base/text.h"

#include <lv2/atom/util.h>
#include <lv2/worker/worker.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MIN_SEQUENCE 16384U // Bytes, what plugins of this project ask for
#define MAX_SEQUENCE (1U << 24U)

/// Where a port's data lives
typedef struct {
  float              value;    ///< Of a control
  float*             buffer;   ///< Of a CV input, [max_block]
  LV2_Atom_Sequence* sequence; ///< Of an atom port, [capacity] bytes
  uint32_t           capacity; ///< Size of the sequence with its header
} PortData;

struct LmuHostImpl {
  const LilvPlugin*  plugin;
  LmuHostSettings    settings;
  LmuUrids*          urids;
  LmuWorker*         worker;
  LmuFeatures        features;
  LilvInstance*      instance;
  LmuPort*           ports; ///< [n_ports]
  PortData*          data;  ///< [n_ports]
  uint32_t           n_ports;
  uint32_t           n_inputs;      ///< Audio
  uint32_t           n_outputs;     ///< Audio and CV
  int64_t            events_in;     ///< Port that takes events, or -1
  int64_t            events_out;    ///< Port that sends events, or -1
  int64_t            latency;       ///< Port that reports latency, or -1
  LV2_Atom_Sequence* pending;       ///< Events for the next block
  bool               has_worker;    ///< Plugin schedules work
  bool               is_active;     ///< activate() was called
  double             run_s;         ///< Time spent in run()
  LV2_URID           urid_sequence; ///< Type of atom ports
  LV2_URID           urid_chunk;    ///< Type of an output yet to be written
};

static bool
is_output(const LmuPort* const port)
{
  return !port->is_input &&
         (port->kind == LMU_PORT_AUDIO || port->kind == LMU_PORT_CV);
}

static LmuExit
check_features(LmuFailure* const        error,
               const LilvPlugin* const  plugin,
               const LmuFeatures* const features)
{
  LilvNodes* const needed = lilv_plugin_get_required_features(plugin);
  LmuExit          status = LMU_EXIT_SUCCESS;
  LILV_FOREACH(nodes, i, needed)
  {
    const char* const uri = lilv_node_as_uri(lilv_nodes_get(needed, i));
    if (!status && !lmu_features_have(features, uri)) {
      status =
        lmu_failure_set(error,
                        LMU_EXIT_PLUGIN_FAILED,
                        "%s needs the feature %s; use a host that has it",
                        lmu_plugin_short_name(plugin),
                        uri);
    }
  }
  lilv_nodes_free(needed);
  return status;
}

static LmuExit
check_ports(LmuFailure* const error, const LmuHost* const host)
{
  for (uint32_t i = 0U; i < host->n_ports; ++i) {
    const LmuPort* const port = &host->ports[i];
    if (port->kind == LMU_PORT_OTHER && !port->is_optional) {
      return lmu_failure_set(error,
                             LMU_EXIT_PLUGIN_FAILED,
                             "port %s of %s is of an unknown kind; use a host "
                             "that knows it",
                             port->symbol,
                             lmu_plugin_short_name(host->plugin));
    }
  }
  return LMU_EXIT_SUCCESS;
}

/// Return the bytes an atom port needs
static uint32_t
sequence_size(const LmuWorld* const   world,
              const LilvPlugin* const plugin,
              const LmuPort* const    port)
{
  LilvNode* const node =
    lilv_port_get(plugin, port->lilv, world->nodes[LMU_NODE_MINIMUM_SIZE]);
  const int wanted = lilv_node_is_int(node) ? lilv_node_as_int(node) : 0;
  lilv_node_free(node);

  // An event's header comes on top of what a plugin counts
  const uint32_t least = (uint32_t)(wanted < 0 ? 0 : wanted) + 256U;
  const uint32_t size  = (least < MIN_SEQUENCE) ? MIN_SEQUENCE : least;
  return (size > MAX_SEQUENCE) ? MAX_SEQUENCE : size;
}

static LV2_Atom_Sequence*
new_sequence(const uint32_t capacity)
{
  // In units of events, as atoms are aligned to 8 bytes
  return (LV2_Atom_Sequence*)lmu_allocate(
    (capacity / sizeof(LV2_Atom_Event)) + 1U, sizeof(LV2_Atom_Event));
}

static void
clear_sequence(const LmuHost* const host, LV2_Atom_Sequence* const sequence)
{
  sequence->atom.type = host->urid_sequence;
  sequence->atom.size = sizeof(LV2_Atom_Sequence_Body);
  sequence->body.unit = 0U;
  sequence->body.pad  = 0U;
}

/// Give a port a place for its data
static void
init_port(LmuHost* const host, const LmuWorld* const world, const uint32_t i)
{
  const LmuPort* const port = &host->ports[i];
  PortData* const      data = &host->data[i];

  data->value = port->initial;
  if (port->kind == LMU_PORT_CV && port->is_input) {
    data->buffer =
      (float*)lmu_allocate(host->settings.max_block, sizeof(float));
  } else if (port->kind == LMU_PORT_ATOM) {
    data->capacity = sequence_size(world, host->plugin, port);
    data->sequence = new_sequence(data->capacity);
    clear_sequence(host, data->sequence);
    int64_t* const events =
      port->is_input ? &host->events_in : &host->events_out;
    *events = (*events < 0) ? (int64_t)i : *events;
  } else if (port->kind == LMU_PORT_AUDIO && port->is_input) {
    ++host->n_inputs;
  }
  host->n_outputs += is_output(port);
}

/// Return the index of the input with a designation, or -1
static int64_t
find_designated(const LmuWorld* const   world,
                const LilvPlugin* const plugin,
                const LmuNode           designation)
{
  const LilvPort* const port = lilv_plugin_get_port_by_designation(
    plugin, world->nodes[LMU_NODE_INPUT], world->nodes[designation]);
  return port ? (int64_t)lilv_port_get_index(plugin, port) : -1;
}

static void
init_ports(LmuHost* const host, const LmuWorld* const world)
{
  const LilvPlugin* const plugin = host->plugin;

  host->events_in  = find_designated(world, plugin, LMU_NODE_CONTROL_ROLE);
  host->events_out = -1;
  host->latency    = lilv_plugin_has_latency(plugin)
                       ? (int64_t)lilv_plugin_get_latency_port_index(plugin)
                       : -1;

  host->ports =
    lmu_ports_new(&host->n_ports, world, plugin, host->settings.rate);
  host->data = (PortData*)lmu_allocate(host->n_ports, sizeof(PortData));
  for (uint32_t i = 0U; i < host->n_ports; ++i) {
    init_port(host, world, i);
  }

  const int64_t freewheel = find_designated(world, plugin, LMU_NODE_FREEWHEEL);
  if (freewheel >= 0) {
    host->data[freewheel].value = 1.0f;
  }
}

static void
init_features(LmuHost* const host)
{
  uint32_t largest = MIN_SEQUENCE;
  for (uint32_t i = 0U; i < host->n_ports; ++i) {
    const uint32_t capacity = host->data[i].capacity;
    largest                 = (capacity > largest) ? capacity : largest;
  }

  host->features.urids         = host->urids;
  host->features.name          = lmu_plugin_short_name(host->plugin);
  host->features.quiet         = host->settings.quiet;
  host->features.rate          = (float)host->settings.rate;
  host->features.min_block     = (int32_t)host->settings.min_block;
  host->features.max_block     = (int32_t)host->settings.max_block;
  host->features.sequence_size = (int32_t)largest;
  lmu_features_init(&host->features, host->worker);
}

static LmuExit
instantiate(LmuHost* const host, LmuFailure* const error)
{
  host->instance = lilv_plugin_instantiate(
    host->plugin, host->settings.rate, host->features.list);
  if (!host->instance) {
    return lmu_failure_set(error,
                           LMU_EXIT_PLUGIN_FAILED,
                           "%s refused to start at %g Hz; try another sample "
                           "rate, or see what it logged",
                           host->features.name,
                           host->settings.rate);
  }

  const LV2_Worker_Interface* const interface =
    (const LV2_Worker_Interface*)lilv_instance_get_extension_data(
      host->instance, LV2_WORKER__interface);
  host->has_worker = interface;
  lmu_worker_set_instance(
    host->worker, lilv_instance_get_handle(host->instance), interface);
  return LMU_EXIT_SUCCESS;
}

/// Connect all ports whose data stays where it is
static void
connect_fixed(LmuHost* const host)
{
  for (uint32_t i = 0U; i < host->n_ports; ++i) {
    PortData* const data   = &host->data[i];
    void* const     target = (host->ports[i].kind == LMU_PORT_CONTROL)
                               ? (void*)&data->value
                             : data->buffer ? (void*)data->buffer
                                            : (void*)data->sequence;
    lilv_instance_connect_port(host->instance, i, target);
  }
}

/// Load the state that a plugin wants to start from
static LmuExit
restore_default(LmuHost* const        host,
                LmuFailure* const     error,
                const LmuWorld* const world)
{
  if (!lilv_plugin_has_feature(host->plugin,
                               world->nodes[LMU_NODE_LOAD_DEFAULT])) {
    return LMU_EXIT_SUCCESS;
  }

  LilvState* const state =
    lilv_state_new_from_world(world->lilv,
                              lmu_urids_map_feature(host->urids),
                              lilv_plugin_get_uri(host->plugin));
  const LmuExit status =
    state ? lmu_host_restore(host, error, state) : LMU_EXIT_SUCCESS;
  lilv_state_free(state);
  return status;
}

static LmuExit
start(LmuHost* const host, LmuFailure* const error, const LmuWorld* const world)
{
  init_ports(host, world);
  init_features(host);

  LmuExit status = check_features(error, host->plugin, &host->features);
  if (!status) {
    status = check_ports(error, host);
  }
  if (!status) {
    status = instantiate(host, error);
  }
  if (!status) {
    connect_fixed(host);
    status = restore_default(host, error, world);
  }
  return status;
}

LmuExit
lmu_host_new(LmuHost** const              host,
             LmuFailure* const            error,
             const LmuWorld* const        world,
             const LilvPlugin* const      plugin,
             const LmuHostSettings* const settings)
{
  LmuHost* const made = (LmuHost*)lmu_allocate(1U, sizeof(LmuHost));
  made->plugin        = plugin;
  made->settings      = *settings;
  made->urids         = lmu_urids_new();
  made->worker        = lmu_worker_new();
  made->urid_sequence = lmu_urids_map(made->urids, LV2_ATOM__Sequence);
  made->urid_chunk    = lmu_urids_map(made->urids, LV2_ATOM__Chunk);
  made->pending       = new_sequence(MIN_SEQUENCE);
  clear_sequence(made, made->pending);

  *host                = NULL;
  const LmuExit status = start(made, error, world);
  if (status) {
    lmu_host_free(made);
    return status;
  }

  *host = made;
  return LMU_EXIT_SUCCESS;
}

void
lmu_host_free(LmuHost* const host)
{
  if (!host) {
    return;
  }

  if (host->is_active) {
    lilv_instance_deactivate(host->instance);
  }
  lilv_instance_free(host->instance);
  for (uint32_t i = 0U; i < host->n_ports; ++i) {
    free(host->data[i].buffer);
    free(host->data[i].sequence);
  }
  free(host->data);
  free(host->ports);
  free(host->pending);
  lmu_worker_free(host->worker);
  lmu_urids_free(host->urids);
  free(host);
}

uint32_t
lmu_host_n_inputs(const LmuHost* const host)
{
  return host->n_inputs;
}

uint32_t
lmu_host_n_outputs(const LmuHost* const host)
{
  return host->n_outputs;
}

const LmuPort*
lmu_host_ports(const LmuHost* const host, uint32_t* const n_ports)
{
  *n_ports = host->n_ports;
  return host->ports;
}

LmuExit
lmu_host_set(LmuHost* const    host,
             LmuFailure* const error,
             const char* const symbol,
             const char* const text)
{
  const LmuPort* const port =
    lmu_ports_setting(host->ports, host->n_ports, symbol);
  return port ? lmu_port_value(&host->data[port - host->ports].value,
                               error,
                               port,
                               host->plugin,
                               text)
              : lmu_ports_unknown(error, host->ports, host->n_ports, symbol);
}

void
lmu_host_set_value(LmuHost* const    host,
                   const char* const symbol,
                   const float       value)
{
  const LmuPort* const port =
    lmu_ports_setting(host->ports, host->n_ports, symbol);
  if (port) {
    host->data[port - host->ports].value = value;
  }
}

float
lmu_host_value(const LmuHost* const host, const char* const symbol)
{
  for (uint32_t i = 0U; i < host->n_ports; ++i) {
    const LmuPort* const port = &host->ports[i];
    if (port->kind == LMU_PORT_CONTROL && !strcmp(port->symbol, symbol)) {
      return host->data[i].value;
    }
  }
  return NAN;
}

/// Return a number of any atom type, or NaN
static double
atom_number(const LmuHost* const host,
            const void* const    value,
            const uint32_t       size,
            const LV2_URID       type)
{
  if (type == lmu_urids_map(host->urids, LV2_ATOM__Float) &&
      size == sizeof(float)) {
    return (double)*(const float*)value;
  }
  if (type == lmu_urids_map(host->urids, LV2_ATOM__Double) &&
      size == sizeof(double)) {
    return *(const double*)value;
  }
  if ((type == lmu_urids_map(host->urids, LV2_ATOM__Int) ||
       type == lmu_urids_map(host->urids, LV2_ATOM__Bool)) &&
      size == sizeof(int32_t)) {
    return (double)*(const int32_t*)value;
  }
  return NAN;
}

static void
restore_value(const char* const symbol,
              void* const       handle,
              const void* const value,
              const uint32_t    size,
              const uint32_t    type)
{
  LmuHost* const host   = (LmuHost*)handle;
  const double   number = atom_number(host, value, size, type);
  if (!isfinite(number)) {
    lmu_notice("a preset sets %s to what is no number; left it", symbol);
    return;
  }
  if (!lmu_ports_setting(host->ports, host->n_ports, symbol)) {
    lmu_notice("a preset sets %s, which %s does not have; left it out",
               symbol,
               host->features.name);
    return;
  }
  lmu_host_set_value(host, symbol, (float)number);
}

static LmuExit
do_work(LmuHost* const host, LmuFailure* const error)
{
  if (lmu_worker_process(host->worker)) {
    return LMU_EXIT_SUCCESS;
  }
  return lmu_failure_set(
    error,
    LMU_EXIT_PLUGIN_FAILED,
    "%s schedules work without end; report it to its author",
    host->features.name);
}

LmuExit
lmu_host_restore(LmuHost* const         host,
                 LmuFailure* const      error,
                 const LilvState* const state)
{
  // Lilv adds state:mapPath and state:freePath
  lilv_state_restore(
    state, host->instance, restore_value, host, 0U, host->features.list);
  return do_work(host, error);
}

uint32_t
lmu_host_n_errors(const LmuHost* const host)
{
  return host->features.n_errors;
}

bool
lmu_host_send(LmuHost* const host, const LV2_Atom* const atom)
{
  if (host->events_in < 0 || !host->data[host->events_in].sequence) {
    return false;
  }

  const uint32_t size = (uint32_t)sizeof(LV2_Atom_Event) + atom->size;
  if (size > MIN_SEQUENCE - sizeof(LV2_Atom_Sequence)) {
    return false;
  }

  LV2_Atom_Event* const event = (LV2_Atom_Event*)lmu_allocate(1U, size);
  event->body                 = *atom;
  memcpy(&event->body + 1U, atom + 1U, atom->size);
  const bool sent =
    lv2_atom_sequence_append_event(host->pending, MIN_SEQUENCE, event);
  free(event);
  return sent;
}

const LV2_Atom_Sequence*
lmu_host_events(const LmuHost* const host)
{
  return (host->events_out >= 0) ? host->data[host->events_out].sequence : NULL;
}

/// Connect audio and CV, and put all other inputs in order
static void
prepare(LmuHost* const      host,
        float* const* const inputs,
        float* const* const outputs,
        const uint32_t      n_frames)
{
  uint32_t n_inputs  = 0U;
  uint32_t n_outputs = 0U;
  for (uint32_t i = 0U; i < host->n_ports; ++i) {
    const LmuPort* const port = &host->ports[i];
    PortData* const      data = &host->data[i];
    if (is_output(port)) {
      lilv_instance_connect_port(host->instance, i, outputs[n_outputs++]);
    } else if (port->kind == LMU_PORT_AUDIO) {
      lilv_instance_connect_port(host->instance, i, inputs[n_inputs++]);
    } else if (data->buffer) {
      for (uint32_t j = 0U; j < n_frames; ++j) {
        data->buffer[j] = data->value;
      }
    } else if (data->sequence && port->is_input) {
      clear_sequence(host, data->sequence);
    } else if (data->sequence) {
      data->sequence->atom.type = host->urid_chunk;
      data->sequence->atom.size = data->capacity - (uint32_t)sizeof(LV2_Atom);
    }
  }
}

/// Move pending events to the port that takes them
static void
deliver_events(LmuHost* const host)
{
  if (host->events_in >= 0 && host->data[host->events_in].sequence) {
    memcpy(host->data[host->events_in].sequence,
           host->pending,
           sizeof(LV2_Atom) + host->pending->atom.size);
    clear_sequence(host, host->pending);
  }
}

/// Run for no frames, with every signal connected to one spare buffer
static void
run_nothing(LmuHost* const host)
{
  const uint32_t n_inputs  = host->n_inputs;
  const uint32_t n_signals = n_inputs + host->n_outputs;
  float* const   spare =
    (float*)lmu_allocate(host->settings.max_block, sizeof(float));
  float** const signals = (float**)lmu_allocate(n_signals, sizeof(float*));
  for (uint32_t i = 0U; i < n_signals; ++i) {
    signals[i] = spare;
  }

  prepare(host, signals, signals + n_inputs, 0U);
  lilv_instance_run(host->instance, 0U);
  free(signals);
  free(spare);
}

LmuExit
lmu_host_start(LmuHost* const host, LmuFailure* const error)
{
  lilv_instance_activate(host->instance);
  host->is_active = true;
  if (!host->has_worker) {
    return LMU_EXIT_SUCCESS;
  }

  run_nothing(host);
  return do_work(host, error);
}

LmuExit
lmu_host_process(LmuHost* const      host,
                 LmuFailure* const   error,
                 float* const* const inputs,
                 float* const* const outputs,
                 const uint32_t      n_frames)
{
  if (!host->is_active) {
    const LmuExit status = lmu_host_start(host, error);
    if (status) {
      return status;
    }
  }

  prepare(host, inputs, outputs, n_frames);
  deliver_events(host);

  const double start = lmu_clock_s();
  lilv_instance_run(host->instance, n_frames);
  host->run_s += lmu_clock_s() - start;
  return do_work(host, error);
}

double
lmu_host_run_s(const LmuHost* const host)
{
  return host->run_s;
}

uint32_t
lmu_host_latency(const LmuHost* const host)
{
  const float latency =
    (host->latency >= 0) ? host->data[host->latency].value : 0.0f;
  return (latency >= 1.0f && latency < 1e9f) ? (uint32_t)latency : 0U;
}

LilvInstance*
lmu_host_instance(LmuHost* const host)
{
  return host->instance;
}

LmuUrids*
lmu_host_urids(LmuHost* const host)
{
  return host->urids;
}
