// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Messages from the host, good and broken, and room for answers.
// usage: test_atoms LMU.SO

#include "plugin/atoms.h"
#include "plugin/ports.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/runner.h"

#include <check.h>
#include <lv2/atom/atom.h>

#include <sys/mman.h>

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

/// Tempo of a new instance, and of the messages below [beats per minute]
#define FIRST_TEMPO 120.0
#define TEMPO 150.0f

/// Bytes of the longest message
#define MAX_BYTES 256U

/// A message, built up from its start
typedef struct {
  _Alignas(8) uint8_t bytes[MAX_BYTES];
  uint32_t size; ///< Bytes in use, with the sequence's own head
} Message;

/* Making messages */

static void
append(Message* const message, const void* const data, const uint32_t size)
{
  ck_assert_uint_le(message->size + size, MAX_BYTES);
  memcpy(message->bytes + message->size, data, size);
  message->size += (size + 7U) & ~7U;
}

/// Change a 32-bit number
static void
poke(Message* const message, const uint32_t offset, const uint32_t value)
{
  memcpy(message->bytes + offset, &value, sizeof(value));
}

/// Set the size of the sequence to what is in it
static void
close_sequence(Message* const message)
{
  poke(message, 0U, message->size - (uint32_t)sizeof(LV2_Atom));
}

/// Where things are in a message of one event
enum {
  AT_SEQUENCE_SIZE  = 0,
  AT_SEQUENCE_TYPE  = 4,
  AT_EVENT_TIME     = 16,
  AT_EVENT_SIZE     = 24,
  AT_EVENT_TYPE     = 28,
  AT_OBJECT_TYPE    = 36,
  AT_PROPERTY_KEY   = 40,
  AT_PROPERTY_SIZE  = 48,
  AT_PROPERTY_TYPE  = 52,
  AT_PROPERTY_VALUE = 56,
};

static Message
empty_message(void)
{
  const LV2_Atom_Sequence head = {{0U, URI_ATOM_SEQUENCE}, {0U, 0U}};
  Message                 message;
  memset(&message, 0, sizeof(message));
  append(&message, &head, sizeof(head));
  close_sequence(&message);
  return message;
}

/// Append an event of one position with a tempo of any type
static void
append_tempo(Message* const    message,
             const uint32_t    type,
             const void* const value,
             const uint32_t    size)
{
  const uint32_t head_size =
    (uint32_t)(sizeof(LV2_Atom_Object_Body) + sizeof(LV2_Atom_Property_Body));
  const LV2_Atom_Event       event = {{0}, {head_size + size, URI_ATOM_OBJECT}};
  const LV2_Atom_Object_Body object     = {0U, URI_TIME_POSITION};
  const LV2_Atom_Property_Body property = {
    URI_TIME_BEATS_PER_MINUTE, 0U, {size, type}};
  append(message, &event, sizeof(event));
  append(message, &object, sizeof(object));
  append(message, &property, (uint32_t)sizeof(property));
  append(message, value, size);
  close_sequence(message);
}

static Message
tempo_message(const float tempo)
{
  Message message = empty_message();
  append_tempo(&message, URI_ATOM_FLOAT, &tempo, sizeof(tempo));
  return message;
}

/* Hearing them */

/// Return a delay of a beat, active
static Instance*
delay_new(void)
{
  Instance* const instance = instance_start(&lmu_delay_ports[0], WORKER_NONE);
  instance_set(instance, "sync", SYNC_1_4);
  return instance;
}

/// Return the tempo that a delay follows, as its bandwidth tells
static double
tempo_of(Instance* const instance)
{
  const double cycles = 0.25 * (double)instance_get(instance, "order_used");
  return 60.0 * TAPS_MARGIN * (double)instance_get(instance, "bandwidth") /
         cycles;
}

