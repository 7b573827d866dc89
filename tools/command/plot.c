// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/setup/utf8.h"
#include "core/memory/rt/bandwidth.h"
#include "core/memory/rt/legendre.h"
#include "data/sequence.h"
#include "data/sequence_reader.h"
#include "data/sequence_writer.h"
#include "tools/base/allocate.h"
#include "tools/base/progress.h"
#include "tools/base/text.h"
#include "tools/command/command.h"
#include "tools/picture/analysis.h"
#include "tools/picture/picture.h"
#include "ui/draw_analysis.h"
#include "ui/draw_panel.h"
#include "ui/draw_polynomials.h"
#include "ui/example.h"
#include "ui/layout.h"
#include "ui/panel.h"
#include "ui/panel_spec.h"
#include "ui/theme.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WINDOWS 6U
#define USUAL_WINDOWS 3U
#define MIN_WIDTH 640U  // So that nothing overlaps [units]
#define MIN_HEIGHT 640U // [units]
#define MAX_SIZE 8192U  // [units]
#define MAX_ORDER 4096U
#define MAX_THETA_MS 10000.0
#define MAX_STEP_MS 1e6
#define LEAST_STEP 0.999999 // A frame, but for rounding
#define USUAL_RATE 48000.0  // Of NPY and CSV files
#define MIN_RATE 1.0
#define MAX_RATE 1e9
#define N_POLYNOMIALS 12U // As Figure 1 of the paper
#define N_POINTS 1001U

#define QUARTER_WIDTH 3.0 // Of a cycle, in the strip [units]

// Coefficients of high orders take long to compute: draw fewer columns then
#define MAX_COLUMN_WORK 4e9
#define MIN_COLUMNS 128U

/// What the picture is to be
typedef struct {
  uint32_t        width;  ///< [units]
  uint32_t        height; ///< [units]
  double          scale;  ///< Pixels per unit
  const LmuTheme* theme;
} Page;

/// One plot from start to end
typedef struct {
  const LmuArguments* arguments;
  Page                page;
  double              theta_ms;
  double              theta; ///< [frames]
  uint32_t            order;
  uint32_t            channel; ///< From 1
  double              step_ms; ///< Between rows of coefficients, or zero
  LmuSequenceReader*  reader;
  LmuSequenceWriter*  writer; ///< Of coefficients
  LmuSound            sound;
  LmuAnalysis*        analysis;
  uint64_t            ends[MAX_WINDOWS]; ///< Frame after each window
  uint32_t            n_windows;
  LmuAnalysedWindow   windows[MAX_WINDOWS];
  LmuTimeSpan         span; ///< What the strip shows
  LmuHistory          history;
  LmuSoundOutline     outline;
} Plot;

static LmuExit
read_page(Page* const               page,
          LmuFailure* const         error,
          const LmuArguments* const arguments,
          const uint32_t            width,
          const uint32_t            height)
{
  page->width  = width;
  page->height = height;
  page->scale  = 1.0;
  page->theme =
    lmu_arguments_has(arguments, "--dark") ? &lmu_theme_dark : &lmu_theme_light;

  LmuExit status = lmu_arguments_whole(
    &page->width, error, arguments, "--width", MIN_WIDTH, MAX_SIZE);
  if (!status) {
    status = lmu_arguments_whole(
      &page->height, error, arguments, "--height", MIN_HEIGHT, MAX_SIZE);
  }
  if (!status) {
    status =
      lmu_arguments_number(&page->scale, error, arguments, "--scale", 0.5, 4.0);
  }
  return status;
}

static LmuExit
new_surface(cairo_surface_t** const surface,
            LmuFailure* const       error,
            const char* const       path,
            const Page* const       page)
{
  return lmu_picture_new(surface,
                         error,
                         path,
                         page->width * page->scale,
                         page->height * page->scale);
}

static LmuExit
unknown_plugin(LmuFailure* const error, const char* const name)
{
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_VALUE,
                         "--ui cannot be \"%s\"; use one of lmu list, such as "
                         "delay",
                         name);
}

