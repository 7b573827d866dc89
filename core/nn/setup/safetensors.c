// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/safetensors.h"

#include "core/base/setup/error.h"
#include "core/base/setup/json.h"
#include "core/base/setup/little_endian.h"
#include "core/base/status.h"
#include "core/nn/setup/tensor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Size of what is before the header [bytes]
#define PREFIX 8U

/// Key of the metadata, where others are names of tensors
#define METADATA_KEY "__metadata__"

/// A reading of a header
typedef struct {
  LmuSafetensors* file;
  LmuJson         json;
  char*           text;    ///< Where the next text goes
  size_t          room;    ///< Room for texts [bytes]
  const uint8_t*  data;    ///< All values
  uint64_t        n_bytes; ///< Size of all values
  LmuError*       error;
  LmuStatus       status; ///< LMU_SUCCESS until something else than JSON fails
} Reader;

/// Reads one member of an object
typedef bool (*MemberReader)(Reader* reader, const char* key, void* data);

/// Refuse a tensor or a key
static bool
refuse(Reader* const     reader,
       const LmuStatus   status,
       const char* const what,
       const char* const name,
       const char* const why)
{
  reader->status =
    lmu_error_set(reader->error, status, "%s \"%s\": %s", what, name, why);
  return false;
}

/// Read a string, and keep it as long as the file
static const char*
read_text(Reader* const reader)
{
  char* const text = reader->text;
  if (!lmu_json_read_string(&reader->json, text, reader->room)) {
    return NULL;
  }
  const size_t size = strlen(text) + 1U;
  reader->text += size;
  reader->room -= size;
  return text;
}

static bool
read_member(Reader* const reader, const MemberReader read, void* const data)
{
  const char* const key = read_text(reader);
  return key && lmu_json_expect(&reader->json, ':') && read(reader, key, data);
}

static bool
read_object(Reader* const reader, const MemberReader read, void* const data)
{
  if (!lmu_json_expect(&reader->json, '{')) {
    return false;
  }
  if (lmu_json_skip(&reader->json, '}')) {
    return true;
  }
  do {
    if (!read_member(reader, read, data)) {
      return false;
    }
  } while (lmu_json_skip(&reader->json, ','));
  return lmu_json_expect(&reader->json, '}');
}

/// Read integers, at most `max`, and set their number
static bool
read_integers(Reader* const   reader,
              uint64_t* const values,
              const uint32_t  max,
              uint32_t* const count)
{
  *count = 0U;
  if (!lmu_json_expect(&reader->json, '[')) {
    return false;
  }
  if (lmu_json_skip(&reader->json, ']')) {
    return true;
  }
  do {
    uint64_t value = 0U;
    if (!lmu_json_read_integer(&reader->json, &value)) {
      return false;
    }
    if (*count < max) {
      values[*count] = value;
    }
    ++*count;
  } while (lmu_json_skip(&reader->json, ','));
  return lmu_json_expect(&reader->json, ']');
}

/* Metadata */

static bool
read_metadata(Reader* const reader, const char* const key, void* const data)
{
  (void)data;
  LmuSafetensors* const file  = reader->file;
  const char* const     value = read_text(reader);
  if (!value) {
    return false;
  }
  if (lmu_safetensors_metadata(file, key)) {
    return refuse(
      reader, LMU_BAD_FILE, "key", key, "is there twice; take one away");
  }
  if (file->n_metadata == LMU_MAX_METADATA) {
    return refuse(reader,
                  LMU_TOO_LARGE,
                  "key",
                  key,
                  "is one too many; leave out keys of other programs");
  }

  file->metadata[file->n_metadata].key   = key;
  file->metadata[file->n_metadata].value = value;
  ++file->n_metadata;
  return true;
}

/* Tensors */

/// A tensor while its properties are read
typedef struct {
  LmuTensor* tensor;
  uint64_t   offsets[2]; ///< Begin and end of its values
  bool       has_dtype;
  bool       has_shape;
  bool       has_offsets;
} Properties;

static bool
read_dtype(Reader* const reader, Properties* const properties)
{
  const char* const name = read_text(reader);
  if (!name) {
    return false;
  }
  properties->has_dtype     = true;
  properties->tensor->dtype = lmu_dtype(name);
  return properties->tensor->dtype ||
         refuse(reader,
                LMU_BAD_FILE,
                "tensor",
                properties->tensor->name,
                "has an unknown dtype; export it again as F32");
}

