// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "bench/burg.h"
#include "bench/recording.h"
#include "core/dsp/setup/conceal.h"
#include "core/dsp/setup/gap_context.h"

#include <sndfile.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
   @file
   How near to the lost sound comes what LMU Predict puts in the place of
   drop-outs while it plays.

   Cut gaps into files, have the plugin render these, and compare with the
   files: in the gaps beside one-sided linear prediction by Burg's method, which
   sees the whole sound before each gap, and beside lmu conceal, which sees what
   follows too; and in the 30 ms after the gaps.  Errors are energies over all
   gaps of a file, by that of the sound there.
*/

#define PATH_SIZE 4096

#define BURG_ORDER 128U
#define LEARN_MS 100.0
#define AFTER_MS 30.0
#define RETURN_MS 5.0

/// From when on gaps count [s]
#define N_STARTS 3U
static const double starts[N_STARTS] = {0.0, 1.0, 4.0};

/// Quieter gaps are not heard
#define LEAST_RMS 0.001

/// How gaps are cut
typedef struct {
  double length_ms;
  double period_ms; ///< The least one is half of it, and the longest twice
  bool   is_random;
} Cut;

/// Gaps of a sound, owns the heap
typedef struct {
  LmuGap* gaps;
  size_t  n_gaps;
} Gaps;

/// Energies of sound and of errors
typedef struct {
  double sound;
  double error;
} Energy;

/// What is measured of one file
typedef struct {
  Energy plugin[N_STARTS];
  Energy burg[N_STARTS];
  Energy conceal[N_STARTS];
  Energy after[2]; ///< To RETURN_MS, and from there to AFTER_MS
} Result;

#define N_COLUMNS ((3U * N_STARTS) + 3U)

/* Gaps */

/// Return the gaps of a sound, the same for each call
static Gaps
gaps_of(const Recording* const recording, const Cut* const cut)
{
  const double length = round(cut->length_ms * recording->rate / 1000.0);
  const double period = cut->period_ms * recording->rate / 1000.0;
  const double end    = (double)recording->n_frames - length;
  Gaps         result = {NULL, 0U};
  const size_t most   = (size_t)(2.0 * end / period) + 1U;
  result.gaps         = (LmuGap*)calloc(most, sizeof(LmuGap));
  unsigned noise      = 1U;
  double   at         = period;
  while (result.gaps && at < end && result.n_gaps < most) {
    const LmuGap gap             = {(size_t)at, (size_t)length};
    result.gaps[result.n_gaps++] = gap;
    noise                        = (noise * 1103515245U) + 12345U;
    const double part            = (double)(noise >> 16U) / 65536.0;
    at += cut->is_random ? period * (0.5 + (1.5 * part)) : period;
  }
  return result;
}

/// Write a file with gaps
static bool
write_cut(const char* const path, const Recording* const recording, Gaps gaps)
{
  SF_INFO        info = {.channels   = 1,
                         .samplerate = (int)recording->rate,
                         .format     = SF_FORMAT_WAV | SF_FORMAT_FLOAT};
  SNDFILE* const file = sf_open(path, SFM_WRITE, &info);
  for (size_t i = 0U; file && i < gaps.n_gaps; ++i) {
    memset(recording->sound + gaps.gaps[i].start,
           0,
           gaps.gaps[i].length * sizeof(float));
  }
  const sf_count_t count = (sf_count_t)recording->n_frames;
  const bool       done =
    file && sf_writef_float(file, recording->sound, count) == count;
  sf_close(file);
  return done;
}

/* Errors */

static void
add(Energy* const      energy,
    const float* const sound,
    const float* const other,
    const size_t       count)
{
  for (size_t i = 0U; i < count; ++i) {
    const double x = (double)sound[i];
    const double e = (double)other[i] - x;
    energy->sound += x * x;
    energy->error += e * e;
  }
}

/// Add the error of a gap to all starts that it follows
static void
add_gap(Energy* const          energies,
        const Recording* const recording,
        const LmuGap           gap,
        const float* const     other)
{
  for (size_t i = 0U; i < N_STARTS; ++i) {
    if ((double)gap.start >= starts[i] * recording->rate) {
      add(&energies[i], recording->sound + gap.start, other, gap.length);
    }
  }
}

