// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/tap_design.h"

#include "core/base/setup/arena.h"
#include "core/base/status.h"
#include "core/kernels/rt/kernels.h"
#include "core/math/setup/cholesky.h"
#include "core/math/setup/complex.h"
#include "core/memory/rt/legendre.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/recurrence.h"
#include "core/memory/setup/recurrence.h"

#include <complex.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846

// Lengths are in windows / order, and frequencies in cycles of those

/// Frequencies that readings are held to: even ones, then by equal ratios
#define N_EVEN 110U
#define N_ABOVE 50U
#define N_FREQUENCIES (N_EVEN + N_ABOVE)
#define EVEN_END 0.5
#define ABOVE_END 6.0

/// Distance of the square roots of positions, and greatest distance of
/// positions
#define ROOT_STEP 0.18
#define STEP 0.8

/// Degrees of polynomials, divided by the root of the order, above which they
/// count less and not at all: from position to position they turn too far
#define DEGREE_START 11.0
#define DEGREE_END 17.0

/// Distance of the last position, as far as a table reads and its taper blurs
#define REACH 46.0

/// Most positions, as small windows have some at both ends
#define MAX_POSITIONS 100U

/// Greatest order whose readings reach both ends
#define WHOLE_ORDER 64U

/// Distance up to which the end is felt, so that one solution is not enough
#define NEAR 10.0

/// Distance of the last position that such readings need, for greater orders
#define NEAR_REACH 22.0
#define NEAR_ORDER 36U

/// Weights of errors: below, far above, and the latter at the end itself
#define FLAT_WEIGHT 20.0
#define FAR_WEIGHT 0.3
#define END_WEIGHT 0.06

/// Frequency up to which all is to be exact, a little above LMU_FLAT_CYCLES
#define STRICT_END 0.206

/// Frequency over which weights fall by e times their ratio
#define WEIGHT_SLOPE 0.03

/// Where what is wanted starts to fall, and where it has fallen
#define FALL_START 0.21
#define FALL_END 0.3

/// Square of the error that weights of one on all coefficients cost, as great
/// ones read what a step makes of the highest modes
#define RIDGE 2.0

/// Least pivot of the normal equations, well below what the ridge leaves
#define LEAST_PIVOT 1e-12

/// Greatest gain, the factor on the weights of a frequency that has more, what
/// of it is left at the next reading, and the greatest
#define MAX_GAIN 1.0005
#define MORE 1.3
#define LEFT 0.97
#define MAX_BOOST 300.0

/// Solutions for one reading
#define MAX_SOLUTIONS 16U

/// Distance up to which no solution is flat at the new end, nor of any use
#define TOO_NEAR 0.8

/// Normal equations of the first positions of one end
typedef struct {
  uint32_t count;  ///< Positions
  uint32_t stride; ///< The same, padded to whole vectors
  double*  strict; ///< What all readings have, [count][stride]
  double*  above;  ///< The frequencies above STRICT_END, [count][stride]
} Equations;

struct LmuTapDesignImpl {
  LmuArena          arena; ///< All arrays
  const LmuKernels* kernels;
  uint32_t          order;
  uint32_t          n_degrees; ///< Degrees that count
  uint32_t          n_positions;
  uint32_t          n_near;        ///< Positions of readings near the end
  uint32_t          stride;        ///< n_positions, padded to whole vectors
  uint32_t          n_strict;      ///< Frequencies up to STRICT_END
  uint32_t          n_wanted;      ///< Frequencies of which anything is wanted
  double positions[MAX_POSITIONS]; ///< Distances from the end [windows /
                                   ///< order]
  double    cycles[N_FREQUENCIES]; ///< [cycles per window / order]
  double    levels[N_FREQUENCIES]; ///< Gains that are wanted
  double    boost[N_FREQUENCIES];  ///< Factors on weights of errors
  double    errors[N_FREQUENCIES]; ///< Weights of squares of errors
  double    least; ///< What most frequencies above STRICT_END weigh
  Equations far;
  Equations near;

  double complex wanted[N_FREQUENCIES]; ///< What one reading is to be