/// Send a message that ends where memory does
static void
send_message(Instance* const instance, const Message* const message)
{
  const size_t   page = (size_t)sysconf(_SC_PAGESIZE);
  uint8_t* const data = (uint8_t*)mmap(NULL,
                                       2U * page,
                                       PROT_READ | PROT_WRITE,
                                       MAP_PRIVATE | MAP_ANONYMOUS,
                                       -1,
                                       0);
  ck_assert_ptr_ne(data, MAP_FAILED);
  ck_assert_int_eq(mprotect(data + page, page, PROT_NONE), 0);

  uint8_t* const place = data + page - message->size;
  memcpy(place, message->bytes, message->size);
  instance_connect(instance, 0U, place);
  instance_run(instance, 0U);
  instance_connect_own(instance);
  munmap(data, 2U * page);
}

/// Send a message, and return the tempo
static double
tempo_after(Instance* const instance, const Message* const message)
{
  send_message(instance, message);
  return tempo_of(instance);
}

static void
assert_tempo(const Message* const message, const double tempo)
{
  Instance* const instance = delay_new();
  ck_assert_double_eq_tol(tempo_after(instance, message), tempo, 1e-3);
  instance_free(instance);
}

static void
assert_ignored(const Message* const message)
{
  assert_tempo(message, FIRST_TEMPO);
}

/* Good messages */

START_TEST(tempo_is_read)
{
  const Message message = tempo_message(TEMPO);
  assert_tempo(&message, (double)TEMPO);
}
END_TEST

START_TEST(tempo_is_read_in_any_type_of_number)
{
  const double  as_double = (double)TEMPO;
  const int32_t as_int    = (int32_t)TEMPO;
  const int64_t as_long   = (int64_t)TEMPO;
  Message       messages[3];
  for (uint32_t i = 0U; i < 3U; ++i) {
    messages[i] = empty_message();
  }

  append_tempo(&messages[0], URI_ATOM_DOUBLE, &as_double, sizeof(as_double));
  append_tempo(&messages[1], URI_ATOM_INT, &as_int, sizeof(as_int));
  append_tempo(&messages[2], URI_ATOM_LONG, &as_long, sizeof(as_long));
  for (uint32_t i = 0U; i < 3U; ++i) {
    assert_tempo(&messages[i], (double)TEMPO);
  }
}
END_TEST

START_TEST(tempo_is_read_from_old_objects_too)
{
  Message message = tempo_message(TEMPO);
  poke(&message, AT_EVENT_TYPE, URI_ATOM_BLANK);
  assert_tempo(&message, (double)TEMPO);
}
END_TEST

START_TEST(last_tempo_wins)
{
  const float last    = 90.0f;
  Message     message = tempo_message(TEMPO);
  append_tempo(&message, URI_ATOM_FLOAT, &last, sizeof(last));
  assert_tempo(&message, (double)last);
}
END_TEST

START_TEST(other_events_are_passed_over)
{
  const LV2_Atom_Event other   = {{0}, {5U, URI_ATOM_CHUNK}};
  const uint8_t        body[5] = {0xFFU, 0xFFU, 0xFFU, 0xFFU, 0xFFU};
  const float          tempo   = TEMPO;
  Message              message = empty_message();
  append(&message, &other, sizeof(other));
  append(&message, body, sizeof(body));
  append_tempo(&message, URI_ATOM_FLOAT, &tempo, sizeof(tempo));
  assert_tempo(&message, (double)TEMPO);
}
END_TEST

/* Broken messages */

/// What to write over a good message
typedef struct {
  const char* what;
  uint32_t    offset;
  uint32_t    value;
} Fault;

