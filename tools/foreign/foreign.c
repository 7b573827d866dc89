// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/foreign.h"

#include "core/base/setup/error.h"
#include "core/base/setup/little_endian.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/weight_file.h"
#include "tools/base/text.h"
#include "tools/foreign/archive.h"
#include "tools/foreign/hdf5.h"
#include "tools/foreign/json_model.h"
#include "tools/foreign/keras.h"
#include "tools/foreign/torch_file.h"
#include "tools/foreign/torch_legacy.h"

#include <stdbool.h>
#include <string.h>

// Three times, and eight times what the greatest network takes
#define MAX_MEMORY (400UL << 20U)
#define MAX_CPU_S 3U

#define START_SIZE 8U // Of what tells files apart

/// How a file of some kind begins, and what to do with it
static const struct {
  const char* start;
  const char* what;
} others[] = {
  {"\x93NUMPY", "a NumPy array; give a whole network"},
  {"\x80",
   "a pickle that torch.save() did not write; save "
   "model.state_dict() with torch.save()"},
};

bool
lmu_foreign_is_safetensors(const uint8_t* const data, const size_t n_bytes)
{
  const uint64_t size =
    (n_bytes > START_SIZE) ? lmu_little_endian_read(data, START_SIZE) : 0U;
  return size > 0U && size <= n_bytes - START_SIZE && data[START_SIZE] &&
         strchr("{ \t\r\n", data[START_SIZE]);
}

/// Say what a file is that nothing here reads
static LmuExit
refuse(LmuFailure* const error, const LmuForeign* const file)
{
  for (size_t i = 0U; i < sizeof(others) / sizeof(others[0]); ++i) {
    const size_t size = strlen(others[i].start);
    if (file->n_bytes >= size && !memcmp(file->data, others[i].start, size)) {
      return lmu_failure_set(
        error, LMU_EXIT_BAD_INPUT, "%s is %s", file->path, others[i].what);
    }
  }
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_INPUT,
                         "cannot tell what %s is; give a .keras or .h5 file of "
                         "Keras, a .pt or .safetensors file of PyTorch, a .nam "
                         "file, or JSON of RTNeural",
                         file->path);
}

/// Read a network of some program into an empty graph
typedef LmuExit (*Reader)(LmuGraph* graph, LmuFailure* error, const void* file);

/// Read a network, and turn it into bytes of a weight file
static LmuExit
convert_network(LmuAnswer* const  answer,
                LmuFailure* const error,
                const char* const path,
                const Reader      reader,
                const void* const file)
{
  LmuGraph* const graph  = lmu_graph_new();
  LmuError        reason = {""};
  if (!graph) {
    return lmu_failure_core(error, path, LMU_NO_MEMORY, "out of memory");
  }

  LmuExit status = reader(graph, error, file);
  if (!status) {
    const LmuStatus written =
      lmu_weights_write(&answer->data, &answer->n_bytes, graph, &reason);
    status = written ? lmu_failure_core(error, path, written, reason.text)
                     : LMU_EXIT_SUCCESS;
  }
  answer->kind = LMU_FOREIGN_NETWORK;
  lmu_graph_free(graph);
  return status;
}

static LmuExit
read_keras(LmuGraph* const   graph,
           LmuFailure* const error,
           const void* const file)
{
  return lmu_keras_load(graph, error, (const LmuKerasFile*)file);
}

/// Convert a model of Keras
static LmuExit
convert_keras(LmuAnswer* const        answer,
              LmuFailure* const       error,
              const LmuForeign* const file,
              const LmuArchive* const archive)
{
  const LmuKerasFile model = {file->path,
                              archive,
                              file->data,
                              file->n_bytes,
                              file->config_path,
                              (const char*)file->config,
                              file->n_config,
                              file->logits};
  return convert_network(answer, error, file->path, read_keras, &model);
}

static LmuExit
read_json(LmuGraph* const   graph,
          LmuFailure* const error,
          const void* const file)
{
  return lmu_json_load(graph, error, (const LmuJsonFile*)file);
}

/// Convert a network that is JSON as a whole
static LmuExit
convert_json(LmuAnswer* const        answer,
             LmuFailure* const       error,
             const LmuForeign* const file)
{
  const LmuJsonFile model = {
    file->path, file->data, file->n_bytes, file->logits};
  return convert_network(answer, error, file->path, read_json, &model);
}

/// Turn what PyTorch saved into safetensors
static LmuExit
convert_torch(LmuAnswer* const        answer,
              LmuFailure* const       error,
              const LmuForeign* const file,
              const LmuArchive* const archive)
{
  const LmuTorchSource source = {
    file->path, archive, file->data, file->n_bytes};
  answer->kind = LMU_FOREIGN_STATE;
  return lmu_torch_file_convert(
    &answer->data, &answer->n_bytes, error, &source);
}

/// Return whether a file is called what PyTorch saves
static bool
is_torch(const char* const path)
{
  const char* const ending = lmu_text_ending(path);
  return lmu_text_equal(ending, ".pt") || lmu_text_equal(ending, ".pth");
}

/// Convert an archive of Keras or of PyTorch
static LmuExit
convert_archive(LmuAnswer* const        answer,
                LmuFailure* const       error,
                const LmuForeign* const file)
{
  LmuArchive* archive = NULL;
  LmuExit     status =
    lmu_archive_new(&archive, error, file->path, file->data, file->n_bytes);
  if (status) {
    return status;
  }

  if (lmu_archive_find(archive, "data.pkl")) {
    status = convert_torch(answer, error, file, archive);
  } else if (lmu_archive_find(archive, "constants.pkl")) {
    status = lmu_torch_file_refuse_script(error, file->path);
  } else if (lmu_archive_find(archive, ".npy")) {
    status = lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s is an archive of NumPy arrays; give what "
                             "model.save() or torch.save() wrote",
                             file->path);
  } else if (is_torch(file->path)) {
    status = lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s has no data in it; give what torch.save() "
                             "wrote",
                             file->path);
  } else {
    status = convert_keras(answer, error, file, archive);
  }
  lmu_archive_free(archive);
  return status;
}

LmuExit
lmu_foreign_convert(LmuAnswer* const        answer,
                    LmuFailure* const       error,
                    const LmuForeign* const file)
{
  if (lmu_archive_is(file->data, file->n_bytes)) {
    return convert_archive(answer, error, file);
  }
  if (lmu_hdf5_is(file->data, file->n_bytes)) {
    return convert_keras(answer, error, file, NULL);
  }
  if (lmu_torch_legacy_is(file->data, file->n_bytes)) {
    return convert_torch(answer, error, file, NULL);
  }
  if (lmu_json_is(file->data, file->n_bytes)) {
    return convert_json(answer, error, file);
  }
  return refuse(error, file);
}

/// Convert what confined work is given
static LmuExit
run(LmuAnswer* const answer, LmuFailure* const error, const void* const input)
{
  return lmu_foreign_convert(answer, error, (const LmuForeign*)input);
}

LmuConfined
lmu_foreign_work(const LmuForeign* const file)
{
  const LmuConfined work = {file->path, file, {MAX_MEMORY, MAX_CPU_S}, run};
  return work;
}

LmuExit
lmu_foreign_read(LmuAnswer* const        answer,
                 LmuFailure* const       error,
                 const LmuForeign* const file)
{
  const LmuConfined work = lmu_foreign_work(file);
  return lmu_confine(answer, error, &work);
}
