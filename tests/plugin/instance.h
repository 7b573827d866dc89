// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_INSTANCE_H
#define LMU_TESTS_PLUGIN_INSTANCE_H

#include "plugin/ports.h"
#include "tests/plugin/uris.h"

#include <lv2/atom/atom.h>
#include <lv2/core/lv2.h>
#include <lv2/log/log.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/**
   @file
   A small host that can behave badly on purpose.  Its plugins are those of
   plugins.h.
*/

/// Ports of any plugin
#define HOST_MAX_PORTS 48U

/// Bytes of an atom port, as the plugins ask for
#define HOST_ATOM_BYTES 16384U

/// Requests that wait for the worker
#define HOST_MAX_REQUESTS 64U

/// Block size that stands for many, from 0 to 300 frames
#define RANDOM_BLOCKS 0U

/// Greatest order of a new instance, as engines of others take long to make
#define QUICK_ORDER 64.0f

/// Number of plugins
#define N_PLUGINS 17

/// Greatest offset of the network that models have from the start
#define MAX_OFFSET 0.01

/// What a host maps URIs to
typedef enum {
  MAP_REAL, ///< Numbers
  MAP_ZERO, ///< Zero, which means that it could not
  MAP_NONE, ///< It does not offer to map
} MapKind;

/// What a host's worker does with a request
typedef enum {
  WORKER_NONE,    ///< It has none
  WORKER_THREAD,  ///< It works in a thread of its own
  WORKER_AT_ONCE, ///< It works while the plugin asks, like Ardour on export
  WORKER_FULL,    ///< It never has room
  WORKER_QUEUE,   ///< It works when instance_work() is called
} WorkerKind;

/// What to make
typedef struct {
  const PortList* list; ///< Ports, whose name ends the URI
  double          rate; ///< [Hz]
  MapKind         map;
  WorkerKind      worker;
  bool            is_bare; ///< Offer no log, options, or unknown features
  int*            n_logs;  ///< Counts lines of the log if not null
} InstanceSpec;

/// Message to the worker
typedef struct {
  uint32_t size;
  uint8_t  body[64]; ///< What hosts have room for
} HostRequest;

/// Worker of one instance
typedef struct {
  WorkerKind          kind;
  LV2_Worker_Schedule schedule;
  HostRequest         requests[HOST_MAX_REQUESTS];
  uint32_t            n_requests;
  uint32_t            n_refused;               ///< Requests that found no room
  HostRequest         past[HOST_MAX_REQUESTS]; ///< The last that found room
  uint32_t            n_past;                  ///< How many found room
  atomic_uint         n_works;                 ///< Requests that were done
  atomic_uint         n_errors; ///< Requests that the plugin refused
  bool                is_busy;
  bool                is_over;
  pthread_t           thread;
  pthread_mutex_t     lock;
  pthread_cond_t      signal;
} HostWorker;

/// Buffer of an atom port
typedef union {
  uint64_t          aligned; ///< As LV2 wants atoms
  LV2_Atom_Sequence sequence;
  uint8_t           bytes[HOST_ATOM_BYTES];
} HostAtoms;

/// A plugin and what it is connected to
typedef struct {
  const LV2_Descriptor*       descriptor;
  const LV2_Worker_Interface* interface; ///< Null if it does not need a worker
  const LV2_State_Interface*  state;     ///< Null if it saves controls alone
  const PortList*             list;
  LV2_Handle                  handle;
  LV2_URID_Map                map;
  LV2_Log_Log                 log;

  uint32_t n_ports;
  uint32_t n_ins;
  uint32_t n_outs;
  uint32_t ins[HOST_MAX_PORTS];  ///< Ports of audio and CV inputs, [n_ins]
  uint32_t outs[HOST_MAX_PORTS]; ///< Ports of audio and CV outputs, [n_outs]
  PortKind kinds[HOST_MAX_PORTS];

  float      controls[HOST_MAX_PORTS];
  HostAtoms  control;     ///< Messages to the plugin
  HostAtoms  notify;      ///< Messages from the plugin
  uint32_t   notify_room; ///< Bytes that the plugin may write after the header
  HostWorker worker;
} Instance;

/// A control to set at a frame
typedef struct {
  const char* symbol;
  uint32_t    frame;
  float       value;
} Change;

/// Changes in the order of their frames
typedef struct {
  const Change* changes;
  uint32_t      count;
} Score;

