// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "bench/digit_stream.h"
#include "bench/mnist.h"
#include "core/nn/rt/network.h"
#include "core/nn/setup/network.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
   @file
   Permuted sequential MNIST by stream: handwritten digits, pixel by pixel in a
   scrambled order, through a trained network as the audio thread runs it.

   The task of Voelker, Kajic, Eliasmith, "Legendre Memory Units", NeurIPS 2019,
   section 3.2, with the order of pixels of its code.
*/

/// What pixels would be if they were sound [Hz]
#define SAMPLE_RATE 48000.0

static const char usage[] =
  "Usage: psmnist --data FOLDER --evaluate FILE [--limit N] [--threads T]\n"
  "               [--block N]\n\n"
  "Streams the test digits of MNIST through a network, each pixel by pixel in\n"
  "the order of numpy.random.RandomState(0).permutation(784), and prints how\n"
  "many it knows, and what that costs.\n\n"
  "  --data FOLDER    Where t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte\n"
  "                   are, or the same with .gz\n"
  "  --evaluate FILE  Network of one input and ten outputs, see "
  "doc/weights.md\n"
  "  --limit N        Take the first N digits only\n"
  "  --threads T      Share the work among T threads, 1 as default\n"
  "  --block N        Give the network N pixels at once, from 1 to 16, 1 as\n"
  "                   default; the result is the same\n";

/// What is asked for
typedef struct {
  const char* folder;
  const char* file;
  uint32_t    limit;
  uint32_t    n_threads;
  uint32_t    block;
} Options;

static void
print_result(const Options* const           options,
             const uint32_t                 count,
             const DigitStreamResult* const result)
{
  const double digit = result->network_s / count;
  printf("Accuracy          %.2f %%, %u of %u digits\n"
         "Time per digit    %.3f ms in one thread\n"
         "Time per pixel    %.1f ns, %u at once\n"
         "Real-time factor  %.2f, were pixels samples at %.0f Hz\n"
         "Time in all       %.2f s, %u threads\n",
         100.0 * result->n_right / count,
         result->n_right,
         count,
         1e3 * digit,
         1e9 * digit / MNIST_PIXELS,
         options->block,
         MNIST_PIXELS / SAMPLE_RATE / digit,
         SAMPLE_RATE,
         result->wall_s,
         options->n_threads);
}

static bool
evaluate(const Options* const    options,
         const Mnist* const      digits,
         const LmuNetwork* const network)
{
  const uint32_t    limit  = options->limit;
  const uint32_t    count  = limit < digits->count ? limit : digits->count;
  const DigitStream stream = {
    network, digits, count, options->n_threads, options->block};
  DigitStreamResult result;
  const bool        done = digit_stream_run(&stream, &result);
  if (done) {
    print_result(options, count, &result);
  }
  return done;
}

static bool
run(const Options* const options)
{
  Mnist       digits  = {0U, NULL, NULL};
  LmuNetwork* network = NULL;
  bool        done    = mnist_load(&digits, options->folder, MNIST_TEST);
  if (done) {
    network = digit_network_load(options->file);
    done    = network && evaluate(options, &digits, network);
  }
  lmu_network_free(network);
  mnist_clear(&digits);
  return done;
}

/// Read a whole number from 1 to `max`
static bool
read_number(uint32_t* const value, const char* const word, const uint32_t max)
{
  char* end                  = NULL;
  errno                      = 0;
  const unsigned long number = strtoul(word, &end, 10);
  if (errno || end == word || *end || word[0] == '-' || !number ||
      number > max) {
    return false;
  }
  *value = (uint32_t)number;
  return true;
}

/// Take an option and its word
static bool
read_option(Options* const    options,
            const char* const name,
            const char* const word)
{
  if (!strcmp(name, "--data")) {
    options->folder = word;
    return true;
  }
  if (!strcmp(name, "--evaluate")) {
    options->file = word;
    return true;
  }
  if (!strcmp(name, "--limit")) {
    return read_number(&options->limit, word, UINT32_MAX);
  }
  if (!strcmp(name, "--threads")) {
    return read_number(&options->n_threads, word, DIGIT_STREAM_THREADS);
  }
  return !strcmp(name, "--block") &&
         read_number(&options->block, word, LMU_NETWORK_FRAMES);
}

int
main(const int argc, char* const* const argv)
{
  Options options = {NULL, NULL, UINT32_MAX, 1U, 1U};
  for (int i = 1; i < argc; i += 2) {
    if (!strcmp(argv[i], "--help")) {
      (void)fputs(usage, stdout);
      return 0;
    }
    const char* const word = i + 1 < argc ? argv[i + 1] : "";
    if (!read_option(&options, argv[i], word)) {
      (void)fprintf(stderr,
                    "psmnist: cannot take \"%s %s\"; see psmnist --help\n",
                    argv[i],
                    word);
      return 2;
    }
  }
  if (!options.folder || !options.file) {
    (void)fputs(usage, stderr);
    return 2;
  }
  return run(&options) ? 0 : 1;
}
