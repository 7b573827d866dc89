// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_SETUP_MODAL_H
#define LMU_CORE_MEMORY_SETUP_MODAL_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/memory/rt/modes.h"

#include <complex.h>
#include <stdint.h>

/**
   @file
   Eigenvalues and eigenvectors of the memory, see core/memory/rt/modes.h.

   Eigenvalues are found one by one by Newton's method on the characteristic
   polynomial, with those found so far divided out (Maehly 1954), from a guess
   that is exact for a half of them.  Eigenvectors are made in groups of
   LMU_EIGENVECTORS, see core/memory/setup/eigenvectors.h.  Both cost O(d) each,
   O(d^2) in all.
*/

/// Eigenvalues and first components of one order, owned by the heap
typedef struct LmuModalImpl LmuModal;

/**
   Find the modes of an order.

   @param modal Set to new modes, or to null on error.
   @param order Number of Legendre coefficients, 1 to LMU_MAX_ORDER.
   @return LMU_BAD_ORDER, LMU_NO_MEMORY, or LMU_DIVERGED on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_modal_new(LmuModal** modal, uint32_t order);

/// Free modes, or do nothing if they are null
LMU_SETUP void
lmu_modal_free(LmuModal* modal);

/// Return what the audio thread needs, valid until lmu_modal_free()
LMU_SETUP const LmuModes*
lmu_modal_modes(const LmuModal* modal);

/// Allocate a buffer for eigenvectors of an order, to be freed by free(), or
/// return null without memory
LMU_SETUP LMU_NODISCARD double complex*
lmu_modal_work(uint32_t order);

/// Return how many modes there are from one on, at most LMU_EIGENVECTORS
LMU_SETUP uint32_t
lmu_modal_group(const LmuModal* modal, uint32_t first);

/**
   Return eigenvectors of a group of modes, columns of V.

   Row k of inv(V) is the same with the sign of every odd entry changed.  Modes
   that are exponentials are +i at the new end of the window.

   @param modal Modes.
   @param first Index of the first mode, below n_modes.
   @param work Buffer of lmu_modal_work().
   @return Eigenvectors in `work`, [LMU_EIGENVECTORS][order], those after the
   last mode are its own again.
*/
LMU_SETUP const double complex*
lmu_modal_vectors(const LmuModal* modal, uint32_t first, double complex* work);

/**
   Return Legendre coefficients of states, m = 2 Re(V z).

   @param modal Modes.
   @param n_states Number of states, many cost little more than one.
   @param z States, [n_states][n_blocks][2][LMU_LANES].
   @param m Set to orthonormal coefficients, [n_states][order].
   @param work Buffer of lmu_modal_work().
*/
LMU_SETUP void
lmu_modal_to_legendre(const LmuModal* modal,
                      uint32_t        n_states,
                      const float*    z,
                      double*         m,
                      double complex* work);

/**
   Return the state that has given Legendre coefficients, z = inv(V) m.

   @param modal Modes.
   @param m Orthonormal coefficients, [n_coefficients].
   @param n_coefficients Number of coefficients, others are taken as zero.
   @param z Set to the state, [n_blocks][2][LMU_LANES].
   @param work Buffer of lmu_modal_work().
*/
LMU_SETUP void
lmu_modal_from_legendre(const LmuModal* modal,
                        const double*   m,
                        uint32_t        n_coefficients,
                        float*          z,
                        double complex* work);

#endif // LMU_CORE_MEMORY_SETUP_MODAL_H
