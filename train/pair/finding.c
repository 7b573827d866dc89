// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/pair/finding.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>

#define NUMBER_SIZE 32U

/// Words around what a sentence is about
typedef struct {
  const char* start;  ///< Before the name of the recording, if there is one
  const char* middle; ///< Before the figure
  const char* end;    ///< Behind the figure
} Words;

static const Words words[] = {
  [LMU_FINDING_NOT_FINITE] =
    {"The ",
     " file holds samples that are no numbers (NaN or infinite): ",
     "; export it again"},
  [LMU_FINDING_TOO_SHORT] =
    {"The recordings have only ",
     "",
     " s in common; record 3 s at least, better three minutes"},
  [LMU_FINDING_SILENT] =
    {"The ",
     " file is silent (peak ",
     " dBFS); check cables, channel, and level and record it again"},
  [LMU_FINDING_WRONG_PAIR] = {"The wet file is not the dry one played through "
                              "a device, perhaps of an other song: only ",
                              "",
                              " % of it can be explained; check the names of "
                              "the files or use --latency N"},
  [LMU_FINDING_LATENCY_DOUBTFUL] =
    {"The latency is in doubt and taken as 0, use --latency N if you know it "
     "(likeliest: ",
     "",
     ")"},
  [LMU_FINDING_WET_LEADS] =
    {"The wet file starts ",
     "",
     " samples before the dry, the start of the dry one is left out; use "
     "--latency 0 if they belong together as they are"},
  [LMU_FINDING_DROPPED] =
    {"The ",
     " file is longer, its last ",
     " s are left out; check that both are of the same take"},
  [LMU_FINDING_UNSETTLED] =
    {"The device is not at rest in the first ",
     "",
     " s, before anything goes in, which are left out: it was just switched "
     "on, "
     "or still rang; start earlier if you record again"},
  [LMU_FINDING_CLIPPED] =
    {"The ",
     " file is clipped (",
     " % of it stays at its extreme value), record it again at a lower level, "
     "unless that is what the device does"},
  [LMU_FINDING_ABOVE_FULL_SCALE] = {"The ",
                                    " file goes above full scale (peak ",
                                    " dBFS), which is kept as it is; nothing "
                                    "to do unless you meant otherwise"},
  [LMU_FINDING_DC] =
    {"The ",
     " file has an offset of ",
     " % of full scale, remove DC unless that is what the device does"},
  [LMU_FINDING_INVERTED] =
    {"The polarity of the wet file is inverted, and so is the model's; invert "
     "the wet file if you do not want that",
     "",
     NULL},
  [LMU_FINDING_NOISE] =
    {"Noise in the wet file where the dry one is silent keeps the ESR above ",
     "",
     " dB, record with less noise if you want a better model"},
  [LMU_FINDING_GATED] = {"Nothing comes out where the dry file is soft, up to ",
                         "",
                         " dBFS, switch the noise gate off and record again"},
  [LMU_FINDING_NOT_REPEATABLE] =
    {"The dry file repeats but the wet one differs, which keeps the ESR above ",
     "",
     " dB; switch off what moves by itself, such as chorus and reverb "
     "modulation"},
};

static const char*
name(const LmuSide side)
{
  static const char* const names[] = {"", "dry", "wet"};
  return names[side];
}

/// Write a figure with one decimal and a point, whatever the locale
static void
write_tenths(char text[NUMBER_SIZE], const double figure)
{
  const long long tenths = llround(fmin(fmax(figure, -1e12), 1e12) * 10.0);
  const long long size   = tenths < 0 ? -tenths : tenths;
  (void)snprintf(text,
                 NUMBER_SIZE,
                 "%s%lld.%lld",
                 tenths < 0 ? "-" : "",
                 size / 10,
                 size % 10);
}

/// Write the figure of a finding, in the form that it is said in
static void
write_figure(char text[NUMBER_SIZE], const LmuFinding* const finding)
{
  switch (finding->code) {
  case LMU_FINDING_NOT_FINITE:
    (void)snprintf(text, NUMBER_SIZE, "the first is frame %zu", finding->frame);
    break;
  case LMU_FINDING_LATENCY_DOUBTFUL:
  case LMU_FINDING_WET_LEADS:
    (void)snprintf(text, NUMBER_SIZE, "%lld", llround(finding->figure));
    break;
  default:
    write_tenths(text, finding->figure);
  }
}

void
lmu_finding_text(char text[LMU_FINDING_TEXT], const LmuFinding* const finding)
{
  const Words* const w                   = &words[finding->code];
  char               figure[NUMBER_SIZE] = "";
  if (w->end) {
    write_figure(figure, finding);
  }
  (void)snprintf(text,
                 LMU_FINDING_TEXT,
                 "%s%s%s%s%s",
                 w->start,
                 name(finding->side),
                 w->middle,
                 figure,
                 w->end ? w->end : "");
}
