// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_CAPTURE_THREAD_H
#define LMU_PLUGIN_CAPTURE_THREAD_H

#include "core/base/attributes.h"
#include "plugin/host.h"
#include "plugin/job.h"
#include "plugin/loader.h"
#include "plugin/path_cell.h"
#include "plugin/recorder.h"
#include "plugin/take.h"
#include "plugin/task.h"

#include <lv2/worker/worker.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   The thread that writes recordings and trains, of low priority.

   The worker starts it once someone wants to record or to train, and it ends by
   itself when nobody does.  It hears and says all by what is atomic, so that
   the audio thread waits for nothing; it asks every few milliseconds whether to
   go on, so that who waits for its end does not wait long.
*/

/// What users want of the thread
typedef struct {
  bool     records; ///< Sound is on its way
  bool     trains;
  bool     has_signal; ///< A test signal is to be played
  uint32_t size;       ///< LmuSize
  uint32_t kind;       ///< KindChoice
} CaptureWish;

/// What is said of the thread's work
typedef struct {
  atomic_int            status;       ///< CaptureStatus
  atomic_int            esr;          ///< Of the best model [dB / 100]
  atomic_int            latency;      ///< Of the device [frames]
  atomic_uint           progress;     ///< Of training [1 / 1000]
  atomic_uint           seconds_left; ///< Of training
  atomic_uint           rate;         ///< Of the recording [Hz]
  atomic_uint           memory;       ///< That recordings take [KiB]
  atomic_uint_least64_t n_frames;     ///< Recorded
} CaptureNews;

/// The thread of an instance
typedef struct CaptureThreadImpl {
  const Host*  host;
  const Uris*  uris;
  double       rate; ///< Of the host [Hz]
  Loader*      loader;
  PathRequest* name;

  // Any thread
  Recorder              recorder;
  CaptureNews           news;
  atomic_uint           wish;     ///< CaptureWish, packed
  atomic_bool           quits;    ///< Whether to end
  atomic_bool           is_alive; ///< Whether it runs
  atomic_bool           is_moved; ///< Whether a state named another folder
  _Atomic(float*)       signal;   ///< Test signal, or null
  atomic_uint_least64_t n_signal; ///< Its length [frames]
  Job                   start;    ///< What run() asked the worker for

  // Threads that may wait
  pthread_mutex_t life; ///< Of the next two
  pthread_t       thread;
  bool            has_thread;         ///< Whether that is to be joined
  pthread_mutex_t lock;               ///< Of the next one
  char            folder[PATH_BYTES]; ///< Of the take, or empty

  // The thread itself
  Take     take;
  uint64_t name_stamp; ///< When it was named
  bool     is_failed;  ///< Whether the take is of no use
  bool     is_clipped; ///< Whether a converter was at its end too often
  bool     is_trained; ///< Whether training came to its end
  int64_t  retry_ms;   ///< When to write again what could not be written
} CaptureThread;

/// Start without a thread, return false if that cannot be
LMU_SETUP bool
capture_thread_init(CaptureThread* self,
                    const Host*    host,
                    const Uris*    uris,
                    double         rate,
                    Loader*        loader,
                    PathRequest*   name);

/// End the thread and free everything
LMU_SETUP void
capture_thread_clear(CaptureThread* self);

/// End the thread, with what the audio thread has recorded, which does not run
LMU_SETUP void
capture_thread_stop(CaptureThread* self);

/// Start the thread in the worker, unless that is not what it waits for
LMU_SETUP LV2_Worker_Status
capture_thread_work(CaptureThread* self, const Request* request);

/// Go on with the take in a folder that a state names
LMU_SETUP void
capture_thread_restore(CaptureThread* self, const char* folder);

/// Set the folder of the take for a state, [PATH_BYTES]
LMU_SETUP void
capture_thread_describe(CaptureThread* self, char* folder);

/// Say what is wanted, and have the worker start the thread if that is needed
LMU_RT void
capture_thread_wish(CaptureThread* self, CaptureWish wish);

/// Return whether sound can be recorded
LMU_RT bool
capture_thread_is_ready(CaptureThread* self);

/* For the thread itself */

/// Return what is wanted
LMU_SETUP CaptureWish
capture_thread_wanted(CaptureThread* self);

/// Return whether training is to end
LMU_SETUP bool
capture_thread_ends_training(void* self);

/// Write what is in memory alone, now and then if the disk was full, and all of
/// it anew if somebody removed the files
LMU_SETUP void
capture_thread_write(CaptureThread* self);

/// Return the time of a clock that never goes back [ms]
LMU_SETUP int64_t
capture_thread_now_ms(void);

#endif // LMU_PLUGIN_CAPTURE_THREAD_H
