// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/pickle.h"

#include "tools/base/allocate.h"
#include "tools/foreign/pickle_names.h"

#include <stdlib.h>
#include <string.h>

#define MAX_PROTOCOL 5U
#define MAX_NAME_SIZE 200 // Of a refused name in a message
#define HINT "save model.state_dict() with torch.save()"

/// One reading.  Every instruction has a byte and makes at most one value, and
/// every item was on the stack, so that nothing outgrows the number of bytes.
typedef struct {
  LmuPickle*  pickle;
  LmuFailure* error;
  const char* path;
  size_t      n_bytes;
  size_t      offset;   ///< Next byte
  uint32_t    n_values; ///< The first one is a mark
  uint32_t    n_items;  ///< The first one is none
  uint32_t    n_memo;   ///< Values that MEMOIZE kept
  uint32_t*   memo;     ///< Values by number, zero for none, [n_bytes]
  uint32_t*   stack;    ///< Values, zero for a mark, [n_bytes]
  uint32_t    depth;    ///< Of the stack
  bool        ended;
} Reader;

/// What stands behind the byte of an instruction
typedef enum {
  NOTHING,
  UNSIGNED_1,
  UNSIGNED_2,
  UNSIGNED_4,
  UNSIGNED_8,
  SIGNED_4,
  BYTES_8,
  COUNTED_1, ///< As many bytes as a number says
  COUNTED_4,
  COUNTED_8,
  TWO_LINES,
} Form;

/// The same, read
typedef struct {
  uint64_t number;
  size_t   begin; ///< Of bytes or lines
  size_t   size;  ///< Of bytes, or of the first line
  size_t   more;  ///< Of the second line
} Argument;

static bool
damaged(const Reader* const self)
{
  (void)lmu_failure_set(self->error,
                        LMU_EXIT_BAD_INPUT,
                        "%s: its pickle is damaged at byte %zu; get an "
                        "undamaged copy",
                        self->path,
                        self->offset);
  return false;
}

/* Values */

/// Make a value and put it on the stack
static bool
push_value(Reader* const self, const LmuPickleValue* const value)
{
  self->pickle->values[self->n_values] = *value;
  self->stack[self->depth++]           = self->n_values++;
  return true;
}

static bool
push_type(Reader* const self, const LmuPickleType type, const int64_t number)
{
  const LmuPickleValue value = {type, 0U, 0U, 0U, number};
  return push_value(self, &value);
}

/// Take the newest value from the stack, or return null if there is none
static LmuPickleValue*
pop(Reader* const self)
{
  const bool some = self->depth && self->stack[self->depth - 1U];
  return some ? &self->pickle->values[self->stack[--self->depth]] : NULL;
}

/// Return the newest value on the stack, or null
static LmuPickleValue*
top(const Reader* const self)
{
  const bool some = self->depth && self->stack[self->depth - 1U];
  return some ? &self->pickle->values[self->stack[self->depth - 1U]] : NULL;
}

/// Return how many values are above the newest mark, or more than there are
static uint32_t
count_to_mark(const Reader* const self)
{
  for (uint32_t i = self->depth; i > 0U; --i) {
    if (!self->stack[i - 1U]) {
      return self->depth - i;
    }
  }
  return UINT32_MAX;
}

/// Move the newest values from the stack to the end of another
static void
take_items(Reader* const         self,
           LmuPickleValue* const value,
           const uint32_t        count)
{
  self->depth -= count;
  for (uint32_t i = 0U; i < count; ++i) {
    const uint32_t item = self->n_items++;

    self->pickle->items[item] =
      (LmuPickleItem){self->stack[self->depth + i], 0U};
    if (value->last) {
      self->pickle->items[value->last].next = item;
    } else {
      value->first = item;
    }
    value->last = item;
    ++value->count;
  }
}

/// Make a collection of the newest values
static bool
collect(Reader* const self, const LmuPickleType type, const uint32_t count)
{
  LmuPickleValue value = {type, 0U, 0U, 0U, 0};
  for (uint32_t i = 0U; i < count; ++i) {
    if (i >= self->depth || !self->stack[self->depth - 1U - i]) {
      return damaged(self);
    }
  }
  take_items(self, &value, count);
  return push_value(self, &value);
}

/// Make a collection of all above the mark
static bool
collect_to_mark(Reader* const self, const LmuPickleType type)
{
  const uint32_t count = count_to_mark(self);
  if (count == UINT32_MAX || (type == LMU_PICKLE_DICT && count % 2U)) {
    return damaged(self);
  }

  LmuPickleValue value = {type, 0U, 0U, 0U, 0};
  take_items(self, &value, count);
  --self->depth;
  return push_value(self, &value);
}

