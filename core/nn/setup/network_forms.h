// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_SETUP_NETWORK_FORMS_H
#define LMU_CORE_NN_SETUP_NETWORK_FORMS_H

#include "core/base/attributes.h"
#include "core/base/setup/arena.h"
#include "core/base/status.h"
#include "core/memory/setup/modal.h"
#include "core/nn/rt/network_plan.h"
#include "core/nn/setup/affine.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/layer_matrix.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   The forms that a layer may run in, see core/nn/rt/network_plan.h.
*/

/// Return whether a layer can run in a form
LMU_SETUP bool
lmu_form_fits(LmuForm form, const LmuLayer* layer, bool stored);

/// Return about how many multiplications a frame takes in a form
LMU_SETUP double
lmu_form_work(LmuForm form, const LmuLayer* layer);

/// Return the form with the least work
LMU_SETUP LmuForm
lmu_form_best(const LmuLayer* layer, bool stored);

/// Write the products of a form fused, split, or blocked; memory may be short
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_form_fill(LmuLayerPlan*         plan,
              const LmuLayerMatrix* matrix,
              LmuArena*             arena);

/// Do the same for form modal, with modes that outlive the plan
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_form_fill_modal(LmuLayerPlan*         plan,
                    const LmuLayerMatrix* matrix,
                    const LmuModal*       modal,
                    LmuArena*             arena);

#endif // LMU_CORE_NN_SETUP_NETWORK_FORMS_H
