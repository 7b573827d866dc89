// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_PICKLE_H
#define LMU_TOOLS_FOREIGN_PICKLE_H

#include "tools/base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Python's pickles as torch.save() writes them: data, and calls of a few
   functions that make tensors of it.

   A pickle is a program that may import and call anything.  Nothing is called
   here: the few names that tensors need are known, and all others are refused.

   Source: Python, Lib/pickletools.py, which describes all instructions, and
   PyTorch, torch/serialization.py and torch/_utils.py.
*/

/// What a value is
typedef enum {
  LMU_PICKLE_MARK, ///< None at all
  LMU_PICKLE_NONE,
  LMU_PICKLE_BOOL,
  LMU_PICKLE_WHOLE,
  LMU_PICKLE_FLOAT,
  LMU_PICKLE_TEXT,
  LMU_PICKLE_TUPLE,
  LMU_PICKLE_LIST,
  LMU_PICKLE_DICT,    ///< Items are a key, its value, the next key...
  LMU_PICKLE_NAME,    ///< A function or class that is known
  LMU_PICKLE_STORAGE, ///< Items are those of its tuple, see torch_file.c
  LMU_PICKLE_TENSOR,  ///< Items are what _rebuild_tensor_v2() is called with
  LMU_PICKLE_OTHER,   ///< An object that does nothing and is not looked at
} LmuPickleType;

/// A value
typedef struct {
  LmuPickleType type;
  uint32_t      first;  ///< First item, or where a text begins in the data
  uint32_t      last;   ///< Last item
  uint32_t      count;  ///< Number of items, or bytes of a text
  int64_t       number; ///< A whole number, or which name it is
} LmuPickleValue;

/// One item of a tuple, list, or dict
typedef struct {
  uint32_t value; ///< Index of the value
  uint32_t next;  ///< Index of the next item, zero at the end
} LmuPickleItem;

/// All values of a pickle, owned by the heap.  Values may hold themselves.
typedef struct {
  const uint8_t*  data;
  LmuPickleValue* values;
  LmuPickleItem*  items;
  uint32_t        n_values; ///< Number of values
  uint32_t        root;     ///< Index of the value that all others are in
  size_t          n_bytes;  ///< Size of the pickle, more may follow it
} LmuPickle;

/**
   Read a pickle.

   @param pickle Set to its values, free with lmu_pickle_reset().
   @param path File, for messages.
   @param data The pickle, which must outlive it.
   @param n_bytes Its size, or more, at most LMU_MAX_PICKLE.
   @return LMU_EXIT_BAD_INPUT if it is damaged, or names what is not known.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_pickle_init(LmuPickle*     pickle,
                LmuFailure*    error,
                const char*    path,
                const uint8_t* data,
                size_t         n_bytes);

/// Greatest size of a pickle [bytes]
#define LMU_MAX_PICKLE (4UL << 20U)

/// Free what lmu_pickle_init() set
LMU_SETUP void
lmu_pickle_reset(LmuPickle* pickle);

/// Return the item of that index in a value, or null
LMU_SETUP const LmuPickleValue*
lmu_pickle_item(const LmuPickle*      pickle,
                const LmuPickleValue* value,
                uint32_t              index);

/// Return whether a value is that text
LMU_SETUP bool
lmu_pickle_is_text(const LmuPickle*      pickle,
                   const LmuPickleValue* value,
                   const char*           text);

/// Return the dtype of a class of storages as safetensors names it, or null
LMU_SETUP const char*
lmu_pickle_dtype(const LmuPickleValue* value);

#endif // LMU_TOOLS_FOREIGN_PICKLE_H