static bool
is_heard(const Recording* const recording, const LmuGap gap)
{
  Energy energy = {0.0, 0.0};
  add(&energy,
      recording->sound + gap.start,
      recording->sound + gap.start,
      gap.length);
  return energy.sound > LEAST_RMS * LEAST_RMS * (double)gap.length;
}

/// Measure what Burg's method makes of a gap
static void
measure_burg(Result* const          result,
             const Recording* const recording,
             const LmuGap           gap)
{
  const size_t  most  = (size_t)(LEARN_MS * recording->rate / 1000.0);
  const size_t  learn = gap.start < most ? gap.start : most;
  const size_t  all   = learn + gap.length;
  double        weights[BURG_ORDER] = {0.0};
  double* const work = (double*)calloc((3U * all) + BURG_ORDER, sizeof(double));
  float* const  out  = (float*)calloc(gap.length, sizeof(float));
  if (work && out && learn > 2UL * BURG_ORDER) {
    double* const past = work + (2U * learn) + BURG_ORDER;
    for (size_t i = 0U; i < learn; ++i) {
      past[i] = (double)recording->sound[gap.start - learn + i];
    }
    burg(weights, BURG_ORDER, past, learn, work);
    burg_predict(past + learn, gap.length, weights, BURG_ORDER);
    for (size_t i = 0U; i < gap.length; ++i) {
      out[i] = (float)past[learn + i];
    }
    add_gap(result->burg, recording, gap, out);
  }
  free(out);
  free(work);
}

/// Return the sound as lmu conceal fills its gaps
static float*
conceal(const Recording* const recording, const Gaps* const gaps)
{
  LmuConcealer* concealer = NULL;
  float* const  sound     = (float*)calloc(recording->n_frames, sizeof(float));
  bool* const   faded     = (bool*)calloc(gaps->n_gaps + 1U, sizeof(bool));
  if (!sound || !faded || lmu_concealer_new(&concealer, recording->rate)) {
    abort();
  }
  memcpy(sound, recording->sound, recording->n_frames * sizeof(float));
  LmuConcealment work = {
    {sound, recording->n_frames, gaps->gaps, gaps->n_gaps}, faded, 0U, 0U};
  if (lmu_concealer_process(concealer, &work)) {
    abort();
  }
  lmu_concealer_free(concealer);
  free(faded);
  return sound;
}

/// Measure what follows a gap, up to the next one
static void
measure_after(Result* const          result,
              const Recording* const recording,
              const Gaps* const      gaps,
              const size_t           index,
              const float* const     rendered)
{
  const double ms    = recording->rate / 1000.0;
  const size_t start = gaps->gaps[index].start + gaps->gaps[index].length;
  const size_t end   = index + 1U < gaps->n_gaps ? gaps->gaps[index + 1U].start
                                                 : recording->n_frames;
  const size_t far   = start + (size_t)(AFTER_MS * ms);
  const size_t stop  = far < end ? far : end;
  const size_t near  = start + (size_t)ceil(RETURN_MS * ms);
  const size_t turn  = near < stop ? near : stop;
  add(&result->after[0],
      recording->sound + start,
      rendered + start,
      turn - start);
  add(&result->after[1], recording->sound + turn, rendered + turn, stop - turn);
}

static Result
measure(const Recording* const recording,
        const Gaps* const      gaps,
        const float* const     rendered)
{
  Result       result = {.plugin = {{0.0, 0.0}}};
  float* const filled = conceal(recording, gaps);
  for (size_t i = 0U; i < gaps->n_gaps; ++i) {
    const LmuGap gap = gaps->gaps[i];
    if (is_heard(recording, gap)) {
      add_gap(result.plugin, recording, gap, rendered + gap.start);
      add_gap(result.conceal, recording, gap, filled + gap.start);
      measure_burg(&result, recording, gap);
      measure_after(&result, recording, gaps, i, rendered);
    }
  }
  free(filled);
  return result;
}

/* Table */

static double
error_db(const Energy energy)
{
  return 10.0 * log10((energy.error + 1e-20) / (energy.sound + 1e-30));
}

