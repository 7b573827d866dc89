// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/torch_file.h"

#include "core/base/setup/little_endian.h"
#include "core/base/setup/utf8.h"
#include "core/nn/setup/safetensors.h"
#include "tools/base/allocate.h"
#include "tools/foreign/pickle.h"
#include "tools/foreign/torch_legacy.h"

#include <jansson.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_VALUES (64UL << 20U)  // Of all tensors [bytes]
#define MAX_STORED (256UL << 20U) // Read for them [bytes]
#define MAX_DEPTH 8U              // Of dicts around the state dict
#define MAX_PATH_SIZE 1024U       // Of a file in the archive
#define ALIGNMENT 8U              // Of the values in the result
#define TOO_LARGE "is above 64 MiB, which no network needs; " HINT
#define HINT "save model.state_dict() with torch.save()"

/// Numbers that tensors are views of
typedef struct {
  const char*           dtype;
  uint32_t              size;  ///< Of a number [bytes]
  uint64_t              count; ///< Of numbers
  const LmuPickleValue* key;   ///< Its name
} Storage;

/// A view
typedef struct {
  uint32_t rank;
  uint64_t count; ///< Of numbers
  uint64_t begin; ///< First number in the storage
  uint64_t shape[LMU_MAX_RANK];
  uint64_t stride[LMU_MAX_RANK]; ///< [numbers]
} View;

/// One conversion
typedef struct {
  LmuFailure*       error;
  const char*       path;
  const LmuArchive* archive; ///< Or null
  LmuTorchLegacy    legacy;  ///< Used if there is no archive
  LmuPickle         pickle;
  size_t            start; ///< Of names in the archive: what all have in common
  const char*       entry; ///< Name of the pickle, which begins so
  json_t*           header;
  uint8_t*          values;
  size_t            n_values; ///< [bytes]
  uint32_t          n_tensors;
  const LmuPickleValue* stored_key; ///< Name of the storage that is at hand
  const uint8_t*        stored;     ///< Its numbers
  size_t                n_stored;   ///< Their size [bytes]
  uint8_t*              read;       ///< The same if it is from the archive
  size_t                n_read;     ///< Of all storages [bytes]
} Reader;

/// Say what is wrong with a tensor, or with all if `name` is null
static LmuExit
refuse(const Reader* const self, const char* const name, const char* const what)
{
  return lmu_failure_set(self->error,
                         LMU_EXIT_BAD_INPUT,
                         name ? "%s: tensor \"%s\" %s" : "%s: %s%s",
                         self->path,
                         name ? name : "",
                         what);
}

LmuExit
lmu_torch_file_refuse_script(LmuFailure* const error, const char* const path)
{
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_INPUT,
                         "%s: is a program (TorchScript, of torch.jit.save), "
                         "and none of a file is run; " HINT,
                         path);
}

/* Tensors */

/// Read sizes or strides
static bool
read_sizes(const Reader* const         self,
           uint64_t                    sizes[LMU_MAX_RANK],
           uint32_t* const             count,
           const LmuPickleValue* const tuple)
{
  if (!tuple || tuple->type != LMU_PICKLE_TUPLE ||
      tuple->count > LMU_MAX_RANK) {
    return false;
  }
  for (uint32_t i = 0U; i < tuple->count; ++i) {
    const LmuPickleValue* const item = lmu_pickle_item(&self->pickle, tuple, i);
    if (item->type != LMU_PICKLE_WHOLE || item->number < 0) {
      return false;
    }
    sizes[i] = (uint64_t)item->number;
  }
  *count = tuple->count;
  return true;
}

/// Read what a storage is: "storage", its class, its name, its device, its size
static bool
read_storage(const Reader* const         self,
             Storage* const              storage,
             const LmuPickleValue* const value)
{
  const LmuPickle* const pickle = &self->pickle;
  if (!value || value->type != LMU_PICKLE_STORAGE || value->count < 5U ||
      !lmu_pickle_is_text(
        pickle, lmu_pickle_item(pickle, value, 0U), "storage")) {
    return false;
  }

  const LmuPickleValue* const key   = lmu_pickle_item(pickle, value, 2U);
  const LmuPickleValue* const count = lmu_pickle_item(pickle, value, 4U);
  storage->dtype = lmu_pickle_dtype(lmu_pickle_item(pickle, value, 1U));
  if (!storage->dtype || key->type != LMU_PICKLE_TEXT || key->count > 64U ||
      count->type != LMU_PICKLE_WHOLE || count->number < 0) {
    return false;
  }

  storage->size  = lmu_dtype(storage->dtype)->n_bits / 8U;
  storage->count = (uint64_t)count->number;
  storage->key   = key;
  return true;
}

