// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/extensions.h"

#include "plugin/capture_thread.h"
#include "plugin/display.h"
#include "plugin/engine_swap.h"
#include "plugin/inline_display.h"
#include "plugin/loader.h"
#include "plugin/plugin.h"
#include "plugin/state.h"
#include "plugin/task.h"
#include "plugin/weights.h"

#include <lv2/core/lv2.h>
#include <lv2/state/state.h>
#include <lv2/worker/worker.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static LV2_Worker_Status
work(LV2_Handle                  instance,
     LV2_Worker_Respond_Function respond,
     LV2_Worker_Respond_Handle   handle,
     const uint32_t              size,
     const void* const           data)
{
  (void)respond;
  (void)handle;

  const Plugin* const plugin = (const Plugin*)instance;
  Request             request;
  if (!task_read(&request, size, data)) {
    return LV2_WORKER_ERR_UNKNOWN;
  }

  // Each refuses what is not its own
  const bool is_done =
    (plugin->weights && !loader_work(&plugin->weights->loader, &request)) ||
    (plugin->swap && !engine_swap_work(plugin->swap, &request)) ||
    (plugin->capture && !capture_thread_work(plugin->capture, &request));
  return is_done ? LV2_WORKER_SUCCESS : LV2_WORKER_ERR_UNKNOWN;
}

static LV2_Worker_Status
work_response(LV2_Handle instance, const uint32_t size, const void* const body)
{
  (void)instance;
  (void)size;
  (void)body;

  return LV2_WORKER_SUCCESS; // Answers come by other ways
}

static InlineDisplaySurface*
render(LV2_Handle instance, const uint32_t width, const uint32_t max_height)
{
  Plugin* const plugin = (Plugin*)instance;
  return display_render(&plugin->stream.display, width, max_height);
}

const void*
extensions_of_all(const char* const uri)
{
  static const InlineDisplayInterface display = {render};

  return !strcmp(uri, INLINE_DISPLAY_INTERFACE_URI) ? &display : NULL;
}

const void*
extensions_of_engine(const char* const uri)
{
  static const LV2_Worker_Interface worker = {work, work_response, NULL};

  return !strcmp(uri, LV2_WORKER__interface) ? (const void*)&worker
                                             : extensions_of_all(uri);
}

const void*
extensions_of_weights(const char* const uri)
{
  return !strcmp(uri, LV2_STATE__interface) ? (const void*)&lmu_state_interface
                                            : extensions_of_engine(uri);
}
