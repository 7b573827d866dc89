// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/messages.h"

#include "plugin/atoms.h"
#include "ui/panel.h"
#include "ui/view.h"

#include <lv2/atom/atom.h>
#include <lv2/ui/ui.h>

#include <stdint.h>
#include <string.h>

/// Room for a message: a path, and less than this besides
#define MAX_BYTES (LMU_PATH_SIZE + 256U)

/// A message that grows
typedef struct {
  union {
    LV2_Atom atom;
    uint8_t  bytes[MAX_BYTES];
  } data;
  AtomWriter writer;
} Message;

static void
begin(Message* const message, const LmuUiUris* const uris, const LV2_URID type)
{
  const LV2_Atom_Object head = {{0U, uris->atom_Object}, {0U, type}};
  message->writer            = (AtomWriter){message->data.bytes, 0U, MAX_BYTES};
  atoms_write(&message->writer, &head, sizeof(head));
}

static void
send(const LmuMessages* const messages, Message* const message)
{
  const uint32_t n_bytes  = (uint32_t)message->writer.n_bytes;
  message->data.atom.size = n_bytes - (uint32_t)sizeof(LV2_Atom);
  messages->write(messages->controller,
                  messages->port,
                  n_bytes,
                  messages->uris->atom_eventTransfer,
                  &message->data);
}

void
lmu_messages_watch(const LmuMessages* const messages, const float rate)
{
  const LmuUiUris* const uris = messages->uris;
  Message                message;
  begin(&message, uris, uris->watch);
  atoms_write_property(
    &message.writer, uris->watch_rate, uris->atom_Float, &rate, sizeof(rate));
  send(messages, &message);
}

void
lmu_messages_get(const LmuMessages* const messages)
{
  const LmuUiUris* const uris = messages->uris;
  Message                message;
  begin(&message, uris, uris->patch_Get);
  atoms_write_property(&message.writer,
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
  atoms_write_property(&message.writer,
                       uris->patch_property,
                       uris->atom_URID,
                       &uris->weights,
                       sizeof(uris->weights));
  atoms_write_property(
    &message.writer, uris->patch_value, uris->atom_Path, path, (uint32_t)size);
  send(messages, &message);
}
