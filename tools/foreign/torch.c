// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/torch.h"

#include "core/base/setup/error.h"
#include "core/nn/setup/safetensors.h"
#include "tools/base/allocate.h"
#include "tools/network/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// PyTorch's slope of a leaky_relu that says none
#define TORCH_SLOPE 0.01

/// All that is read of a state dict
typedef struct {
  LmuTorchFile*   file;
  LmuFailure*     error;
  LmuSafetensors* tensors;
  bool            used[LMU_MAX_TENSORS]; ///< Tensors that were read
  char            prefix[LMU_MAX_TENSOR_NAME];
  double*         ad; ///< A of the file, or null, [order][order]
  double*         bd; ///< B of the file, or null, [order]
} Reader;

/// A tensor that a network needs
typedef struct {
  const char* prefix;
  const char* name;
  uint32_t    rows;
  uint32_t    columns;
} Wanted;

static LmuExit
fail(const Reader* const self, const char* const what)
{
  return lmu_failure_set(
    self->error, LMU_EXIT_BAD_INPUT, "%s: %s", self->file->path, what);
}

/// Return the tensor of that name, or null
static const LmuTensor*
find(const Reader* const self, const char* const prefix, const char* const name)
{
  char full[2U * LMU_MAX_TENSOR_NAME];
  snprintf(full, sizeof(full), "%s%s", prefix, name);
  return lmu_safetensors_tensor(self->tensors, full);
}

static bool
has_shape(const LmuTensor* const tensor, const Wanted* const wanted)
{
  const bool vector = tensor->rank == 1U && wanted->rows == 1U &&
                      tensor->shape[0] == wanted->columns;
  return vector || (tensor->rank == 2U && tensor->shape[0] == wanted->rows &&
                    tensor->shape[1] == wanted->columns);
}

static LmuExit
bad_shape(const Reader* const self, const Wanted* const wanted)
{
  return lmu_failure_set(self->error,
                         LMU_EXIT_BAD_INPUT,
                         "%s: tensor \"%s%s\" does not have the shape [%u][%u] "
                         "that others make it have; save the whole state dict "
                         "of one network",
                         self->file->path,
                         wanted->prefix,
                         wanted->name,
                         wanted->rows,
                         wanted->columns);
}

/// Read a tensor into new memory, [rows][columns]
static LmuExit
read_tensor(Reader* const       self,
            double** const      values,
            const Wanted* const wanted)
{
  const LmuTensor* const tensor = find(self, wanted->prefix, wanted->name);
  if (!tensor) {
    return lmu_failure_set(self->error,
                           LMU_EXIT_BAD_INPUT,
                           "%s: no tensor \"%s%s\"; save the whole state dict "
                           "of the cell",
                           self->file->path,
                           wanted->prefix,
                           wanted->name);
  }
  if (!has_shape(tensor, wanted)) {
    return bad_shape(self, wanted);
  }

  LmuError        reason = {""};
  const size_t    count  = (size_t)wanted->rows * wanted->columns;
  double*         read   = (double*)lmu_allocate(count, sizeof(double));
  const LmuStatus status = lmu_tensor_read(tensor, read, &reason);
  if (status) {
    free(read);
    return lmu_failure_core(self->error, self->file->path, status, reason.text);
  }
  self->used[tensor - self->tensors->tensors] = true;
  *values                                     = read;
  return LMU_EXIT_SUCCESS;
}

/// Read a tensor and add it, transposed, to the rows of a matrix
static LmuExit
add_transposed(Reader* const       self,
               double* const       matrix,
               const Wanted* const wanted)
{
  double*       values = NULL;
  const LmuExit status = read_tensor(self, &values, wanted);
  for (uint32_t i = 0U; values && i < wanted->rows; ++i) {
    for (uint32_t j = 0U; j < wanted->columns; ++j) {
      matrix[((size_t)j * wanted->rows) + i] =
        values[((size_t)i * wanted->columns) + j];
    }
  }
  free(values);
  return status;
}

/// Leave out whole numbers without a shape, which count batches and steps
static void
skip_counters(Reader* const self)
{
  for (uint32_t i = 0U; i < self->tensors->n_tensors; ++i) {
    const LmuTensor* const tensor = &self->tensors->tensors[i];
    self->used[i]                 = !tensor->rank && !tensor->dtype->read;
  }
}

