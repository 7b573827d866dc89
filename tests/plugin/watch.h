// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_WATCH_H
#define LMU_TESTS_PLUGIN_WATCH_H

/**
   @file
   Counting calls of a thread to library functions that may block.
*/

/// Start to count calls of this thread
void
watch_begin(void);

/// Stop, and return how many there were
int
watch_end(void);

#endif // LMU_TESTS_PLUGIN_WATCH_H
