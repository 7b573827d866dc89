// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// A host whose messages, controls and blocks come from a string of bytes.

#include "plugin/ports.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/require.h"
#include "tests/plugin/sound.h"
#include "tests/plugin/views.h"

#include <lv2/atom/atom.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Greatest block, from one byte
#define MAX_BLOCK 255U

// The name that libFuzzer calls
// NOLINTBEGIN(readability-identifier-naming)
int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
// NOLINTEND(readability-identifier-naming)

/// Bytes that are left
typedef struct {
  const uint8_t* data;
  size_t         size;
} Bytes;

static uint8_t
next_byte(Bytes* const bytes)
{
  if (!bytes->size) {
    return 0U;
  }
  --bytes->size;
  return *bytes->data++;
}

/// Copy bytes, as many as there are
static void
next_bytes(Bytes* const bytes, void* const to, const size_t size)
{
  const size_t count = size < bytes->size ? size : bytes->size;
  memcpy(to, bytes->data, count);
  bytes->data += count;
  bytes->size -= count;
}

/// Set a control to any four bytes, but not the order, which takes long
static void
set_control(Instance* const instance, Bytes* const bytes)
{
  const uint32_t port = next_byte(bytes) % instance->n_ports;
  float          value;
  memset(&value, 0, sizeof(value));
  next_bytes(bytes, &value, sizeof(value));
  if (instance->kinds[port] == PORT_CONTROL_IN &&
      port != instance_port(instance, "order")) {
    instance->controls[port] = value;
  }
}

/// Return a sequence of any bytes, with no room behind it, to be freed
static LV2_Atom_Sequence*
next_sequence(Bytes* const bytes)
{
  const uint8_t            size = next_byte(bytes);
  const LV2_Atom           head = {size, URI_ATOM_SEQUENCE};
  LV2_Atom_Sequence* const sequence =
    (LV2_Atom_Sequence*)calloc(1, sizeof(head) + size);
  REQUIRE(sequence);
  memcpy(sequence, &head, sizeof(head));
  next_bytes(bytes, (uint8_t*)sequence + sizeof(head), size);
  return sequence;
}

/// Send a Watch instead, where there is room for one, with some bytes changed
static void
make_watch(Instance* const          instance,
           LV2_Atom_Sequence* const sequence,
           Bytes* const             bytes)
{
  const uint32_t watch_size = 64U;
  const uint32_t size       = (uint32_t)sizeof(LV2_Atom) + sequence->atom.size;
  if (size < watch_size) {
    return;
  }

  instance_watch(instance, 30.0f);
  memcpy((uint8_t*)sequence + sizeof(LV2_Atom),
         instance->control.bytes + sizeof(LV2_Atom),
         watch_size - sizeof(LV2_Atom));
  for (uint32_t n = next_byte(bytes) % 4U; n; --n) {
    const uint32_t at = next_byte(bytes);
    if (at >= sizeof(LV2_Atom) && at < size) {
      ((uint8_t*)sequence)[at] = next_byte(bytes);
    }
  }
}

/// Check that there is nothing but a View, or not even that
static void
check_answer(const Instance* const instance)
{
  static View view;
  const bool  is_view = view_read(&view, &instance->notify.sequence);
  REQUIRE(is_view || instance->notify.sequence.atom.size ==
                       sizeof(LV2_Atom_Sequence_Body));
}

static void
play_block(Instance* const    instance,
           const Sound* const in,
           const Sound* const out,
           Bytes* const       bytes)
{
  const uint8_t            n_frames = next_byte(bytes) | 1U;
  LV2_Atom_Sequence* const sequence = next_sequence(bytes);
  if (next_byte(bytes) % 2U) {
    make_watch(instance, sequence, bytes);
  }
  instance_connect(instance, instance_port(instance, "control"), sequence);
  instance_play(
    instance, in->channels, out->channels, n_frames, MAX_BLOCK, NULL);
  check_answer(instance);
  instance_run(instance, 0U);
  check_answer(instance);
  free(sequence);

  REQUIRE(sound_is_finite(out));
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  static Instance* instance;
  static Sound     in;
  static Sound     out;
  if (!instance) {
    REQUIRE(host_open("")); // They are part of this program
    instance = instance_start(&lmu_delay_ports[0], WORKER_NONE);
    in       = sound_new(1U, MAX_BLOCK);
    out      = sound_new(1U, MAX_BLOCK);
    sound_fill_noise(&in, 1.0f);
  }

  Bytes bytes = {data, size};
  instance_activate(instance);
  while (bytes.size) {
    set_control(instance, &bytes);
    play_block(instance, &in, &out, &bytes);
  }
  return 0;
}