/// Add the newest values to the collection below them
static bool
add(Reader* const self, const LmuPickleType type, const uint32_t count)
{
  const uint32_t below = self->depth > count ? self->depth - count - 1U : 0U;
  for (uint32_t i = 0U; i <= count; ++i) {
    if (i >= self->depth || !self->stack[self->depth - 1U - i]) {
      return damaged(self);
    }
  }

  LmuPickleValue* const value = &self->pickle->values[self->stack[below]];
  if (value->type == type) {
    take_items(self, value, count);
    return true;
  }
  self->depth -= count;
  return value->type == LMU_PICKLE_OTHER || damaged(self);
}

/// Add all above the mark to the collection below it
static bool
add_to_mark(Reader* const self, const LmuPickleType type)
{
  const uint32_t count = count_to_mark(self);
  if (count == UINT32_MAX || (type == LMU_PICKLE_DICT && count % 2U)) {
    return damaged(self);
  }

  // The mark goes, so that the collection is right below
  const uint32_t mark = self->depth - count - 1U;
  memmove(
    &self->stack[mark], &self->stack[mark + 1U], count * sizeof(uint32_t));
  --self->depth;
  return add(self, type, count);
}

/* Instructions */

static bool
run_protocol(Reader* const self, const Argument* const argument)
{
  return argument->number <= MAX_PROTOCOL || damaged(self);
}

static bool
run_frame(Reader* const self, const Argument* const argument)
{
  return argument->number <= self->n_bytes - self->offset || damaged(self);
}

static bool
run_stop(Reader* const self, const Argument* const argument)
{
  (void)argument;
  self->ended        = self->depth == 1U && self->stack[0];
  self->pickle->root = self->stack[0];
  return self->ended || damaged(self);
}

static bool
run_mark(Reader* const self, const Argument* const argument)
{
  (void)argument;
  self->stack[self->depth++] = 0U;
  return true;
}

static bool
run_pop(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return pop(self) || damaged(self);
}

static bool
run_pop_mark(Reader* const self, const Argument* const argument)
{
  (void)argument;
  const uint32_t count = count_to_mark(self);
  if (count == UINT32_MAX) {
    return damaged(self);
  }
  self->depth -= count + 1U;
  return true;
}

static bool
run_none(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return push_type(self, LMU_PICKLE_NONE, 0);
}

static bool
run_true(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return push_type(self, LMU_PICKLE_BOOL, 1);
}

static bool
run_false(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return push_type(self, LMU_PICKLE_BOOL, 0);
}

static bool
run_whole(Reader* const self, const Argument* const argument)
{
  return push_type(self, LMU_PICKLE_WHOLE, (int64_t)argument->number);
}

/// Read a whole number of any size, whose last byte has the sign
static bool
run_long(Reader* const self, const Argument* const argument)
{
  const uint8_t* const bytes = self->pickle->data + argument->begin;
  const size_t         size  = argument->size;
  if (size > sizeof(uint64_t)) {
    return push_type(self, LMU_PICKLE_OTHER, 0);
  }

  uint64_t number = (size && bytes[size - 1U] >= 0x80U) ? UINT64_MAX : 0U;
  for (size_t i = size; i > 0U; --i) {
    number = (number << 8U) | bytes[i - 1U];
  }
  return push_type(self, LMU_PICKLE_WHOLE, (int64_t)number);
}

static bool
run_float(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return push_type(self, LMU_PICKLE_FLOAT, 0);
}

static bool
run_text(Reader* const self, const Argument* const argument)
{
  const LmuPickleValue value = {LMU_PICKLE_TEXT,
                                (uint32_t)argument->begin,
                                0U,
                                (uint32_t)argument->size,
                                0};
  return push_value(self, &value);
}

static bool
run_empty_tuple(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return push_type(self, LMU_PICKLE_TUPLE, 0);
}

static bool
run_tuple_1(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return collect(self, LMU_PICKLE_TUPLE, 1U);
}

static bool
run_tuple_2(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return collect(self, LMU_PICKLE_TUPLE, 2U);
}

static bool
run_tuple_3(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return collect(self, LMU_PICKLE_TUPLE, 3U);
}

static bool
run_tuple(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return collect_to_mark(self, LMU_PICKLE_TUPLE);
}

static bool
run_empty_list(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return push_type(self, LMU_PICKLE_LIST, 0);
}

static bool
run_list(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return collect_to_mark(self, LMU_PICKLE_LIST);
}