/// Count the numbers of a view, and find its last one; return what is wrong
/// with it, or null
static const char*
measure(View* const view, uint64_t* const last)
{
  *last       = view->begin;
  view->count = 1U;
  for (uint32_t i = 0U; i < view->rank; ++i) {
    const uint64_t size = view->shape[i];
    if (size > 1U && !view->stride[i]) {
      return "repeats its numbers (stride of 0); save a copy of it, with "
             "tensor.contiguous()";
    }
    if (size && view->count > MAX_VALUES / size) {
      return TOO_LARGE;
    }
    if (size > 1U && view->stride[i] > MAX_VALUES) {
      return "is damaged; get an undamaged copy";
    }
    view->count *= size;
    *last += size > 1U ? (size - 1U) * view->stride[i] : 0U;
  }
  return NULL;
}

/// Return what is wrong with a view, or null
static const char*
check_view(View* const view, const Storage* const storage)
{
  uint64_t          last = 0U;
  const char* const what = measure(view, &last);
  if (what) {
    return what;
  }
  if (view->count > storage->count || (view->count && last >= storage->count)) {
    return "has more numbers than are stored; get an undamaged copy";
  }
  return view->count * storage->size <= MAX_VALUES ? NULL : TOO_LARGE;
}

/// Read what a tensor is a view of, and how
static const char*
read_view(const Reader* const         self,
          View* const                 view,
          Storage* const              storage,
          const LmuPickleValue* const tensor)
{
  const LmuPickle* const      pickle   = &self->pickle;
  const LmuPickleValue* const begin    = lmu_pickle_item(pickle, tensor, 1U);
  uint32_t                    n_stride = 0U;
  if (!read_storage(self, storage, lmu_pickle_item(pickle, tensor, 0U))) {
    return "has numbers of a kind that is not read; " HINT ", in float32";
  }
  if (!begin || begin->type != LMU_PICKLE_WHOLE || begin->number < 0 ||
      (uint64_t)begin->number > storage->count ||
      !read_sizes(
        self, view->shape, &view->rank, lmu_pickle_item(pickle, tensor, 2U)) ||
      !read_sizes(
        self, view->stride, &n_stride, lmu_pickle_item(pickle, tensor, 3U)) ||
      n_stride != view->rank) {
    return "is damaged, or has more than 8 dimensions; " HINT;
  }
  view->begin = (uint64_t)begin->number;
  return check_view(view, storage);
}

/// Read the numbers of a storage from the archive
static LmuExit
read_stored(Reader* const self, const LmuPickleValue* const key)
{
  char      name[MAX_PATH_SIZE];
  const int size = snprintf(name,
                            sizeof(name),
                            "%.*sdata/%.*s",
                            (int)self->start,
                            self->entry,
                            (int)key->count,
                            (const char*)self->pickle.data + key->first);
  free(self->read);
  self->read = NULL;
  if (size < 0 || (size_t)size >= sizeof(name)) {
    return refuse(self, NULL, "has a path that is too long; " HINT);
  }

  LmuExit status = lmu_archive_read(
    self->archive, &self->read, &self->n_stored, self->error, name, MAX_VALUES);
  self->stored = self->read;
  self->n_read += self->n_stored;
  if (!status && self->n_read > MAX_STORED) {
    status = refuse(self,
                    NULL,
                    "its tensors are parts of more than 256 MiB; save copies "
                    "of them, with tensor.clone()");
  }
  return status;
}

