// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

/**
   @file
   Plugins that are odd in ways the plugins of this project are not, to test
   that `lmu` can host any.  What each does is in fixture.ttl.
*/

#include <lv2/atom/atom.h>
#include <lv2/atom/util.h>
#include <lv2/core/lv2.h>
#include <lv2/state/state.h>
#include <lv2/time/time.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX "urn:lmu-lv2-test:"
#define N_PORTS 8U
#define LATENCY 64U
#define LEVEL PREFIX "level"
#define FIRST_NAN 100U

typedef struct {
  void*                      ports[N_PORTS];
  const LV2_URID_Map*        map;
  const LV2_Worker_Schedule* schedule;
  float                      asked; ///< Of the worker
  float                      level; ///< Answered, restored or received
  float                      late[2][LATENCY];
  uint32_t                   place;
  uint64_t                   n_frames;  ///< Run so far
  uint32_t                   n_answers; ///< Not yet followed by end_run()
} Fixture;

static const float*
input(const Fixture* const self, const uint32_t port)
{
  return (const float*)self->ports[port];
}

static float*
output(const Fixture* const self, const uint32_t port)
{
  return (float*)self->ports[port];
}

static LV2_URID
urid(const Fixture* const self, const char* const uri)
{
  return self->map->map(self->map->handle, uri);
}

static LV2_Handle
instantiate(const LV2_Descriptor* const     descriptor,
            const double                    rate,
            const char* const               bundle,
            const LV2_Feature* const* const features)
{
  (void)rate;
  (void)bundle;
  if (!strcmp(descriptor->URI, PREFIX "broken")) {
    return NULL;
  }

  Fixture* const self = (Fixture*)calloc(1U, sizeof(Fixture));
  for (uint32_t i = 0U; self && features[i]; ++i) {
    if (!strcmp(features[i]->URI, LV2_URID__map)) {
      self->map = (const LV2_URID_Map*)features[i]->data;
    } else if (!strcmp(features[i]->URI, LV2_WORKER__schedule)) {
      self->schedule = (const LV2_Worker_Schedule*)features[i]->data;
    }
  }
  return self;
}

static void
connect_port(LV2_Handle instance, const uint32_t port, void* const data)
{
  ((Fixture*)instance)->ports[port] = data;
}

static void
cleanup(LV2_Handle instance)
{
  free(instance);
}

/// Multiply the input by a gain that only the worker may set
static void
run_worker(LV2_Handle instance, const uint32_t n_frames)
{
  Fixture* const self = (Fixture*)instance;
  const float    gain = *input(self, 2U);
  if (gain != self->asked) {
    self->asked = gain;
    self->schedule->schedule_work(self->schedule->handle, sizeof(gain), &gain);
  }
  for (uint32_t i = 0U; i < n_frames; ++i) {
    output(self, 1U)[i] = self->level * input(self, 0U)[i];
  }
}

/// Return whether both atom ports are as the specification says
static bool
atoms_are_good(const Fixture* const self, const uint32_t in, const uint32_t out)
{
  const LV2_Atom_Sequence* const from = (LV2_Atom_Sequence*)self->ports[in];
  const LV2_Atom_Sequence* const to   = (LV2_Atom_Sequence*)self->ports[out];
  return from && to && from->atom.type == urid(self, LV2_ATOM__Sequence) &&
         from->atom.size == sizeof(LV2_Atom_Sequence_Body) &&
         to->atom.type == urid(self, LV2_ATOM__Chunk) &&
         to->atom.size >= 20000U;
}

/// Delay both channels by the latency that is reported
static void
run_latent(LV2_Handle instance, const uint32_t n_frames)
{
  Fixture* const self = (Fixture*)instance;
  const bool     good = atoms_are_good(self, 5U, 6U);
  for (uint32_t i = 0U; i < n_frames; ++i) {
    for (uint32_t c = 0U; c < 2U; ++c) {
      const float sample         = input(self, c)[i];
      output(self, 2U + c)[i]    = good ? self->late[c][self->place] : 0.0f;
      self->late[c][self->place] = sample;
    }
    self->place = (self->place + 1U) % LATENCY;
  }
  *output(self, 4U) = (float)LATENCY;
}

/// Copy CV to CV, and leave the audio input alone
static void
run_cv(LV2_Handle instance, const uint32_t n_frames)
{
  const Fixture* const self = (const Fixture*)instance;
  for (uint32_t i = 0U; i < n_frames; ++i) {
    output(self, 2U)[i] = input(self, 1U)[i];
  }
}

static void
run_nan(LV2_Handle instance, const uint32_t n_frames)
{
  Fixture* const self = (Fixture*)instance;
  for (uint32_t i = 0U; i < n_frames; ++i) {
    output(self, 1U)[i] = (self->n_frames++ < FIRST_NAN) ? 0.0f : NAN;
  }
}