static bool
read_shape(Reader* const reader, Properties* const properties)
{
  LmuTensor* const tensor = properties->tensor;
  properties->has_shape   = true;
  if (!read_integers(reader, tensor->shape, LMU_MAX_RANK, &tensor->rank)) {
    return false;
  }
  return tensor->rank <= LMU_MAX_RANK ||
         refuse(reader,
                LMU_TOO_LARGE,
                "tensor",
                tensor->name,
                "has more than 8 dimensions; leave it out");
}

static bool
read_offsets(Reader* const reader, Properties* const properties)
{
  uint32_t count          = 0U;
  properties->has_offsets = true;
  if (!read_integers(reader, properties->offsets, 2U, &count)) {
    return false;
  }
  return count == 2U || refuse(reader,
                               LMU_BAD_FILE,
                               "tensor",
                               properties->tensor->name,
                               "must have two data_offsets; export it again");
}

static bool
read_property(Reader* const reader, const char* const key, void* const data)
{
  Properties* const properties = (Properties*)data;
  if (!properties->has_dtype && !strcmp(key, "dtype")) {
    return read_dtype(reader, properties);
  }
  if (!properties->has_shape && !strcmp(key, "shape")) {
    return read_shape(reader, properties);
  }
  if (!properties->has_offsets && !strcmp(key, "data_offsets")) {
    return read_offsets(reader, properties);
  }
  return refuse(reader,
                LMU_BAD_FILE,
                "tensor",
                properties->tensor->name,
                "must have dtype, shape, and data_offsets, each once and "
                "nothing else; export it again");
}

/// Return how many bits the numbers of a tensor take, or false if more than fit
static bool
count_bits(const LmuTensor* const tensor, uint64_t* const n_bits)
{
  uint64_t n = 1U;
  for (uint32_t i = 0U; i < tensor->rank; ++i) {
    if (n && tensor->shape[i] > UINT64_MAX / n) {
      return false;
    }
    n *= tensor->shape[i];
  }
  *n_bits = n * tensor->dtype->n_bits;
  return n <= UINT64_MAX / tensor->dtype->n_bits;
}

/// Check that the values of a tensor are in the file and fit its shape
static bool
check_tensor(Reader* const reader, const Properties* const properties)
{
  LmuTensor* const tensor = properties->tensor;
  uint64_t         n_bits = 0U;
  const char*      why    = NULL;
  tensor->begin           = properties->offsets[0];
  tensor->n_bytes         = properties->offsets[1] - tensor->begin;
  if (!properties->has_dtype || !properties->has_shape ||
      !properties->has_offsets) {
    why = "must have dtype, shape, and data_offsets; export it again";
  } else if (properties->offsets[1] < tensor->begin ||
             properties->offsets[1] > reader->n_bytes) {
    why = "has data_offsets outside of the file; copy or export it again";
  } else if (!count_bits(tensor, &n_bits)) {
    why = "has a shape that is too large to be true; export it again";
  } else if (n_bits % 8U || n_bits / 8U != tensor->n_bytes) {
    why = "has a shape that does not fit its data_offsets; export it again";
  }
  tensor->data = why ? NULL : reader->data + tensor->begin;
  return !why || refuse(reader, LMU_BAD_FILE, "tensor", tensor->name, why);
}

static bool
read_tensor(Reader* const reader, const char* const name)
{
  LmuSafetensors* const file = reader->file;
  if (strlen(name) >= LMU_MAX_TENSOR_NAME) {
    return refuse(reader,
                  LMU_TOO_LARGE,
                  "tensor",
                  name,
                  "has a name of more than 127 bytes; shorten it");
  }
  if (lmu_safetensors_tensor(file, name)) {
    return refuse(
      reader, LMU_BAD_FILE, "tensor", name, "is there twice; export it again");
  }
  if (file->n_tensors == LMU_MAX_TENSORS) {
    return refuse(reader,
                  LMU_TOO_LARGE,
                  "tensor",
                  name,
                  "is one too many; export no more than 256");
  }

  Properties properties   = {.tensor = &file->tensors[file->n_tensors]};
  properties.tensor->name = name;
  ++file->n_tensors;
  return read_object(reader, read_property, &properties) &&
         check_tensor(reader, &properties);
}

static bool
read_entry(Reader* const reader, const char* const key, void* const data)
{
  bool* const has_metadata = (bool*)data;
  if (strcmp(key, METADATA_KEY) != 0) {
    return read_tensor(reader, key);
  }
  if (*has_metadata) {
    return refuse(
      reader, LMU_BAD_FILE, "key", key, "is there twice; export it again");
  }
  *has_metadata = true;
  return read_object(reader, read_metadata, NULL);
}

/* File */

