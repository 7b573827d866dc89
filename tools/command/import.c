// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/math/setup/matrix.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/weight_file.h"
#include "data/input.h"
#include "data/npy.h"
#include "data/output.h"
#include "data/sequence.h"
#include "tools/base/allocate.h"
#include "tools/base/print.h"
#include "tools/base/text.h"
#include "tools/command/command.h"
#include "tools/foreign/foreign.h"
#include "tools/foreign/torch.h"
#include "tools/network/names.h"
#include "tools/network/step.h"
#include "tools/network/trained.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MIN_RATE 1.0
#define MAX_RATE 1e6
#define MAX_FRAMES 1e6 // Of latency
#define MAX_LEVEL_DB 100.0

/// One import from start to end
typedef struct {
  const LmuArguments* arguments;
  const char*         path; ///< What is read
  char*               target;
  LmuGraph*           graph;
  bool                quiet;
  uint32_t            n_found;  ///< Windows that were found from matrices
  uint32_t            n_stored; ///< Steps that are stored
  bool                is_state; ///< Whether it is a state dict of PyTorch
} Import;

/* What is read */

/// Read the activation of a cell whose file does not say
static LmuExit
read_activation(LmuActivation* const activation,
                Import* const        self,
                LmuFailure* const    error)
{
  const char* const name =
    lmu_arguments_value(self->arguments, "--activation", NULL);
  if (!name) {
    return LMU_EXIT_SUCCESS;
  }
  for (uint32_t i = 0U; i < LMU_GATED; ++i) {
    if (!strcmp(name, lmu_activation_name((LmuActivation)i))) {
      *activation = (LmuActivation)i;
      return LMU_EXIT_SUCCESS;
    }
  }
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_VALUE,
                         "--activation cannot be \"%s\"; use linear, tanh, "
                         "sigmoid, relu, softsign, hard_sigmoid, gelu, "
                         "gelu_tanh, elu, selu, leaky_relu or softplus",
                         name);
}

/// Read a state dict that is safetensors
static LmuExit
load_state(Import* const        self,
           LmuFailure* const    error,
           const uint8_t* const data,
           const size_t         n_bytes)
{
  LmuTorchFile file = {self->path, data, n_bytes, 0.0, LMU_TANH, false, false};
  LmuExit      status = lmu_arguments_number(
    &file.theta, error, self->arguments, "--theta", 1.0, 1e9);
  if (!status) {
    status = read_activation(&file.activation, self, error);
  }

  const char* const step = lmu_arguments_value(self->arguments, "--step", NULL);
  file.stored            = step && !strcmp(step, "stored");
  self->is_state         = true;
  self->graph            = lmu_graph_new();
  if (!status && !self->graph) {
    status = lmu_failure_core(error, self->path, LMU_NO_MEMORY, "no memory");
  }
  if (!status) {
    status = lmu_torch_load(self->graph, error, &file);
  }
  self->n_found += file.found;
  return status;
}

/// Take what a confined process made of a file
static LmuExit
take_answer(Import* const          self,
            LmuFailure* const      error,
            const LmuAnswer* const answer)
{
  LmuError reason = {""};
  if (answer->kind == LMU_FOREIGN_STATE) {
    return load_state(self, error, answer->data, answer->n_bytes);
  }

  const LmuStatus status =
    lmu_weights_parse(&self->graph, answer->data, answer->n_bytes, &reason);
  return status ? lmu_failure_core(error, self->path, status, reason.text)
                : LMU_EXIT_SUCCESS;
}

/// Read a file of another program
static LmuExit
load_foreign(Import* const     self,
             LmuFailure* const error,
             LmuForeign* const file)
{
  LmuError  reason  = {""};
  LmuStatus read    = LMU_SUCCESS;
  uint8_t*  config  = NULL;
  file->config_path = lmu_arguments_value(self->arguments, "--config", NULL);
  file->logits      = lmu_arguments_has(self->arguments, "--logits");
  if (file->config_path) {
    read = lmu_input_read(&config, &file->n_config, file->config_path, &reason);
    file->config = config;
  }

  LmuAnswer answer = {0U, NULL, 0U};
  LmuExit   status = read ? lmu_failure_core(error, NULL, read, reason.text)
                          : lmu_foreign_read(&answer, error, file);
  if (!status) {
    status = take_answer(self, error, &answer);
  }
  free(answer.data);
  free(config);
  return status;
}

/// Read a file that is in memory
static LmuExit
load_bytes(Import* const        self,
           LmuFailure* const    error,
           const uint8_t* const data,
           const size_t         n_bytes)
{
  LmuForeign file  = {self->path, data, n_bytes, NULL, NULL, 0U, false};
  const bool state = lmu_path_ends(self->path, ".safetensors") ||
                     lmu_foreign_is_safetensors(data, n_bytes);
  return state ? load_state(self, error, data, n_bytes)
               : load_foreign(self, error, &file);
}

