// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_BENCH_MNIST_H
#define LMU_BENCH_MNIST_H

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Handwritten digits: the MNIST data of LeCun and Cortes, IDX files as they are
   or compressed by gzip.
*/

/// Pixels of a digit
#define MNIST_PIXELS 784U

/// Number of labels
#define MNIST_LABELS 10U

/// Digits, owned by the heap
typedef struct {
  uint32_t count;
  uint8_t* pixels; ///< [count][MNIST_PIXELS]
  uint8_t* labels; ///< [count], each below MNIST_LABELS
} Mnist;

/// What names of files begin with: 60 000 digits to train on, 10 000 to test
#define MNIST_TRAIN "train"
#define MNIST_TEST "t10k"

/**
   Read digits in a folder.

   @param mnist Set to the digits, free with mnist_clear() in any case.
   @param folder Folder of the files t10k-images-idx3-ubyte and
   t10k-labels-idx1-ubyte, or the same with ".gz".
   @param part MNIST_TRAIN or MNIST_TEST.
   @return Whether it is done, else a line on stderr says what is wrong.
*/
bool
mnist_load(Mnist* mnist, const char* folder, const char* part);

/// Free digits
void
mnist_clear(Mnist* mnist);

#endif // LMU_BENCH_MNIST_H
