// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/keras_affine.h"

#include "tools/base/allocate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KERAS_EPSILON 1e-7 // keras.config.epsilon(), unless one sets another

/// Numbers of a layer, [n] each, in one allocation that `gain` begins
typedef struct {
  uint32_t n;
  double*  gain;   ///< What to multiply with, first gamma
  double*  offset; ///< What to add then, first beta
  double*  mean;
  double*  variance;
} Numbers;

static bool
is_a(const LmuKerasLayer* const source, const char* const class_name)
{
  return !strcmp(source->class_name, class_name);
}

/// Return whether an axis, or the one in a list, is the last one
static bool
is_last_axis(const json_t* const axis)
{
  const json_t* const one =
    json_array_size(axis) == 1U ? json_array_get(axis, 0U) : axis;
  const json_int_t number = json_integer_value(one);
  return !axis || number == -1 || number == 2;
}

static LmuExit
check_axis(const LmuKerasPlan* const plan)
{
  return is_last_axis(json_object_get(plan->affine->config, "axis"))
           ? LMU_EXIT_SUCCESS
           : lmu_keras_refuse(&plan->place,
                              "only the last axis can be normalised; use axis "
                              "-1");
}

/// Read one number for all, or a list of one for each
static LmuExit
read_list(const LmuKerasPlan* const plan,
          const Numbers* const      numbers,
          double* const             to,
          const char* const         key)
{
  const json_t* const value = json_object_get(plan->affine->config, key);
  const bool          list =
    json_is_array(value) && json_array_size(value) == numbers->n;
  bool good = list || json_is_number(value);
  for (uint32_t i = 0U; good && i < numbers->n; ++i) {
    const json_t* const number = list ? json_array_get(value, i) : value;
    good                       = json_is_number(number);
    to[i]                      = json_number_value(number);
  }
  return good ? LMU_EXIT_SUCCESS
              : lmu_keras_refuse(&plan->place,
                                 "%s is neither a number nor a list of %u; "
                                 "save the model again with one",
                                 key,
                                 numbers->n);
}

static void
add(LmuKerasGroup* const group,
    const uint32_t       n,
    double* const        values,
    const char* const    role)
{
  LmuKerasVariable* const variable = &group->variables[group->n_variables++];
  variable->values                 = values;
  variable->shape                  = (LmuShape){1U, {n, 0U}};
  variable->role                   = role;
}

static LmuExit
read_rescaling(const LmuKerasPlan* const plan, const Numbers* const numbers)
{
  const LmuExit status = read_list(plan, numbers, numbers->gain, "scale");
  return status ? status : read_list(plan, numbers, numbers->offset, "offset");
}

/// Read what was given, or else found in data: a mean and a variance
static LmuExit
read_moments(const LmuKerasPlan* const plan,
             const LmuHdf5* const      hdf5,
             const Numbers* const      numbers)
{
  const json_t* const given = json_object_get(plan->affine->config, "mean");
  LmuKerasGroup       group = {0U, 1U, {{NULL, {0U, {0U, 0U}}, NULL}}};
  if (!given || json_is_null(given)) {
    add(&group, numbers->n, numbers->mean, "mean");
    add(&group, numbers->n, numbers->variance, "variance");
    return lmu_keras_group_read(plan, hdf5, plan->group, &group);
  }

  const LmuExit status = read_list(plan, numbers, numbers->mean, "mean");
  return status ? status
                : read_list(plan, numbers, numbers->variance, "variance");
}

/// Read Normalization, which may be the other way round
static LmuExit
read_normalization(const LmuKerasPlan* const plan,
                   const LmuHdf5* const      hdf5,
                   const Numbers* const      numbers)
{
  bool    invert = false;
  LmuExit status =
    lmu_keras_flag(&invert, &plan->place, plan->affine->config, "invert");
  status = status ? status : read_moments(plan, hdf5, numbers);
  for (uint32_t i = 0U; !status && i < numbers->n; ++i) {
    const double width = fmax(sqrt(numbers->variance[i]), KERAS_EPSILON);
    numbers->gain[i]   = invert ? width : 1.0 / width;
    numbers->offset[i] = invert ? numbers->mean[i] : -numbers->mean[i] / width;
  }
  return status;
}

