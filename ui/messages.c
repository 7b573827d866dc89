// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/messages.h"

#include "ui/panel.h"
#include "ui/view.h"

#include <lv2/atom/atom.h>
#include <lv2/atom/util.h>
#include <lv2/ui/ui.h>

#include <stdint.h>
#include <string.h>

/// Room for a message: a path, and less than this besides
#define MAX_BYTES (LMU_PATH_SIZE + 256U)

/// A message that grows
typedef struct {
  union {
    LV2_Atom_Object object;
    uint8_t         bytes[MAX_BYTES];
  } data;
  uint32_t n_bytes;
} Message;

static void
begin(Message* const message, const LmuUiUris* const uris, const LV2_URID type)
{
  const LV2_Atom_Object head = {{0U, uris->atom_Object}, {0U, type}};
  message->data.object       = head;
  message->n_bytes           = sizeof(head);
}

/// Append a property, which must fit
static void
put(Message* const    message,
    const LV2_URID    key,
    const LV2_URID    type,
    const void* const value,
    const uint32_t    size)
{
  const LV2_Atom_Property_Body head = {key, 0U, {size, type}};
  uint8_t* const               end  = message->data.bytes + message->n_bytes;
  memset(end, 0, sizeof(head) + lv2_atom_pad_size(size));
  memcpy(end, &head, sizeof(head));
  memcpy(end + sizeof(head), value, size);
  message->n_bytes += (uint32_t)sizeof(head) + lv2_atom_pad_size(size);
}

static void
send(const LmuMessages* const messages, Message* const message)
{
  message->data.object.atom.size =
    message->n_bytes - (uint32_t)sizeof(LV2_Atom);
  messages->write(messages->controller,
                  messages->port,
                  message->n_bytes,
                  messages->uris->atom_eventTransfer,
                  &message->data);
}

void
lmu_messages_watch(const LmuMessages* const messages, const float rate)
{
  const LmuUiUris* const uris = messages->uris;
  Message                message;
  begin(&message, uris, uris->watch);
  put(&message, uris->watch_rate, uris->atom_Float, &rate, sizeof(rate));
  send(messages, &message);
}

void
lmu_messages_get(const LmuMessages* const messages)
{
  const LmuUiUris* const uris = messages->uris;
  Message                message;
  begin(&message, uris, uris->patch_Get);
  put(&message,
      uris->patch_property,
      uris->atom_URID,
      &uris->weights,
      sizeof(uris->weights));
  send(messages, &message);
}

void
lmu_messages_set(const LmuMessages* const messages, const char* const path)
{
  const LmuUiUris* const uris = messages->uris;
  const size_t           size = strlen(path) + 1U;
  Message                message;
  if (size > LMU_PATH_SIZE) {
    return;
  }

  begin(&message, uris, uris->patch_Set);
  put(&message,
      uris->patch_property,
      uris->atom_URID,
      &uris->weights,
      sizeof(uris->weights));
  put(&message, uris->patch_value, uris->atom_Path, path, (uint32_t)size);
  send(messages, &message);
}