/// Refuse what has names of other layers than an LMU cell and a Linear one
static LmuExit
check_layers(const Reader* const self)
{
  static const struct {
    const char* ending;
    const char* layer;
  } others[] = {
    {"running_mean", "a batch normalisation"},
    {"weight_ih_l0", "an RNN, GRU or LSTM of PyTorch"},
    {"weight_ih", "an RNN, GRU or LSTM of PyTorch"},
    {"in_proj_weight", "attention"},
  };

  for (uint32_t i = 0U; i < self->tensors->n_tensors; ++i) {
    const char* const name = self->tensors->tensors[i].name;
    const char* const dot  = strrchr(name, '.');
    for (size_t j = 0U; j < sizeof(others) / sizeof(others[0]); ++j) {
      if (!strcmp(dot ? dot + 1 : name, others[j].ending)) {
        return lmu_failure_set(self->error,
                               LMU_EXIT_BAD_INPUT,
                               "%s: tensor \"%s\" is of %s, which cannot run "
                               "here; train an LMU cell with at most one "
                               "Linear layer after it",
                               self->file->path,
                               name,
                               others[j].layer);
      }
    }
  }
  return LMU_EXIT_SUCCESS;
}

/// Find the common start of all names
static LmuExit
find_prefix(Reader* const self)
{
  if (lmu_safetensors_metadata(self->tensors, "format_version")) {
    return fail(self,
                "is a file for plugins already; load it in one, or see lmu "
                "info");
  }
  for (uint32_t i = 0U; i < self->tensors->n_tensors; ++i) {
    const char* const name   = self->tensors->tensors[i].name;
    const size_t      length = strlen(name);
    const bool        ends = length >= 3U && !strcmp(name + length - 3U, "e_x");
    if (ends && (length == 3U || name[length - 4U] == '.')) {
      memcpy(self->prefix, name, length - 3U);
      self->prefix[length - 3U] = '\0';
      return LMU_EXIT_SUCCESS;
    }
  }
  return fail(self,
              "no tensor \"cell.e_x\", so it is no state dict of an LMU cell; "
              "see doc/weights.md for how to write a file of ours");
}

/// Return a dimension of a tensor, or zero
static uint32_t
size_of(const Reader* const self, const char* const name, const uint32_t index)
{
  const LmuTensor* const tensor = find(self, self->prefix, name);
  const bool             good =
    tensor && tensor->rank == 2U && tensor->shape[index] <= LMU_MAX_MEMORY;
  return good ? (uint32_t)tensor->shape[index] : 0U;
}

/// Check sizes, and make room for all parameters
static LmuExit
allocate(const Reader* const self, LmuGraph* const graph)
{
  LmuError        reason = {""};
  const LmuStatus status = lmu_graph_allocate(graph, &reason);
  return status ? lmu_failure_core(
                    self->error, self->file->path, status, reason.text)
                : LMU_EXIT_SUCCESS;
}

/// Set the cell's sizes, with any theta
static LmuExit
start_cell(const Reader* const self, LmuGraph* const graph)
{
  LmuLayer* const layer = &graph->layers[0];

  layer->type             = LMU_LAYER_LMU;
  layer->n_inputs         = size_of(self, "W_x", 1U);
  layer->units            = size_of(self, "W_h", 0U);
  layer->order            = size_of(self, "W_m", 1U);
  layer->memory_d         = 1U;
  layer->theta[0]         = 1.0;
  layer->cell             = LMU_CELL_SIMPLE_RNN;
  layer->activation       = self->file->activation;
  layer->slope            = TORCH_SLOPE;
  layer->hidden_to_memory = true;
  layer->memory_to_memory = true;
  layer->input_to_hidden  = true;
  graph->n_inputs         = layer->n_inputs;
  graph->n_layers         = 1U;
  if (!layer->n_inputs || !layer->units || !layer->order) {
    return fail(self,
                "W_x, W_h and W_m are not all matrices; save the whole state "
                "dict of the cell");
  }
  return allocate(self, graph);
}

