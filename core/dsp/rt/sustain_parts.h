// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_RT_SUSTAIN_PARTS_H
#define LMU_CORE_DSP_RT_SUSTAIN_PARTS_H

#include "core/dsp/rt/glide.h"
#include "core/dsp/rt/sustain.h"
#include "core/kernels/rt/kernels.h"
#include "core/math/rt/complex.h"
#include "core/math/rt/fft.h"
#include "core/memory/rt/angle.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What a sustain consists of, for its two sources, its kernel and tests alone.

   Lengths in the spectrum are in bins of the transform, which is two to four
   times as long as the window, or in lobes: bins of a transform as long as the
   window.
*/

/// Greatest number of channels
#define LMU_SUSTAIN_CHANNELS 2U

/// Sinusoids of a bank, a multiple of LMU_LANES
#define LMU_PARTIALS 128U

/// Shortest window, odd [frames]
#define LMU_MIN_SUSTAIN 65U

/// How far the kernel reaches [lobes], where it is zero and -60 dB beyond
#define LMU_KERNEL_REACH 6U

/// Entries of the kernel in a lobe, so that lines between them err by -100 dB
#define LMU_KERNEL_DENSITY 256U

/// Entries of the kernel, the last two are zero
#define LMU_KERNEL_SIZE ((LMU_KERNEL_REACH * LMU_KERNEL_DENSITY) + 2U)

/// Bins that are kept below zero and above the highest, where kernels may end
#define LMU_SUSTAIN_GUARD 32U

/// Steps of level by which peaks are sorted, eight for an octave of power
#define LMU_PEAK_LEVELS 2048U

/// Parts of the analysis, in their order
typedef enum {
  LMU_SUSTAIN_GATHER,    ///< Copy the window, and find its mean
  LMU_SUSTAIN_TAPER,     ///< Apply a Hann window, and find the level
  LMU_SUSTAIN_TRANSFORM, ///< Fourier transform of both channels at once
  LMU_SUSTAIN_SPLIT,     ///< Spectra of the channels, and their power
  LMU_SUSTAIN_COUNT,     ///< Count peaks by level
  LMU_SUSTAIN_RANK,      ///< Find the level of the weakest peak to keep
  LMU_SUSTAIN_PICK,      ///< Keep the strongest peaks
  LMU_SUSTAIN_REFINE,    ///< Fit them to the spectra
  LMU_SUSTAIN_WEIGH,     ///< Find the level of the fit
  LMU_SUSTAIN_LAUNCH,    ///< Set the oscillators
  LMU_SUSTAIN_PARTS,
} LmuSustainPart;

/// Oscillators, and what each channel makes of them
typedef struct LmuBankImpl {
  _Alignas(128) double re[LMU_PARTIALS]; ///< Phases, on the unit circle
  double im[LMU_PARTIALS];
  double turn_re[LMU_PARTIALS]; ///< What turns phases by a frame
  double turn_im[LMU_PARTIALS];
  double gain_re[LMU_SUSTAIN_CHANNELS][LMU_PARTIALS];
  double gain_im[LMU_SUSTAIN_CHANNELS][LMU_PARTIALS];
} LmuBank;

/// Sinusoid that is fitted to the spectra
typedef struct {
  double     frequency; ///< Frequency [bins]
  double     first;     ///< Where its peak was [bins]
  double     use;       ///< 1, or 0 if there was no peak for it
  LmuComplex amplitude[LMU_SUSTAIN_CHANNELS]; ///< In the middle of the window
} LmuPartial;

struct LmuSustainImpl {
  LmuBank    banks[2];
  LmuPartial partials[LMU_PARTIALS];
  uint32_t   counts[LMU_PEAK_LEVELS]; ///< Peaks of each level

  const LmuKernels* kernels;
  uint32_t          n_channels;
  uint32_t          max_window;                  ///< Odd [frames]
  uint32_t          n_frames[LMU_SUSTAIN_PARTS]; ///< Time of each part
  uint32_t          delay;                       ///< Time of all parts
  uint32_t          mask; ///< Length of the ring, less one

  float*      numbers;                       ///< All that follow
  float*      ring[LMU_SUSTAIN_CHANNELS];    ///< What was heard, [mask + 1]
  float*      sound[LMU_SUSTAIN_CHANNELS];   ///< The window, [max_window]
  LmuFft      fft;                           ///< Of both channels at once
  LmuSpectrum spectra[LMU_SUSTAIN_CHANNELS]; ///< What is not fitted, with
                                             ///< guards
  float* power;                              ///< Of all channels, with guards
  float* kernel; ///< Spectrum of the Hann window, [LMU_KERNEL_SIZE]
  float* slope;  ///< Its derivative [1 / lobe], [LMU_KERNEL_SIZE]

  uint32_t   n_heard; ///< Frames heard, wraps around
  uint32_t   first;   ///< Where the window starts, as n_heard
  uint32_t   window;
  double     lobe; ///< Bins of a lobe
  LmuComplex hann; ///< Phase of the window's next sample, and its turn
  LmuComplex hann_first;
  LmuComplex hann_turn;

  LmuSustainPart part;  ///< What goes on, or LMU_SUSTAIN_PARTS
  uint32_t       frame; ///< Frames of it that are done

  double   mean[LMU_SUSTAIN_CHANNELS];
  double   energy[LMU_SUSTAIN_CHANNELS]; ///< Of a frame of the window
  double   fitted[LMU_SUSTAIN_CHANNELS]; ///< Twice that of the partials
  uint32_t n_peaks;                      ///< Peaks that are above, or kept
  uint32_t least;                        ///< Level of the weakest to keep
  uint32_t room;                         ///< How many of that level to keep
  bool     is_full;                      ///< Whether least is found

  uint32_t newest;    ///< Bank that plays or played last
  LmuGlide gains[2];  ///< Of banks
  double   levels[2]; ///< Of banks, what decay has left
  double   keep;      ///< What decay leaves in a frame
  uint32_t turn;      ///< Oscillator whose length is renormalised next
  uint32_t age;
};

#endif // LMU_CORE_DSP_RT_SUSTAIN_PARTS_H
