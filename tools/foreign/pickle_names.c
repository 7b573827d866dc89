// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/pickle_names.h"

// Names that are OTHER are in checkpoints beside the state dict: settings, and
// what an optimiser keeps.  None of them is called.
static const LmuName names[] = {
  {"collections", "OrderedDict", LMU_NAME_DICT, NULL},
  {"torch._utils", "_rebuild_tensor_v2", LMU_NAME_TENSOR, NULL},
  {"torch._utils", "_rebuild_tensor", LMU_NAME_TENSOR, NULL},
  {"torch._utils", "_rebuild_parameter", LMU_NAME_PARAMETER, NULL},
  {"torch._utils", "_rebuild_parameter_with_state", LMU_NAME_PARAMETER, NULL},
  {"torch", "FloatStorage", LMU_NAME_STORAGE, "F32"},
  {"torch", "DoubleStorage", LMU_NAME_STORAGE, "F64"},
  {"torch", "HalfStorage", LMU_NAME_STORAGE, "F16"},
  {"torch", "BFloat16Storage", LMU_NAME_STORAGE, "BF16"},
  {"torch", "LongStorage", LMU_NAME_STORAGE, "I64"},
  {"torch", "IntStorage", LMU_NAME_STORAGE, "I32"},
  {"torch", "ShortStorage", LMU_NAME_STORAGE, "I16"},
  {"torch", "CharStorage", LMU_NAME_STORAGE, "I8"},
  {"torch", "ByteStorage", LMU_NAME_STORAGE, "U8"},
  {"torch", "BoolStorage", LMU_NAME_STORAGE, "BOOL"},
  {"torch", "Size", LMU_NAME_OTHER, NULL},
  {"torch", "device", LMU_NAME_OTHER, NULL},
  {"torch", "float16", LMU_NAME_OTHER, NULL},
  {"torch", "float32", LMU_NAME_OTHER, NULL},
  {"torch", "float64", LMU_NAME_OTHER, NULL},
  {"torch", "bfloat16", LMU_NAME_OTHER, NULL},
  {"torch", "int64", LMU_NAME_OTHER, NULL},
  {"collections", "defaultdict", LMU_NAME_OTHER, NULL},
  {"collections", "Counter", LMU_NAME_OTHER, NULL},
  {"argparse", "Namespace", LMU_NAME_OTHER, NULL},
  {"pathlib", "PosixPath", LMU_NAME_OTHER, NULL},
  {"_codecs", "encode", LMU_NAME_OTHER, NULL},
  {"numpy", "dtype", LMU_NAME_OTHER, NULL},
  {"numpy", "ndarray", LMU_NAME_OTHER, NULL},
  {"numpy.core.multiarray", "scalar", LMU_NAME_OTHER, NULL},
  {"numpy.core.multiarray", "_reconstruct", LMU_NAME_OTHER, NULL},
  {"numpy._core.multiarray", "scalar", LMU_NAME_OTHER, NULL},
  {"numpy._core.multiarray", "_reconstruct", LMU_NAME_OTHER, NULL},
};

uint32_t
lmu_names_count(void)
{
  return (uint32_t)(sizeof(names) / sizeof(names[0]));
}

const LmuName*
lmu_name(const uint32_t index)
{
  return &names[index];
}
