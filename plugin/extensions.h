// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_EXTENSIONS_H
#define LMU_PLUGIN_EXTENSIONS_H

#include "core/base/attributes.h"

/**
   @file
   Extensions of LV2: a picture for the mixer, a worker where there is an
   engine, and a state where there is a weight file.
*/

/// LV2_Descriptor.extension_data() of all other plugins
LMU_SETUP const void*
extensions_of_all(const char* uri);

/// LV2_Descriptor.extension_data() of plugins with an engine
LMU_SETUP const void*
extensions_of_engine(const char* uri);

/// LV2_Descriptor.extension_data() of plugins with a weight file
LMU_SETUP const void*
extensions_of_weights(const char* uri);

#endif // LMU_PLUGIN_EXTENSIONS_H
