// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "host/urids.h"

#include "tools/base/allocate.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct LmuUridsImpl {
  pthread_mutex_t mutex;  ///< Held while the table is used
  char**          uris;   ///< The URI of number i + 1, [n_uris]
  uint32_t        n_uris; ///< Number of URIs
  LV2_URID_Map    map;    ///< Lent to plugins
  LV2_URID_Unmap  unmap;  ///< Lent to plugins
};

static LV2_URID
map(LV2_URID_Map_Handle handle, const char* const uri)
{
  return lmu_urids_map((LmuUrids*)handle, uri);
}

static const char*
unmap(LV2_URID_Unmap_Handle handle, const LV2_URID urid)
{
  LmuUrids* const urids = (LmuUrids*)handle;
  pthread_mutex_lock(&urids->mutex);
  const bool        known = urid && urid <= urids->n_uris;
  const char* const uri   = known ? urids->uris[urid - 1U] : NULL;
  pthread_mutex_unlock(&urids->mutex);
  return uri;
}

LmuUrids*
lmu_urids_new(void)
{
  LmuUrids* const urids = (LmuUrids*)lmu_allocate(1U, sizeof(LmuUrids));
  pthread_mutex_init(&urids->mutex, NULL);
  urids->map   = (LV2_URID_Map){urids, map};
  urids->unmap = (LV2_URID_Unmap){urids, unmap};
  return urids;
}

void
lmu_urids_free(LmuUrids* const urids)
{
  if (!urids) {
    return;
  }

  for (uint32_t i = 0U; i < urids->n_uris; ++i) {
    free(urids->uris[i]);
  }
  free(urids->uris);
  pthread_mutex_destroy(&urids->mutex);
  free(urids);
}

/// Return the number of a URI, adding it if it is new
static LV2_URID
find_or_add(LmuUrids* const urids, const char* const uri)
{
  for (uint32_t i = 0U; i < urids->n_uris; ++i) {
    if (!strcmp(urids->uris[i], uri)) {
      return i + 1U;
    }
  }

  urids->uris =
    (char**)lmu_reallocate(urids->uris, urids->n_uris + 1U, sizeof(char*));
  urids->uris[urids->n_uris] = lmu_allocate_text("%s", uri);
  return ++urids->n_uris;
}

LV2_URID
lmu_urids_map(LmuUrids* const urids, const char* const uri)
{
  pthread_mutex_lock(&urids->mutex);
  const LV2_URID urid = find_or_add(urids, uri);
  pthread_mutex_unlock(&urids->mutex);
  return urid;
}

LV2_URID_Map*
lmu_urids_map_feature(LmuUrids* const urids)
{
  return &urids->map;
}

LV2_URID_Unmap*
lmu_urids_unmap_feature(LmuUrids* const urids)
{
  return &urids->unmap;
}
