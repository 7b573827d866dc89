// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_DATA_SOUND_TAGS_H
#define LMU_DATA_SOUND_TAGS_H

#include "core/base/attributes.h"

#include <sndfile.h>

/**
   @file
   What a sound file holds beside its sound, as far as libsndfile can tell.
*/

/**
   Return the format of an open file as another should have it.

   A WAV file that could tell a layout of its channels, and tells none, is plain
   WAV, as libsndfile would write a layout that nobody asked for.
*/
LMU_SETUP int
lmu_sound_tags_format(SNDFILE* file, const SF_INFO* info);

/**
   Copy tags, places and the layout of channels, before any sound is written.

   Between WAV files, also RF64, and between AIFF files, all chunks go over as
   they are: INFO, bext, cart, cue points with their labels, loops, iXML; up to
   64 KiB, of others a notice tells.
   Otherwise texts, broadcast information, cue points, and instruments do, where
   the new format has a place for them.

   @param to File open for writing.
   @param from File open for reading, with as many channels.
*/
LMU_SETUP void
lmu_sound_tags_copy(SNDFILE* to, SNDFILE* from);

#endif // LMU_DATA_SOUND_TAGS_H
