// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/tap_design.h"

#include "core/base/setup/arena.h"
#include "core/base/status.h"
#include "core/math/setup/cholesky.h"
#include "core/math/setup/complex.h"
#include "core/memory/rt/legendre.h"
#include "core/memory/setup/paper_scale.h"

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

/// Rows and columns of the normal equations whose sums are kept in registers
#define TILE 4U

/// Solutions for one reading
#define MAX_SOLUTIONS 16U

/// Distance up to which no solution is flat at the new end, nor of any use
#define TOO_NEAR 0.8

/// Numbers of a row in two columns, and the same at any address
typedef double Pair __attribute__((vector_size(2 * sizeof(double))));
typedef Pair   LoosePair __attribute__((aligned(8)));

struct LmuTapDesignImpl {
  LmuArena arena; ///< All arrays
  uint32_t order;
  uint32_t n_positions;
  uint32_t n_near;   ///< Positions of readings near the end
  uint32_t stride;   ///< n_positions, padded to a multiple of TILE
  uint32_t n_strict; ///< Frequencies up to STRICT_END
  double positions[MAX_POSITIONS]; ///< Distances from the end [windows / order]
  double cycles[N_FREQUENCIES];    ///< [cycles per window / order]
  double levels[N_FREQUENCIES];    ///< Gains that are wanted
  double weights[N_FREQUENCIES];   ///< Weights of errors, for one reading
  double boost[N_FREQUENCIES];     ///< Factors on these
  double errors[N_FREQUENCIES];    ///< Weights of squares of errors
  double complex wanted[N_FREQUENCIES]; ///< What one reading is to be

  float*  polynomials;  ///< [n_positions][order]
  double* responses[2]; ///< Of both ends, [N_FREQUENCIES][2][stride]
  double* sizes;        ///< Products of polynomials, [n_positions][n_positions]
  double* strict;       ///< Normal equations up to STRICT_END, [stride][stride]
  double* normal;       ///< The same of all, [stride][stride]
  double* matrix;       ///< Their factor, [n_positions][n_positions]
  double* right;        ///< Their right side in the first column
};

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
  design->stride      = count + ((TILE - (count % TILE)) % TILE);
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
  double* const values = (double*)calloc(design->order, sizeof(double));
  float*        out    = design->polynomials;
  for (uint32_t i = 0U; values && i < design->n_positions; ++i) {
    const double r = design->positions[i] / design->order;
    lmu_legendre_all(values, design->order, (2.0 * r) - 1.0);
    for (uint32_t n = 0U; n < design->order; ++n) {
      const double part = degree_part(n, design->order);
      *out++            = (float)(part * lmu_paper_scale(n) * values[n]);
    }
  }
  free(values);
  return values;
}

/**
   Set what the memory of a tone is.

   With s = i omega it is m = (s - A)^-1 B, and as A e0 = -B it solves
   (1 - s inv(A)) m = e0, which is tridiagonal, see core/memory/rt/modes.h.

   @param m Set to orthonormal coefficients, [order].
   @param pivots Buffer, [order].
   @param order Number of coefficients.
   @param cycles Cycles per window.
*/
static void
set_tone(double complex* const m,
         double complex* const pivots,
         const uint32_t        order,
         const double          cycles)
{
  const double complex s    = lmu_cartesian(0.0, 2.0 * PI * cycles);
  const uint32_t       last = order - 1U;

  pivots[last] = 1.0 + (s * 0.5 / ((2.0 * order) - 1.0));
  for (uint32_t n = last; n > 0U; --n) {
    const double b2 = 0.25 / (((2.0 * n) - 1.0) * ((2.0 * n) + 1.0));
    pivots[n - 1U]  = 1.0 + (s * s * b2 / pivots[n]);
  }
  pivots[0] += 0.5 * s;

  m[0] = 1.0 / pivots[0];
  for (uint32_t n = 1U; n < order; ++n) {
    const double b = 0.5 / sqrt(((2.0 * n) - 1.0) * ((2.0 * n) + 1.0));
    m[n]           = -s * b * m[n - 1U] / pivots[n];
  }
}

/// Set how all positions of both ends read a tone
static void
set_response(LmuTapDesign* const         design,
             const uint32_t              frequency,
             const double complex* const m)
{
  const size_t first = 2U * (size_t)frequency * design->stride;
  for (uint32_t i = 0U; i < design->n_positions; ++i) {
    const float* const p   = design->polynomials + (i * (size_t)design->order);
    double complex     sum = 0.0;
    double complex     odd = 0.0;
    for (uint32_t n = 0U; n < design->order; ++n) {
      const double complex part = (double)p[n] * m[n];
      sum += part;
      odd += (n % 2U) ? part : 0.0;
    }
    for (uint32_t end = 0U; end < 2U; ++end) {
      double* const        out   = design->responses[end] + first + i;
      const double complex value = end ? sum - (2.0 * odd) : sum;

      out[0]              = creal(value);
      out[design->stride] = cimag(value);
    }
  }
}

