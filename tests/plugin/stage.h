// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_STAGE_H
#define LMU_TESTS_PLUGIN_STAGE_H

#include "plugin/ports.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/sound.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   An instance that plays noise while weight files come and go.
*/

/// Frames of a block
#define STAGE_BLOCK 64U

/// Blocks in which two changes are over, once the last file is loaded: each
/// waits 20 ms for the network to settle, and fades for as long
#define STAGE_FADE_BLOCKS 80U

/// Frames of what stage_hear() returns
#define STAGE_FRAMES 4800U

/// An instance and what it plays
typedef struct {
  Instance* instance;
  Sound     in;  ///< Noise of STAGE_FRAMES, unless it is a tone
  Sound     out; ///< What became of it
} Stage;

/// Make an instance and activate it
Stage
stage_new(const PortList* list, WorkerKind worker);

/// Put an instance on a stage, which owns it then
Stage
stage_of(Instance* instance);

/// Free all
void
stage_free(Stage* stage);

/// Take a tone instead of the noise, of all frames that are to play
void
stage_take_tone(Stage*   stage,
                double   cycles_per_frame,
                double   level,
                uint32_t n_frames);

/// Play the start of the sound, and do one request of a queue after each block
void
stage_play(Stage* stage, uint32_t n_blocks);

/// Do so with a part of the sound
void
stage_play_part(Stage* stage, uint32_t first, uint32_t last);

/// Return what became of the file, after the last block
FileStatus
stage_status(const Stage* stage);

/// Play until no file is loading and no sound fades, and return the status
FileStatus
stage_settle(Stage* stage);

/// Ask for a file, and settle
FileStatus
stage_load(Stage* stage, const char* path);

/// Return what a fresh start makes of the noise, to be freed
Sound
stage_hear(Stage* stage);

/// Return whether two play the same after a fresh start, bit for bit
bool
stage_sounds_like(Stage* stage, Stage* other);

#endif // LMU_TESTS_PLUGIN_STAGE_H