static const Fault faults[] = {
  {"sequence of no bytes", AT_SEQUENCE_SIZE, 0U},
  {"sequence of half a head", AT_SEQUENCE_SIZE, 4U},
  {"sequence of a head", AT_SEQUENCE_SIZE, 8U},
  {"sequence of half an event", AT_SEQUENCE_SIZE, 16U},
  {"sequence of an event's head", AT_SEQUENCE_SIZE, 24U},
  {"sequence that ends in the object", AT_SEQUENCE_SIZE, 36U},
  {"sequence that ends in the value", AT_SEQUENCE_SIZE, 50U},
  {"no sequence", AT_SEQUENCE_TYPE, URI_ATOM_CHUNK},
  {"sequence of no type", AT_SEQUENCE_TYPE, 0U},
  {"event beyond the end", AT_EVENT_SIZE, 33U},
  {"event far beyond the end", AT_EVENT_SIZE, 0x10000U},
  {"event of all memory", AT_EVENT_SIZE, UINT32_MAX},
  {"event of nearly all memory", AT_EVENT_SIZE, UINT32_MAX - 15U},
  {"event of no bytes", AT_EVENT_SIZE, 0U},
  {"object of half a body", AT_EVENT_SIZE, 4U},
  {"object of a body", AT_EVENT_SIZE, 8U},
  {"object of half a property", AT_EVENT_SIZE, 16U},
  {"object of a property's head", AT_EVENT_SIZE, 24U},
  {"event of another type", AT_EVENT_TYPE, URI_ATOM_CHUNK},
  {"event of no type", AT_EVENT_TYPE, 0U},
  {"object of another type", AT_OBJECT_TYPE, URI_ATOM_CHUNK},
  {"object of no type", AT_OBJECT_TYPE, 0U},
  {"property of another key", AT_PROPERTY_KEY, URI_ATOM_CHUNK},
  {"property of no key", AT_PROPERTY_KEY, 0U},
  {"value beyond the object", AT_PROPERTY_SIZE, 5U},
  {"value of all memory", AT_PROPERTY_SIZE, UINT32_MAX},
  {"value of nearly all memory", AT_PROPERTY_SIZE, UINT32_MAX - 15U},
  {"value of no bytes", AT_PROPERTY_SIZE, 0U},
  {"half a value", AT_PROPERTY_SIZE, 2U},
  {"value of a type that is longer", AT_PROPERTY_TYPE, URI_ATOM_DOUBLE},
  {"value of no number", AT_PROPERTY_TYPE, URI_ATOM_CHUNK},
  {"value of no type", AT_PROPERTY_TYPE, 0U},
};

#define N_FAULTS ((int)(sizeof(faults) / sizeof(faults[0])))

START_TEST(broken_message_is_ignored)
{
  Message message = tempo_message(TEMPO);
  poke(&message, faults[_i].offset, faults[_i].value);

  Instance* const instance = delay_new();
  ck_assert_msg(fabs(tempo_after(instance, &message) - FIRST_TEMPO) < 1e-3,
                "%s",
                faults[_i].what);
  instance_free(instance);
}
END_TEST

// No host has such a buffer, but the lie must not make run() go on for ever
START_TEST(sequence_of_four_gigabytes_ends)
{
  Message message = tempo_message(TEMPO);
  poke(&message, AT_SEQUENCE_SIZE, UINT32_MAX);
  poke(&message, AT_EVENT_TIME, UINT32_MAX - 0x16U);
  poke(&message, AT_EVENT_SIZE, UINT32_MAX - 0x18U);
  poke(&message, AT_EVENT_TYPE, URI_ATOM_CHUNK);
  (void)alarm(5U);
  assert_ignored(&message);
}
END_TEST

START_TEST(object_of_four_gigabytes_ends)
{
  Message message = tempo_message(TEMPO);
  poke(&message, AT_SEQUENCE_SIZE, UINT32_MAX);
  poke(&message, AT_EVENT_SIZE, UINT32_MAX - 0x18U);
  poke(&message, AT_PROPERTY_KEY, UINT32_MAX - 0x28U);
  poke(&message, AT_PROPERTY_SIZE, UINT32_MAX - 0x30U);
  (void)alarm(5U);
  assert_ignored(&message);
}
END_TEST

START_TEST(message_cut_anywhere_is_ignored)
{
  for (uint32_t size = 0U; size < 52U; ++size) {
    Message message = tempo_message(TEMPO);
    poke(&message, AT_SEQUENCE_SIZE, size);
    message.size = (8U + size + 7U) & ~7U;
    assert_ignored(&message);
  }
}
END_TEST

