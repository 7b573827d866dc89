// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_KERNELS_RT_KERNELS_H
#define LMU_CORE_KERNELS_RT_KERNELS_H

#include "core/base/attributes.h"
#include "core/memory/rt/modes.h"
#include "core/nn/rt/cell.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Inner loops over modes, one set for each kind of CPU.

   Arrays are in blocks, see LMU_BLOCK, and aligned to 64 bytes.
*/

struct LmuAffineImpl;
struct LmuBankImpl;
struct LmuLayerPlanImpl;
struct LmuMemoryImpl;
struct LmuRecurrenceImpl;
struct LmuTapsImpl;
struct LmuTuningImpl;

/// Sums over all modes that one pole needs
typedef struct {
  double re;
  double im;
} LmuPoleSum;

/// Frames to run through a memory, and what to read after each
typedef struct {
  const float* input;      ///< Samples that lmu_sane() returned, [n_frames]
  uint32_t     n_frames;   ///< Number of frames
  uint32_t     first;      ///< First readout to compute
  uint32_t     n_readouts; ///< Number of readouts to compute
  float*       out;        ///< Set to readouts, [n_frames][n_readouts]
} LmuFrames;

/// Vectors of the same size for a number of frames, one behind another
typedef struct {
  const float* input;         ///< [n_frames], input_stride numbers apart
  uint32_t     input_stride;  ///< Any value, no alignment required
  float*       output;        ///< [n_frames], output_stride numbers apart
  uint32_t     output_stride; ///< A multiple of LMU_LANES
  uint32_t     n_frames;      ///< Number of frames
} LmuRun;

/// Four samples, or two pairs of least and greatest
typedef float LmuFour __attribute__((vector_size(16)));

/// Frames whose products are added to sums of all rows with all columns
typedef struct {
  const double* rows;       ///< [n_frames], row_stride numbers apart
  const double* columns;    ///< [n_frames][n_columns]
  uint32_t      row_stride; ///< Any value, no alignment required
  uint32_t      n_rows;
  uint32_t      n_columns; ///< A multiple of LMU_LANES
  uint32_t      n_frames;
  double        keep;     ///< Part of the sums that is left of before
  bool          is_upper; ///< Leave out most of what is below the diagonal
} LmuGram;

/// A pass of a lattice over errors of prediction
typedef struct {
  float* forward;    ///< Of each sample from those before it, [count + 1], set
                     ///< to what is left from the second on, [count]
  float*   backward; ///< Of one sample before these from them, [count]
  uint32_t count;
  float    by;     ///< Part of each that is taken out of the other
  float    before; ///< What is left backwards one sample earlier
} LmuReflection;

/// Sums over what a pass leaves: forwards, and backwards a sample earlier
typedef struct {
  double product; ///< Of both
  double power;   ///< Of the squares of both
} LmuReflectionSums;

/// Inner loops for one kind of CPU
typedef struct {
  const char* name; ///< For messages and benchmarks

  /// Set tuning->numbers at z = s / theta, and the sums of p^2 / (1/z - rho)
  LMU_RT void (*tune)(struct LmuTuningImpl* tuning,
                      const LmuModes*       modes,
                      LmuPoleSum*           sums);

  /// Set rows[j] = Re sum U_j z
  LMU_RT void (*rows)(const struct LmuTuningImpl* tuning,
                      const float*                z,
                      uint32_t                    n_blocks,
                      float*                      rows);

  /// Advance a memory, and read it with the weights of all readouts
  LMU_RT void (*run)(const struct LmuTuningImpl* tuning,
                     struct LmuMemoryImpl*       memory,
                     uint32_t                    n_blocks,
                     const float*                weights,
                     const LmuFrames*            frames);

  /// Return the sum of weights z, a readout without a step
  LMU_RT float (*dot)(const float* weights, const float* z, uint32_t n_blocks);

  /// Return the input r windows ago, see core/memory/rt/taps.h
  LMU_RT float (*tap)(const struct LmuTapsImpl* taps, const float* z, double r);

  /// Set weights that read the input r windows ago
  LMU_RT void (*tap_weights)(const struct LmuTapsImpl* taps,
                             double                    r,
                             float*                    weights);

  /// Set outputs to a product of the inputs, or add it if there is no base
  LMU_RT void (*affine)(const struct LmuAffineImpl* product, const LmuRun* run);

  /// Apply a function to blocks of LMU_LANES numbers, a gated one to twice as
  /// many; the slope is that of a leaky one below zero
  LMU_RT void (*activate)(LmuActivation function,
                          float         slope,
                          float*        x,
                          uint32_t      n_blocks);

  /// Run a hidden cell: from gates in `input`, which is spoilt, to h
  LMU_RT void (*recur)(const struct LmuLayerPlanImpl* layer,
                       float*                         numbers,
                       float*                         gates,
                       const LmuRun*                  run);

  /// Run a layer of form fused
  LMU_RT void (*fused)(const struct LmuLayerPlanImpl* layer,
                       float*                         numbers,
                       float*                         scratch,
                       const LmuRun*                  run);

  /// Run a layer of form split
  LMU_RT void (*split)(const struct LmuLayerPlanImpl* layer,
                       float*                         numbers,
                       float*                         scratch,
                       const LmuRun*                  run);

  /// Add products to sums, [n_rows][n_columns]
  LMU_RT void (*gram)(double* sums, const LmuGram* from);

  /// Set a frame of a bank of oscillators, [n_channels], and turn all
  LMU_RT void (*synthesise)(struct LmuBankImpl* bank,
                            uint32_t            n_channels,
                            double*             frame);

  /// Set pairs, a multiple of eight, to least and greatest of 2^level samples
  /// each, from level 2 to 5
  LMU_RT void (*outline)(const LmuFour* samples,
                         uint32_t       level,
                         uint32_t       n_pairs,
                         LmuFour*       pairs);

  /// Take a pass of a lattice, and add to the sums over what it leaves
  LMU_RT void (*reflect)(const LmuReflection* pass, LmuReflectionSums* sums);

  /// Take a pass of a lattice without sums, as LmuReflection says, in float64:
  /// weights of high orders are large, and nearly cancel each other
  LMU_RT void (*unfold)(double*  forward,
                        double*  backward,
                        double   by,
                        uint32_t count);

  /// Return the sum of weights times samples, which are at any place, of a
  /// multiple of twice LMU_LANES
  LMU_RT double (*foretell)(const double* weights,
                            const float*  samples,
                            uint32_t      count);

  /// Advance solutions of the recurrence of an order from degree from - 1 to
  /// degree to - 1, see core/memory/rt/recurrence.h
  LMU_RT void (*descend)(struct LmuRecurrenceImpl* solutions,
                         uint32_t                  from,
                         uint32_t                  to);
} LmuKernels;

extern const LmuKernels lmu_kernels_generic;
extern const LmuKernels lmu_kernels_avx2;
extern const LmuKernels lmu_kernels_avx512;

/// Number of kinds of CPU that this build knows
#define LMU_MAX_KERNELS 3U

/// Return the kernels that this CPU can run, best first, or null past the end
LMU_SETUP const LmuKernels*
lmu_kernels(uint32_t index);

#endif // LMU_CORE_KERNELS_RT_KERNELS_H