/// Have the numbers of a storage at hand
static LmuExit
load_storage(Reader* const self, const Storage* const storage)
{
  if (self->stored_key && self->stored_key->count == storage->key->count &&
      !memcmp(self->pickle.data + self->stored_key->first,
              self->pickle.data + storage->key->first,
              storage->key->count)) {
    return LMU_EXIT_SUCCESS;
  }

  self->stored_key = storage->key;
  if (self->archive) {
    return read_stored(self, storage->key);
  }
  const LmuLegacyStorage* const found =
    lmu_torch_legacy_find(&self->legacy, &self->pickle, storage->key);
  self->stored   = found ? found->data : NULL;
  self->n_stored = found ? found->n_bytes : 0U;
  return LMU_EXIT_SUCCESS;
}

/// Copy the numbers of a view by rows
static void
copy_view(uint8_t*             out,
          const View* const    view,
          const uint8_t* const stored,
          const uint32_t       size)
{
  uint64_t index[LMU_MAX_RANK] = {0U};
  for (uint64_t i = 0U; i < view->count; ++i) {
    uint64_t offset = view->begin;
    for (uint32_t j = 0U; j < view->rank; ++j) {
      offset += index[j] * view->stride[j];
    }
    memcpy(out, stored + (offset * size), size);
    out += size;
    for (uint32_t j = view->rank;
         j > 0U && ++index[j - 1U] == view->shape[j - 1U];
         --j) {
      index[j - 1U] = 0U;
    }
  }
}

/// Describe a tensor in the header, whose values come next
static bool
describe(Reader* const        self,
         const char* const    name,
         const View* const    view,
         const Storage* const storage)
{
  const size_t  begin  = self->n_values;
  const size_t  end    = begin + (size_t)(view->count * storage->size);
  json_t* const shape  = json_array();
  json_t* const tensor = json_pack("{s:s, s:o, s:[I, I]}",
                                   "dtype",
                                   storage->dtype,
                                   "shape",
                                   shape,
                                   "data_offsets",
                                   (json_int_t)begin,
                                   (json_int_t)end);
  for (uint32_t i = 0U; i < view->rank; ++i) {
    (void)json_array_append_new(shape,
                                json_integer((json_int_t)view->shape[i]));
  }
  return tensor && !json_object_set_new(self->header, name, tensor);
}

/// Convert one tensor
static LmuExit
convert(Reader* const               self,
        const char* const           name,
        const LmuPickleValue* const tensor)
{
  Storage           storage;
  View              view = {0U, 0U, 0U, {0U}, {0U}};
  const char* const what = read_view(self, &view, &storage, tensor);
  if (what) {
    return refuse(self, name, what);
  }

  const size_t n_bytes = (size_t)(view.count * storage.size);
  if (n_bytes > MAX_VALUES - self->n_values) {
    return refuse(self,
                  NULL,
                  "its tensors are above 64 MiB in all, which no "
                  "network needs; save those of one network");
  }
  const LmuExit status = load_storage(self, &storage);
  if (status) {
    return status;
  }
  if (self->n_stored / storage.size < storage.count) {
    return refuse(
      self, name, "has more numbers than are stored; get an undamaged copy");
  }
  if (json_object_get(self->header, name) ||
      !describe(self, name, &view, &storage)) {
    return refuse(self, name, "is there twice; save the state dict again");
  }
  self->values =
    (uint8_t*)lmu_reallocate(self->values, self->n_values + n_bytes + 1U, 1U);
  copy_view(self->values + self->n_values, &view, self->stored, storage.size);
  self->n_values += n_bytes;
  return LMU_EXIT_SUCCESS;
}

/// Take the name of a tensor; return false if it is none
static bool
take_name(const Reader* const         self,
          char                        name[LMU_MAX_TENSOR_NAME],
          const LmuPickleValue* const key)
{
  if (key->type != LMU_PICKLE_TEXT || key->count >= LMU_MAX_TENSOR_NAME) {
    return false;
  }
  memcpy(name, self->pickle.data + key->first, key->count);
  name[key->count] = '\0';
  return strlen(name) == key->count && lmu_utf8_is_valid(name, key->count);
}

/* The state dict */

/// Return the item after one, or null
static const LmuPickleItem*
next_item(const Reader* const self, const LmuPickleItem* const item)
{
  return item->next ? &self->pickle.items[item->next] : NULL;
}

