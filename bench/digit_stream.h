// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_BENCH_DIGIT_STREAM_H
#define LMU_BENCH_DIGIT_STREAM_H

#include "bench/mnist.h"
#include "core/nn/rt/network.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Handwritten digits by stream: pixel by pixel in a scrambled order, through a
   trained network as the audio thread runs it.

   The task of Voelker, Kajic, Eliasmith, "Legendre Memory Units", NeurIPS 2019,
   section 3.2, with the order of pixels of its code.
*/

/// Most threads that share the work
#define DIGIT_STREAM_THREADS 64U

/// What is streamed
typedef struct {
  const LmuNetwork* network; ///< Of one input and MNIST_LABELS outputs
  const Mnist*      digits;
  uint32_t          count;     ///< Digits to take
  uint32_t          n_threads; ///< Up to DIGIT_STREAM_THREADS
  uint32_t          block;     ///< Pixels at once, from 1 to LMU_NETWORK_FRAMES
} DigitStream;

/// What came of it
typedef struct {
  uint32_t n_right;   ///< Digits that the network knows
  double   network_s; ///< Time that it took, in all threads
  double   wall_s;    ///< Time from start to end
} DigitStreamResult;

/// Return the pixel that a network hears, of `order` from digit_order()
float
digit_pixel(const uint8_t* pixels, const uint32_t* order, uint32_t frame);

/// Set the order that all digits' pixels come in
void
digit_order(uint32_t order[MNIST_PIXELS]);

/// Make a network of a file, or return null and say what is wrong
LmuNetwork*
digit_network_load(const char* path);

/// Stream digits, and return whether there were memory and threads
bool
digit_stream_run(const DigitStream* stream, DigitStreamResult* result);

#endif // LMU_BENCH_DIGIT_STREAM_H