  double* polynomials;  ///< Even degrees, then odd ones,
                        ///< [2][(n_degrees + 1) / 2][stride]
  double* responses[2]; ///< Of both ends, [N_FREQUENCIES][2][stride]
  double* readings[2];  ///< The same, [n_positions][2][N_FREQUENCIES]
  double* sizes;        ///< Products of polynomials, [n_positions][stride]
  double* rows;         ///< Responses to sum, [N_FREQUENCIES][2][stride]
  double* columns;      ///< The same by their weights
  double* normal;       ///< Normal equations, [n_positions][stride]
  double* matrix;       ///< Their factor, [n_positions][n_positions]
  double* right;        ///< Their right side in the first column
  double* gains;        ///< Of a solution, [2][N_FREQUENCIES]
};

_Static_assert(N_FREQUENCIES % LMU_LANES == 0U, "Tones are in whole blocks");

/// Return a number of positions in whole vectors
static uint32_t
padded(const uint32_t count)
{
  return (count + LMU_LANES - 1U) / LMU_LANES * LMU_LANES;
}

/// Choose positions, close ones at both ends where a reading reaches both
static void
choose_positions(LmuTapDesign* const design)
{
  const double order = design->order;
  const bool   whole = design->order <= WHOLE_ORDER;
  const double last  = whole ? 0.5 * order : REACH;
  uint32_t     count = 0U;
  for (double x = 0.0; x <= last;) {
    const double next          = sqrt(x) + ROOT_STEP;
    design->positions[count++] = x;
    x                          = fmin(next * next, x + STEP);
  }
  for (uint32_t i = whole ? count : 0U; i-- > 0U;) {
    design->positions[count++] = order - design->positions[i];
  }

  design->n_positions = count;
  design->stride      = padded(count);
  design->n_near      = count;
  while (design->order > NEAR_ORDER &&
         design->positions[design->n_near - 1U] > NEAR_REACH) {
    --design->n_near;
  }
}

static void
choose_frequencies(LmuTapDesign* const design)
{
  const double first = 0.5 * EVEN_END / N_EVEN;
  for (uint32_t i = 0U; i < N_EVEN; ++i) {
    design->cycles[i] = first + ((EVEN_END - first) * i / (N_EVEN - 1.0));
  }
  for (uint32_t i = 0U; i < N_ABOVE; ++i) {
    design->cycles[N_EVEN + i] =
      EVEN_END * pow(ABOVE_END / EVEN_END, (i + 1.0) / N_ABOVE);
  }
  for (uint32_t i = 0U; i < N_FREQUENCIES; ++i) {
    const double f    = design->cycles[i];
    const double fall = (f - FALL_START) / (FALL_END - FALL_START);
    design->levels[i] = 0.5 + (0.5 * cos(PI * fmin(fmax(fall, 0.0), 1.0)));
    design->n_strict += f <= STRICT_END;
    design->n_wanted += f < FALL_END;
  }
}

/// Return how much a polynomial counts
static double
degree_part(const double degree, const double order)
{
  const double x =
    ((degree / sqrt(order)) - DEGREE_START) / (DEGREE_END - DEGREE_START);
  return 0.5 + (0.5 * cos(PI * fmin(fmax(x, 0.0), 1.0)));
}

/// Set polynomials at all positions of the new end, return false without memory
static bool
set_polynomials(LmuTapDesign* const design)
{
  const uint32_t count  = design->n_degrees;
  double* const  values = (double*)calloc(count, sizeof(double));
  for (uint32_t i = 0U; values && i < design->n_positions; ++i) {
    const double r = design->positions[i] / design->order;
    lmu_legendre_all(values, count, (2.0 * r) - 1.0);
    for (uint32_t n = 0U; n < count; ++n) {
      const size_t row  = lmu_recurrence_row(n, count);
      const double part = degree_part(n, design->order);

      // Times the root of 2n + 1 twice, as solutions are in another basis
      design->polynomials[(row * design->stride) + i] =
        part * ((2.0 * n) + 1.0) * values[n];
    }
  }
  free(values);
  return values;
}

/// Sum products of polynomials of all even or odd degrees with columns
static void
sum_degrees(const LmuTapDesign* const design,
            const uint32_t            odd,
            const double* const       columns,
            const uint32_t            n_columns,
            double* const             sums)
{
  const uint32_t half = (design->n_degrees + 1U) / 2U;
  const LmuGram  from = {design->polynomials +
                           ((size_t)odd * half * design->stride),
                         columns + ((size_t)odd * half * n_columns),
                         design->stride,
                         design->n_positions,
                         n_columns,
                         (design->n_degrees + 1U - odd) / 2U,
                         0.0,
                         false};
  design->kernels->gram(sums, &from);
}

