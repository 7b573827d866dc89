// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/setup/aligned.h"
#include "core/base/setup/arena.h"
#include "tests/unit/run.h"

#include <check.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define N_BLOCKS 1000U // More than a fixed list would have

/// Return whether all bytes of a block are the same
static bool
is_filled(const uint8_t* const block, const size_t size, const uint8_t byte)
{
  size_t i = 0U;
  while (i < size && block[i] == byte) {
    ++i;
  }
  return i == size;
}

START_TEST(blocks_are_zeroed_aligned_and_apart)
{
  static uint8_t* blocks[N_BLOCKS];
  LmuArena        arena = {NULL, false};
  for (size_t i = 0U; i < N_BLOCKS; ++i) {
    blocks[i] = (uint8_t*)lmu_arena_take(&arena, i, 3U);
    ck_assert_ptr_nonnull(blocks[i]);
    ck_assert_uint_eq((uintptr_t)blocks[i] % LMU_ALIGNMENT, 0U);
    ck_assert(is_filled(blocks[i], 3U * i, 0U));
    memset(blocks[i], (int)(i % 251U) + 1, 3U * i);
  }
  for (size_t i = 0U; i < N_BLOCKS; ++i) {
    ck_assert(is_filled(blocks[i], 3U * i, (uint8_t)((i % 251U) + 1U)));
  }
  ck_assert(!arena.failed);
  lmu_arena_clear(&arena);
  ck_assert_ptr_null(arena.last);
}
END_TEST

START_TEST(failures_are_remembered_until_all_is_freed)
{
  LmuArena arena = {NULL, false};
  ck_assert_ptr_nonnull(lmu_arena_take(&arena, 1U, 1U));
  ck_assert_ptr_null(lmu_arena_take(&arena, SIZE_MAX / 2U, 4U));
  ck_assert_ptr_null(lmu_arena_take(&arena, SIZE_MAX, 1U));
  ck_assert_ptr_nonnull(lmu_arena_take(&arena, 1U, 1U));
  ck_assert(arena.failed);

  lmu_arena_clear(&arena);
  ck_assert(!arena.failed);
  lmu_arena_clear(&arena);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("arena");
  tcase_add_test(tcase, blocks_are_zeroed_aligned_and_apart);
  tcase_add_test(tcase, failures_are_remembered_until_all_is_freed);
  return run_case("arena", tcase);
}
