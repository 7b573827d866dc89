// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/optimiser.h"

#include "core/base/setup/arena.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "train/network.h"
#include "train/real.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Half a turn
#define PI 3.14159265358979323846

/// Part of its peak that a learning rate ends at
#define LAST_RATE 0.01

LmuAdamOptions
lmu_adam_defaults(void)
{
  const LmuAdamOptions options = {0.9, 0.999, 1e-8, 0.0, 1.0, 0.0};
  return options;
}

/// Set the scales of a stored step of a layer's memory
static void
set_step_scales(LmuAdam* const        adam,
                const LmuLayer* const layer,
                const LmuRole         role)
{
  const LmuParameter* const p     = &layer->parameters[role];
  const size_t              n     = lmu_parameter_count(p);
  const LmuReal             scale = (LmuReal)(1.0 / lmu_layer_theta(layer, 0U));
  for (size_t i = 0U; i < n; ++i) {
    adam->scales[p->offset + i] = scale;
  }
}

/// Set the scales of all values
static void
set_scales(LmuAdam* const adam)
{
  const LmuGraph* const graph = adam->network->graph;
  for (size_t i = 0U; i < adam->network->n_values; ++i) {
    adam->scales[i] = 1;
  }
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    if (graph->layers[i].stored) {
      set_step_scales(adam, &graph->layers[i], LMU_AD);
      set_step_scales(adam, &graph->layers[i], LMU_BD);
    }
  }
}

LmuAdam*
lmu_adam_new(LmuTrainNetwork* const      network,
             const LmuAdamOptions* const options)
{
  LmuAdam* const adam = (LmuAdam*)calloc(1U, sizeof(LmuAdam));
  if (!adam) {
    return NULL;
  }

  const size_t n = network->n_values;
  adam->options  = *options;
  adam->network  = network;
  adam->scales   = (LmuReal*)lmu_arena_take(&adam->arena, n, sizeof(LmuReal));
  adam->first    = (LmuReal*)lmu_arena_take(&adam->arena, n, sizeof(LmuReal));
  adam->second   = (LmuReal*)lmu_arena_take(&adam->arena, n, sizeof(LmuReal));
  if (options->averaging > 0.0) {
    adam->average = (LmuReal*)lmu_arena_take(&adam->arena, n, sizeof(LmuReal));
  }
  if (adam->arena.failed) {
    lmu_adam_free(adam);
    return NULL;
  }
  set_scales(adam);
  return adam;
}

void
lmu_adam_free(LmuAdam* const adam)
{
  if (adam) {
    lmu_arena_clear(&adam->arena);
    free(adam);
  }
}

void
lmu_adam_reset(LmuAdam* const adam)
{
  const size_t size = adam->network->n_values * sizeof(LmuReal);
  memset(adam->first, 0, size);
  memset(adam->second, 0, size);
  adam->n_updates = 0U;
}

/// Return the norm of the gradient of what is optimised
static double
norm_of(const LmuAdam* const adam, const LmuReal* const gradient)
{
  double sum = 0.0;
  for (size_t i = 0U; i < adam->network->n_values; ++i) {
    const double g = (double)gradient[i] * (double)adam->scales[i];
    sum += adam->network->learned[i] ? g * g : 0.0;
  }
  return sqrt(sum);
}

/// An update of all values
typedef struct {
  double rate;
  double first;  ///< What makes means of few gradients unbiased
  double second; ///< The same of squares
} Update;

/// Change one value by its gradient
static void
update_value(LmuAdam* const adam,
             const size_t   index,
             const double   gradient,
             const Update   update)
{
  const LmuAdamOptions* const o     = &adam->options;
  LmuReal* const              value = &adam->network->values[index];
  const double                first =
    (o->beta_1 * (double)adam->first[index]) + ((1.0 - o->beta_1) * gradient);
  const double second = (o->beta_2 * (double)adam->second[index]) +
                        ((1.0 - o->beta_2) * gradient * gradient);
  const double step =
    first * update.first / (sqrt(second * update.second) + o->epsilon);
  adam->first[index]  = (LmuReal)first;
  adam->second[index] = (LmuReal)second;
  *value              = (LmuReal)((double)*value -
                     (update.rate * ((step * (double)adam->scales[index]) +
                                     (o->weight_decay * (double)*value))));
}

/// Have averages follow the values, sooner at first: the first is the values
static void
average(LmuAdam* const adam)
{
  const double n    = (double)(adam->n_updates - 1U);
  const double kept = fmin(adam->options.averaging, n / (n + 10.0));
  for (size_t i = 0U; i < adam->network->n_values; ++i) {
    adam->average[i] =
      (LmuReal)((kept * (double)adam->average[i]) +
                ((1.0 - kept) * (double)adam->network->values[i]));
  }
}

bool
lmu_adam_update(LmuAdam* const       adam,
                const LmuReal* const gradient,
                const double         rate)
{
  const double norm = norm_of(adam, gradient);
  if (!isfinite(norm)) {
    return false;
  }

  const double clip  = adam->options.clip;
  const double scale = (clip > 0.0 && norm > clip) ? clip / norm : 1.0;
  ++adam->n_updates;
  const double n      = (double)adam->n_updates;
  const Update update = {rate,
                         1.0 / (1.0 - pow(adam->options.beta_1, n)),
                         1.0 / (1.0 - pow(adam->options.beta_2, n))};
  for (size_t i = 0U; i < adam->network->n_values; ++i) {
    if (adam->network->learned[i]) {
      const double g = (double)gradient[i] * (double)adam->scales[i] * scale;
      update_value(adam, i, g, update);
    }
  }
  if (adam->average) {
    average(adam);
  }
  return true;
}

double
lmu_cosine_rate(const double   peak,
                const double   progress,
                const uint64_t n_updates,
                const uint64_t n_warm)
{
  const double done = fmin(fmax(progress, 0.0), 1.0);
  const double fall = 0.5 * (1.0 + cos(PI * done));
  const double warm =
    (n_updates < n_warm) ? (double)(n_updates + 1U) / (double)n_warm : 1.0;
  return peak * warm * (LAST_RATE + ((1.0 - LAST_RATE) * fall));
}