/// Draw the window of a plugin, with an example in it
static LmuExit
plot_panel(const LmuArguments* const arguments, LmuFailure* const error)
{
  const char* const         name = lmu_arguments_value(arguments, "--ui", "");
  const LmuPanelSpec* const spec = lmu_panel_spec(name);
  if (!spec) {
    return unknown_plugin(error, name);
  }

  const char* const path    = arguments->operands[arguments->n_operands - 1U];
  cairo_surface_t*  surface = NULL;
  Page              page;
  double            best[2];
  double            least[2];
  lmu_layout_size(spec, best, least);
  LmuExit status =
    read_page(&page, error, arguments, (uint32_t)best[0], (uint32_t)best[1]);
  if (!status) {
    status = new_surface(&surface, error, path, &page);
  }
  if (status) {
    return status;
  }

  LmuPanel* const panel = (LmuPanel*)lmu_allocate(1U, sizeof(LmuPanel));
  LmuLayout       layout;
  lmu_panel_init(panel, spec);
  lmu_layout_init(&layout, spec, page.width, page.height);
  panel->is_dark = page.theme == &lmu_theme_dark;

  cairo_t* const cr = cairo_create(surface);
  if (!lmu_arguments_has(arguments, "--empty") && !lmu_example_set(panel)) {
    status = lmu_failure_set(error, LMU_EXIT_BAD_VALUE, "out of memory");
  } else {
    lmu_draw_panel(cr, panel, &layout, page.scale, NULL);
    status = lmu_picture_save(surface, error, path);
  }
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
  lmu_panel_reset(panel);
  free(panel);
  return status;
}

static float*
new_polynomials(void)
{
  float* const values =
    (float*)lmu_allocate((size_t)N_POLYNOMIALS * N_POINTS, sizeof(float));
  for (uint32_t i = 0U; i < N_POINTS; ++i) {
    double       p[N_POLYNOMIALS] = {0.0};
    const double r                = (double)i / (N_POINTS - 1U);
    lmu_legendre_all(p, N_POLYNOMIALS, (2.0 * r) - 1.0);
    for (uint32_t n = 0U; n < N_POLYNOMIALS; ++n) {
      values[(n * N_POINTS) + i] = (float)p[n];
    }
  }
  return values;
}

static LmuExit
plot_polynomials(const LmuArguments* const arguments, LmuFailure* const error)
{
  if (arguments->n_operands != 1U) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "--polynomials needs no sound; use lmu plot "
                           "--polynomials OUT.png");
  }

  cairo_surface_t* surface = NULL;
  Page             page;
  LmuExit          status = read_page(&page, error, arguments, 1000U, 560U);
  if (!status) {
    status = new_surface(&surface, error, arguments->operands[0], &page);
  }
  if (status) {
    return status;
  }

  cairo_t* const              cr      = cairo_create(surface);
  float* const                values  = new_polynomials();
  const LmuPolynomialsPicture picture = {
    page.theme,
    "Shifted Legendre polynomials",
    "A memory of order d holds the window as a sum of the first d of them",
    values,
    N_POLYNOMIALS,
    N_POINTS};
  lmu_draw_polynomials(cr,
                       &picture,
                       page.width * page.scale,
                       page.height * page.scale,
                       page.scale);
  cairo_destroy(cr);
  free(values);

  status = lmu_picture_save(surface, error, arguments->operands[0]);
  cairo_surface_destroy(surface);
  return status;
}

static LmuExit
read_options(Plot* const self, LmuFailure* const error)
{
  const LmuArguments* const arguments = self->arguments;

  LmuExit status = read_page(&self->page, error, arguments, 1200U, 940U);
  if (!status) {
    status = lmu_arguments_number(
      &self->theta_ms, error, arguments, "--theta", 0.01, MAX_THETA_MS);
  }
  if (!status) {
    status = lmu_arguments_whole(
      &self->order, error, arguments, "--order", 1U, MAX_ORDER);
  }
  return status;
}

/// Set the sample rate, which only sounds tell
static LmuExit
read_rate(Plot* const              self,
          LmuFailure* const        error,
          const LmuSequence* const info)
{
  const bool is_given = lmu_arguments_has(self->arguments, "--rate");
  if (info->rate > 0.0 && is_given) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "%s has a sample rate of %g Hz; leave --rate out",
                           self->arguments->operands[0],
                           info->rate);
  }
  self->sound.rate = info->rate > 0.0 ? info->rate : USUAL_RATE;
  return lmu_arguments_number(
    &self->sound.rate, error, self->arguments, "--rate", MIN_RATE, MAX_RATE);
}

