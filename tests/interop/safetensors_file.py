# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Safetensors files of float32 arrays, with NumPy alone.

The format: the size of the header as a 64-bit little-endian number, a header in
JSON that says where each array is, then the arrays.
"""

import json
import struct

import numpy as np

ALIGNMENT = 8


def save(path, tensors, metadata=None):
    """Write arrays, in the order given, and strings about them."""
    header = {"__metadata__": metadata} if metadata else {}
    data = b""
    for name, values in tensors.items():
        values = np.asarray(values)
        raw = values.astype("<f4").tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": list(values.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def load(path):
    """Return the arrays of a file by name, and its strings."""
    with open(path, "rb") as file:
        raw = file.read()
    (n_bytes,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + n_bytes])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, facts in header.items():
        begin, end = (8 + n_bytes + offset for offset in facts["data_offsets"])
        values = np.frombuffer(raw[begin:end], "<f4")
        tensors[name] = values.reshape(facts["shape"]).copy()
    return tensors, metadata
