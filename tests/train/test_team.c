// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Threads that work together, to be run with a thread sanitizer too

#include "tests/unit/run.h"
#include "train/team.h"

#include <check.h>

#include <stddef.h>
#include <stdint.h>

#define N_ROUNDS 10000U

/// What members work on, each at its own number
typedef struct {
  uint64_t round;
  uint64_t numbers[LMU_MAX_TEAM]; ///< Set by members
  uint64_t sum;                   ///< Of numbers, set in between
} Work;

static void
follow(void* const handle, const uint32_t member)
{
  Work* const work = (Work*)handle;
  work->numbers[member] += (work->round * (member + 1U)) + work->sum;
}

static void
recede(void* const handle, const uint32_t member)
{
  Work* const work = (Work*)handle;
  work->numbers[member] ^= work->sum + member;
}

/// Have all work, or one do the work of all
static void
run(LmuTeam* const    team,
    const uint32_t    n_members,
    const LmuTeamWork function,
    Work* const       work)
{
  if (team) {
    lmu_team_run(team, function, work);
  }
  for (uint32_t i = 0U; !team && i < n_members; ++i) {
    function(work, i);
  }
  for (uint32_t i = 0U; i < n_members; ++i) {
    work->sum += work->numbers[i];
  }
}

START_TEST(members_do_all_the_work_of_each_round)
{
  const uint32_t n_members = (uint32_t)_i;
  LmuTeam* const team      = lmu_team_new(n_members);
  Work           together  = {0U, {0U}, 0U};
  Work           alone     = {0U, {0U}, 0U};
  ck_assert_ptr_nonnull(team);
  for (uint64_t round = 0U; round < N_ROUNDS; ++round) {
    const LmuTeamWork function = (round % 3U) ? follow : recede;
    together.round             = round;
    alone.round                = round;
    run(team, n_members, function, &together);
    run(NULL, n_members, function, &alone);
    ck_assert_uint_eq(together.sum, alone.sum);
  }
  lmu_team_free(team);
}
END_TEST

START_TEST(what_has_nothing_to_do_ends)
{
  for (uint32_t i = 0U; i < 50U; ++i) {
    LmuTeam* const team = lmu_team_new(1U + (i % LMU_MAX_TEAM));
    ck_assert_ptr_nonnull(team);
    lmu_team_free(team);
  }
  lmu_team_free(NULL);
}
END_TEST

/// Members that have teams of their own
typedef struct {
  LmuTeam* teams[2];
  Work     works[2];
} Leaders;

static void
pass_on(void* const handle, const uint32_t member)
{
  Leaders* const leaders = (Leaders*)handle;
  lmu_team_run(leaders->teams[member], follow, &leaders->works[member]);
}

START_TEST(teams_do_not_disturb_each_other)
{
  LmuTeam* const outer   = lmu_team_new(2U);
  Leaders        leaders = {{lmu_team_new(2U), lmu_team_new(2U)},
                            {{1U, {0U}, 1U}, {2U, {0U}, 1U}}};
  ck_assert(outer && leaders.teams[0] && leaders.teams[1]);
  for (uint64_t i = 1U; i <= 200U; ++i) {
    lmu_team_run(outer, pass_on, &leaders);
    for (uint64_t j = 0U; j < 2U; ++j) {
      ck_assert_uint_eq(leaders.works[j].numbers[0], i * (j + 2U));
      ck_assert_uint_eq(leaders.works[j].numbers[1], i * ((2U * j) + 3U));
    }
  }
  lmu_team_free(leaders.teams[1]);
  lmu_team_free(leaders.teams[0]);
  lmu_team_free(outer);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("team");
  tcase_add_loop_test(tcase, members_do_all_the_work_of_each_round, 1, 5);
  tcase_add_test(tcase, what_has_nothing_to_do_ends);
  tcase_add_test(tcase, teams_do_not_disturb_each_other);
  return run_case("team", tcase);
}