static LmuExit
read_channel(Plot* const              self,
             LmuFailure* const        error,
             const LmuSequence* const info)
{
  if (info->rank == 3U) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s has rows of sequences; give an array of "
                           "[frames] or [frames][channels]",
                           self->arguments->operands[0]);
  }
  return lmu_arguments_whole(
    &self->channel, error, self->arguments, "--channel", 1U, info->n_signals);
}

static LmuExit
open_sound(Plot* const self, LmuFailure* const error)
{
  LmuExit status =
    lmu_sequence_reader_new(&self->reader, error, self->arguments->operands[0]);
  if (status) {
    return status;
  }

  const LmuSequence* const info = lmu_sequence_reader_info(self->reader);
  status                        = read_channel(self, error, info);
  if (!status) {
    status = read_rate(self, error, info);
  }
  if (!status) {
    status = lmu_sequence_reader_measure(self->reader, error);
  }
  if (status) {
    return status;
  }

  self->sound.n_frames  = (uint64_t)info->n_frames;
  self->sound.reader    = self->reader;
  self->sound.n_signals = info->n_signals;
  self->sound.signal    = self->channel - 1U;
  self->sound.error     = error;
  self->theta           = 1e-3 * self->theta_ms * self->sound.rate;
  return self->theta >= 1.0
           ? LMU_EXIT_SUCCESS
           : lmu_failure_set(error,
                             LMU_EXIT_BAD_VALUE,
                             "--theta %g is less than a frame; use %g or more",
                             self->theta_ms,
                             1e3 / self->sound.rate);
}

static LmuExit
bad_time(LmuFailure* const error,
         const Plot* const self,
         const char* const list)
{
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_VALUE,
                         "--at cannot be \"%s\"; use up to %u times from 0 to "
                         "%.3f, such as 0.5,1.25",
                         list,
                         MAX_WINDOWS,
                         (double)self->sound.n_frames / self->sound.rate);
}

/// Read one time of a list as a frame, and move on to the next
static bool
read_time(uint64_t* const       frame,
          const LmuSound* const sound,
          const char** const    list)
{
  const size_t length = strcspn(*list, ",");
  char* const  text   = lmu_allocate_text("%.*s", (int)length, *list);
  double       time_s = 0.0;
  const bool   ok     = lmu_text_number(&time_s, text) && time_s >= 0.0 &&
                  time_s * sound->rate <= (double)sound->n_frames;
  free(text);
  if (ok) {
    *frame = (uint64_t)llround(time_s * sound->rate);
    *list += length + ((*list)[length] ? 1U : 0U);
  }
  return ok;
}

/// Choose the loudest window of each third of the sound
static void
choose_times(Plot* const self)
{
  const uint64_t n_frames = self->sound.n_frames;
  const uint64_t n_window = (uint64_t)llround(self->theta);
  const uint32_t count =
    (n_frames / USUAL_WINDOWS < n_window) ? 1U : USUAL_WINDOWS;
  for (uint32_t i = 0U; i < count; ++i) {
    const LmuTimeSpan third = {n_frames * i / count,
                               n_frames * (i + 1U) / count};
    self->ends[self->n_windows++] =
      lmu_sound_loudest(&self->sound, &third, n_window);
  }
}

static LmuExit
read_list(Plot* const self, LmuFailure* const error, const char* const list)
{
  const char* rest = list;
  do {
    uint64_t end = 0U;
    if (self->n_windows == MAX_WINDOWS ||
        !read_time(&end, &self->sound, &rest)) {
      return bad_time(error, self, list);
    }
    self->ends[self->n_windows++] = end;
  } while (*rest);
  return LMU_EXIT_SUCCESS;
}

static LmuExit
read_times(Plot* const self, LmuFailure* const error)
{
  const char* const list = lmu_arguments_value(self->arguments, "--at", NULL);
  if (!list) {
    choose_times(self);
    return self->sound.status;
  }

  const LmuExit  status = read_list(self, error, list);
  const uint32_t width  = self->n_windows * LMU_ANALYSIS_WINDOW_WIDTH;
  if (!status && width > self->page.width) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_VALUE,
                           "%u windows need more room; use --width %u or more",
                           self->n_windows,
                           width);
  }
  return status;
}

static double
strip_width(const Page* const page)
{
  return lmu_analysis_strip_width(page->width * page->scale, page->scale);
}

static LmuExit
bad_span(LmuFailure* const error,
         const Plot* const self,
         const char* const list)
{
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_VALUE,
                         "--span cannot be \"%s\"; use a start and an end from "
                         "0 to %.3f, such as 0.5,1.25",
                         list,
                         (double)self->sound.n_frames / self->sound.rate);
}