/// Return the first item of a dict, or null
static const LmuPickleItem*
first_item(const Reader* const self, const LmuPickleValue* const dict)
{
  return dict->count ? &self->pickle.items[dict->first] : NULL;
}

static const LmuPickleValue*
value_of(const Reader* const self, const LmuPickleItem* const item)
{
  return &self->pickle.values[item->value];
}

/// Return whether a dict has tensors
static bool
has_tensors(const Reader* const self, const LmuPickleValue* const dict)
{
  const LmuPickleItem* key = first_item(self, dict);
  while (key) {
    const LmuPickleItem* const value = next_item(self, key);
    if (value && value_of(self, value)->type == LMU_PICKLE_TENSOR) {
      return true;
    }
    key = value ? next_item(self, value) : NULL;
  }
  return false;
}

/// Return the dict under a key, or under any but of those with tensors if the
/// key is null
static const LmuPickleValue*
find_dict(const Reader* const         self,
          const LmuPickleValue* const dict,
          const char* const           wanted)
{
  const LmuPickleItem* key = first_item(self, dict);
  while (key) {
    const LmuPickleItem* const  item  = next_item(self, key);
    const LmuPickleValue* const value = item ? value_of(self, item) : NULL;
    if (value && value->type == LMU_PICKLE_DICT &&
        (wanted ? lmu_pickle_is_text(&self->pickle, value_of(self, key), wanted)
                : has_tensors(self, value))) {
      return value;
    }
    key = item ? next_item(self, item) : NULL;
  }
  return NULL;
}

/// Return the dict of a checkpoint in which its state dict is, or null
static const LmuPickleValue*
find_inner(const Reader* const self, const LmuPickleValue* const dict)
{
  static const char* const keys[] = {"state_dict",
                                     "model_state_dict",
                                     "model",
                                     "net",
                                     "network",
                                     "module",
                                     "weights",
                                     "params"};
  for (size_t i = 0U; i < sizeof(keys) / sizeof(keys[0]); ++i) {
    const LmuPickleValue* const inner = find_dict(self, dict, keys[i]);
    if (inner) {
      return inner;
    }
  }
  return has_tensors(self, dict) ? NULL : find_dict(self, dict, NULL);
}

/// Return the state dict, or null
static const LmuPickleValue*
find_state(const Reader* const self)
{
  const LmuPickleValue* dict = &self->pickle.values[self->pickle.root];
  for (uint32_t i = 0U; dict->type == LMU_PICKLE_DICT && i < MAX_DEPTH; ++i) {
    const LmuPickleValue* const inner = find_inner(self, dict);
    if (!inner) {
      return has_tensors(self, dict) ? dict : NULL;
    }
    dict = inner;
  }
  return NULL;
}

/// Convert all tensors of a dict, and leave out what else is in it
static LmuExit
convert_all(Reader* const self, const LmuPickleValue* const dict)
{
  LmuExit              status = LMU_EXIT_SUCCESS;
  const LmuPickleItem* key    = first_item(self, dict);
  while (!status && key) {
    const LmuPickleItem* const item = next_item(self, key);
    char                       name[LMU_MAX_TENSOR_NAME];
    if (item && value_of(self, item)->type == LMU_PICKLE_TENSOR) {
      status = !take_name(self, name, value_of(self, key))
                 ? refuse(self,
                          NULL,
                          "a tensor has no name of at most 127 "
                          "bytes; " HINT)
               : ++self->n_tensors > LMU_MAX_TENSORS
                 ? refuse(self,
                          NULL,
                          "has more than 256 tensors, which is no "
                          "LMU cell; save one network")
                 : convert(self, name, value_of(self, item));
    }
    key = item ? next_item(self, item) : NULL;
  }
  return status;
}

/* The whole */