void
lmu_tap_design_values(const LmuTapDesign* const design,
                      const double* const       kept,
                      double* const             values)
{
  // P_n(-x) is P_n(x) for even n, and -P_n(x) for odd n
  const size_t  size  = (size_t)design->n_positions * LMU_BLOCK;
  double* const other = values + size;
  sum_degrees(design, 0U, kept, LMU_BLOCK, values);
  sum_degrees(design, 1U, kept, LMU_BLOCK, other);
  for (size_t i = 0U; i < size; ++i) {
    const double even = values[i];
    values[i]         = even + other[i];
    other[i]          = even - other[i];
  }
}

/**
   Set what makes solutions memories of tones.

   With s = i omega a memory is (s - A)^-1 B, and as A e0 = -B it solves
   (1 - s inv(A)) m = e0, of which all rows but the first are the recurrence's.
*/
static void
set_tone_scales(double* const              scales,
                const double* const        s,
                const LmuRecurrence* const solutions)
{
  for (uint32_t i = 0U; i < LMU_LANES; ++i) {
    const double complex first =
      lmu_lane(solutions->next, i) - lmu_lane(solutions->here, i);
    lmu_set_lane(
      scales, i, lmu_quotient(2.0, lmu_product(lmu_lane(s, i), first)));
  }
}

/// Set how all positions of one end read a block of tones
static void
set_response(LmuTapDesign* const design,
             const uint32_t      end,
             const uint32_t      first,
             const double* const values,
             const double* const scales)
{
  for (size_t p = 0U; p < design->n_positions; ++p) {
    double* const reading = design->readings[end] + (2U * p * N_FREQUENCIES);
    for (uint32_t i = 0U; i < LMU_LANES; ++i) {
      const size_t         f = first + i;
      const double complex value =
        lmu_product(lmu_lane(values + (p * LMU_BLOCK), i), lmu_lane(scales, i));
      double* const out = design->responses[end] + (2U * f * design->stride);

      out[p]                     = creal(value);
      out[design->stride + p]    = cimag(value);
      reading[f]                 = creal(value);
      reading[N_FREQUENCIES + f] = cimag(value);
    }
  }
}

/// Add products of polynomials of some degrees, in the order they are stored in
static void
add_sizes(const LmuTapDesign* const design,
          const uint32_t            first,
          const uint32_t            count)
{
  const size_t        stride = design->stride;
  const uint32_t      half   = (design->n_degrees + 1U) / 2U;
  const double* const rows   = design->polynomials + (first * stride);
  for (uint32_t i = 0U; i < count; ++i) {
    const uint32_t row    = first + i;
    const double   degree = row < half ? 2.0 * row : (2.0 * (row - half)) + 1.0;
    for (size_t j = i * stride; j < (i + 1U) * stride; ++j) {
      design->columns[j] = rows[j] / ((2.0 * degree) + 1.0);
    }
  }

  const LmuGram from = {rows,
                        design->columns,
                        design->stride,
                        design->n_positions,
                        design->stride,
                        count,
                        1.0,
                        true};
  design->kernels->gram(design->sizes, &from);
}

/// Set products of polynomials at all pairs of positions
static void
set_sizes(LmuTapDesign* const design)
{
  const uint32_t end = 2U * ((design->n_degrees + 1U) / 2U);
  for (uint32_t i = 0U; i < end; i += 2U * N_FREQUENCIES) {
    add_sizes(
      design, i, end - i < 2U * N_FREQUENCIES ? end - i : 2U * N_FREQUENCIES);
  }
  for (size_t i = 0U; i < design->n_positions; ++i) {
    design->sizes[(i * design->stride) + i] += 1e-6 * (double)design->order;
  }
}

/// Set how all positions read a block of tones
static void
set_tones(LmuTapDesign* const  design,
          const uint32_t       first,
          LmuRecurrence* const solutions,
          double* const        values)
{
  double s[LMU_BLOCK] = {0.0};
  double scales[LMU_BLOCK];
  for (uint32_t i = 0U; i < LMU_LANES; ++i) {
    s[LMU_LANES + i] = 2.0 * PI * design->cycles[first + i] * design->order;
  }

  lmu_recurrence_solve(solutions, design->order, s, design->kernels);
  set_tone_scales(scales, s, solutions);
  lmu_tap_design_values(design, solutions->kept, values);
  for (uint32_t end = 0U; end < 2U; ++end) {
    const size_t size = (size_t)design->n_positions * LMU_BLOCK;
    set_response(design, end, first, values + (end * size), scales);
  }
}