/// Set products of polynomials at all pairs of positions
static void
set_sizes(LmuTapDesign* const design)
{
  const size_t order = design->order;
  for (size_t i = 0U; i < design->n_positions; ++i) {
    for (size_t j = 0U; j < design->n_positions; ++j) {
      const float* const x   = design->polynomials + (i * order);
      const float* const y   = design->polynomials + (j * order);
      double             sum = (i == j) ? 1e-6 * (double)order : 0.0;
      for (size_t n = 0U; n < order; ++n) {
        sum += (double)(x[n] * y[n]);
      }
      design->sizes[(i * design->n_positions) + j] = sum;
    }
  }
}

/// Set how all positions read all frequencies, return false without memory
static bool
set_responses(LmuTapDesign* const design)
{
  const uint32_t        order = design->order;
  double complex* const work =
    (double complex*)calloc(2U * (size_t)order, sizeof(double complex));
  for (uint32_t i = 0U; work && i < N_FREQUENCIES; ++i) {
    set_tone(work, work + order, order, design->cycles[i] * order);
    set_response(design, i, work);
  }
  free(work);
  return work;
}

static double*
take(LmuTapDesign* const design, const size_t count)
{
  return (double*)lmu_arena_take(&design->arena, count, sizeof(double));
}

LmuStatus
lmu_tap_design_new(LmuTapDesign** const design, const uint32_t order)
{
  *design                  = NULL;
  LmuTapDesign* const self = (LmuTapDesign*)calloc(1, sizeof(LmuTapDesign));
  if (!self) {
    return LMU_NO_MEMORY;
  }

  self->order = order;
  choose_positions(self);
  choose_frequencies(self);

  const size_t count = self->n_positions;
  const size_t width = self->stride;
  const size_t size  = 2UL * N_FREQUENCIES * width;
  self->polynomials =
    (float*)lmu_arena_take(&self->arena, count * order, sizeof(float));
  self->responses[0] = take(self, size);
  self->responses[1] = take(self, size);
  self->strict       = take(self, width * width);
  self->normal       = take(self, width * width);
  self->matrix       = take(self, count * count);
  self->sizes        = take(self, count * count);
  self->right        = take(self, count);
  if (self->arena.failed || !set_polynomials(self) || !set_responses(self)) {
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

const float*
lmu_tap_design_polynomials(const LmuTapDesign* const design)
{
  return design->polynomials;
}

/// Return the weight of errors at a frequency
static double
weight_at(const double nearness, const double f)
{
  const double above = fmax(f - STRICT_END, 0.0) / WEIGHT_SLOPE;
  const double least = FAR_WEIGHT + (nearness * (END_WEIGHT - FAR_WEIGHT));
  const double steep = pow(least / FLAT_WEIGHT, above);
  return fmax(least, FLAT_WEIGHT * steep);
}

/// Set what a reading is to be at all frequencies, and how much errors weigh
static void
aim(LmuTapDesign* const design, const double delay, const double nearness)
{
  for (uint32_t i = 0U; i < N_FREQUENCIES; ++i) {
    const double f     = design->cycles[i];
    const double phase = -2.0 * PI * f * delay;
    design->wanted[i]  = design->levels[i] * cexp(lmu_cartesian(0.0, phase));
    design->weights[i] = weight_at(nearness, f);
  }
}

/// Return how all positions of an end read a frequency
static const double*
response_at(const LmuTapDesign* const design,
            const uint32_t            end,
            const uint32_t            frequency)
{
  return design->responses[end] + (2U * (size_t)frequency * design->stride);
}

/// Set the weights of squares of errors at all frequencies
static void
set_errors(LmuTapDesign* const design)
{
  for (uint32_t f = 0U; f < N_FREQUENCIES; ++f) {
    const double weight = design->boost[f] * design->weights[f];
    design->errors[f]   = weight * weight;
  }
}

/// Frequencies from the first up to the one before the end
typedef struct {
  uint32_t first;
  uint32_t end;
} Band;

/// Return a pair at any address
static inline Pair
pair_at(const double* const x)
{
  return *(const LoosePair*)x;
}

/// Sums of a tile of the normal equations
typedef struct {
  Pair rows[TILE][2];
} Tile;

/// Add a frequency to the sums of a row
static inline void
add_to_row(Pair         sums[2],
           const Pair   re[2],
           const Pair   im[2],
           const double row_re,
           const double row_im)
{
  sums[0] += (re[0] * row_re) + (im[0] * row_im);
  sums[1] += (re[1] * row_re) + (im[1] * row_im);
}

/// Add frequencies to a tile, at the responses of its rows and columns.  There
/// is no inner loop, so that sums are in registers whatever the compiler does.
static inline Tile
add_to_tile(const LmuTapDesign* const design,
            const double*             rows,
            const double*             columns,
            const Band                band,
            Tile                      tile)
{
  const size_t stride = design->stride;
  for (uint32_t f = band.first; f < band.end; ++f) {
    const double error = design->errors[f];
    const Pair re[2] = {error * pair_at(columns), error * pair_at(columns + 2)};
    const Pair im[2] = {error * pair_at(columns + stride),
                        error * pair_at(columns + stride + 2)};
    add_to_row(tile.rows[0], re, im, rows[0], rows[stride]);
    add_to_row(tile.rows[1], re, im, rows[1], rows[stride + 1U]);
    add_to_row(tile.rows[2], re, im, rows[2], rows[stride + 2U]);
    add_to_row(tile.rows[3], re, im, rows[3], rows[stride + 3U]);
    rows += 2U * stride;
    columns += 2U * stride;
  }
  return tile;
}

/// Return a tile of normal equations
static inline Tile
tile_at(const double* const x, const size_t stride)
{
  const Tile tile = {
    {{pair_at(x), pair_at(x + 2)},
     {pair_at(x + stride), pair_at(x + stride + 2)},
     {pair_at(x + (2U * stride)), pair_at(x + (2U * stride) + 2)},
     {pair_at(x + (3U * stride)), pair_at(x + (3U * stride) + 2)}}};
  return tile;
}

/// Add frequencies to the upper half of the normal equations of the first
/// `count` positions that all readings start from
static void
add_frequencies(LmuTapDesign* const design,
                const uint32_t      end,
                const Band          band,
                const uint32_t      count,
                double* const       to)
{
  const size_t        stride   = design->stride;
  const double* const response = response_at(design, end, band.first);
  for (size_t i = 0U; i < count; i += TILE) {
    for (size_t j = i; j < count; j += TILE) {
      const size_t at   = (i * stride) + j;
      const Tile   tile = add_to_tile(design,
                                    response + i,
                                    response + j,
                                    band,
                                    tile_at(design->strict + at, stride));
      for (size_t k = 0U; k < TILE; ++k) {
        memcpy(to + at + (k * stride), tile.rows[k], sizeof(tile.rows[k]));
      }
    }
  }
}

/// Set the normal equations that all readings of an end start from
static void
set_strict(LmuTapDesign* const design, const uint32_t end)
{
  const Band   band  = {0U, design->n_strict};
  const size_t count = design->n_positions;
  for (size_t i = 0U; i < count; ++i) {
    for (size_t j = i; j < count; ++j) {
      design->strict[(i * design->stride) + j] =
        (RIDGE / design->order) * design->sizes[(i * count) + j];
    }
  }
  add_frequencies(design, end, band, design->n_positions, design->strict);
}

/// Set the upper half of the normal equations of the first `count` positions to
/// their factor
static void
set_factor(LmuTapDesign* const design, const uint32_t end, const uint32_t count)
{
  const Band band = {design->n_strict, N_FREQUENCIES};
  add_frequencies(design, end, band, count, design->normal);
  for (size_t i = 0U; i < count; ++i) {
    memcpy(design->matrix + (i * count) + i,
           design->normal + (i * design->stride) + i,
           sizeof(double) * (count - i));
  }
  lmu_cholesky_factorise(design->matrix, count, LEAST_PIVOT);
}

/// Solve for the weights of the first `count` positions
static void
fit(LmuTapDesign* const design, const uint32_t end, const uint32_t count)
{
  memset(design->right, 0, sizeof(double) * count);
  for (uint32_t f = 0U; f < N_FREQUENCIES; ++f) {
    const double* const re = response_at(design, end, f);
    const double* const im = re + design->stride;
    const double        a  = design->errors[f] * creal(design->wanted[f]);
    const double        b  = design->errors[f] * cimag(design->wanted[f]);
    for (uint32_t i = 0U; i < count; ++i) {
      design->right[i] += (a * re[i]) + (b * im[i]);
    }
  }
  lmu_cholesky_solve(design->matrix, design->right, count);
}

/// Raise the weight of frequencies with too much gain, return false if none has
static bool
learn(LmuTapDesign* const design, const uint32_t end, const uint32_t count)
{
  bool result = false;
  for (uint32_t f = design->n_strict; f < N_FREQUENCIES; ++f) {
    const double* const row = response_at(design, end, f);
    double              re  = 0.0;
    double              im  = 0.0;
    for (uint32_t i = 0U; i < count; ++i) {
      re += row[i] * design->right[i];
      im += row[design->stride + i] * design->right[i];
    }
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
  const uint32_t count  = design->n_near;
  const uint32_t most   = delay < TOO_NEAR ? 1U : MAX_SOLUTIONS;
  bool           learns = true;
  forget(design);
  for (uint32_t i = 0U; learns && i < most; ++i) {
    set_errors(design);
    set_factor(design, end, count);
    fit(design, end, count);
    learns = learn(design, end, count);
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
  set_strict(design, end);
  set_factor(design, end, design->n_positions);
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
