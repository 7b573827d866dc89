// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/weights.h"

#include "plugin/loader.h"
#include "plugin/patch.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"

#include <lv2/atom/atom.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

bool
weights_init(Weights* const          weights,
             Plugin* const           plugin,
             const LoaderSpec* const spec)
{
  char uri[64];
  (void)snprintf(
    uri, sizeof(uri), LMU_URI_PREFIX "%s", plugin->ports.list->name);

  const PatchText text = {plugin->uris.weights, plugin->uris.atom_Path, 0U};
  patch_init(&weights->patch, &plugin->host, uri, text);
  atomic_init(&weights->embed, EMBED_SMALL);
  plugin->weights = weights;
  return loader_init(&weights->loader, spec);
}

void
weights_clear(Weights* const weights, Plugin* const plugin)
{
  if (plugin->weights) {
    loader_clear(&weights->loader);
    plugin->weights = NULL;
  }
}

void
weights_begin_run(Weights* const weights, const Plugin* const plugin)
{
  Loader* const    loader = &weights->loader;
  const FileStatus status = loader_status(loader);
  const bool       failed = status == FILE_MISSING || status == FILE_INVALID ||
                      status == FILE_TOO_LARGE;
  patch_read(&weights->patch,
             (const LV2_Atom_Sequence*)plugin->ports.buffers[PORT_CONTROL],
             &plugin->uris,
             &loader->request,
             failed);
  patch_write(&weights->patch,
              (LV2_Atom_Sequence*)plugin->ports.buffers[PORT_NOTIFY],
              plugin->notify_capacity,
              &plugin->uris);
}
