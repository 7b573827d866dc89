// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "host/tempo.h"

#include <lv2/atom/atom.h>
#include <lv2/atom/forge.h>
#include <lv2/time/time.h>

#include <stdint.h>

#define MAX_POSITION 64U // In units of 8 bytes, a position takes 19

void
lmu_tempo_send(LmuHost* const host, const double beats_per_minute)
{
  LmuUrids* const      urids                  = lmu_host_urids(host);
  uint64_t             position[MAX_POSITION] = {0U};
  LV2_Atom_Forge       forge;
  LV2_Atom_Forge_Frame frame;

  lv2_atom_forge_init(&forge, lmu_urids_map_feature(urids));
  lv2_atom_forge_set_buffer(&forge, (uint8_t*)position, sizeof(position));
  lv2_atom_forge_object(
    &forge, &frame, 0U, lmu_urids_map(urids, LV2_TIME__Position));
  lv2_atom_forge_key(&forge, lmu_urids_map(urids, LV2_TIME__speed));
  lv2_atom_forge_float(&forge, 1.0f);
  lv2_atom_forge_key(&forge, lmu_urids_map(urids, LV2_TIME__frame));
  lv2_atom_forge_long(&forge, 0);
  lv2_atom_forge_key(&forge, lmu_urids_map(urids, LV2_TIME__beatsPerMinute));
  lv2_atom_forge_float(&forge, (float)beats_per_minute);
  lv2_atom_forge_pop(&forge, &frame);

  if (!lmu_host_send(host, (const LV2_Atom*)(const void*)position)) {
    return; // It takes no events, so it has no use for a tempo
  }
}
