// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_PATCH_H
#define LMU_PLUGIN_PATCH_H

#include "core/base/attributes.h"
#include "plugin/host.h"
#include "plugin/path_cell.h"

#include <lv2/atom/atom.h>
#include <lv2/urid/urid.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Setting and getting the path of a weight file by messages, or another text.

   Messages come from anywhere, and what is not right in them is ignored.
   Answers wait until there is room for them.
*/

/// Answers that may wait, more are dropped
#define PATCH_ANSWERS 16U

/// An answer to a message, or news
typedef struct {
  LV2_URID type;     ///< patch_Set, patch_Put, patch_Ack, or patch_Error
  int32_t  sequence; ///< Number of the message, or zero
} PatchAnswer;

/// Which property of a plugin is a text, and what kind of one
typedef struct {
  LV2_URID property;
  LV2_URID type;  ///< atom_Path or atom_String
  LV2_URID other; ///< Property that somebody else answers, or zero
} PatchText;

/// Messages of one instance about one property
typedef struct {
  PatchText   text;
  LV2_URID    subject; ///< The plugin
  PatchAnswer answers[PATCH_ANSWERS];
  uint32_t    n_answers;
  char        path[PATH_BYTES]; ///< The path that is wanted
  uint64_t    stamp;            ///< When it was asked for
} Patch;

/// Start with nothing to say
LMU_SETUP void
patch_init(Patch* patch, const Host* host, const char* uri, PatchText text);

/**
   Read messages, and ask for the last path in them unless it is the present.

   @param patch Messages.
   @param control Sequence, which may be null or broken.
   @param uris URIs.
   @param request Path that is wanted.
   @param again Whether to ask for the present path again, as it failed.
*/
LMU_RT void
patch_read(Patch*                   patch,
           const LV2_Atom_Sequence* control,
           const Uris*              uris,
           PathRequest*             request,
           bool                     again);

/**
   Append answers to an empty sequence.

   @param patch Messages.
   @param notify Sequence, which may be null.
   @param capacity What the host said that it has room for [bytes].
   @param uris URIs.
*/
LMU_RT void
patch_write(Patch*             patch,
            LV2_Atom_Sequence* notify,
            uint32_t           capacity,
            const Uris*        uris);

#endif // LMU_PLUGIN_PATCH_H