/// Put out the level that was restored
static void
run_state(LV2_Handle instance, const uint32_t n_frames)
{
  const Fixture* const self = (const Fixture*)instance;
  for (uint32_t i = 0U; i < n_frames; ++i) {
    output(self, 1U)[i] = self->level * *input(self, 2U);
  }
}

/// Put out a thousandth of the tempo
static void
run_tempo(LV2_Handle instance, const uint32_t n_frames)
{
  Fixture* const                 self = (Fixture*)instance;
  const LV2_Atom_Sequence* const in   = (LV2_Atom_Sequence*)self->ports[2];
  LV2_ATOM_SEQUENCE_FOREACH(in, event) {
    const LV2_Atom* tempo = NULL;
    lv2_atom_object_get((const LV2_Atom_Object*)&event->body,
                        urid(self, LV2_TIME__beatsPerMinute),
                        &tempo,
                        0);
    if (tempo) {
      self->level = 1e-3f * ((const LV2_Atom_Float*)tempo)->body;
    }
  }
  for (uint32_t i = 0U; i < n_frames; ++i) {
    output(self, 1U)[i] = self->level;
  }
}

static LV2_Worker_Status
work(LV2_Handle                        instance,
     const LV2_Worker_Respond_Function respond,
     LV2_Worker_Respond_Handle         handle,
     const uint32_t                    size,
     const void* const                 data)
{
  (void)instance;
  return respond(handle, size, data);
}

static LV2_Worker_Status
work_response(LV2_Handle instance, const uint32_t size, const void* const data)
{
  Fixture* const self = (Fixture*)instance;
  self->n_answers += size == sizeof(float);
  memcpy(&self->asked, data, sizeof(float));
  return LV2_WORKER_SUCCESS;
}

static LV2_Worker_Status
end_run(LV2_Handle instance)
{
  Fixture* const self = (Fixture*)instance;
  self->level         = self->n_answers ? self->asked : self->level;
  self->n_answers     = 0U;
  return LV2_WORKER_SUCCESS;
}

static const void*
find_feature(const LV2_Feature* const* const features, const char* const uri)
{
  for (uint32_t i = 0U; features[i]; ++i) {
    if (!strcmp(features[i]->URI, uri)) {
      return features[i]->data;
    }
  }
  return NULL;
}

static LV2_State_Status
restore(LV2_Handle                        instance,
        const LV2_State_Retrieve_Function retrieve,
        LV2_State_Handle                  handle,
        const uint32_t                    flags,
        const LV2_Feature* const* const   features)
{
  (void)flags;
  Fixture* const self = (Fixture*)instance;
  if (!find_feature(features, LV2_STATE__mapPath) ||
      !find_feature(features, LV2_STATE__freePath)) {
    return LV2_STATE_ERR_NO_FEATURE;
  }

  size_t            size = 0U;
  uint32_t          type = 0U;
  uint32_t          kind = 0U;
  const void* const value =
    retrieve(handle, urid(self, LEVEL), &size, &type, &kind);
  if (value && size == sizeof(float)) {
    memcpy(&self->level, value, sizeof(float));
  }
  return LV2_STATE_SUCCESS;
}

static LV2_State_Status
save(LV2_Handle                      instance,
     const LV2_State_Store_Function  store,
     LV2_State_Handle                handle,
     const uint32_t                  flags,
     const LV2_Feature* const* const features)
{
  (void)flags;
  (void)features;
  const Fixture* const self = (const Fixture*)instance;
  return store(handle,
               urid(self, LEVEL),
               &self->level,
               sizeof(float),
               urid(self, LV2_ATOM__Float),
               LV2_STATE_IS_POD);
}

static const void*
extension_data(const char* const uri)
{
  static const LV2_Worker_Interface worker = {work, work_response, end_run};
  static const LV2_State_Interface  state  = {save, restore};
  if (!strcmp(uri, LV2_WORKER__interface)) {
    return &worker;
  }
  return !strcmp(uri, LV2_STATE__interface) ? &state : NULL;
}

#define PLUGIN(name, run)                                             \
  {                                                                   \
    PREFIX name, instantiate, connect_port, NULL, run, NULL, cleanup, \
      extension_data                                                  \
  }

LV2_SYMBOL_EXPORT const LV2_Descriptor*
lv2_descriptor(const uint32_t index)
{
  static const LV2_Descriptor descriptors[] = {
    PLUGIN("worker", run_worker),
    PLUGIN("latent", run_latent),
    PLUGIN("cv", run_cv),
    PLUGIN("nan", run_nan),
    PLUGIN("broken", run_nan),
    PLUGIN("needy", run_nan),
    PLUGIN("state", run_state),
    PLUGIN("tempo", run_tempo),
  };
  return (index < sizeof(descriptors) / sizeof(descriptors[0]))
           ? &descriptors[index]
           : NULL;
}
