// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/plugin/session.h"

#include "tests/plugin/instance.h"
#include "tests/plugin/paths.h"
#include "tests/plugin/require.h"
#include "tests/plugin/uris.h"

#include <lv2/core/lv2.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void
session_init(Session* const    session,
             const PathsKind   kind,
             const char* const folder)
{
  memset(session, 0, sizeof(*session));
  paths_init(&session->paths, kind, folder);
  session->has_worker = true;
}

void
session_clear(Session* const session)
{
  for (uint32_t i = 0U; i < session->n_properties; ++i) {
    free(session->properties[i].value);
  }
  session->n_properties = 0U;
}

/* Properties */

const Property*
session_find(const Session* const session, const LV2_URID key)
{
  for (uint32_t i = 0U; i < session->n_properties; ++i) {
    if (session->properties[i].key == key) {
      return &session->properties[i];
    }
  }
  return NULL;
}

const char*
session_text(const Session* const session, const LV2_URID key)
{
  const Property* const property = session_find(session, key);
  return property ? property->value : NULL;
}

static void
remove_property(Session* const session, const LV2_URID key)
{
  for (uint32_t i = 0U; i < session->n_properties; ++i) {
    if (session->properties[i].key == key) {
      free(session->properties[i].value);
      session->properties[i] = session->properties[--session->n_properties];
      return;
    }
  }
}

void
session_put(Session* const    session,
            const LV2_URID    key,
            const LV2_URID    type,
            const void* const value,
            const uint32_t    size)
{
  remove_property(session, key);
  if (!value) {
    return;
  }

  // No byte more than there are, so that reading beyond them is seen, and by a
  // function that test_faults.c does not let fail
  char* const    copy     = (char*)reallocarray(NULL, 1U, size);
  const Property property = {key, type, 0U, size, copy};
  REQUIRE(copy || !size);
  REQUIRE(session->n_properties < SESSION_MAX_PROPERTIES);
  if (size) {
    memcpy(property.value, value, size);
  }
  session->properties[session->n_properties++] = property;
}

void
session_set_ends(Session* const session, const uint32_t n_ends)
{
  char text[4U * PATHS_MAX];
  for (uint32_t i = 0U; i < session->n_properties; ++i) {
    Property* const property = &session->properties[i];
    if (property->type == URI_ATOM_PATH || property->type == URI_ATOM_STRING) {
      const size_t length = strnlen(property->value, property->size);
      REQUIRE(length + n_ends <= sizeof(text));
      memset(text, 0, sizeof(text));
      memcpy(text, property->value, length);
      free(property->value);
      property->size  = (uint32_t)length + n_ends;
      property->value = (char*)malloc(property->size);
      REQUIRE(property->value || !property->size);
      memcpy(property->value, text, property->size);
    }
  }
}

bool
session_equal(const Session* const x, const Session* const y)
{
  for (uint32_t i = 0U; i < x->n_properties; ++i) {
    const Property* const one   = &x->properties[i];
    const Property* const other = session_find(y, one->key);
    if (!other || one->type != other->type || one->flags != other->flags ||
        one->size != other->size ||
        memcmp(one->value, other->value, one->size) != 0) {
      return false;
    }
  }
  return x->n_properties == y->n_properties;
}

/* Calls */

static LV2_State_Status
store(LV2_State_Handle  handle,
      const uint32_t    key,
      const void* const value,
      const size_t      size,
      const uint32_t    type,
      const uint32_t    flags)
{
  Session* const session = (Session*)handle;
  REQUIRE(key && type && value && size);
  REQUIRE(session->keeps || !session_find(session, key));
  REQUIRE(flags & LV2_STATE_IS_POD);
  session_put(session, key, type, value, (uint32_t)size);
  session->properties[session->n_properties - 1U].flags = flags;
  return LV2_STATE_SUCCESS;
}

static const void*
retrieve(LV2_State_Handle handle,
         const uint32_t   key,
         size_t* const    size,
         uint32_t* const  type,
         uint32_t* const  flags)
{
  const Property* const property = session_find((Session*)handle, key);
  if (!property) {
    return NULL;
  }

  *size  = property->size;
  *type  = property->type;
  *flags = property->flags;
  return property->value;
}

LV2_State_Status
session_save(Session* const session, const Instance* const instance)
{
  const LV2_Feature* features[PATHS_MAX_FEATURES + 1U] = {NULL};
  const uint32_t n_features = paths_features(&session->paths, features, true);
  if (!session->keeps) {
    session_clear(session);
  }

  const LV2_State_Status status = instance->state->save(
    instance->handle, store, session, 0U, n_features ? features : NULL);
  REQUIRE(!session->paths.n_lent);
  return status;
}

LV2_State_Status
session_restore(Session* const session, Instance* const instance)
{
  const LV2_Feature  work = {LV2_WORKER__schedule, &instance->worker.schedule};
  const LV2_Feature* features[PATHS_MAX_FEATURES + 2U] = {NULL};
  const uint32_t n_features = paths_features(&session->paths, features, false);
  if (session->has_worker && instance->worker.kind != WORKER_NONE) {
    features[n_features] = &work;
  }

  const LV2_State_Status status =
    instance->state->restore(instance->handle, retrieve, session, 0U, features);
  REQUIRE(!session->paths.n_lent);
  return status;
}