START_TEST(tempo_that_cannot_be_is_ignored)
{
  static const float tempos[] = {
    NAN, INFINITY, -INFINITY, 0.0f, -0.0f, -120.0f, 1e30f, 1e-30f, 1e-40f};
  for (uint32_t i = 0U; i < sizeof(tempos) / sizeof(tempos[0]); ++i) {
    const Message message = tempo_message(tempos[i]);
    assert_ignored(&message);
  }
}
END_TEST

START_TEST(tempo_stays_where_no_message_comes)
{
  Instance* const instance = delay_new();
  const Message   message  = tempo_message(TEMPO);
  const Message   empty    = empty_message();
  ck_assert_double_eq_tol(tempo_after(instance, &message), (double)TEMPO, 1e-3);
  ck_assert_double_eq_tol(tempo_after(instance, &empty), (double)TEMPO, 1e-3);

  instance_connect(instance, 0U, NULL);
  instance_run(instance, 0U);
  ck_assert_double_eq_tol(tempo_of(instance), (double)TEMPO, 1e-3);
  instance_free(instance);
}
END_TEST

START_TEST(nothing_matches_where_the_map_knows_nothing)
{
  const InstanceSpec spec = {
    &lmu_delay_ports[0], 48000.0, MAP_ZERO, WORKER_NONE, false, NULL};
  Instance* const instance = instance_new(&spec);
  instance_set(instance, "sync", SYNC_1_4);
  instance_activate(instance);

  Message message = tempo_message(TEMPO);
  ck_assert_double_eq_tol(tempo_after(instance, &message), FIRST_TEMPO, 1e-3);
  for (uint32_t i = AT_SEQUENCE_TYPE; i < message.size; i += 4U) {
    poke(&message, i, 0U); // All types and keys, which are zero too
  }
  ck_assert_double_eq_tol(tempo_after(instance, &message), FIRST_TEMPO, 1e-3);
  instance_free(instance);
}
END_TEST

START_TEST(plugins_without_sync_ignore_all_messages)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  Instance* const other    = instance_start(host_lists[_i], WORKER_NONE);
  const Message   good     = tempo_message(TEMPO);
  send_message(instance, &good);
  for (int i = 0; i < N_FAULTS; ++i) {
    Message message = tempo_message(TEMPO);
    poke(&message, faults[i].offset, faults[i].value);
    send_message(instance, &message);
  }
  ck_assert(instance_sounds_as(instance, other));
  instance_free(other);
  instance_free(instance);
}
END_TEST

/* Answers */

/// Fill byte for memory that must not be written
#define UNTOUCHED 0xA5U

/**
   Run with room for some bytes behind the head of an atom.

   @param instance Instance.
   @param room Bytes that may be written.
   @param n_runs How often, with the size set by the host before the first only.
*/
static LV2_Atom
notified(Instance* const instance, const uint32_t room, const uint32_t n_runs)
{
  _Alignas(8) uint8_t buffer[512];
  const LV2_Atom      head = {room, URI_ATOM_CHUNK};
  memset(buffer, UNTOUCHED, sizeof(buffer));
  memcpy(buffer, &head, sizeof(head));
  instance_connect(instance, 1U, buffer);
  for (uint32_t i = 0U; i < n_runs; ++i) {
    instance->descriptor->run(instance->handle, 0U);
  }
  for (uint32_t i = (uint32_t)sizeof(head) + room; i < sizeof(buffer); ++i) {
    ck_assert_msg(buffer[i] == UNTOUCHED, "room %u, byte %u", room, i);
  }

  LV2_Atom atom;
  memcpy(&atom, buffer, sizeof(atom));
  return atom;
}