static int
compare_places(const void* const a, const void* const b)
{
  const LmuTensor* const x = (const LmuTensor*)a;
  const LmuTensor* const y = (const LmuTensor*)b;
  if (x->begin != y->begin) {
    return x->begin < y->begin ? -1 : 1;
  }
  if (x->n_bytes != y->n_bytes) {
    return x->n_bytes < y->n_bytes ? -1 : 1;
  }
  return strcmp(x->name, y->name);
}

/// Sort tensors by place, and check that there are neither holes nor overlaps
static bool
check_places(Reader* const reader)
{
  LmuSafetensors* const file = reader->file;
  uint64_t              end  = 0U;
  qsort(
    file->tensors, file->n_tensors, sizeof(file->tensors[0]), compare_places);
  for (uint32_t i = 0U; i < file->n_tensors; ++i) {
    if (file->tensors[i].begin != end) {
      return refuse(reader,
                    LMU_BAD_FILE,
                    "tensor",
                    file->tensors[i].name,
                    "does not start where the one before ends; export it "
                    "again");
    }
    end += file->tensors[i].n_bytes;
  }

  if (end != reader->n_bytes) {
    reader->status =
      lmu_error_set(reader->error,
                    LMU_BAD_FILE,
                    "the file is longer than its tensors; copy or export it "
                    "again");
  }
  return end == reader->n_bytes;
}

static LmuStatus
read_header(Reader* const reader)
{
  bool has_metadata = false;
  if (read_object(reader, read_entry, &has_metadata) &&
      lmu_json_end(&reader->json) && check_places(reader)) {
    return LMU_SUCCESS;
  }
  return reader->status
           ? reader->status
           : lmu_error_set(reader->error,
                           LMU_BAD_FILE,
                           "byte %u of the header: %s; the file is damaged or "
                           "no safetensors, copy or export it again",
                           (unsigned)reader->json.offset,
                           reader->json.fault);
}

/// Read the size of the header, and check that it is there
static LmuStatus
measure_header(size_t* const        size,
               const uint8_t* const bytes,
               const size_t         n_bytes,
               LmuError* const      error)
{
  const uint64_t n =
    (n_bytes < PREFIX) ? 0U : lmu_little_endian_read(bytes, PREFIX);
  if (n_bytes < PREFIX || n > n_bytes - PREFIX) {
    return lmu_error_set(error,
                         LMU_BAD_FILE,
                         "the file is shorter than its header; it is damaged "
                         "or no safetensors, copy or export it again");
  }
  if (n > LMU_MAX_HEADER) {
    return lmu_error_set(error,
                         LMU_TOO_LARGE,
                         "the header is larger than 1 MiB; export fewer "
                         "tensors and keys");
  }
  *size = (size_t)n;
  return LMU_SUCCESS;
}

LmuStatus
lmu_safetensors_new(LmuSafetensors** const file,
                    const void* const      data,
                    const size_t           n_bytes,
                    LmuError* const        error)
{
  const uint8_t* const bytes  = (const uint8_t*)data;
  size_t               size   = 0U;
  LmuStatus            status = measure_header(&size, bytes, n_bytes, error);
  *file                       = NULL;
  if (status) {
    return status;
  }

  LmuSafetensors* const self = (LmuSafetensors*)calloc(1, sizeof(*self));
  char* const           text = (char*)malloc(size + 1U);
  if (!self || !text) {
    free(text);
    free(self);
    return lmu_error_status(error, LMU_NO_MEMORY);
  }

  self->text    = text;
  Reader reader = {.file    = self,
                   .text    = text,
                   .room    = size + 1U,
                   .data    = bytes + PREFIX + size,
                   .n_bytes = n_bytes - PREFIX - size,
                   .error   = error};
  lmu_json_init(&reader.json, (const char*)bytes + PREFIX, size);
  status = read_header(&reader);
  if (status) {
    lmu_safetensors_free(self);
    return status;
  }
  *file = self;
  return LMU_SUCCESS;
}

void
lmu_safetensors_free(LmuSafetensors* const file)
{
  if (file) {
    free(file->text);
  }
  free(file);
}

const LmuTensor*
lmu_safetensors_tensor(const LmuSafetensors* const file, const char* const name)
{
  for (uint32_t i = 0U; i < file->n_tensors; ++i) {
    if (!strcmp(file->tensors[i].name, name)) {
      return &file->tensors[i];
    }
  }
  return NULL;
}

const char*
lmu_safetensors_metadata(const LmuSafetensors* const file,
                         const char* const           key)
{
  for (uint32_t i = 0U; i < file->n_metadata; ++i) {
    if (!strcmp(file->metadata[i].key, key)) {
      return file->metadata[i].value;
    }
  }
  return NULL;
}
