// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/torch_legacy.h"

#include "core/nn/setup/tensor.h"
#include "tools/base/allocate.h"

#include <stdlib.h>
#include <string.h>

// The pickle of the number 0x1950a86a20f9469cfc6c, and of the version 1001
#define MAGIC "\x80\x02\x8A\x0A\x6C\xFC\x9C\x46\xF9\x20\x6A\xA8\x50\x19."
#define MAGIC_SIZE 15U
#define VERSION "\x80\x02M\xE9\x03."
#define VERSION_SIZE 6U

#define MAX_MACHINE 4096U // Of the pickle of the machine [bytes]
#define MAX_KEYS 262144U  // Of the pickle of names [bytes]
#define COUNT_SIZE 8U     // Of the number before the numbers of a storage

bool
lmu_torch_legacy_is(const uint8_t* const data, const size_t n_bytes)
{
  return n_bytes >= MAGIC_SIZE && !memcmp(data, MAGIC, MAGIC_SIZE);
}

static LmuExit
fail(const LmuTorchLegacy* const self,
     LmuFailure* const           error,
     const char* const           what)
{
  return lmu_failure_set(error, LMU_EXIT_BAD_INPUT, "%s: %s", self->path, what);
}

/// Read a pickle at an offset, of at most so many bytes
static LmuExit
read_pickle(LmuPickle* const            pickle,
            LmuFailure* const           error,
            const LmuTorchLegacy* const self,
            const size_t                offset,
            const size_t                max_bytes)
{
  const size_t left = self->n_bytes - offset;
  return lmu_pickle_init(pickle,
                         error,
                         self->path,
                         self->data + offset,
                         left < max_bytes ? left : max_bytes);
}

/// Return whether the machine had the lowest byte of a number first
static bool
is_little(const LmuPickle* const pickle)
{
  const LmuPickleValue* const root = &pickle->values[pickle->root];
  const uint32_t count = root->type == LMU_PICKLE_DICT ? root->count : 0U;
  for (uint32_t i = 0U; i + 1U < count && i < 16U; i += 2U) {
    const LmuPickleValue* const key   = lmu_pickle_item(pickle, root, i);
    const LmuPickleValue* const value = lmu_pickle_item(pickle, root, i + 1U);
    if (lmu_pickle_is_text(pickle, key, "little_endian")) {
      return value->type == LMU_PICKLE_BOOL && value->number;
    }
  }
  return false;
}

LmuExit
lmu_torch_legacy_init(LmuTorchLegacy* const legacy,
                      LmuFailure* const     error,
                      const char* const     path,
                      const uint8_t* const  data,
                      const size_t          n_bytes)
{
  const LmuTorchLegacy file  = {path, data, n_bytes, 0U, 0U, NULL};
  const size_t         start = MAGIC_SIZE + VERSION_SIZE;
  LmuPickle            machine;
  *legacy = file;
  memset(&machine, 0, sizeof(machine));
  if (n_bytes < start ||
      memcmp(data + MAGIC_SIZE, VERSION, VERSION_SIZE) != 0) {
    return fail(legacy,
                error,
                "is of a version of PyTorch that is not known; save it again "
                "with another");
  }

  LmuExit status = read_pickle(&machine, error, legacy, start, MAX_MACHINE);
  if (!status && !is_little(&machine)) {
    status = fail(legacy,
                  error,
                  "has numbers with their highest byte first; save it again on "
                  "another machine");
  }
  legacy->offset = start + machine.n_bytes;
  lmu_pickle_reset(&machine);
  return status;
}

/// Return whether two texts of a pickle, or of two, are equal
static bool
equal(const LmuPickle* const      a,
      const LmuPickleValue* const x,
      const LmuPickle* const      b,
      const LmuPickleValue* const y)
{
  return x && y && x->type == LMU_PICKLE_TEXT && y->type == LMU_PICKLE_TEXT &&
         x->count == y->count &&
         !memcmp(a->data + x->first, b->data + y->first, x->count);
}

