// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "host/automation.h"

#include "data/input.h"
#include "tools/base/allocate.h"
#include "tools/base/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LINE 256

/// Cut white space off the end of a line, and a comma in two
static char*
split(char* const line)
{
  size_t length = strlen(line);
  while (length && strchr(" \t\r\n", line[length - 1U])) {
    line[--length] = '\0';
  }

  char* const comma = strchr(line, ',');
  if (!comma) {
    return NULL;
  }
  *comma = '\0';
  return comma + 1 + strspn(comma + 1, " \t");
}

static LmuExit
bad_line(LmuFailure* const error, const char* const path, const uint32_t number)
{
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_INPUT,
                         "line %u of %s is wrong; write \"seconds,value\", in "
                         "order of time",
                         number,
                         path);
}

static void
append(LmuAutomation* const automation, const LmuAutomationPoint point)
{
  automation->points = (LmuAutomationPoint*)lmu_reallocate(
    automation->points, automation->n_points + 1U, sizeof(point));
  automation->points[automation->n_points++] = point;
}

static bool
is_late(const LmuAutomation* const automation, const double time_s)
{
  return !automation->n_points ||
         time_s >= automation->points[automation->n_points - 1U].time_s;
}

static LmuExit
read_lines(LmuAutomation* const automation,
           LmuFailure* const    error,
           LmuHost* const       host,
           FILE* const          file,
           const char* const    path)
{
  char line[MAX_LINE];
  for (uint32_t number = 1U; fgets(line, sizeof(line), file); ++number) {
    const bool         remark = *line == '#';
    char* const        value  = split(line);
    LmuAutomationPoint point  = {0.0, 0.0f};
    if (remark || (!value && !*line)) {
      continue;
    }
    if (!value || !lmu_text_number(&point.time_s, line) ||
        !is_late(automation, point.time_s)) {
      return bad_line(error, path, number);
    }

    const LmuExit status = lmu_host_set(host, error, automation->symbol, value);
    if (status) {
      return status;
    }
    point.value = lmu_host_value(host, automation->symbol);
    append(automation, point);
  }

  return automation->n_points ? LMU_EXIT_SUCCESS : bad_line(error, path, 1U);
}

LmuExit
lmu_automations_add(LmuAutomations* const automations,
                    LmuFailure* const     error,
                    LmuHost* const        host,
                    const char* const     symbol,
                    const char* const     path)
{
  FILE* const file = lmu_input_fopen(path);
  if (!file) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "cannot read %s: %s; give a file with lines of "
                           "\"seconds,value\"",
                           path,
                           strerror(errno));
  }

  automations->items = (LmuAutomation*)lmu_reallocate(
    automations->items, automations->n_items + 1U, sizeof(LmuAutomation));
  LmuAutomation* const automation = &automations->items[automations->n_items++];
  *automation = (LmuAutomation){lmu_allocate_text("%s", symbol), NULL, 0U};

  const LmuExit status = read_lines(automation, error, host, file, path);
  fclose(file);
  return status;
}

/// Return the value at a time, on straight lines between points
static float
value_at(const LmuAutomation* const automation, const double time_s)
{
  const LmuAutomationPoint* const points = automation->points;

  uint32_t next = 0U;
  while (next < automation->n_points && points[next].time_s <= time_s) {
    ++next;
  }
  if (!next || next == automation->n_points) {
    return points[next ? next - 1U : 0U].value;
  }

  const LmuAutomationPoint* const a = &points[next - 1U];
  const LmuAutomationPoint* const b = &points[next];
  const double share = (time_s - a->time_s) / (b->time_s - a->time_s);
  return (float)((double)a->value +
                 (share * ((double)b->value - (double)a->value)));
}

void
lmu_automations_process(const LmuAutomations* const automations,
                        LmuHost* const              host,
                        const double                time_s)
{
  for (uint32_t i = 0U; i < automations->n_items; ++i) {
    const LmuAutomation* const automation = &automations->items[i];
    lmu_host_set_value(host, automation->symbol, value_at(automation, time_s));
  }
}

void
lmu_automations_reset(LmuAutomations* const automations)
{
  for (uint32_t i = 0U; i < automations->n_items; ++i) {
    free(automations->items[i].symbol);
    free(automations->items[i].points);
  }
  free(automations->items);
  *automations = (LmuAutomations){NULL, 0U};
}