/// Set how all positions read all frequencies, return false without memory
static bool
set_responses(LmuTapDesign* const design)
{
  LmuArena      arena = {0};
  double* const kept  = (double*)lmu_arena_take(
    &arena, lmu_recurrence_size(design->n_degrees), sizeof(double));
  double* const values = (double*)lmu_arena_take(
    &arena, 2UL * design->n_positions * LMU_BLOCK, sizeof(double));
  for (uint32_t i = 0U; !arena.failed && i < N_FREQUENCIES; i += LMU_LANES) {
    LmuRecurrence solutions = {.n_kept = design->n_degrees, .kept = kept};
    set_tones(design, i, &solutions, values);
  }

  const bool result = !arena.failed;
  lmu_arena_clear(&arena);
  return result;
}

static double*
take(LmuTapDesign* const design, const size_t count)
{
  return (double*)lmu_arena_take(&design->arena, count, sizeof(double));
}

/// Make room for the equations of the first `count` positions
static Equations
equations_of(LmuTapDesign* const design, const uint32_t count)
{
  const uint32_t  stride = padded(count);
  const Equations result = {count,
                            stride,
                            take(design, (size_t)count * stride),
                            take(design, (size_t)count * stride)};
  return result;
}

/// Allocate all arrays, return false without memory
static bool
allocate(LmuTapDesign* const design)
{
  const size_t count   = design->n_positions;
  const size_t width   = design->stride;
  const size_t size    = 2UL * N_FREQUENCIES * width;
  const size_t n_rows  = 2UL * ((design->n_degrees + 1UL) / 2UL);
  design->polynomials  = take(design, n_rows * width);
  design->responses[0] = take(design, size);
  design->responses[1] = take(design, size);
  design->readings[0]  = take(design, 2U * N_FREQUENCIES * count);
  design->readings[1]  = take(design, 2U * N_FREQUENCIES * count);
  design->rows         = take(design, size);
  design->columns      = take(design, size);
  design->sizes        = take(design, count * width);
  design->normal       = take(design, count * width);
  design->matrix       = take(design, count * count);
  design->right        = take(design, width);
  design->gains        = take(design, 2U * N_FREQUENCIES);
  design->far          = equations_of(design, design->n_positions);
  design->near         = equations_of(design, design->n_near);
  return !design->arena.failed;
}

LmuStatus
lmu_tap_design_new(LmuTapDesign** const design, const uint32_t order)
{
  *design                  = NULL;
  LmuTapDesign* const self = (LmuTapDesign*)calloc(1, sizeof(LmuTapDesign));
  if (!self) {
    return LMU_NO_MEMORY;
  }

  self->kernels   = lmu_kernels(0U);
  self->order     = order;
  self->n_degrees = (uint32_t)fmin(ceil(DEGREE_END * sqrt(order)), order);
  choose_positions(self);
  choose_frequencies(self);
  if (!allocate(self) || !set_polynomials(self) || !set_responses(self)) {
    lmu_tap_design_free(self);
    return LMU_NO_MEMORY;
  }
  set_sizes(self);
  *design = self;
  return LMU_SUCCESS;
}

void
lmu_tap_design_free(LmuTapDesign* const design)
{
  if (design) {
    lmu_arena_clear(&design->arena);
    free(design);
  }
}

uint32_t
lmu_tap_design_count(const LmuTapDesign* const design)
{
  return design->n_positions;
}

uint32_t
lmu_tap_design_degrees(const LmuTapDesign* const design)
{
  return design->n_degrees;
}

/// Return the weight of errors at a frequency, above which all have the least
static double
weight_at(const double least, const double f)
{
  const double above = fmax(f - STRICT_END, 0.0) / WEIGHT_SLOPE;
  return above < 1.0 ? FLAT_WEIGHT * pow(least / FLAT_WEIGHT, above) : least;
}

