// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_REAL_H
#define LMU_TRAIN_REAL_H

/**
   @file
   The numbers that training computes with.

   They are float32.  Tests build the same sources with float64 too, where
   gradients can be compared with differences.
*/

#ifdef LMU_TRAIN_FLOAT64
typedef double LmuReal;
#else
typedef float LmuReal;
#endif

#endif // LMU_TRAIN_REAL_H