static LmuExit
load(Import* const self, LmuFailure* const error)
{
  uint8_t*          data    = NULL;
  size_t            n_bytes = 0U;
  LmuError          reason  = {""};
  const LmuStatus   read = lmu_input_read(&data, &n_bytes, self->path, &reason);
  const char* const name =
    lmu_input_is_pipe(self->path) ? lmu_input_name(self->path) : NULL;
  const LmuExit status = read ? lmu_failure_core(error, name, read, reason.text)
                              : load_bytes(self, error, data, n_bytes);
  free(data);
  if (status || self->graph) {
    return status;
  }
  (void)lmu_failure_core(error, self->path, LMU_NO_MEMORY, "no memory");
  return LMU_EXIT_NO_MEMORY;
}

/* Steps */

static LmuExit
set_method(Import* const self, LmuFailure* const error)
{
  const char* const name =
    lmu_arguments_value(self->arguments, "--discretisation", NULL);
  uint32_t   stages = 0U;
  const bool pade   = name && !strncmp(name, "pade:", 5U) &&
                    lmu_text_whole(&stages, name + 5, 1U, 4U);
  if (!name) {
    return LMU_EXIT_SUCCESS;
  }
  if (!pade && strcmp(name, "zoh") != 0 && strcmp(name, "euler") != 0) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_VALUE,
                           "--discretisation cannot be \"%s\"; use zoh, euler, "
                           "or pade:S with S from 1 to 4",
                           name);
  }

  for (uint32_t i = 0U; i < self->graph->n_layers; ++i) {
    LmuLayer* const layer = &self->graph->layers[i];
    if (layer->type == LMU_LAYER_LMU) {
      layer->method = pade                   ? LMU_PADE
                      : !strcmp(name, "zoh") ? LMU_ZOH
                                             : LMU_EULER;
      layer->stages = stages;
    }
  }
  return LMU_EXIT_SUCCESS;
}

/// Return the index of an LMU layer by that among all of them, or n_layers
static uint32_t
find_lmu(const LmuGraph* const graph, uint32_t index)
{
  uint32_t i = 0U;
  while (i < graph->n_layers &&
         (graph->layers[i].type != LMU_LAYER_LMU || index--)) {
    ++i;
  }
  return i;
}

/// Check that an array is as large as a memory needs
static LmuExit
check_size(LmuFailure* const error,
           const char* const path,
           const size_t      count,
           const size_t      wanted)
{
  return (count == wanted)
           ? LMU_EXIT_SUCCESS
           : lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s has %zu values, the memory needs %zu; give "
                             "the A or B of this network",
                             path,
                             count,
                             wanted);
}

/// Take a step that keras-lmu stores transposed, or SciPy as it is
static LmuExit
take_step(LmuGraph* const     graph,
          const uint32_t      index,
          LmuFailure* const   error,
          const char* const   path,
          double* const       ad,
          const double* const bd)
{
  LmuLayer* const layer = &graph->layers[index];
  const LmuStep   step  = {layer->order, ad};
  const double plain = lmu_step_distance(&step, layer->method, layer->theta[0]);
  lmu_matrix_transpose(ad, layer->order);
  const double turned =
    lmu_step_distance(&step, layer->method, layer->theta[0]);
  if (plain <= turned) {
    lmu_matrix_transpose(ad, layer->order);
  }
  if (!(plain < LMU_STEP_NEAR || turned < LMU_STEP_NEAR)) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s is not a step of order %u and theta %g; give "
                           "the A of this network",
                           path,
                           layer->order,
                           layer->theta[0]);
  }

  LmuError        reason = {""};
  const LmuStatus status = lmu_graph_store_step(graph, index, ad, bd, &reason);
  return status ? lmu_failure_core(error, path, status, reason.text)
                : LMU_EXIT_SUCCESS;
}

static LmuExit
read_step(LmuGraph* const   graph,
          const uint32_t    index,
          LmuFailure* const error,
          const char* const a_path,
          const char* const b_path)
{
  const size_t order  = graph->layers[index].order;
  LmuNpy       a      = {.rank = 0U};
  LmuNpy       b      = {.rank = 0U};
  LmuExit      status = lmu_npy_load(&a, error, a_path);
  if (!status) {
    status = check_size(error, a_path, a.n_values, order * order);
  }
  if (!status) {
    status = lmu_npy_load(&b, error, b_path);
  }
  if (!status) {
    status = check_size(error, b_path, b.n_values, order);
  }
  if (!status) {
    status = take_step(graph, index, error, a_path, a.values, b.values);
  }
  lmu_npy_reset(&b);
  lmu_npy_reset(&a);
  return status;
}