/**
   Choose as much as can be seen, about the loudest window of all.

   A memory holds `order` quarters of a cycle in a window at most.  Each is to
   be some pixels wide, or the signs would blur.
*/
static void
choose_span(Plot* const self)
{
  const LmuTimeSpan whole   = {0U, self->sound.n_frames};
  const double      quarter = self->theta / self->order;
  const double      width   = strip_width(&self->page) / self->page.scale;
  const uint64_t    length  = (uint64_t)ceil(quarter * width / QUARTER_WIDTH);
  if (length >= whole.last) {
    self->span = whole;
    return;
  }

  const uint64_t half = length / 2U;
  const uint64_t loudest =
    lmu_sound_loudest(&self->sound, &whole, (uint64_t)llround(self->theta));
  const uint64_t first = (loudest > half) ? loudest - half : 0U;
  const uint64_t last =
    (first + length < whole.last) ? first + length : whole.last;
  self->span = (LmuTimeSpan){last - length, last};
}

static LmuExit
read_span(Plot* const self, LmuFailure* const error)
{
  const char* const list = lmu_arguments_value(self->arguments, "--span", NULL);
  if (!list) {
    choose_span(self);
    return self->sound.status;
  }

  const char* rest = list;
  if (!read_time(&self->span.first, &self->sound, &rest) || !*rest ||
      !read_time(&self->span.last, &self->sound, &rest) || *rest ||
      self->span.first >= self->span.last) {
    return bad_span(error, self, list);
  }
  return LMU_EXIT_SUCCESS;
}

static uint32_t
count_columns(const Plot* const self)
{
  const double most =
    MAX_COLUMN_WORK / ((double)self->order * (double)self->order);
  return (uint32_t)fmax(fmin(strip_width(&self->page), most), MIN_COLUMNS);
}

static LmuExit
analyse(Plot* const self, LmuFailure* const error)
{
  const LmuExit status =
    lmu_analysis_new(&self->analysis, error, self->order, self->theta);
  if (status) {
    return status;
  }

  for (uint32_t i = 0U; i < self->n_windows; ++i) {
    lmu_analysis_window(
      self->analysis, &self->windows[i], &self->sound, self->ends[i]);
  }

  LmuProgress progress;
  lmu_progress_init(&progress,
                    (double)(self->span.last - self->span.first) /
                      self->sound.rate,
                    lmu_arguments_has(self->arguments, "--quiet"));
  lmu_analysis_history(self->analysis,
                       &self->history,
                       &self->sound,
                       &self->span,
                       count_columns(self),
                       &progress);
  lmu_progress_reset(&progress);
  lmu_sound_outline_init(
    &self->outline, &self->sound, (uint32_t)strip_width(&self->page));
  return self->sound.status;
}

/// Round up to 1, 2 or 5 times a power of ten
static double
round_peak(const double peak)
{
  const double power = pow(10.0, floor(log10(fmax(peak, 1e-6))));
  const double ratio = peak / power;
  return power * ((ratio <= 1.0)   ? 1.0
                  : (ratio <= 2.0) ? 2.0
                  : (ratio <= 5.0) ? 5.0
                                   : 10.0);
}

static double
history_peak(const LmuHistory* const history)
{
  const size_t count = (size_t)history->n_columns * history->n_rows;
  double       peak  = 0.0;
  for (size_t i = 0U; i < count; ++i) {
    peak = fmax(peak, fabs((double)history->coefficients[i]));
  }
  return peak;
}

/// Return a file's name without its folder, as text that cairo can draw
static char*
shown_name(const char* const path)
{
  const char* const slash = strrchr(path, '/');
  char* const       name  = lmu_allocate_text("%s", slash ? slash + 1 : path);
  lmu_utf8_clean(name);
  return name;
}

static char*
make_title(const Plot* const self)
{
  return lmu_allocate_text(
    "θ = %g ms, order %u: holds up to %.4g Hz",
    self->theta_ms,
    self->order,
    lmu_bandwidth(self->order, self->theta, self->sound.rate));
}

static char*
make_subtitle(const Plot* const self)
{
  char* const name = shown_name(self->arguments->operands[0]);
  char* const text =
    lmu_allocate_text("%s, channel %u, %g Hz.  The last %g ms at a time, as %u "
                      "Legendre coefficient%s",
                      name,
                      self->channel,
                      self->sound.rate,
                      self->theta_ms,
                      self->order,
                      (self->order > 1U) ? "s" : "");
  free(name);
  return text;
}

