// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Tables that are shared, also by threads and when memory runs out

#include "core/base/status.h"
#include "core/memory/rt/engine.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/taps.h"
#include "core/memory/setup/engine.h"
#include "core/memory/setup/tables.h"
#include "tests/plugin/faults.h"
#include "tests/repeats.h"
#include "tests/unit/run.h"

#include <check.h>

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ORDER 40U
#define N_THREADS 4U
#define N_TAKES REPEATS(300U)

/// Orders that threads take, few so that they meet
#define N_ORDERS 5U

static const LmuTables*
take(const uint32_t order, const LmuTablesKind kind)
{
  const LmuTables* tables = NULL;
  ck_assert_int_eq(lmu_tables_take(&tables, order, kind), LMU_SUCCESS);
  ck_assert_uint_eq(lmu_tables_modes(tables)->order, order);
  return tables;
}

static LmuEngine*
engine_of(const uint32_t order)
{
  const LmuEngineSpec spec   = {order, 3U, 1U, 0U};
  LmuEngine*          engine = NULL;
  ck_assert_int_eq(lmu_engine_new(&engine, &spec), LMU_SUCCESS);
  return engine;
}

START_TEST(one_order_has_one_table)
{
  const LmuTables* const first  = take(ORDER, LMU_TABLES_TAPS);
  const LmuTables* const second = take(ORDER, LMU_TABLES_TAPS);
  const LmuTables* const other  = take(ORDER + 1U, LMU_TABLES_TAPS);
  ck_assert_ptr_eq(second, first);
  ck_assert_ptr_ne(other, first);
  lmu_tables_give(first);
  ck_assert_uint_eq(lmu_tables_modes(second)->order, ORDER);
  lmu_tables_give(second);
  lmu_tables_give(other);
}
END_TEST

START_TEST(taps_come_to_modes_that_are_there)
{
  const LmuTables* const modes = take(ORDER, LMU_TABLES_MODES);
  const LmuModes* const  there = lmu_tables_modes(modes);
  const LmuTables* const taps  = take(ORDER, LMU_TABLES_TAPS);
  ck_assert_ptr_eq(taps, modes);
  ck_assert_ptr_eq(lmu_tables_modes(taps), there);
  ck_assert_uint_gt(lmu_tables_taps(taps)->n_rows, 0U);
  lmu_tables_give(modes);
  lmu_tables_give(taps);
}
END_TEST

START_TEST(engines_share_what_they_never_write)
{
  LmuEngine* const first  = engine_of(ORDER);
  const int        before = faults_blocks();
  LmuEngine* const second = engine_of(ORDER);
  ck_assert_ptr_eq(second->modes, first->modes);
  ck_assert_ptr_eq(second->taps, first->taps);
  lmu_engine_free(second);
  ck_assert_int_eq(faults_blocks(), before);
  lmu_engine_free(first);
}
END_TEST

START_TEST(nothing_is_left_when_the_last_is_gone)
{
  const int before = faults_blocks();
  for (uint32_t i = 0U; i < 3U; ++i) {
    const LmuTables* const first  = take(ORDER, LMU_TABLES_MODES);
    const LmuTables* const second = take(ORDER, LMU_TABLES_TAPS);
    const LmuTables* const other  = take(ORDER + 1U, LMU_TABLES_TAPS);
    lmu_tables_give(first);
    lmu_tables_give(other);
    ck_assert_int_gt(faults_blocks(), before);
    lmu_tables_give(second);
    ck_assert_int_eq(faults_blocks(), before);
  }
  lmu_tables_give(NULL);
}
END_TEST

START_TEST(bad_orders_leave_nothing)
{
  const int        before = faults_blocks();
  const LmuTables* tables = unset();
  ck_assert_int_eq(lmu_tables_take(&tables, 0U, LMU_TABLES_TAPS),
                   LMU_BAD_ORDER);
  ck_assert_ptr_null(tables);
  ck_assert_int_eq(
    lmu_tables_take(&tables, LMU_MAX_ORDER + 1U, LMU_TABLES_MODES),
    LMU_BAD_ORDER);
  ck_assert_int_eq(faults_blocks(), before);
}
END_TEST

/// Take tables while memory runs out at each allocation in turn, and check that
/// each failure leaves as much as there was
static void
check_failures(const int before)
{
  bool     has_failed = true;
  uint32_t n_failures = 0U;
  for (uint32_t i = 0U; has_failed; ++i) {
    const LmuTables* tables = unset();
    faults_begin(i);
    const LmuStatus status = lmu_tables_take(&tables, ORDER, LMU_TABLES_TAPS);
    has_failed             = faults_end();
    ck_assert_int_eq(status, has_failed ? LMU_NO_MEMORY : LMU_SUCCESS);
    ck_assert(has_failed == !tables);
    lmu_tables_give(tables);
    n_failures += has_failed;
    ck_assert(!has_failed || faults_blocks() == before);
  }
  ck_assert_uint_gt(n_failures, 5U);
}

START_TEST(a_failure_leaves_nothing)
{
  const int before = faults_blocks();
  check_failures(before);
  ck_assert_int_eq(faults_blocks(), before);
}
END_TEST

START_TEST(a_failure_leaves_what_others_use)
{
  const int              before = faults_blocks();
  const LmuTables* const modes  = take(ORDER, LMU_TABLES_MODES);
  check_failures(faults_blocks());
  ck_assert_uint_eq(lmu_tables_modes(modes)->order, ORDER);
  lmu_tables_give(modes);
  ck_assert_int_eq(faults_blocks(), before);
}
END_TEST

/// Take and give tables, of the same orders as other threads do
static void*
work(void* const data)
{
  const uint32_t first = *(const uint32_t*)data;
  for (uint32_t i = 0U; i < N_TAKES; ++i) {
    const LmuTablesKind    kind  = i % 3U ? LMU_TABLES_MODES : LMU_TABLES_TAPS;
    const uint32_t         order = 1U + (((first * i) + first) % N_ORDERS);
    const LmuTables* const mine  = take(order, kind);
    const LmuTables* const more  = take(order, LMU_TABLES_MODES);
    ck_assert_ptr_eq(more, mine);
    ck_assert(kind != LMU_TABLES_TAPS || lmu_tables_taps(mine)->n_blocks == 1U);
    lmu_tables_give(mine);
    ck_assert_double_lt(lmu_tables_modes(more)->s[0], 1e-12);
    lmu_tables_give(more);
  }
  return NULL;
}

START_TEST(threads_share_tables)
{
  const int before = faults_blocks();
  uint32_t  firsts[N_THREADS];
  pthread_t threads[N_THREADS];
  for (uint32_t i = 0U; i < N_THREADS; ++i) {
    firsts[i] = i + 1U;
    ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &firsts[i]), 0);
  }
  for (uint32_t i = 0U; i < N_THREADS; ++i) {
    ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
  }
  ck_assert_int_eq(faults_blocks(), before);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("tables");
  tcase_add_test(tcase, one_order_has_one_table);
  tcase_add_test(tcase, taps_come_to_modes_that_are_there);
  tcase_add_test(tcase, engines_share_what_they_never_write);
  tcase_add_test(tcase, nothing_is_left_when_the_last_is_gone);
  tcase_add_test(tcase, bad_orders_leave_nothing);
  tcase_add_test(tcase, a_failure_leaves_nothing);
  tcase_add_test(tcase, a_failure_leaves_what_others_use);
  tcase_add_test(tcase, threads_share_tables);
  return run_case("tables", tcase);
}