/// Store the step that "A.npy,B.npy" holds in the next LMU layer
static LmuExit
add_step(Import* const self, LmuFailure* const error, const char* const text)
{
  const uint32_t    index = find_lmu(self->graph, self->n_stored);
  const bool        found = index < self->graph->n_layers;
  const char* const comma = strchr(text, ',');
  if (!found || !comma) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           found ? "--step cannot be \"%s\"; write A.npy,B.npy"
                                 : "--step %s is one too many; give one for "
                                   "each LMU",
                           text);
  }

  char* const   a_path = lmu_allocate_text("%.*s", (int)(comma - text), text);
  const LmuExit status =
    read_step(self->graph, index, error, a_path, comma + 1);
  free(a_path);
  ++self->n_stored;
  return status;
}

static LmuExit
set_steps(Import* const self, LmuFailure* const error)
{
  const LmuArguments* const arguments = self->arguments;

  LmuExit status = set_method(self, error);
  for (uint32_t i = 0U; !status && i < arguments->n_given; ++i) {
    const LmuGiven* const given = &arguments->given[i];
    if (!strcmp(given->name, "--step") &&
        !(self->is_state && !strcmp(given->value, "stored"))) {
      status = add_step(self, error, given->value);
    }
  }
  return status;
}

/* What it is */

/// Name the inputs that are controls, with commas between
static LmuExit
set_conditions(Import* const self, LmuFailure* const error)
{
  LmuGraph* const graph = self->graph;
  const char* text = lmu_arguments_value(self->arguments, "--conditions", NULL);
  if (text) {
    graph->metadata.n_conditions = 0U; // Names of the file give way
  }
  while (text) {
    const size_t   length = strcspn(text, ",");
    const uint32_t index  = graph->metadata.n_conditions;
    if (index == LMU_MAX_CONDITIONS || index + 1U >= graph->n_inputs ||
        !length || length >= LMU_MAX_NAME) {
      return lmu_failure_set(
        error,
        LMU_EXIT_BAD_VALUE,
        "--conditions cannot be \"%s\"; name at most %u of "
        "the last of %u inputs, with commas between",
        lmu_arguments_value(self->arguments, "--conditions", NULL),
        LMU_MAX_CONDITIONS,
        graph->n_inputs);
    }
    memcpy(graph->metadata.conditions[index], text, length);
    graph->metadata.conditions[index][length] = '\0';
    graph->metadata.n_conditions              = index + 1U;
    text = text[length] ? text + length + 1U : NULL;
  }
  return LMU_EXIT_SUCCESS;
}

static LmuExit
describe(Import* const self, LmuFailure* const error)
{
  LmuGraph* const           graph     = self->graph;
  const LmuArguments* const arguments = self->arguments;

  LmuExit status = lmu_trained_set_texts(graph, error, arguments);
  if (!status) {
    status = lmu_arguments_number(
      &graph->metadata.rate, error, arguments, "--rate", MIN_RATE, MAX_RATE);
  }
  if (!status) {
    status = lmu_arguments_number(
      &graph->metadata.latency, error, arguments, "--latency", 0.0, MAX_FRAMES);
  }
  if (!status) {
    status = lmu_arguments_number(&graph->metadata.loudness_db,
                                  error,
                                  arguments,
                                  "--loudness",
                                  -MAX_LEVEL_DB,
                                  MAX_LEVEL_DB);
  }
  lmu_trained_set_name(graph, self->path);
  return status ? status : set_conditions(self, error);
}

/* What is written */

/// Return the input's name with another ending, for free()
static char*
default_target(const char* const path)
{
  static const char* const endings[] = {".state.safetensors",
                                        ".safetensors",
                                        ".weights.h5",
                                        ".h5",
                                        ".hdf5",
                                        ".keras",
                                        ".pt",
                                        ".pth",
                                        ".ckpt",
                                        ".nam",
                                        ".aidax",
                                        ".json"};
  for (size_t i = 0U; i < sizeof(endings) / sizeof(endings[0]); ++i) {
    if (lmu_path_ends(path, endings[i])) {
      const size_t length = strlen(path) - strlen(endings[i]);
      return lmu_allocate_text("%.*s.safetensors", (int)length, path);
    }
  }
  return lmu_allocate_text("%s.safetensors", path);
}

static LmuExit
set_target(Import* const self, LmuFailure* const error)
{
  const LmuArguments* const arguments = self->arguments;

  const bool is_standard = !strcmp(self->path, LMU_STANDARD);
  self->target = arguments->output ? lmu_allocate_text("%s", arguments->output)
                 : is_standard     ? lmu_allocate_text("%s", LMU_STANDARD)
                                   : default_target(self->path);
  if (!is_standard && !strcmp(self->target, self->path)) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "%s would be written over itself; give another name "
                           "after it",
                           self->path);
  }
  return lmu_trained_check_path(error, self->target);
}