static double
frame_time(const Plot* const self, const uint64_t frame)
{
  return (double)frame / self->sound.rate;
}

/// Texts of a picture, they own the heap
typedef struct {
  char*  title;
  char*  subtitle;
  char*  marks[MAX_WINDOWS];
  char*  titles[MAX_WINDOWS];
  char*  notes[MAX_WINDOWS];
  double times_s[MAX_WINDOWS];
} Texts;

static Texts
make_texts(const Plot* const self)
{
  Texts texts    = {0};
  texts.title    = make_title(self);
  texts.subtitle = make_subtitle(self);
  for (uint32_t i = 0U; i < self->n_windows; ++i) {
    const LmuAnalysedWindow* const window = &self->windows[i];
    const char* const              sign = (window->error_db < 0.0) ? "−" : "";
    texts.times_s[i]                    = window->end_s;
    texts.marks[i]                      = lmu_allocate_text("%u", i + 1U);
    texts.titles[i] = lmu_allocate_text("at %.3f s", window->end_s);
    texts.notes[i] =
      isfinite(window->error_db)
        ? lmu_allocate_text("error %s%.1f dB", sign, fabs(window->error_db))
        : lmu_allocate_text("silence");
  }
  return texts;
}

static void
free_texts(const Texts* const texts)
{
  free(texts->title);
  free(texts->subtitle);
  for (uint32_t i = 0U; i < MAX_WINDOWS; ++i) {
    free(texts->marks[i]);
    free(texts->titles[i]);
    free(texts->notes[i]);
  }
}

static LmuWindowPicture
window_picture(const Plot* const  self,
               const Texts* const texts,
               const uint32_t     i)
{
  const LmuAnalysedWindow* const window = &self->windows[i];
  return (LmuWindowPicture){self->page.theme,
                            texts->marks[i],
                            texts->titles[i],
                            texts->notes[i],
                            self->theta_ms,
                            window->truth,
                            window->error,
                            window->estimate,
                            window->n_truth,
                            window->n_estimate};
}

static LmuOverviewPicture
overview_picture(const Plot* const        self,
                 const Texts* const       texts,
                 const char* const* const marks)
{
  return (LmuOverviewPicture){self->page.theme,
                              frame_time(self, self->sound.n_frames),
                              self->outline.minima,
                              self->outline.maxima,
                              self->outline.n_columns,
                              texts->times_s,
                              marks,
                              self->n_windows,
                              frame_time(self, self->span.first),
                              frame_time(self, self->span.last)};
}

static LmuHeatPicture
heat_picture(const Plot* const self)
{
  const LmuHistory* const history = &self->history;
  return (LmuHeatPicture){self->page.theme,
                          frame_time(self, self->span.first),
                          frame_time(self, self->span.last),
                          history->coefficients,
                          history->n_columns,
                          history->n_rows,
                          round_peak(history_peak(history))};
}

static void
draw(const Plot* const self, cairo_t* const cr, const Texts* const texts)
{
  LmuWindowPicture windows[MAX_WINDOWS] = {0};
  const char*      marks[MAX_WINDOWS]   = {0};
  for (uint32_t i = 0U; i < self->n_windows; ++i) {
    windows[i] = window_picture(self, texts, i);
    marks[i]   = texts->marks[i];
  }

  const Page* const        page    = &self->page;
  const LmuAnalysisPicture picture = {page->theme,
                                      texts->title,
                                      texts->subtitle,
                                      windows,
                                      self->n_windows,
                                      overview_picture(self, texts, marks),
                                      heat_picture(self)};
  lmu_draw_analysis(cr,
                    &picture,
                    page->width * page->scale,
                    page->height * page->scale,
                    page->scale);
}

static LmuExit
write_picture(Plot* const self, LmuFailure* const error)
{
  cairo_surface_t* surface = NULL;
  LmuExit          status =
    new_surface(&surface, error, self->arguments->operands[1], &self->page);
  if (status) {
    return status;
  }

  cairo_t* const cr    = cairo_create(surface);
  const Texts    texts = make_texts(self);
  draw(self, cr, &texts);
  free_texts(&texts);
  cairo_destroy(cr);

  status = lmu_picture_save(surface, error, self->arguments->operands[1]);
  cairo_surface_destroy(surface);
  return status;
}