static void
assert_fits(Instance* const instance, const uint32_t room)
{
  const LV2_Atom atom = notified(instance, room, 1U);
  ck_assert_uint_le(atom.size, room);
  if (room >= sizeof(LV2_Atom_Sequence_Body)) {
    ck_assert_uint_eq(atom.type, URI_ATOM_SEQUENCE);
    ck_assert_uint_eq(atom.size, sizeof(LV2_Atom_Sequence_Body));
  }
}

START_TEST(answers_fit_in_any_room)
{
  static const uint32_t rooms[]  = {0U, 1U, 4U, 7U, 8U, 9U, 16U, 100U, 400U};
  Instance* const       instance = instance_start(host_lists[_i], WORKER_NONE);
  for (uint32_t i = 0U; i < sizeof(rooms) / sizeof(rooms[0]); ++i) {
    assert_fits(instance, rooms[i]);
  }
  instance_free(instance);
}
END_TEST

/// Write as many words as there may be room for, where the host says that there
/// is some, and return the bytes that were written from the head on
static uint32_t
written(const uint32_t room)
{
  const LV2_Atom_Sequence head = {{sizeof(head.body), URI_ATOM_SEQUENCE},
                                  {0U, 0U}};
  const uint64_t          word = 0U;
  LV2_Atom_Sequence       buffer[16];
  uint8_t* const          bytes = (uint8_t*)buffer;
  memset(buffer, UNTOUCHED, sizeof(buffer));
  memcpy(buffer, &head, sizeof(head));

  AtomWriter writer = atoms_writer(buffer, room);
  for (uint32_t i = 0U; i < sizeof(buffer); i += (uint32_t)sizeof(word)) {
    atoms_write(&writer, &word, sizeof(word));
  }
  uint32_t end = (uint32_t)sizeof(buffer);
  while (end > sizeof(head) && bytes[end - 1U] == UNTOUCHED) {
    --end;
  }
  return end;
}

// Some hosts count the head of the sequence, and some do not
START_TEST(answers_fit_where_the_host_counts_the_head)
{
  for (uint32_t room = 0U; room < 100U; ++room) {
    const uint32_t whole = room & ~7U;
    const uint32_t head  = (uint32_t)sizeof(LV2_Atom_Sequence);
    ck_assert_uint_eq(written(room), whole > head ? whole : head);
  }
}
END_TEST

START_TEST(answers_stay_valid_where_the_host_does_not_reset_them)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  const LV2_Atom  atom     = notified(instance, 100U, 10U);
  ck_assert_uint_eq(atom.type, URI_ATOM_SEQUENCE);
  ck_assert_uint_eq(atom.size, sizeof(LV2_Atom_Sequence_Body));
  instance_free(instance);
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_test(tcase, tempo_is_read);
  tcase_add_test(tcase, tempo_is_read_in_any_type_of_number);
  tcase_add_test(tcase, tempo_is_read_from_old_objects_too);
  tcase_add_test(tcase, last_tempo_wins);
  tcase_add_test(tcase, other_events_are_passed_over);
  tcase_add_loop_test(tcase, broken_message_is_ignored, 0, N_FAULTS);
  tcase_add_test(tcase, sequence_of_four_gigabytes_ends);
  tcase_add_test(tcase, object_of_four_gigabytes_ends);
  tcase_add_test(tcase, message_cut_anywhere_is_ignored);
  tcase_add_test(tcase, tempo_that_cannot_be_is_ignored);
  tcase_add_test(tcase, tempo_stays_where_no_message_comes);
  tcase_add_test(tcase, nothing_matches_where_the_map_knows_nothing);
  tcase_add_loop_test(
    tcase, plugins_without_sync_ignore_all_messages, 0, N_PLUGINS);
  tcase_add_loop_test(tcase, answers_fit_in_any_room, 0, N_PLUGINS);
  tcase_add_test(tcase, answers_fit_where_the_host_counts_the_head);
  tcase_add_loop_test(
    tcase, answers_stay_valid_where_the_host_does_not_reset_them, 0, N_PLUGINS);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "atoms", add);
}