static LmuExit
read_cell(Reader* const self, const LmuGraph* const graph)
{
  const LmuLayer* const layer  = &graph->layers[0];
  const uint32_t        x      = layer->n_inputs;
  const uint32_t        n      = layer->units;
  const uint32_t        d      = layer->order;
  double* const         kernel = lmu_layer_values(graph, 0U, LMU_KERNEL);
  double* const recurs = lmu_layer_values(graph, 0U, LMU_MEMORY_RECURRENT);
  double* const hidden = lmu_layer_values(graph, 0U, LMU_CELL_KERNEL);
  double* const past   = lmu_layer_values(graph, 0U, LMU_CELL_RECURRENT);

  const struct {
    double* matrix;
    Wanted  wanted;
  } parts[] = {
    {kernel, {self->prefix, "e_x", 1U, x}},
    {kernel + x, {self->prefix, "e_h", 1U, n}},
    {recurs, {self->prefix, "e_m", 1U, d}},
    {hidden, {self->prefix, "W_m", n, d}},
    {hidden + ((size_t)d * n), {self->prefix, "W_x", n, x}},
    {past, {self->prefix, "W_h", n, n}},
  };

  LmuExit status = LMU_EXIT_SUCCESS;
  for (size_t i = 0U; !status && i < sizeof(parts) / sizeof(parts[0]); ++i) {
    status = add_transposed(self, parts[i].matrix, &parts[i].wanted);
  }
  return status;
}

/// Read A and B, if they are there
static LmuExit
read_step(Reader* const self, const uint32_t order)
{
  const LmuTensor* const b      = find(self, self->prefix, "B");
  const bool             row    = b && b->rank == 1U;
  const Wanted           want_a = {self->prefix, "A", order, order};
  const Wanted want_b = {self->prefix, "B", row ? 1U : order, row ? order : 1U};
  if (!find(self, self->prefix, "A") && !b) {
    return LMU_EXIT_SUCCESS;
  }

  const LmuExit status = read_tensor(self, &self->ad, &want_a);
  return status ? status : read_tensor(self, &self->bd, &want_b);
}

/// Take the method that is nearest to A, at the theta that was given
static LmuExit
check_theta(const Reader* const self, LmuLayer* const layer)
{
  const LmuStep step  = {layer->order, self->ad};
  const double  zoh   = lmu_step_distance(&step, LMU_ZOH, layer->theta[0]);
  const double  euler = lmu_step_distance(&step, LMU_EULER, layer->theta[0]);
  layer->method       = (euler < zoh) ? LMU_EULER : LMU_ZOH;
  if (self->file->stored || zoh < LMU_STEP_NEAR || euler < LMU_STEP_NEAR) {
    return LMU_EXIT_SUCCESS;
  }
  return lmu_failure_set(self->error,
                         LMU_EXIT_BAD_INPUT,
                         "%s: A is not the step of theta %g; leave out "
                         "--theta, or keep A and B with --step stored",
                         self->file->path,
                         layer->theta[0]);
}

static LmuExit
find_theta(Reader* const self, LmuLayer* const layer)
{
  const LmuStep step   = {layer->order, self->ad};
  LmuStepOrigin origin = {LMU_ZOH, 0.0, 0.0};
  if (!lmu_step_solve(&origin, &step)) {
    return fail(self,
                "A is not the step of any theta; give --theta FRAMES, and keep "
                "A and B with --step stored");
  }

  layer->theta[0]   = origin.theta;
  layer->method     = origin.method;
  self->file->found = true;
  return LMU_EXIT_SUCCESS;
}

static LmuExit
store_step(const Reader* const self, LmuGraph* const graph)
{
  LmuError        reason = {""};
  const LmuStatus status =
    lmu_graph_store_step(graph, 0U, self->ad, self->bd, &reason);
  return status ? lmu_failure_core(
                    self->error, self->file->path, status, reason.text)
                : LMU_EXIT_SUCCESS;
}

static LmuExit
set_theta(Reader* const self, LmuGraph* const graph)
{
  LmuLayer* const           layer = &graph->layers[0];
  const LmuTorchFile* const file  = self->file;
  const bool                large = layer->order > LMU_STEP_MAX_ORDER;
  if (self->ad && large && !(file->theta > 0.0 && file->stored)) {
    return fail(self,
                "A is too large to be compared; give --theta FRAMES, and keep "
                "A and B with --step stored");
  }
  if (!self->ad && file->theta <= 0.0) {
    return fail(self, "no A to find theta from; give --theta FRAMES");
  }
  if (!self->ad && file->stored) {
    return fail(self, "no A and B to keep; leave out --step stored");
  }

  LmuExit status  = LMU_EXIT_SUCCESS;
  layer->theta[0] = file->theta;
  if (self->ad && !large) {
    status =
      (file->theta > 0.0) ? check_theta(self, layer) : find_theta(self, layer);
  }
  return (status || !file->stored) ? status : store_step(self, graph);
}

