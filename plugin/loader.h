// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_LOADER_H
#define LMU_PLUGIN_LOADER_H

#include "core/base/attributes.h"
#include "core/dsp/rt/glide.h"
#include "core/nn/setup/model.h"
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

/**
   @file
   Loading weight files while a plugin plays.

   What is wanted is a path (see path_cell.h) and a form.  Whoever sees that it
   is not what was loaded last has it loaded: the audio thread by the worker, a
   thread that restores a state by itself if it has no worker, and activate().
   Loading leaves one complete model in a mailbox.  The audio thread takes it,
   lets it adopt the memories of the one that plays, warms it up, and fades to
   it; the old one waits in a list for whoever loads or frees next.

   The newest request wins, and each asker has one under way at most.  A failed
   one keeps what plays.  activate() starts afresh, as hosts drop requests when
   they stop, and the worker refuses what it is asked for late or again.
*/

/// What a loader is for
typedef struct {
  const Host*     host;
  const Uris*     uris;
  LoadedModelKind kind;
  double          rate; ///< Of the host [Hz]
  uint32_t        n_channels;
  const uint8_t*  initial;   ///< Weight file that plays without one, or null
  size_t          n_initial; ///< Its size [bytes]
  const char*     bundle;    ///< Folder of the bundle, copied, or null
} LoaderSpec;

/// How a network is to run, apart from what the host says
typedef struct {
  float       theta_scale;
  LmuRateMode rate_mode;
} LoaderForm;

/// Loader of an instance
typedef struct {
  LoaderSpec  spec;
  char*       bundle;  ///< What the specification names
  PathRequest request; ///< Path that is wanted

  // Any thread
  atomic_uint_least64_t wanted_form;
  atomic_uint_least64_t loaded_form;  ///< Form that was tried last
  atomic_uint_least64_t loaded_stamp; ///< Stamp that was tried last
  atomic_int            status;       ///< FileStatus of that
  Job                   load;         ///< What run() asked the worker for
  Job                   load_restore; ///< What a restored state asked for
  Job                   free_models;  ///< What else run() asked for
  _Atomic(LoadedModel*) ready;        ///< For the audio thread
  _Atomic(LoadedModel*) retired;      ///< List of those to be freed

  // Threads that may wait
  pthread_mutex_t lock;
  FileName        name;           ///< What is loaded, room for it
  FileName        restored;       ///< What a state said
  uint64_t        restored_stamp; ///< When it was asked for
  FileData        good;           ///< Contents of the last good file
  uint64_t        good_stamp;     ///< When that was asked for
  uint32_t        n_models;       ///< That were made

  // The audio thread
  LoadedModel* now;  ///< Plays, null before activate()
  LoadedModel* next; ///< Is to play, or null
  uint32_t     warm; ///< Frames until it fades in
  LmuGlide     fade; ///< Part of the next in the sound
  bool         has_retired;
} Loader;

/// Start with what plays without a file, return false if that cannot be
LMU_SETUP bool
loader_init(Loader* loader, const LoaderSpec* spec);

/// Free everything, once the worker is done
LMU_SETUP void
loader_clear(Loader* loader);

/// Start afresh with what is wanted, once the worker is done, and without what
/// it was asked for
LMU_SETUP void
loader_activate(Loader* loader);

/// Do what was asked for, in the worker, unless that is not what it waits for
LMU_SETUP LV2_Worker_Status
loader_work(Loader* loader, const Request* request);

/**
   Load a file that a state names.

   @param loader Loader.
   @param name File.
   @param schedule Worker that may do so, or null to do it here.
*/
LMU_SETUP void
loader_restore(Loader*                    loader,
               const FileName*            name,
               const LV2_Worker_Schedule* schedule);

/**
   Describe the file that is wanted.

   @param loader Loader.
   @param name Set to what a state is to keep.
   @param data Set to a copy of its contents for free(), with null data unless
   it was loaded and is no larger than `most`.
   @param most Greatest size of a copy [bytes].
*/
LMU_SETUP void
loader_describe(Loader* loader, FileName* name, FileData* data, size_t most);

/// Say how a network is to run
LMU_RT void
loader_set_form(Loader* loader, LoaderForm form);

/// Return what became of the file that is wanted
LMU_RT FileStatus
loader_status(Loader* loader);

/**
   Look for new models and requests, at the start of a segment.

   A host may do all the worker's work in here.  Read `now` and `next` again
   afterwards.
*/
LMU_RT void
loader_update(Loader* loader);

/// Run all that is to be run, for a part of a segment
LMU_RT void
loader_process(Loader*             loader,
               const float* const* input,
               const float*        conditions,
               uint32_t            n_frames);

/// Return the loaded model that fades in, or null
LMU_RT const LoadedModel*
loader_rising(const Loader* loader);

/// Return the loaded model that fades in, or else the one that plays, or null
LMU_RT const LoadedModel*
loader_last(const Loader* loader);

/// Return the part of the loaded model that fades in, and move on by a frame
LMU_RT static inline double
loader_next_fade(Loader* const loader)
{
  return lmu_glide_next(&loader->fade);
}

#endif // LMU_PLUGIN_LOADER_H