static bool
run_append(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return add(self, LMU_PICKLE_LIST, 1U);
}

static bool
run_appends(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return add_to_mark(self, LMU_PICKLE_LIST);
}

static bool
run_empty_dict(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return push_type(self, LMU_PICKLE_DICT, 0);
}

static bool
run_dict(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return collect_to_mark(self, LMU_PICKLE_DICT);
}

static bool
run_set_item(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return add(self, LMU_PICKLE_DICT, 2U);
}

static bool
run_set_items(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return add_to_mark(self, LMU_PICKLE_DICT);
}

static bool
run_empty_set(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return push_type(self, LMU_PICKLE_OTHER, 0);
}

static bool
run_frozen_set(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return collect_to_mark(self, LMU_PICKLE_OTHER);
}

/// Keep the newest value under a number
static bool
keep(Reader* const self, const uint64_t number)
{
  if (!top(self) || number >= self->n_bytes) {
    return damaged(self);
  }
  self->memo[number] = self->stack[self->depth - 1U];
  return true;
}

static bool
run_put(Reader* const self, const Argument* const argument)
{
  return keep(self, argument->number);
}

static bool
run_memoize(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return keep(self, self->n_memo++);
}

static bool
run_get(Reader* const self, const Argument* const argument)
{
  if (argument->number >= self->n_bytes || !self->memo[argument->number]) {
    return damaged(self);
  }
  self->stack[self->depth++] = self->memo[argument->number];
  return true;
}

static bool
run_duplicate(Reader* const self, const Argument* const argument)
{
  (void)argument;
  if (!top(self)) {
    return damaged(self);
  }
  self->stack[self->depth] = self->stack[self->depth - 1U];
  ++self->depth;
  return true;
}

/// Return whether bytes of the pickle are that text
static bool
equals(const Reader* const self,
       const size_t        begin,
       const size_t        size,
       const char* const   text)
{
  return size == strlen(text) &&
         !memcmp(self->pickle->data + begin, text, size);
}

/// Put a function or class on the stack, or refuse it
static bool
push_name(Reader* const self, const Argument* const name, const size_t second)
{
  for (uint32_t i = 0U; i < lmu_names_count(); ++i) {
    if (equals(self, name->begin, name->size, lmu_name(i)->module) &&
        equals(self, second, name->more, lmu_name(i)->name)) {
      return push_type(self, LMU_PICKLE_NAME, (int64_t)i);
    }
  }

  const char* const data = (const char*)self->pickle->data;
  const int size = name->size < MAX_NAME_SIZE ? (int)name->size : MAX_NAME_SIZE;
  const int more = name->more < MAX_NAME_SIZE ? (int)name->more : MAX_NAME_SIZE;
  (void)lmu_failure_set(self->error,
                        LMU_EXIT_BAD_INPUT,
                        "%s: holds \"%.*s.%.*s\" of Python, and only tensors "
                        "are read, as in no whole module; " HINT,
                        self->path,
                        size,
                        data + name->begin,
                        more,
                        data + second);
  return false;
}

static bool
run_global(Reader* const self, const Argument* const argument)
{
  return push_name(self, argument, argument->begin + argument->size + 1U);
}

static bool
run_stack_global(Reader* const self, const Argument* const argument)
{
  (void)argument;
  const LmuPickleValue* const name   = pop(self);
  const LmuPickleValue* const module = pop(self);
  if (!name || !module || name->type != LMU_PICKLE_TEXT ||
      module->type != LMU_PICKLE_TEXT) {
    return damaged(self);
  }
  const Argument both = {0U, module->first, module->count, name->count};
  return push_name(self, &both, name->first);
}

/// Make a storage of the tuple that says where it is
static bool
run_persistent(Reader* const self, const Argument* const argument)
{
  (void)argument;
  const LmuPickleValue* const tuple = pop(self);
  if (!tuple || tuple->type != LMU_PICKLE_TUPLE) {
    return damaged(self);
  }
  LmuPickleValue storage = *tuple;
  storage.type           = LMU_PICKLE_STORAGE;
  return push_value(self, &storage);
}