/// Return the first tensor that was not read, or null
static const LmuTensor*
unused(const Reader* const self)
{
  for (uint32_t i = 0U; i < self->tensors->n_tensors; ++i) {
    if (!self->used[i]) {
      return &self->tensors->tensors[i];
    }
  }
  return NULL;
}

/// Find what is before "weight" in the name of a Linear layer after the cell
static bool
find_linear(const Reader* const self, char prefix[LMU_MAX_TENSOR_NAME])
{
  for (uint32_t i = 0U; i < self->tensors->n_tensors; ++i) {
    const char* const name   = self->tensors->tensors[i].name;
    const size_t      length = strlen(name);
    if (!self->used[i] && length > 7U &&
        !strcmp(name + length - 7U, ".weight")) {
      memcpy(prefix, name, length - 6U);
      prefix[length - 6U] = '\0';
      return true;
    }
  }
  return false;
}

/// Read a Linear layer, if there is one
static LmuExit
read_linear(Reader* const self, LmuGraph* const graph)
{
  char prefix[LMU_MAX_TENSOR_NAME] = "";
  if (!find_linear(self, prefix)) {
    return LMU_EXIT_SUCCESS;
  }

  const LmuTensor* const weight = find(self, prefix, "weight");
  LmuLayer* const        layer  = &graph->layers[1];
  layer->type                   = LMU_LAYER_DENSE;
  layer->units     = (weight->rank == 2U && weight->shape[0] <= LMU_MAX_UNITS)
                       ? (uint32_t)weight->shape[0]
                       : 0U;
  layer->cell_bias = find(self, prefix, "bias") != NULL;
  graph->n_layers  = 2U;

  LmuExit status = allocate(self, graph);
  if (!status) {
    const Wanted wanted = {prefix, "weight", layer->units, layer->n_inputs};
    status              = add_transposed(
      self, lmu_layer_values(graph, 1U, LMU_CELL_KERNEL), &wanted);
  }
  if (!status && layer->cell_bias) {
    const Wanted wanted = {prefix, "bias", 1U, layer->units};
    status =
      add_transposed(self, lmu_layer_values(graph, 1U, LMU_CELL_BIAS), &wanted);
  }
  return status;
}

static LmuExit
load(Reader* const self, LmuGraph* const graph)
{
  skip_counters(self);
  LmuExit status = find_prefix(self);
  if (!status) {
    status = check_layers(self);
  }
  if (!status) {
    status = start_cell(self, graph);
  }
  if (!status) {
    status = read_cell(self, graph);
  }
  if (!status) {
    status = read_step(self, graph->layers[0].order);
  }
  if (!status) {
    status = set_theta(self, graph);
  }
  if (!status) {
    status = read_linear(self, graph);
  }

  const LmuTensor* const left = unused(self);
  if (!status && left) {
    status = lmu_failure_set(self->error,
                             LMU_EXIT_BAD_INPUT,
                             "%s: tensor \"%s\" is no part of an LMU cell with "
                             "one Linear layer after it; save only those",
                             self->file->path,
                             left->name);
  }
  return status;
}

LmuExit
lmu_torch_load(LmuGraph* const     graph,
               LmuFailure* const   error,
               LmuTorchFile* const file)
{
  LmuError      reason = {""};
  Reader* const self   = (Reader*)lmu_allocate(1U, sizeof(Reader));
  self->file           = file;
  self->error          = error;
  file->found          = false;

  const LmuStatus status =
    lmu_safetensors_new(&self->tensors, file->data, file->n_bytes, &reason);
  const LmuExit result =
    status ? lmu_failure_core(error, file->path, status, reason.text)
           : load(self, graph);
  lmu_safetensors_free(self->tensors);
  free(self->bd);
  free(self->ad);
  free(self);
  return result;
}