/* Coefficients as numbers */

static bool
is_data(const char* const path)
{
  return lmu_path_ends(path, ".npy") || lmu_path_ends(path, ".csv");
}

/// Say what is in vain beside other words
static LmuExit
check_words(Plot* const self, LmuFailure* const error)
{
  static const char* const pictures[] = {
    "--at", "--width", "--height", "--scale", "--light", "--dark"};
  const LmuArguments* const arguments = self->arguments;
  const char* const         path      = arguments->operands[1];
  if (!is_data(path)) {
    return lmu_arguments_has(arguments, "--step")
             ? lmu_failure_set(error,
                               LMU_EXIT_USAGE,
                               "--step is about coefficients as numbers; write "
                               "a .npy or .csv file")
             : lmu_picture_check(error, path);
  }
  for (size_t i = 0U; i < sizeof(pictures) / sizeof(pictures[0]); ++i) {
    if (lmu_arguments_has(arguments, pictures[i])) {
      return lmu_failure_set(error,
                             LMU_EXIT_USAGE,
                             "%s is about pictures; leave it out, or write a "
                             ".png file",
                             pictures[i]);
    }
  }
  return LMU_EXIT_SUCCESS;
}

/// Read how far rows are apart, a quarter of the window
static LmuExit
read_step(Plot* const self, LmuFailure* const error)
{
  self->step_ms        = fmax(self->theta_ms / 4.0, 1e3 / self->sound.rate);
  const LmuExit status = lmu_arguments_number(
    &self->step_ms, error, self->arguments, "--step", 1e-3, MAX_STEP_MS);
  return !status && self->step_ms * self->sound.rate < 1e3 * LEAST_STEP
           ? lmu_failure_set(error,
                             LMU_EXIT_BAD_VALUE,
                             "--step %g is less than a frame; use %g or more",
                             self->step_ms,
                             1e3 / self->sound.rate)
           : status;
}

/// Choose the whole sound, unless a part of it is asked for
static LmuExit
read_part(Plot* const self, LmuFailure* const error)
{
  self->span = (LmuTimeSpan){0U, self->sound.n_frames};
  return lmu_arguments_has(self->arguments, "--span") ? read_span(self, error)
                                                      : LMU_EXIT_SUCCESS;
}

static LmuExit
write_note(const Plot* const self, LmuFailure* const error)
{
  char* const name = shown_name(self->arguments->operands[0]);
  char* const note =
    lmu_allocate_text("%s, channel %u, %g Hz: %u Legendre coefficients of the "
                      "last %g ms, a line each %g ms from %.6f s on",
                      name,
                      self->channel,
                      self->sound.rate,
                      self->order,
                      self->theta_ms,
                      self->step_ms,
                      frame_time(self, self->span.first));
  const LmuExit status =
    lmu_sequence_writer_set_note(self->writer, error, note);
  free(note);
  free(name);
  return status;
}

static LmuExit
write_data(Plot* const self, LmuFailure* const error)
{
  const double   step   = 1e-3 * self->step_ms * self->sound.rate;
  const double   length = (double)(self->span.last - self->span.first);
  const LmuTimes times  = {
     self->span.first, (uint64_t)floor(length / step) + 1U, step};

  const LmuSequence rows = {
    2U, 1U, (size_t)times.n_times, self->order, 0.0, LMU_SEQUENCE_NPY};
  LmuExit status =
    lmu_analysis_new(&self->analysis, error, self->order, self->theta);
  if (!status) {
    status = lmu_sequence_writer_new(
      &self->writer, error, self->arguments->operands[1], &rows);
  }
  status = status ? status : write_note(self, error);
  if (status) {
    return status;
  }

  LmuProgress progress;
  lmu_progress_init(&progress,
                    length / self->sound.rate,
                    lmu_arguments_has(self->arguments, "--quiet"));
  status = lmu_analysis_write(
    self->analysis, self->writer, &self->sound, &times, &progress);
  lmu_progress_reset(&progress);
  status = status ? status : self->sound.status;
  return status ? status : lmu_sequence_writer_save(self->writer, error);
}

/* All */

