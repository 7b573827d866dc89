// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/keras_group.h"

#include <stdio.h>

/// Refuse a group that has not all of a layer's variables, or more
static LmuExit
check_count(const LmuKerasPlan* const  plan,
            const uint32_t             count,
            const char* const          name,
            const LmuKerasGroup* const group)
{
  const uint32_t expected = group->n_variables + group->n_ignored;
  return (count == expected)
           ? LMU_EXIT_SUCCESS
           : lmu_keras_refuse(&plan->place,
                              "%u variables at \"%s\", config.json says %u; "
                              "save weights and config.json from one model",
                              count,
                              name,
                              expected);
}

/// Read variables by their names
static LmuExit
read_named(const LmuKerasPlan* const  plan,
           const LmuHdf5* const       hdf5,
           const bool                 hidden,
           const LmuKerasGroup* const group)
{
  LmuFailure* const error  = plan->place.error;
  LmuKerasLegacy    legacy = plan->legacy;
  LmuExit           status = LMU_EXIT_SUCCESS;
  legacy.hidden            = hidden;
  for (uint32_t i = 0U; !status && i < group->n_variables; ++i) {
    const LmuKerasVariable* const variable = &group->variables[i];
    uint32_t                      count    = 0U;
    char                          path[LMU_KERAS_PATH_SIZE];
    status =
      lmu_keras_legacy_find(path, &count, hdf5, error, &legacy, variable->role);
    if (!status) {
      status = check_count(plan, count, "weight_names", group);
    }
    if (!status) {
      status = lmu_hdf5_read(hdf5,
                             error,
                             variable->values,
                             path[0] ? path : variable->role,
                             &variable->shape);
    }
  }
  return status;
}

LmuExit
lmu_keras_group_read(const LmuKerasPlan* const  plan,
                     const LmuHdf5* const       hdf5,
                     const char* const          name,
                     const LmuKerasGroup* const group)
{
  if (plan->legacy.root) {
    return read_named(plan, hdf5, name == plan->hidden, group);
  }

  uint32_t count  = 0U;
  LmuExit  status = lmu_hdf5_count(&count, hdf5, plan->place.error, name);
  if (!status) {
    status = check_count(plan, count, name, group);
  }
  for (uint32_t i = 0U; !status && i < group->n_variables; ++i) {
    const LmuKerasVariable* const variable = &group->variables[i];

    char path[LMU_KERAS_GROUP_SIZE + 16U];
    snprintf(path, sizeof(path), "%s/%u", name, i);
    status = lmu_hdf5_read(
      hdf5, plan->place.error, variable->values, path, &variable->shape);
  }
  return status;
}