/// Write all figures of a file, not a number where there is no gap
static void
list(const Result* const result, double* const columns)
{
  const Energy* const groups[] = {
    result->plugin, result->burg, result->conceal};
  for (size_t i = 0U; i < 3U; ++i) {
    for (size_t j = 0U; j < N_STARTS; ++j) {
      columns[(i * N_STARTS) + j] =
        groups[i][j].sound > 0.0 ? error_db(groups[i][j]) : (double)NAN;
    }
  }
  const Energy both       = {result->after[0].sound + result->after[1].sound,
                             result->after[0].error + result->after[1].error};
  columns[3UL * N_STARTS] = error_db(both);
  columns[(3UL * N_STARTS) + 1U] = error_db(result->after[0]);
  columns[(3UL * N_STARTS) + 2U] = error_db(result->after[1]);
}

static void
print(const char* const name, const double* const columns)
{
  printf("%-18.18s", name);
  for (size_t i = 0U; i < N_COLUMNS; ++i) {
    const char* const space = i % N_STARTS ? "" : " |";
    if (isnan(columns[i])) {
      printf("%s      -", space);
    } else {
      printf("%s %6.1f", space, columns[i]);
    }
  }
  printf("\n");
}

static const char*
name_of(const char* const path)
{
  const char* const slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/// Compare a file with that of the same name in a folder, or return false if
/// they do not belong together
static bool
compare_one(const char* const folder,
            const Cut* const  cut,
            const char* const file,
            double* const     columns)
{
  char            path[PATH_SIZE];
  const Recording recording = recording_read(file);
  (void)snprintf(path, sizeof(path), "%s/%s", folder, name_of(file));
  const Recording rendered = recording_read(path);
  const bool      is_pair  = recording.sound && rendered.sound &&
                       rendered.n_frames >= recording.n_frames;
  if (is_pair) {
    const Gaps   gaps   = gaps_of(&recording, cut);
    const Result result = measure(&recording, &gaps, rendered.sound);
    list(&result, columns);
    free(gaps.gaps);
  }
  free(rendered.sound);
  free(recording.sound);
  return is_pair;
}

static void
print_head(const Cut* const cut)
{
  printf("%.0f ms lost every %.0f ms%s: errors [dB]\n"
         "                   | plugin in gaps      | Burg %u, one side   | "
         "lmu conceal         | plugin after gaps\n"
         "recording          |   all    1 s    4 s |   all    1 s    4 s |   "
         "all    1 s    4 s |  30 ms   to 5  from 5\n",
         cut->length_ms,
         cut->period_ms,
         cut->is_random ? " about" : "",
         BURG_ORDER);
}

/// Compare files with those of the same name in a folder
static void
compare(const char* const  folder,
        const Cut* const   cut,
        const char* const* paths,
        const int          count)
{
  double means[N_COLUMNS]  = {0.0};
  double counts[N_COLUMNS] = {0.0};
  print_head(cut);
  for (int i = 0; i < count; ++i) {
    double columns[N_COLUMNS];
    if (compare_one(folder, cut, paths[i], columns)) {
      print(name_of(paths[i]), columns);
      for (size_t j = 0U; j < N_COLUMNS; ++j) {
        means[j] += isnan(columns[j]) ? 0.0 : columns[j];
        counts[j] += isnan(columns[j]) ? 0.0 : 1.0;
      }
    }
  }
  for (size_t j = 0U; j < N_COLUMNS; ++j) {
    means[j] /= counts[j];
  }
  print("mean", means);
}

int
main(const int argc, char** const argv)
{
  const bool cuts = argc == 6 && !strcmp(argv[1], "--cut");
  if (argc < 5) {
    (void)fprintf(stderr,
                  "Usage: %s --cut GAP_MS PERIOD_MS IN OUT\n"
                  "       %s GAP_MS PERIOD_MS RENDERED RECORDING...\n"
                  "A period that is negative is random, about that long\n",
                  argv[0],
                  argv[0]);
    return EXIT_FAILURE;
  }

  const char* const* const all    = (const char* const*)argv + (cuts ? 2 : 1);
  const double             period = strtod(all[1], NULL);
  const Cut cut = {strtod(all[0], NULL), fabs(period), period < 0.0};
  if (!cuts) {
    compare(all[2], &cut, all + 3, argc - 4);
    return EXIT_SUCCESS;
  }

  const Recording recording = recording_read(all[2]);
  const Gaps      gaps      = gaps_of(&recording, &cut);
  const bool      done = recording.sound && write_cut(all[3], &recording, gaps);
  free(gaps.gaps);
  free(recording.sound);
  return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