/// Set what a reading is to be at all frequencies, which are even where it is
/// to be anything
static void
set_wanted(LmuTapDesign* const design, const double delay)
{
  const double   turn  = -2.0 * PI * delay;
  const double   first = turn * design->cycles[0];
  const double   by    = turn * (design->cycles[1] - design->cycles[0]);
  double complex phase = cexp(lmu_cartesian(0.0, first));
  double complex step  = cexp(lmu_cartesian(0.0, by));
  for (uint32_t i = 0U; i < design->n_wanted; ++i) {
    design->wanted[i] = design->levels[i] * phase;
    phase             = lmu_product(phase, step);
  }
}

/// Set the weights of squares of errors at all frequencies
static void
set_errors(LmuTapDesign* const design)
{
  for (uint32_t f = 0U; f < N_FREQUENCIES; ++f) {
    const double weight =
      design->boost[f] * weight_at(design->least, design->cycles[f]);
    design->errors[f] = weight * weight;
  }
}

/// Set what one reading is to be, and how much errors weigh
static void
aim(LmuTapDesign* const design, const double delay, const double nearness)
{
  design->least = FAR_WEIGHT + (nearness * (END_WEIGHT - FAR_WEIGHT));
  set_wanted(design, delay);
}

/// Write a response to sum, and return the number of frequencies so far
static uint32_t
choose_response(const LmuTapDesign* const design,
                const uint32_t            end,
                const Equations* const    equations,
                const uint32_t            f,
                const double              weight,
                const uint32_t            n)
{
  const size_t stride = equations->stride;
  for (size_t i = 0U; i < 2U; ++i) {
    const double* const from =
      design->responses[end] + (((2U * f) + i) * design->stride);
    double* const row    = design->rows + (((2U * n) + i) * stride);
    double* const column = design->columns + (((2U * n) + i) * stride);
    for (size_t p = 0U; p < equations->count; ++p) {
      row[p]    = from[p];
      column[p] = weight * from[p];
    }
  }
  return n + 1U;
}

/// Add the products of the first `n` responses that were chosen
static void
add_responses(const LmuTapDesign* const design,
              const Equations* const    equations,
              const uint32_t            n,
              double* const             to)
{
  const LmuGram from = {design->rows,
                        design->columns,
                        equations->stride,
                        equations->count,
                        equations->stride,
                        2U * n,
                        1.0,
                        true};
  design->kernels->gram(to, &from);
}

/// Set the parts of normal equations that all readings of an end have
static void
set_equations(LmuTapDesign* const    design,
              const uint32_t         end,
              const Equations* const equations)
{
  const double strict = FLAT_WEIGHT * FLAT_WEIGHT;
  const size_t stride = equations->stride;
  uint32_t     n      = 0U;
  for (size_t i = 0U; i < equations->count; ++i) {
    for (size_t j = 0U; j < equations->count; ++j) {
      equations->strict[(i * stride) + j] =
        (RIDGE / design->order) * design->sizes[(i * design->stride) + j];
    }
  }
  for (uint32_t f = 0U; f < design->n_strict; ++f) {
    n = choose_response(design, end, equations, f, strict, n);
  }
  add_responses(design, equations, n, equations->strict);

  n = 0U;
  for (uint32_t f = design->n_strict; f < N_FREQUENCIES; ++f) {
    n = choose_response(design, end, equations, f, 1.0, n);
  }
  memset(equations->above, 0, sizeof(double) * equations->count * stride);
  add_responses(design, equations, n, equations->above);
}

/// Add what frequencies weigh above most others to the normal equations
static void
add_uncommon(LmuTapDesign* const    design,
             const uint32_t         end,
             const Equations* const equations)
{
  const double common = design->least * design->least;
  uint32_t     n      = 0U;
  for (uint32_t f = design->n_strict; f < N_FREQUENCIES; ++f) {
    const double more = design->errors[f] - common;
    if (more > 0.0) {
      n = choose_response(design, end, equations, f, more, n);
    }
  }
  add_responses(design, equations, n, design->normal);
}

/// Set the upper half of normal equations to their factor
static void
set_factor(LmuTapDesign* const    design,
           const uint32_t         end,
           const Equations* const equations)
{
  const size_t count  = equations->count;
  const size_t stride = equations->stride;
  const double common = design->least * design->least;
  for (size_t i = 0U; i < count * stride; ++i) {
    design->normal[i] = equations->strict[i] + (common * equations->above[i]);
  }

  add_uncommon(design, end, equations);
  for (size_t i = 0U; i < count; ++i) {
    memcpy(design->matrix + (i * count) + i,
           design->normal + (i * stride) + i,
           sizeof(double) * (count - i));
  }
  lmu_cholesky_factorise(design->matrix, count, LEAST_PIVOT);
}