/// Put what a call makes on the stack, without calling
static bool
run_call(Reader* const self, const Argument* const argument)
{
  (void)argument;
  const LmuPickleValue* const tuple    = pop(self);
  const LmuPickleValue* const function = pop(self);
  if (!tuple || !function || tuple->type != LMU_PICKLE_TUPLE ||
      function->type != LMU_PICKLE_NAME) {
    return damaged(self);
  }

  const LmuNameRole role   = lmu_name((uint32_t)function->number)->role;
  LmuPickleValue    result = {LMU_PICKLE_OTHER, 0U, 0U, 0U, 0};
  if (role == LMU_NAME_DICT && !tuple->count) {
    result.type = LMU_PICKLE_DICT;
  } else if (role == LMU_NAME_TENSOR) {
    result      = *tuple;
    result.type = LMU_PICKLE_TENSOR;
  } else if (role == LMU_NAME_PARAMETER && tuple->count) {
    const uint32_t data = self->pickle->items[tuple->first].value;
    if (self->pickle->values[data].type == LMU_PICKLE_TENSOR) {
      result = self->pickle->values[data];
    }
  }
  return push_value(self, &result);
}

/// Leave out what else an object has
static bool
run_build(Reader* const self, const Argument* const argument)
{
  (void)argument;
  return (pop(self) && top(self)) || damaged(self);
}

/// All instructions that are known
static const struct {
  uint8_t code;
  Form    form;
  bool (*run)(Reader* self, const Argument* argument);
} instructions[] = {
  {0x80U, UNSIGNED_1, run_protocol},
  {0x95U, UNSIGNED_8, run_frame},
  {'.', NOTHING, run_stop},
  {'(', NOTHING, run_mark},
  {'0', NOTHING, run_pop},
  {'1', NOTHING, run_pop_mark},
  {'2', NOTHING, run_duplicate},
  {'N', NOTHING, run_none},
  {0x88U, NOTHING, run_true},
  {0x89U, NOTHING, run_false},
  {'J', SIGNED_4, run_whole},
  {'K', UNSIGNED_1, run_whole},
  {'M', UNSIGNED_2, run_whole},
  {0x8AU, COUNTED_1, run_long},
  {'G', BYTES_8, run_float},
  {'X', COUNTED_4, run_text},
  {'T', COUNTED_4, run_text},
  {'U', COUNTED_1, run_text},
  {'B', COUNTED_4, run_text},
  {'C', COUNTED_1, run_text},
  {0x8CU, COUNTED_1, run_text},
  {0x8DU, COUNTED_8, run_text},
  {0x8EU, COUNTED_8, run_text},
  {')', NOTHING, run_empty_tuple},
  {'t', NOTHING, run_tuple},
  {0x85U, NOTHING, run_tuple_1},
  {0x86U, NOTHING, run_tuple_2},
  {0x87U, NOTHING, run_tuple_3},
  {']', NOTHING, run_empty_list},
  {'l', NOTHING, run_list},
  {'a', NOTHING, run_append},
  {'e', NOTHING, run_appends},
  {'}', NOTHING, run_empty_dict},
  {'d', NOTHING, run_dict},
  {'s', NOTHING, run_set_item},
  {'u', NOTHING, run_set_items},
  {0x8FU, NOTHING, run_empty_set},
  {0x90U, NOTHING, run_appends},
  {0x91U, NOTHING, run_frozen_set},
  {'c', TWO_LINES, run_global},
  {0x93U, NOTHING, run_stack_global},
  {'q', UNSIGNED_1, run_put},
  {'r', UNSIGNED_4, run_put},
  {0x94U, NOTHING, run_memoize},
  {'h', UNSIGNED_1, run_get},
  {'j', UNSIGNED_4, run_get},
  {'Q', NOTHING, run_persistent},
  {'R', NOTHING, run_call},
  {0x81U, NOTHING, run_call},
  {'b', NOTHING, run_build},
};

#define N_INSTRUCTIONS (sizeof(instructions) / sizeof(instructions[0]))

/* Reading */

/// Read a number of some bytes, the lowest first
static bool
read_number(Reader* const self, uint64_t* const number, const size_t size)
{
  if (self->n_bytes - self->offset < size) {
    return false;
  }
  *number = 0U;
  for (size_t i = size; i > 0U; --i) {
    *number = (*number << 8U) | self->pickle->data[self->offset + i - 1U];
  }
  self->offset += size;
  return true;
}

/// Skip some bytes, and note where they are
static bool
skip_bytes(Reader* const self, Argument* const argument, const uint64_t size)
{
  if (size > self->n_bytes - self->offset) {
    return false;
  }
  argument->begin = self->offset;
  argument->size  = (size_t)size;
  self->offset += (size_t)size;
  return true;
}

/// Skip a line, and note how long it is
static bool
skip_line(Reader* const self, size_t* const size)
{
  const uint8_t* const start = self->pickle->data + self->offset;
  const uint8_t* const end =
    (const uint8_t*)memchr(start, '\n', self->n_bytes - self->offset);
  if (!end) {
    return false;
  }
  *size = (size_t)(end - start);
  self->offset += *size + 1U;
  return true;
}