/// Read the variables of BatchNormalization that it has
static LmuExit
read_batch_variables(const LmuKerasPlan* const plan,
                     const LmuHdf5* const      hdf5,
                     const Numbers* const      numbers)
{
  const json_t* const config = plan->affine->config;
  LmuKerasGroup       group  = {0U, 0U, {{NULL, {0U, {0U, 0U}}, NULL}}};
  bool                scale  = true;
  bool                center = true;
  LmuExit status = lmu_keras_flag(&scale, &plan->place, config, "scale");
  if (!status) {
    status = lmu_keras_flag(&center, &plan->place, config, "center");
  }
  if (scale) {
    add(&group, numbers->n, numbers->gain, "gamma");
  }
  if (center) {
    add(&group, numbers->n, numbers->offset, "beta");
  }
  add(&group, numbers->n, numbers->mean, "moving_mean");
  add(&group, numbers->n, numbers->variance, "moving_variance");
  return status ? status
                : lmu_keras_group_read(plan, hdf5, plan->group, &group);
}

static LmuExit
read_batch(const LmuKerasPlan* const plan,
           const LmuHdf5* const      hdf5,
           const Numbers* const      numbers)
{
  double  epsilon = 0.0;
  LmuExit status =
    lmu_keras_number(&epsilon, &plan->place, plan->affine->config, "epsilon");
  status = status ? status : read_batch_variables(plan, hdf5, numbers);
  for (uint32_t i = 0U; !status && i < numbers->n; ++i) {
    numbers->gain[i] /= sqrt(numbers->variance[i] + epsilon);
    numbers->offset[i] -= numbers->mean[i] * numbers->gain[i];
  }
  return status;
}

static LmuExit
read_numbers(const LmuKerasPlan* const plan,
             const LmuHdf5* const      hdf5,
             const Numbers* const      numbers)
{
  if (is_a(plan->affine, "Rescaling")) {
    return read_rescaling(plan, numbers);
  }
  return is_a(plan->affine, "Normalization")
           ? read_normalization(plan, hdf5, numbers)
           : read_batch(plan, hdf5, numbers);
}

/// Return numbers of a layer that changes nothing
static Numbers
allocate(const uint32_t n)
{
  double* const gain    = (double*)lmu_allocate((size_t)n * 4U, sizeof(double));
  double* const mean    = gain + ((size_t)n * 2U);
  const Numbers numbers = {n, gain, gain + n, mean, mean + n};
  for (uint32_t i = 0U; i < n; ++i) {
    numbers.gain[i] = 1.0;
  }
  return numbers;
}

/// Return where the variables of a layer are
static LmuKerasPlan
plan_of(const LmuKerasLayer* const source,
        LmuFailure* const          error,
        const char* const          path,
        const char* const          root)
{
  LmuKerasPlan plan = {
    .place  = {error, path, source->class_name, source->name},
    .legacy = {.root = root, .layer = source->name, .cell = ""},
    .affine = source};
  snprintf(plan.group,
           sizeof(plan.group),
           "%.*s/vars",
           (int)(LMU_KERAS_GROUP_SIZE - 8U),
           source->group);
  return plan;
}

/// Scale what each unit of a Dense cell puts out, and add to it
static void
apply(const LmuGraph* const graph,
      const uint32_t        layer,
      const Numbers* const  numbers)
{
  const uint32_t rows   = graph->layers[layer].parameters[LMU_CELL_KERNEL].rows;
  double* const  kernel = lmu_layer_values(graph, layer, LMU_CELL_KERNEL);
  double* const  bias   = lmu_layer_values(graph, layer, LMU_CELL_BIAS);
  for (uint32_t i = 0U; i < numbers->n; ++i) {
    bias[i] = (bias[i] * numbers->gain[i]) + numbers->offset[i];
    for (uint32_t row = 0U; row < rows; ++row) {
      kernel[((size_t)row * numbers->n) + i] *= numbers->gain[i];
    }
  }
}

LmuExit
lmu_keras_affine_fold(const LmuGraph* const      graph,
                      const uint32_t             layer,
                      const LmuKerasPlan* const  before,
                      const LmuKerasPlace* const file,
                      const LmuHdf5* const       hdf5)
{
  const LmuKerasPlan plan =
    plan_of(before->affine, file->error, file->path, before->legacy.root);
  const Numbers numbers = allocate(graph->layers[layer].units);
  LmuExit status = lmu_keras_check_dtype(&plan.place, plan.affine->config);
  status         = status ? status : check_axis(&plan);
  status         = status ? status : read_numbers(&plan, hdf5, &numbers);
  if (!status) {
    apply(graph, layer, &numbers);
  }
  free(numbers.gain);
  return status;
}