/// Solve for the weights of the first `count` positions
static void
fit(LmuTapDesign* const design, const uint32_t end, const uint32_t count)
{
  double factors[2U * N_FREQUENCIES];
  for (uint32_t f = 0U; f < design->n_wanted; ++f) {
    factors[2U * f]        = design->errors[f] * creal(design->wanted[f]);
    factors[(2U * f) + 1U] = design->errors[f] * cimag(design->wanted[f]);
  }

  const LmuGram from = {factors,
                        design->responses[end],
                        1U,
                        1U,
                        design->stride,
                        2U * design->n_wanted,
                        0.0,
                        false};
  design->kernels->gram(design->right, &from);
  lmu_cholesky_solve(design->matrix, design->right, count);
}

/// Raise the weight of frequencies with too much gain, return false if none has
static bool
learn(LmuTapDesign* const design, const uint32_t end, const uint32_t count)
{
  const LmuGram from   = {design->right,
                          design->readings[end],
                          1U,
                          1U,
                          2U * N_FREQUENCIES,
                          count,
                          0.0,
                          false};
  bool          result = false;
  design->kernels->gram(design->gains, &from);
  for (uint32_t f = design->n_strict; f < N_FREQUENCIES; ++f) {
    const double re = design->gains[f];
    const double im = design->gains[N_FREQUENCIES + f];
    if ((re * re) + (im * im) > MAX_GAIN * MAX_GAIN) {
      design->boost[f] = fmin(MORE * design->boost[f], MAX_BOOST);
      result           = true;
    }
  }
  return result;
}

/// Lower the weights that were raised
static void
forget(LmuTapDesign* const design)
{
  for (uint32_t f = 0U; f < N_FREQUENCIES; ++f) {
    design->boost[f] = fmax(1.0, LEFT * design->boost[f]);
  }
}

/// Solve until there is not too much gain at any frequency
static void
fit_near(LmuTapDesign* const design, const uint32_t end, const double delay)
{
  const uint32_t most   = delay < TOO_NEAR ? 1U : MAX_SOLUTIONS;
  bool           learns = true;
  forget(design);
  for (uint32_t i = 0U; learns && i < most; ++i) {
    set_errors(design);
    set_factor(design, end, &design->near);
    fit(design, end, design->n_near);
    learns = learn(design, end, design->n_near);
  }
}

/// Start afresh with an end: all far readings have the same equations
static void
begin_end(LmuTapDesign* const design, const uint32_t end)
{
  for (uint32_t f = 0U; f < N_FREQUENCIES; ++f) {
    design->boost[f] = 1.0;
  }
  aim(design, 0.0, 0.0);
  set_errors(design);
  set_equations(design, end, &design->far);
  set_equations(design, end, &design->near);
  set_factor(design, end, &design->far);
}

/// Scale weights so that a constant is read as it is, which least squares miss
/// by 0.1 % and slow voltages would show
static void
keep_constants(double* const weights, const uint32_t count)
{
  double sum = 0.0;
  for (uint32_t i = 0U; i < count; ++i) {
    sum += weights[i];
  }
  for (uint32_t i = 0U; i < count; ++i) {
    weights[i] /= sum;
  }
}

void
lmu_tap_design_read(LmuTapDesign* const design,
                    const uint32_t      end,
                    const bool          is_first,
                    const double        distance,
                    double* const       weights)
{
  const double   order    = design->order;
  const double   away     = fmin(distance, 1.0) * order;
  const double   delay    = end ? order - away : away;
  const double   nearness = 1.0 - (fmin(away, order - away) / NEAR);
  const bool     is_near  = nearness > 0.0;
  const uint32_t count    = is_near ? design->n_near : design->n_positions;
  if (is_first) {
    begin_end(design, end);
  }

  aim(design, delay, fmax(nearness, 0.0));
  if (is_near) {
    fit_near(design, end, delay);
  } else {
    fit(design, end, count);
  }
  memset(weights, 0, sizeof(double) * design->n_positions);
  memcpy(weights, design->right, sizeof(double) * count);
  keep_constants(weights, count);
}
