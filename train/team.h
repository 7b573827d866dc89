// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_TEAM_H
#define LMU_TRAIN_TEAM_H

#include "core/base/attributes.h"

#include <stdint.h>

/**
   @file
   Threads that do parts of the same work, and wait in between.
*/

/// Most members of a team
#define LMU_MAX_TEAM 16U

/// A team, owned by the heap
typedef struct LmuTeamImpl LmuTeam;

/// A part of work, which no other part writes to
typedef void (*LmuTeamWork)(void* handle, uint32_t member);

/**
   Return a team, or null if memory or threads are short.

   @param n_members Number of members with the caller, 1 to LMU_MAX_TEAM.
*/
LMU_SETUP LmuTeam*
lmu_team_new(uint32_t n_members);

/// End all threads, or do nothing if there is no team
LMU_SETUP void
lmu_team_free(LmuTeam* team);

/// Have all members work, and return when all are done
LMU_SETUP void
lmu_team_run(LmuTeam* team, LmuTeamWork work, void* handle);

#endif // LMU_TRAIN_TEAM_H
