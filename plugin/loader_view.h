// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_LOADER_VIEW_H
#define LMU_PLUGIN_LOADER_VIEW_H

#include "core/base/attributes.h"
#include "plugin/loader.h"
#include "plugin/stream.h"

/// Return what there is to see of what plays: the first memory of each network
LMU_RT ViewSource
loader_view(const Loader* loader, double rate);

#endif // LMU_PLUGIN_LOADER_VIEW_H
