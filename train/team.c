// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/team.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/// What a thread is told when it starts
typedef struct {
  LmuTeam* team;
  uint32_t index;
} Member;

struct LmuTeamImpl {
  pthread_mutex_t mutex;
  pthread_cond_t  begin; ///< There is work, or the end
  pthread_cond_t  done;  ///< Nobody works any more
  LmuTeamWork     work;
  void*           handle;
  uint64_t        round;     ///< Counts works
  uint32_t        n_working; ///< Threads that have not done theirs
  uint32_t        n_members; ///< With the caller
  bool            ends;
  Member          members[LMU_MAX_TEAM];
  pthread_t       threads[LMU_MAX_TEAM];
};

/// Wait for the next work, and return whether there is one
static bool
await(LmuTeam* const team, uint64_t* const round)
{
  (void)pthread_mutex_lock(&team->mutex);
  while (team->round == *round && !team->ends) {
    (void)pthread_cond_wait(&team->begin, &team->mutex);
  }
  *round          = team->round;
  const bool ends = team->ends;
  (void)pthread_mutex_unlock(&team->mutex);
  return !ends;
}

/// Say that a thread has done its part
static void
finish(LmuTeam* const team)
{
  (void)pthread_mutex_lock(&team->mutex);
  if (!--team->n_working) {
    (void)pthread_cond_signal(&team->done);
  }
  (void)pthread_mutex_unlock(&team->mutex);
}

static void*
run(void* const argument)
{
  const Member* const member = (const Member*)argument;
  uint64_t            round  = 0U;
  while (await(member->team, &round)) {
    member->team->work(member->team->handle, member->index);
    finish(member->team);
  }
  return NULL;
}

/// Start threads that leave all signals to others, and return whether all run
static bool
start(LmuTeam* const team, const uint32_t n_members)
{
  sigset_t all;
  sigset_t old;
  (void)sigfillset(&all);
  (void)pthread_sigmask(SIG_SETMASK, &all, &old);
  team->n_members = 1U;
  for (uint32_t i = 1U; i < n_members; ++i) {
    team->members[i] = (Member){team, i};
    if (pthread_create(&team->threads[i], NULL, run, &team->members[i])) {
      break;
    }
    ++team->n_members;
  }
  (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
  return team->n_members == n_members;
}

LmuTeam*
lmu_team_new(const uint32_t n_members)
{
  LmuTeam* const team = (LmuTeam*)calloc(1U, sizeof(LmuTeam));
  if (team) {
    (void)pthread_mutex_init(&team->mutex, NULL);
    (void)pthread_cond_init(&team->begin, NULL);
    (void)pthread_cond_init(&team->done, NULL);
  }
  if (team && !start(team, n_members)) {
    lmu_team_free(team);
    return NULL;
  }
  return team;
}

void
lmu_team_free(LmuTeam* const team)
{
  if (!team) {
    return;
  }

  (void)pthread_mutex_lock(&team->mutex);
  team->ends = true;
  (void)pthread_cond_broadcast(&team->begin);
  (void)pthread_mutex_unlock(&team->mutex);
  for (uint32_t i = 1U; i < team->n_members; ++i) {
    (void)pthread_join(team->threads[i], NULL);
  }
  (void)pthread_cond_destroy(&team->done);
  (void)pthread_cond_destroy(&team->begin);
  (void)pthread_mutex_destroy(&team->mutex);
  free(team);
}

void
lmu_team_run(LmuTeam* const team, const LmuTeamWork work, void* const handle)
{
  (void)pthread_mutex_lock(&team->mutex);
  team->work      = work;
  team->handle    = handle;
  team->n_working = team->n_members - 1U;
  ++team->round;
  (void)pthread_cond_broadcast(&team->begin);
  (void)pthread_mutex_unlock(&team->mutex);

  work(handle, 0U);
  (void)pthread_mutex_lock(&team->mutex);
  while (team->n_working) {
    (void)pthread_cond_wait(&team->done, &team->mutex);
  }
  (void)pthread_mutex_unlock(&team->mutex);
}
