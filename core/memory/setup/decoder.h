// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_SETUP_DECODER_H
#define LMU_CORE_MEMORY_SETUP_DECODER_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What the numbers of a memory mean: coefficients, and the window again.

   Up to LMU_DECODER_EXACT both are exact.  Above that they come from the modes
   that are exponentials, see core/memory/rt/modes.h, as exact ones would take
   seconds to set up; what is missing cannot be seen but at the very ends.
*/

/// Greatest order that is decoded exactly
#define LMU_DECODER_EXACT 512U

/// Greatest number of coefficients that are decoded, from the first on
#define LMU_DECODER_ROWS 512U

/// Positions in the window that are read, from the old end to the new
#define LMU_DECODER_POINTS 1024U

/// Decoder of one order at a time, owned by the heap
typedef struct LmuDecoderImpl LmuDecoder;

/// Return a new decoder, or null if there is no memory
LMU_SETUP LmuDecoder*
lmu_decoder_new(void);

/// Free a decoder, or do nothing if it is null
LMU_SETUP void
lmu_decoder_free(LmuDecoder* decoder);

/**
   Decode a memory.

   @param decoder Decoder, which takes up to 0.2 s if the order is another one.
   @param coefficients Set to m_0... as the paper scales them,
   [LMU_DECODER_ROWS].
   @param estimate Set to the window, [LMU_DECODER_POINTS].
   @param numbers The state of core/memory/rt/memory.h,
   [n_blocks][2][LMU_LANES], or coefficients as the paper scales them, [order].
   @param order Number of coefficients, 1 to LMU_MAX_ORDER.
   @param is_modal Whether the numbers are a state.
   @return Number of coefficients, or zero if there is no memory.
*/
LMU_SETUP uint32_t
lmu_decoder_process(LmuDecoder*  decoder,
                    float*       coefficients,
                    float*       estimate,
                    const float* numbers,
                    uint32_t     order,
                    bool         is_modal);

#endif // LMU_CORE_MEMORY_SETUP_DECODER_H
