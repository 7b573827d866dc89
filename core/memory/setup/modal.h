// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_SETUP_MODAL_H
#define LMU_CORE_MEMORY_SETUP_MODAL_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/recurrence.h"

#include <stdint.h>

/**
   @file
   Eigenvalues and eigenvectors of the memory, see core/memory/rt/modes.h.

   A block of eigenvalues at a time is refined by Newton's method, from where
   core/memory/setup/asymptotic.h has them, with core/memory/rt/recurrence.h for
   the eigenvectors.  It takes some four passes of O(d) a mode, O(d^2) in all.
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

/// Return solutions of a block of modes scaled to be eigenvectors,
/// [2][LMU_LANES]
LMU_SETUP void
lmu_modal_scales(const LmuModal*      modal,
                 uint32_t             block,
                 const LmuRecurrence* solutions,
                 double*              scales);

/// Allocate a buffer for eigenvectors of an order, to be freed by free(), or
/// return null without memory
LMU_SETUP LMU_NODISCARD double*
lmu_modal_work(uint32_t order);

/**
   Return eigenvectors of a block of modes, columns of V.

   Row k of inv(V) is the same with the sign of every odd entry changed.  Modes
   that are exponentials are +i at the new end of the window.

   @param modal Modes.
   @param block Index of the block.
   @param count Entries to make, at most the order.
   @param work Buffer of lmu_modal_work(), set to eigenvectors.  Where entry n
   of all is says lmu_modal_row(), and where there is no mode they are zero.
*/
LMU_SETUP void
lmu_modal_vectors(const LmuModal* modal,
                  uint32_t        block,
                  uint32_t        count,
                  double*         work);

/// Return entry n of `count` of the eigenvectors of a block, [2][LMU_LANES]
LMU_SETUP const double*
lmu_modal_row(const double* work, uint32_t count, uint32_t n);

/**
   Return weighted sums of the entries of eigenvectors.

   @param work Eigenvectors of a block, of lmu_modal_vectors().
   @param weights Weights of entries, [count].
   @param count Number of entries that were made.
   @param odd Factor on the weights of odd entries, -1 for rows of inv(V).
   @param sums Set to sums, [2][LMU_LANES].
*/
LMU_SETUP void
lmu_modal_project(const double* work,
                  const double* weights,
                  uint32_t      count,
                  double        odd,
                  double*       sums);

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
                      double*         work);

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
                        double*         work);

#endif // LMU_CORE_MEMORY_SETUP_MODAL_H