/// Read what stands behind an instruction
static bool
read_argument(Reader* const self, Argument* const argument, const Form form)
{
  static const uint8_t sizes[] = {[UNSIGNED_1] = 1U,
                                  [UNSIGNED_2] = 2U,
                                  [UNSIGNED_4] = 4U,
                                  [UNSIGNED_8] = 8U,
                                  [SIGNED_4]   = 4U,
                                  [COUNTED_1]  = 1U,
                                  [COUNTED_4]  = 4U,
                                  [COUNTED_8]  = 8U,
                                  [TWO_LINES]  = 0U};

  if (form == NOTHING) {
    return true;
  }
  if (form == BYTES_8) {
    return skip_bytes(self, argument, 8U);
  }
  if (form == TWO_LINES) {
    argument->begin = self->offset;
    return skip_line(self, &argument->size) && skip_line(self, &argument->more);
  }
  if (!read_number(self, &argument->number, sizes[form])) {
    return false;
  }
  if (form == SIGNED_4) {
    argument->number = (uint64_t)(int64_t)(int32_t)argument->number;
  }
  return form < COUNTED_1 || skip_bytes(self, argument, argument->number);
}

static bool
run_one(Reader* const self)
{
  const uint8_t code = self->pickle->data[self->offset];
  for (size_t i = 0U; i < N_INSTRUCTIONS; ++i) {
    if (instructions[i].code == code) {
      Argument argument = {0U, 0U, 0U, 0U};
      ++self->offset;
      return read_argument(self, &argument, instructions[i].form)
               ? instructions[i].run(self, &argument)
               : damaged(self);
    }
  }

  (void)lmu_failure_set(self->error,
                        LMU_EXIT_BAD_INPUT,
                        "%s: its pickle has an instruction at byte %zu that no "
                        "state dict needs (0x%02x); " HINT,
                        self->path,
                        self->offset,
                        code);
  return false;
}

LmuExit
lmu_pickle_init(LmuPickle* const     pickle,
                LmuFailure* const    error,
                const char* const    path,
                const uint8_t* const data,
                const size_t         n_bytes)
{
  Reader self = {
    pickle, error, path, n_bytes, 0U, 1U, 1U, 0U, NULL, NULL, 0U, false};
  const size_t room = n_bytes + 1U;
  if (n_bytes > LMU_MAX_PICKLE) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s: its pickle is above %lu MiB; " HINT,
                           path,
                           LMU_MAX_PICKLE >> 20U);
  }

  pickle->data   = data;
  pickle->root   = 0U;
  pickle->values = (LmuPickleValue*)lmu_allocate(room, sizeof(LmuPickleValue));
  pickle->items  = (LmuPickleItem*)lmu_allocate(room, sizeof(LmuPickleItem));
  self.memo      = (uint32_t*)lmu_allocate(room, sizeof(uint32_t));
  self.stack     = (uint32_t*)lmu_allocate(room, sizeof(uint32_t));

  bool good = true;
  while (good && !self.ended) {
    good = self.offset < n_bytes ? run_one(&self) : damaged(&self);
  }
  pickle->n_values = self.n_values;
  pickle->n_bytes  = self.offset;
  free(self.stack);
  free(self.memo);
  return good ? LMU_EXIT_SUCCESS : LMU_EXIT_BAD_INPUT;
}

void
lmu_pickle_reset(LmuPickle* const pickle)
{
  free(pickle->items);
  free(pickle->values);
  memset(pickle, 0, sizeof(*pickle));
}

/* What is in it */

const LmuPickleValue*
lmu_pickle_item(const LmuPickle* const      pickle,
                const LmuPickleValue* const value,
                const uint32_t              index)
{
  if (value->type == LMU_PICKLE_TEXT || index >= value->count) {
    return NULL;
  }
  uint32_t item = value->first;
  for (uint32_t i = 0U; i < index; ++i) {
    item = pickle->items[item].next;
  }
  return &pickle->values[pickle->items[item].value];
}

bool
lmu_pickle_is_text(const LmuPickle* const      pickle,
                   const LmuPickleValue* const value,
                   const char* const           text)
{
  return value && value->type == LMU_PICKLE_TEXT &&
         value->count == strlen(text) &&
         !memcmp(pickle->data + value->first, text, value->count);
}

const char*
lmu_pickle_dtype(const LmuPickleValue* const value)
{
  return value && value->type == LMU_PICKLE_NAME
           ? lmu_name((uint32_t)value->number)->dtype
           : NULL;
}
