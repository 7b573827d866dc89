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

#endif // LMU_BENCH_BURG_H
