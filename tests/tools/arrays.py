# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Arrays in NPY files, for tests of the lmu command."""

import array
import re
import struct


def float32(value):
    """Return the nearest float32."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


def write_npy(path, shape, values, kind="<f4", order="False"):
    """Write an array."""
    text = repr({"descr": kind, "shape": tuple(shape)})
    text = text[:-1] + f", 'fortran_order': {order}, }}"
    text += " " * (-(len(text) + 11) % 64) + "\n"
    code = kind[0].replace("|", "<") + {"f4": "f", "f8": "d", "i4": "i",
                                        "i8": "q", "u1": "B"}[kind[1:]]
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) +
                   text.encode() + b"".join(
                       struct.pack(code, value) for value in values))
    return path


def read_npy(path):
    """Return the shape and the values of an array."""
    with open(path, "rb") as file:
        data = file.read()
    assert data[:8] == b"\x93NUMPY\x01\x00", data[:8]
    size = struct.unpack_from("<H", data, 8)[0]
    assert (10 + size) % 64 == 0, size
    text = data[10:10 + size].decode()
    kind = re.search(r"'descr': '<f([48])'", text).group(1)
    assert "'fortran_order': False" in text, text
    shape = re.search(r"'shape': \(([^)]*)\)", text).group(1)
    values = array.array("f" if kind == "4" else "d", data[10 + size:])
    return tuple(int(n) for n in shape.split(",") if n.strip()), list(values)
