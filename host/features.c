// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "host/features.h"

#include <lv2/atom/atom.h>
#include <lv2/buf-size/buf-size.h>
#include <lv2/parameters/parameters.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

// True of this host, but with nothing to hand over
static const char* const promises[] = {
  LV2_CORE__hardRTCapable,
  LV2_CORE__inPlaceBroken,
  LV2_STATE__loadDefaultState,
  LV2_STATE__threadSafeRestore,
};

#define N_PROMISES (sizeof(promises) / sizeof(promises[0]))

static int
log_vprintf(LV2_Log_Handle    handle,
            const LV2_URID    type,
            const char* const format,
            va_list           args)
{
  LmuFeatures* const features = (LmuFeatures*)handle;
  features->n_errors += type == lmu_urids_map(features->urids, LV2_LOG__Error);
  if (type == lmu_urids_map(features->urids, LV2_LOG__Trace) ||
      (features->quiet &&
       type != lmu_urids_map(features->urids, LV2_LOG__Error))) {
    return 0;
  }

  fprintf(stderr, "%s: ", features->name);
  return vfprintf(stderr, format, args);
}

static int
log_printf(LV2_Log_Handle handle, LV2_URID type, const char* format, ...)
  __attribute__((format(printf, 3, 4)));

static int
log_printf(LV2_Log_Handle    handle,
           const LV2_URID    type,
           const char* const format,
           ...)
{
  va_list args;
  va_start(args, format);
  const int length = log_vprintf(handle, type, format, args);
  va_end(args);
  return length;
}

static void
add(LmuFeatures* const features, const char* const uri, void* const data)
{
  const uint32_t i      = features->n_features++;
  features->features[i] = (LV2_Feature){uri, data};
  features->list[i]     = &features->features[i];
}

static LV2_Options_Option
option(const LmuFeatures* const features,
       const char* const        key,
       const char* const        type,
       const void* const        value)
{
  // All values are four bytes long
  return (LV2_Options_Option){LV2_OPTIONS_INSTANCE,
                              0U,
                              lmu_urids_map(features->urids, key),
                              sizeof(float),
                              lmu_urids_map(features->urids, type),
                              value};
}

static void
init_options(LmuFeatures* const f)
{
  f->options[0] =
    option(f, LV2_PARAMETERS__sampleRate, LV2_ATOM__Float, &f->rate);
  f->options[1] =
    option(f, LV2_BUF_SIZE__minBlockLength, LV2_ATOM__Int, &f->min_block);
  f->options[2] =
    option(f, LV2_BUF_SIZE__maxBlockLength, LV2_ATOM__Int, &f->max_block);
  f->options[3] =
    option(f, LV2_BUF_SIZE__nominalBlockLength, LV2_ATOM__Int, &f->max_block);
  f->options[4] =
    option(f, LV2_BUF_SIZE__sequenceSize, LV2_ATOM__Int, &f->sequence_size);
  f->options[5] = (LV2_Options_Option){LV2_OPTIONS_INSTANCE, 0, 0, 0, 0, NULL};
}

static void
add_block_lengths(LmuFeatures* const features)
{
  const int32_t length = features->max_block;
  const bool    fixed  = features->min_block == length;

  add(features, LV2_BUF_SIZE__boundedBlockLength, NULL);
  if (fixed) {
    add(features, LV2_BUF_SIZE__fixedBlockLength, NULL);
  }
  if (fixed && !(length & (length - 1))) {
    add(features, LV2_BUF_SIZE__powerOf2BlockLength, NULL);
  }
}

void
lmu_features_init(LmuFeatures* const features, LmuWorker* const worker)
{
  LmuUrids* const urids = features->urids;

  init_options(features);
  features->log = (LV2_Log_Log){features, log_printf, log_vprintf};

  add(features, LV2_URID__map, lmu_urids_map_feature(urids));
  add(features, LV2_URID__unmap, lmu_urids_unmap_feature(urids));
  add(features, LV2_OPTIONS__options, features->options);
  add(features, LV2_WORKER__schedule, lmu_worker_schedule_feature(worker));
  add(features, LV2_LOG__log, &features->log);
  add_block_lengths(features);
  features->list[features->n_features] = NULL;
}

bool
lmu_features_have(const LmuFeatures* const features, const char* const uri)
{
  for (uint32_t i = 0U; i < features->n_features; ++i) {
    if (!strcmp(features->features[i].URI, uri)) {
      return true;
    }
  }
  for (size_t i = 0U; i < N_PROMISES; ++i) {
    if (!strcmp(promises[i], uri)) {
      return true;
    }
  }
  return false;
}