static LmuExit
save(Import* const self, LmuFailure* const error)
{
  return lmu_trained_save(self->graph, error, self->path, self->target);
}

static void
print_summary(const Import* const self)
{
  const LmuGraph* const graph        = self->graph;
  uint32_t              n_parameters = 0U;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    n_parameters += lmu_layer_n_trainable(&graph->layers[i]);
  }

  lmu_print("%s: %u layer%s, %u weight%s, %u input%s, %u output%s\n",
            self->target,
            graph->n_layers,
            graph->n_layers > 1U ? "s" : "",
            n_parameters,
            n_parameters == 1U ? "" : "s",
            graph->n_inputs,
            graph->n_inputs > 1U ? "s" : "",
            graph->n_outputs,
            graph->n_outputs > 1U ? "s" : "");
  if (self->n_found) {
    lmu_print("Found theta %g from A, by %s.\n",
              graph->layers[0].theta[0],
              graph->layers[0].method == LMU_EULER ? "euler" : "zoh");
  }
  if (graph->metadata.rate <= 0.0) {
    puts("Note: it has no sample rate; give --rate HZ if it is for sound.");
  }
}

static LmuExit
import(const LmuArguments* const arguments, LmuFailure* const error)
{
  LmuExit (*const steps[])(Import*, LmuFailure*) = {
    set_target, load, set_steps, describe, save};

  Import self    = {0};
  self.arguments = arguments;
  self.path      = arguments->operands[0];
  self.quiet     = lmu_arguments_has(arguments, "--quiet");

  LmuExit status = LMU_EXIT_SUCCESS;
  for (size_t i = 0U; !status && i < sizeof(steps) / sizeof(steps[0]); ++i) {
    status = steps[i](&self, error);
  }
  if (!status && !self.quiet) {
    print_summary(&self);
  }
  lmu_graph_free(self.graph);
  free(self.target);
  return status;
}

static const LmuOption options[] = {
  {"--config", "FILE", "What model.to_json() returned, for a .weights.h5 file"},
  {"--logits", NULL, "Leave out a softmax at the end"},
  {"--theta", "FRAMES", "Window of a state dict without A and B"},
  {"--activation", "NAME", "Of the cell of a state dict (tanh)"},
  {"--step",
   "A.npy,B.npy",
   "Store this step of the memory, do not compute it.\n"
   "Once for each LMU, in order; \"stored\" takes those of\n"
   "a state dict"},
  {"--discretisation",
   "NAME",
   "Compute steps by zoh, euler, or pade:S, S from 1 to 4,\n"
   "other than the file says"},
  {"--rate", "HZ", "Sample rate that it was trained at"},
  {"--latency", "FRAMES", "What the output is late by"},
  {"--loudness", "DB", "RMS of its output in training, in dBFS"},
  {"--conditions", "NAME,...", "The last inputs are controls with these names"},
  {"--name", "TEXT", "What users see (the name of the file)"},
  {"--author", "TEXT", "Who trained it"},
  {"--license", "TEXT", "What others may do with it"},
  {"--source", "TEXT", "What it is a model of"},
  {"--comment", "TEXT", "Anything else"},
  {"-o", "OUT", "Write this, in the place of the last word"},
  {"--quiet", NULL, "Print nothing but errors"},
  {"--help", NULL, "Show this"},
  {NULL, NULL, NULL},
};

const LmuCommand lmu_import_command = {
  {"import",
   "IN [OUT.safetensors]",
   1U,
   2U,
   "Turn a network of another program into a file for plugins",
   "Reads what keras-lmu saved (NAME.keras, NAME.h5, or NAME.weights.h5 with\n"
   "--config), the state dict of a PyTorch LMU cell (NAME.pt, or\n"
   "NAME.safetensors), an LSTM of Neural Amp Modeler (NAME.nam), or what\n"
   "RTNeural, AIDA-X and GuitarML play (NAME.json, NAME.aidax), and writes\n"
   "the one file that plugins load, as doc/weights.md describes it.  Nothing\n"
   "in a file is run, and no file but it is read.\n\n"
   "Layers of Keras may be LMU, LMUFeedforward, RNN of LMUCell, SimpleRNN,\n"
   "LSTM, GRU, Dense, TimeDistributed(Dense), Add, Concatenate, Activation,\n"
   "ReLU, LeakyReLU, ELU, Rescaling, Normalization, BatchNormalization, and\n"
   "Dropout, which does nothing here; of RTNeural dense, lstm, gru and\n"
   "activation.",
   options},
  import,
};
