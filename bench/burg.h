// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_BENCH_BURG_H
#define LMU_BENCH_BURG_H

#include <stddef.h>

/**
   Find a linear predictor by Burg's method.

   @param weights Set to what each past sample counts, newest first, [order].
   @param sound Sound to learn from, [n_frames].
   @param work Buffer, [2 n_frames + order].
*/
void
burg(double*       weights,
     size_t        order,
     const double* sound,
     size_t        n_frames,
     double*       work);

/**
   Go on by a linear predictor.

   @param next Set to how it goes on, [count], behind the sound so far.
   @param weights What each past sample counts, newest first, [order].
*/
void
burg_predict(double* next, size_t count, const double* weights, size_t order);

#endif // LMU_BENCH_BURG_H