/// Return the name of a storage in the pickle and the size of its numbers,
/// or zero
static uint32_t
find_key(const LmuPickleValue** const key,
         const LmuPickle* const       pickle,
         const LmuPickle* const       keys,
         const LmuPickleValue* const  wanted)
{
  for (uint32_t i = 0U; i < pickle->n_values; ++i) {
    const LmuPickleValue* const value = &pickle->values[i];
    if (value->type == LMU_PICKLE_STORAGE && value->count > 2U) {
      const LmuPickleValue* const kind  = lmu_pickle_item(pickle, value, 1U);
      const LmuPickleValue* const found = lmu_pickle_item(pickle, value, 2U);
      const char* const           dtype = lmu_pickle_dtype(kind);
      if (dtype && equal(keys, wanted, pickle, found)) {
        *key = found;
        return lmu_dtype(dtype)->n_bits / 8U;
      }
    }
  }
  return 0U;
}

/// Find one storage, at the offset where it must be
static bool
add_storage(LmuTorchLegacy* const       self,
            size_t* const               offset,
            const LmuPickle* const      pickle,
            const LmuPickle* const      keys,
            const LmuPickleValue* const wanted)
{
  LmuLegacyStorage* const storage = &self->storages[self->n_storages];
  const uint32_t          size = find_key(&storage->key, pickle, keys, wanted);
  if (!size || self->n_bytes - *offset < COUNT_SIZE) {
    return false;
  }

  uint64_t count = 0U;
  for (uint32_t i = COUNT_SIZE; i > 0U; --i) {
    count = (count << 8U) | self->data[*offset + i - 1U];
  }
  *offset += COUNT_SIZE;
  if (count > (self->n_bytes - *offset) / size) {
    return false;
  }
  storage->data    = self->data + *offset;
  storage->n_bytes = (size_t)count * size;
  *offset += storage->n_bytes;
  ++self->n_storages;
  return true;
}

LmuExit
lmu_torch_legacy_index(LmuTorchLegacy* const  legacy,
                       LmuFailure* const      error,
                       const LmuPickle* const pickle)
{
  LmuPickle keys;
  size_t    offset = legacy->offset + pickle->n_bytes;
  memset(&keys, 0, sizeof(keys));
  LmuExit status = read_pickle(&keys, error, legacy, offset, MAX_KEYS);
  offset += keys.n_bytes;

  const LmuPickleValue* const list = status ? NULL : &keys.values[keys.root];
  const bool                  good = list && list->type == LMU_PICKLE_LIST &&
                    list->count <= LMU_MAX_LEGACY_STORAGES;
  bool whole       = good;
  legacy->storages = (LmuLegacyStorage*)lmu_allocate(good ? list->count : 1U,
                                                     sizeof(LmuLegacyStorage));
  const LmuPickleItem* item =
    good && list->count ? &keys.items[list->first] : NULL;
  while (whole && item) {
    whole =
      add_storage(legacy, &offset, pickle, &keys, &keys.values[item->value]);
    item = item->next ? &keys.items[item->next] : NULL;
  }
  lmu_pickle_reset(&keys);
  return whole || status ? status
                         : fail(legacy,
                                error,
                                "is cut short, or has more than 4096 tensors; "
                                "save model.state_dict() with torch.save()");
}

const LmuLegacyStorage*
lmu_torch_legacy_find(const LmuTorchLegacy* const legacy,
                      const LmuPickle* const      pickle,
                      const LmuPickleValue* const key)
{
  for (uint32_t i = 0U; i < legacy->n_storages; ++i) {
    if (equal(pickle, legacy->storages[i].key, pickle, key)) {
      return &legacy->storages[i];
    }
  }
  return NULL;
}

void
lmu_torch_legacy_reset(LmuTorchLegacy* const legacy)
{
  free(legacy->storages);
  memset(legacy, 0, sizeof(*legacy));
}