/// Write header and values as safetensors
static LmuExit
write_all(Reader* const self, uint8_t** const data, size_t* const n_bytes)
{
  const size_t length = json_dumpb(self->header, NULL, 0U, JSON_COMPACT);
  if (!length) {
    return refuse(self, NULL, "its names are not UTF-8; " HINT);
  }

  const size_t   header = (length + ALIGNMENT - 1U) / ALIGNMENT * ALIGNMENT;
  const size_t   size   = 8U + header + self->n_values;
  uint8_t* const bytes  = (uint8_t*)lmu_allocate(size, 1U);
  lmu_little_endian_write(bytes, 8U, header);
  memset(bytes + 8U, ' ', header);
  (void)json_dumpb(self->header, (char*)bytes + 8U, length, JSON_COMPACT);
  if (self->n_values) {
    memcpy(bytes + 8U + header, self->values, self->n_values);
  }
  *data    = bytes;
  *n_bytes = size;
  return LMU_EXIT_SUCCESS;
}

/// Refuse what is beside the pickle in archives that are not read
static LmuExit
check_archive(const Reader* const self)
{
  uint8_t*          order  = NULL;
  size_t            size   = 0U;
  LmuExit           status = LMU_EXIT_SUCCESS;
  const char* const name   = lmu_archive_find(self->archive, "byteorder");
  if (lmu_archive_find(self->archive, "constants.pkl")) {
    return lmu_torch_file_refuse_script(self->error, self->path);
  }
  if (name) {
    status =
      lmu_archive_read(self->archive, &order, &size, self->error, name, 64U);
  }
  if (!status && order && strcmp((const char*)order, "little") != 0) {
    status = refuse(self,
                    NULL,
                    "has numbers with their highest byte first; "
                    "save it again on another machine");
  }
  free(order);
  return status;
}

static LmuExit
convert_pickle(Reader* const        self,
               uint8_t** const      data,
               size_t* const        n_bytes,
               const uint8_t* const text,
               const size_t         size)
{
  LmuExit status =
    lmu_pickle_init(&self->pickle, self->error, self->path, text, size);
  const LmuPickleValue* const state = status ? NULL : find_state(self);
  if (!status && !state) {
    status = refuse(self, NULL, "holds no state dict; " HINT);
  }
  if (!status && !self->archive) {
    status = lmu_torch_legacy_index(&self->legacy, self->error, &self->pickle);
  }
  if (!status) {
    status = convert_all(self, state);
  }
  return status ? status : write_all(self, data, n_bytes);
}

static LmuExit
convert_archive(Reader* const self, uint8_t** const data, size_t* const n_bytes)
{
  uint8_t* text   = NULL;
  size_t   size   = 0U;
  LmuExit  status = check_archive(self);
  if (!status) {
    self->start = strlen(self->entry) - strlen("data.pkl");
    status      = lmu_archive_read(
      self->archive, &text, &size, self->error, self->entry, LMU_MAX_PICKLE);
  }
  if (!status) {
    status = convert_pickle(self, data, n_bytes, text, size);
  }
  free(text);
  return status;
}

static LmuExit
convert_legacy(Reader* const               self,
               uint8_t** const             data,
               size_t* const               n_bytes,
               const LmuTorchSource* const source)
{
  const LmuExit status = lmu_torch_legacy_init(
    &self->legacy, self->error, self->path, source->data, source->n_bytes);
  const size_t offset = self->legacy.offset;
  const size_t left   = source->n_bytes - offset;
  return status ? status
                : convert_pickle(self,
                                 data,
                                 n_bytes,
                                 source->data + offset,
                                 left < LMU_MAX_PICKLE ? left : LMU_MAX_PICKLE);
}

LmuExit
lmu_torch_file_convert(uint8_t** const             data,
                       size_t* const               n_bytes,
                       LmuFailure* const           error,
                       const LmuTorchSource* const source)
{
  Reader* const self = (Reader*)lmu_allocate(1U, sizeof(Reader));
  self->error        = error;
  self->path         = source->path;
  self->archive      = source->archive;
  self->entry =
    self->archive ? lmu_archive_find(self->archive, "data.pkl") : "";
  self->header = json_object();
  *data        = NULL;
  *n_bytes     = 0U;

  const LmuExit status =
    !self->archive ? convert_legacy(self, data, n_bytes, source)
    : self->entry  ? convert_archive(self, data, n_bytes)
                   : refuse(self, NULL, "has no data.pkl; " HINT);
  lmu_torch_legacy_reset(&self->legacy);
  lmu_pickle_reset(&self->pickle);
  json_decref(self->header);
  free(self->read);
  free(self->values);
  free(self);
  return status;
}
