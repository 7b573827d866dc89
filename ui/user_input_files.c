// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/user_input_files.h"

#include "ui/event.h"
#include "ui/folder.h"
#include "ui/layout.h"
#include "ui/panel.h"
#include "ui/user_input.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define PAGE 10

static void
say(LmuPanel* const panel, const char* const notice)
{
  (void)snprintf(panel->notice, sizeof(panel->notice), "%s", notice);
}

/// Read the folder of the file that plays, or the one to start in
static bool
read_folder(LmuPanel* const panel)
{
  const char* const home = getenv("HOME"); // NOLINT(concurrency-mt-unsafe)
  return (*panel->path && lmu_folder_read(&panel->folder, panel->path)) ||
         (*panel->start && lmu_folder_read(&panel->folder, panel->start)) ||
         (home && lmu_folder_read(&panel->folder, home)) ||
         lmu_folder_read(&panel->folder, "/");
}

void
lmu_user_input_browse(LmuUserInput* const input)
{
  LmuPanel* const panel = input->panel;
  panel->is_browsing    = read_folder(panel);
  panel->hover          = (LmuTarget){LMU_TARGET_NONE, 0U};
  say(panel, panel->is_browsing ? "" : "No folder can be read");
}

/// Load a file of the folder
static void
load(LmuUserInput* const input, const uint32_t index)
{
  char* const path = lmu_folder_file(&input->panel->folder, index);
  if (path) {
    input->panel->folder.selected = index;
    (void)snprintf(
      input->panel->start, sizeof(input->panel->start), "%s", path);
    say(input->panel, "");
    input->actions.load(input->actions.handle, path);
  }
  free(path);
}

/// Load the file after the one that plays, or before it
static void
load_next(LmuUserInput* const input, const int step)
{
  LmuPanel* const panel = input->panel;
  if (!read_folder(panel)) {
    say(panel, "No folder can be read");
    return;
  }

  const uint32_t next = lmu_folder_next(&panel->folder, step);
  if (next == panel->folder.n_files) {
    say(panel, "No weight files in this folder");
    return;
  }
  load(input, next);
}

/// Go to another folder, which is freed, and may be null
static void
enter(LmuUserInput* const input, char* const path)
{
  if (path && !lmu_folder_read(&input->panel->folder, path)) {
    say(input->panel, "This folder cannot be read");
  }
  free(path);
}

/// Enter a folder, or load a file and close
static void
choose(LmuUserInput* const input, const uint32_t index)
{
  const LmuFolder* const folder = &input->panel->folder;
  if (index >= folder->n_files) {
    return;
  }
  if (folder->files[index].is_folder) {
    enter(input, lmu_folder_file(folder, index));
    return;
  }
  input->panel->is_browsing = false;
  load(input, index);
}

void
lmu_user_input_press_file(LmuUserInput* const input, const LmuTarget target)
{
  switch (target.kind) {
  case LMU_TARGET_OPEN:
    if (!input->actions.request(input->actions.handle)) {
      lmu_user_input_browse(input);
    }
    break;
  case LMU_TARGET_PREVIOUS:
    load_next(input, -1);
    break;
  case LMU_TARGET_NEXT:
    load_next(input, 1);
    break;
  case LMU_TARGET_BROWSER:
    choose(input, target.index);
    break;
  case LMU_TARGET_UP:
    enter(input, lmu_folder_above(&input->panel->folder));
    break;
  case LMU_TARGET_CANCEL:
    input->panel->is_browsing = false;
    break;
  default:
    break;
  }
}

/// Scroll so that a line is seen
static void
show_line(LmuFolder* const folder, const uint32_t n_lines)
{
  if (folder->selected < folder->top) {
    folder->top = folder->selected;
  } else if (folder->selected >= folder->top + n_lines) {
    folder->top = folder->selected + 1U - n_lines;
  }
}

void
lmu_user_input_scroll(LmuUserInput* const    input,
                      const LmuLayout* const layout,
                      const int              lines)
{
  LmuFolder* const folder  = &input->panel->folder;
  const int64_t    n_lines = lmu_panel_lines(layout);
  const int64_t    most    = (int64_t)folder->n_files - n_lines;
  const int64_t    top     = (int64_t)folder->top + lines;
  folder->top              = (uint32_t)((top < 0 || most < 0) ? 0
                                        : (top > most)        ? most
                                                              : top);
}

/// Move the selected line
static void
move(LmuUserInput* const input, const LmuLayout* const layout, const int lines)
{
  LmuFolder* const folder = &input->panel->folder;
  const int64_t    last   = (int64_t)folder->n_files - 1;
  const int64_t    next   = (int64_t)folder->selected + lines;
  folder->selected        = (uint32_t)((next < 0 || last < 0) ? 0
                                       : (next > last)        ? last
                                                              : next);
  show_line(folder, lmu_panel_lines(layout));
}

bool
lmu_user_input_browser_key(LmuUserInput* const    input,
                           const LmuLayout* const layout,
                           const LmuEvent* const  event)
{
  LmuFolder* const folder = &input->panel->folder;
  switch (event->key) {
  case LMU_KEY_UP:
    move(input, layout, -1);
    break;
  case LMU_KEY_DOWN:
    move(input, layout, 1);
    break;
  case LMU_KEY_PAGE_UP:
    move(input, layout, -PAGE);
    break;
  case LMU_KEY_PAGE_DOWN:
    move(input, layout, PAGE);
    break;
  case LMU_KEY_HOME:
    move(input, layout, -(int)folder->n_files);
    break;
  case LMU_KEY_END:
    move(input, layout, (int)folder->n_files);
    break;
  case LMU_KEY_ENTER:
  case LMU_KEY_RIGHT:
    choose(input, folder->selected);
    break;
  case LMU_KEY_BACKSPACE:
  case LMU_KEY_LEFT:
    enter(input, lmu_folder_above(folder));
    break;
  case LMU_KEY_ESCAPE:
    input->panel->is_browsing = false;
    break;
  default:
    break;
  }
  return true;
}
