// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_DECODER_H
#define LMU_UI_DECODER_H

#include "ui/view.h"

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
LmuDecoder*
lmu_decoder_new(void);

/// Free a decoder, or do nothing if it is null
void
lmu_decoder_free(LmuDecoder* decoder);

/**
   Decode a complete View.

   @param decoder Decoder, which takes up to 0.2 s if the order is another one.
   @param coefficients Set to m_0... as the paper scales them,
   [LMU_DECODER_ROWS].
   @param estimate Set to the window, [LMU_DECODER_POINTS].
   @param view View with an order of 1 or more.
   @return Number of coefficients, or zero if there is no memory.
*/
uint32_t
lmu_decoder_process(LmuDecoder*    decoder,
                    float*         coefficients,
                    float*         estimate,
                    const LmuView* view);

#endif // LMU_UI_DECODER_H