/// Number of plugins that load weight files, and of those that have engines
#define N_LOADERS 9
#define N_ENGINES 9

/// Indices of plugins that load weight files
extern const int host_loaders[N_LOADERS];

/// Indices of plugins that have engines, of an order that can change
extern const int host_engines[N_ENGINES];

/// Ports of all plugins
extern const PortList* const host_lists[N_PLUGINS];

/// Return whether a plugin plays a network from the start, which may answer
/// silence with an offset
bool
host_is_model(int index);

/// Return whether a plugin has a memory to show from the start, and not only
/// once it has learned a device
bool
host_has_memory(int index);

/// Use the plugins that plugins_open() finds, and return whether there are any
bool
host_open(const char* path);

/// Return the file that was given to host_open()
const char*
host_path(void);

/// Tell new instances that their bundle is at a path, or null for nowhere
void
host_set_bundle(const char* path);

/// Use the plugins of this function instead
void
host_use(LV2_Descriptor_Function function);

/// Return what the plugins' own function says of an index
const LV2_Descriptor*
host_descriptor_at(uint32_t index);

/// Return the descriptor of a plugin, or null
const LV2_Descriptor*
host_descriptor(const PortList* list);

/// Make an instance with default controls, but of QUICK_ORDER at most, or
/// return null if it refuses
Instance*
instance_new(const InstanceSpec* spec);

/// Make one as instance_new() does, in a host that offers one feature more
Instance*
instance_new_with(const InstanceSpec* spec, const LV2_Feature* more);

/// Setting of a control
typedef struct {
  const char* symbol;
  float       value;
} Setting;

/// Make an instance at 48 kHz without a worker, with some controls set, and
/// activate it, which must succeed
Instance*
instance_start_with(const PortList* list,
                    const Setting*  settings,
                    uint32_t        n_settings);

/// Make an instance at 48 kHz and activate it, which must succeed
Instance*
instance_start(const PortList* list, WorkerKind worker);

/// Free an instance, or do nothing if it is null
void
instance_free(Instance* instance);

/// Call cleanup(), so that only what is the host's is left to be freed
void
instance_cleanup(Instance* instance);

/// Call activate()
void
instance_activate(const Instance* instance);

/// Call deactivate(), if there is one
void
instance_deactivate(const Instance* instance);

/// Return the index of a port, or HOST_MAX_PORTS if there is none
uint32_t
instance_port(const Instance* instance, const char* symbol);

/// Set a control, which must exist
void
instance_set(Instance* instance, const char* symbol, float value);

/// Return a control
float
instance_get(const Instance* instance, const char* symbol);

/// Connect a port
void
instance_connect(const Instance* instance, uint32_t port, void* data);

/// Connect controls and atoms to the instance's own buffers
void
instance_connect_own(Instance* instance);

/// Call run() with what is connected
void
instance_run(Instance* instance, uint32_t n_frames);

/// Send an empty sequence with the next run()
void
instance_send_nothing(Instance* instance);

/// Send an object of up to two properties that are floats with the next run()
void
instance_send_floats(Instance*       instance,
                     LV2_URID        type,
                     const LV2_URID* keys,
                     const float*    values,
                     uint32_t        n_values);

/// Send a tempo with the next run()
void
instance_send_tempo(Instance* instance, float beats_per_minute);

/**
   Play a sound in blocks, which also end where a control changes.

   @param instance Instance.
   @param in Audio, [n_ins][n_frames].
   @param out Set to audio, [n_outs][n_frames].
   @param n_frames Number of frames.
   @param block Greatest number of frames of a block, or RANDOM_BLOCKS.
   @param score What to change, may be null.
*/
void
instance_play(Instance*     instance,
              float* const* in,
              float* const* out,
              uint32_t      n_frames,
              uint32_t      block,
              const Score*  score);

/// Return whether two instances of the same plugin make the same of noise, bit
/// for bit
bool
instance_sounds_as(Instance* instance, Instance* other);

/// Do a request as work() does, and return what that says
LV2_Worker_Status
instance_do(Instance* instance, const HostRequest* request);

/// Do one request of a queue, return false if there is none
bool
instance_work(Instance* instance);

/// Drop all requests of a queue, as hosts do when they stop
void
instance_drop(Instance* instance);

/// Wait until the worker's thread has nothing to do
void
instance_wait(Instance* instance);

#endif // LMU_TESTS_PLUGIN_INSTANCE_H