static void
close_all(Plot* const self)
{
  for (uint32_t i = 0U; i < self->n_windows; ++i) {
    lmu_analysed_window_reset(&self->windows[i]);
  }
  lmu_history_reset(&self->history);
  lmu_sound_outline_reset(&self->outline);
  lmu_analysis_free(self->analysis);
  lmu_sequence_writer_free(self->writer);
  lmu_sequence_reader_free(self->reader);
}

static LmuExit
plot_sound(const LmuArguments* const arguments, LmuFailure* const error)
{
  LmuExit (*const pictures[])(Plot*, LmuFailure*) = {check_words,
                                                     read_options,
                                                     open_sound,
                                                     read_times,
                                                     read_span,
                                                     analyse,
                                                     write_picture};
  LmuExit (*const data[])(Plot*, LmuFailure*)     = {
        check_words, read_options, open_sound, read_step, read_part, write_data};
  if (arguments->n_operands != 2U) {
    return lmu_failure_set(
      error, LMU_EXIT_USAGE, "too few words; use lmu plot IN.wav OUT.png");
  }

  Plot self      = {0};
  self.arguments = arguments;
  self.theta_ms  = 20.0;
  self.order     = 64U;
  self.channel   = 1U;

  const bool   numbers = is_data(arguments->operands[1]);
  const size_t n_steps = numbers ? sizeof(data) / sizeof(data[0])
                                 : sizeof(pictures) / sizeof(pictures[0]);
  LmuExit      status  = LMU_EXIT_SUCCESS;
  for (size_t i = 0U; !status && i < n_steps; ++i) {
    status = (numbers ? data : pictures)[i](&self, error);
  }
  close_all(&self);
  return status;
}

static LmuExit
plot(const LmuArguments* const arguments, LmuFailure* const error)
{
  if (!arguments->n_operands) {
    return lmu_failure_set(
      error, LMU_EXIT_USAGE, "too few words; use lmu plot IN.wav OUT.png");
  }
  return lmu_arguments_has(arguments, "--polynomials")
           ? plot_polynomials(arguments, error)
         : lmu_arguments_has(arguments, "--ui") ? plot_panel(arguments, error)
                                                : plot_sound(arguments, error);
}

static const LmuOption options[] = {
  {"--theta", "MS", "Length of the window in milliseconds (20)"},
  {"--order", "N", "Number of Legendre coefficients, 1 to 4096 (64)"},
  {"--at",
   "SECONDS,...",
   "Show the windows that end at these times, at most 6\n"
   "(the loudest of each third of the sound)"},
  {"--span",
   "START,END",
   "Show the coefficients between these times (as much as\n"
   "can be seen, about the loudest window)"},
  {"--channel", "N", "Channel of the file to look at (1)"},
  {"--rate", "HZ", "Sample rate of an IN.npy or IN.csv (48000)"},
  {"--step",
   "MS",
   "Time between two rows of coefficients in OUT.npy and\n"
   "OUT.csv (a quarter of the window)"},
  {"--polynomials",
   NULL,
   "Draw the polynomials P_0 to P_11 and no sound;\n"
   "OUT.png is then the only word"},
  {"--ui",
   "PLUGIN",
   "Draw the window of a plugin with computed notes in it, and\n"
   "no sound; OUT.png is then the only word"},
  {"--empty", NULL, "Draw that window as it is before any sound"},
  {"--width", "PX", "Width of the picture at scale 1"},
  {"--height", "PX", "Height of the picture at scale 1"},
  {"--scale", "FACTOR", "Pixels per PX, such as 1, 1.5 or 2 (1)"},
  {"--light", NULL, "Dark lines on white, which is usual"},
  {"--dark", NULL, "Bright lines on black"},
  {"-o", "OUT", "Write this, in the place of the last word"},
  {"--quiet", NULL, "Print nothing but errors"},
  {"--help", NULL, "Show this"},
  {NULL, NULL, NULL},
};

const LmuCommand lmu_plot_command = {
  {"plot",
   "IN.wav OUT.png",
   0U,
   2U,
   "Draw what a Legendre memory makes of a sound",
   "Draws windows of a sound with their reconstruction from Legendre\n"
   "coefficients and its error, and the coefficients over time: blue is\n"
   "negative, orange positive.\n\n"
   "IN may be a sound, or signals as NPY of shape [frames] or\n"
   "[frames][channels], or as CSV with a line a frame.  OUT.npy and OUT.csv\n"
   "are no pictures, but get the coefficients of the whole sound, or of "
   "--span,\n"
   "with shape [times][order].",
   options},
  plot,
};
