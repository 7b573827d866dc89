#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Write weight files, good and bad, for the fuzzer to start from.

Usage: weights_corpus.py FOLDER

Files are one byte or a few hundred, and always the same: those below, and those
in weights_found.jsonl, a string of Latin-1 on each line.  These are what ten
million inputs found that reach what no other does (-merge=1 of libFuzzer).
"""

import json
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent


def pack(header, values=b"", size=None):
    """Return a file with a header that is bytes, text, or an object."""
    if isinstance(header, dict):
        header = json.dumps(header, separators=(",", ":"))
    if isinstance(header, str):
        header = header.encode()
    size = len(header) if size is None else size
    return struct.pack("<Q", size) + header + values


def tensor(dtype, shape, begin, end):
    """Return what a header has of a tensor."""
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def good(metadata, *tensors):
    """Return a file of tensors, each a name, a shape, and a type or F32."""
    sizes = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}
    header = {
        "__metadata__": {"format": "lmu", "format_version": "1", **metadata}
    }
    place = 0
    for name, shape, *rest in tensors:
        dtype = rest[0] if rest else "F32"
        count = 1
        for dimension in shape:
            count *= dimension
        end = place + count * sizes[dtype]
        header[name] = tensor(dtype, shape, place, end)
        place = end
    return pack(header, bytes(i % 61 for i in range(place)))


def layer(index, **keys):
    """Return the metadata of one layer."""
    return {f"layers.{index}.{key}": value for key, value in keys.items()}


MEMORY = {"type": "lmu", "order": "2", "theta": "4", "hidden_cell": "none"}
CELL = {**MEMORY, "units": "2", "activation": "tanh"}
GATES = {**CELL, "recurrent_activation": "sigmoid"}


def networks():
    """Return files of networks with each kind of layer."""
    return {
        "bare": good(
            {"layers": "1", **layer(0, **MEMORY)}, ("layers.0.kernel", [1, 1])
        ),
        "dense": good(
            {
                "layers": "2",
                "name": "A \"name\" with \u00e9 and \U0001f3b8",
                "sample_rate": "44100",
                "latency": "2.5",
                "least_window_scale": "0.5",
                "loudness": "-18",
                "conditions": "1",
                "conditions.0.name": "Gain",
                **layer(0, type="dense", units="2", activation="relu"),
                **layer(1, type="dense", units="1", activation="linear"),
            },
            ("layers.0.kernel", [3, 2]),
            ("layers.0.bias", [2], "F16"),
            ("layers.1.kernel", [2, 1], "BF16"),
        ),
        "forecaster": good(
            {
                "layers": "2",
                "sample_rate": "48000",
                "horizons": "1,48.5,192000",
                **layer(0, **MEMORY),
                **layer(1, type="dense", units="3", activation="linear"),
            },
            ("layers.0.kernel", [1, 1]),
            ("layers.1.kernel", [2, 3]),
        ),
        "simple_rnn": good(
            {
                "layers": "1",
                **layer(
                    0,
                    **{**CELL, "hidden_cell": "simple_rnn"},
                    discretisation="pade",
                    stages="3",
                    memory_d="2",
                    hidden_to_memory="true",
                    memory_to_memory="true",
                    input_to_hidden="true",
                ),
            },
            ("layers.0.kernel", [3, 2]),
            ("layers.0.bias", [2]),
            ("layers.0.recurrent_kernel", [4, 2]),
            ("layers.0.ad", [2, 2], "F64"),
            ("layers.0.bd", [2], "F64"),
            ("layers.0.hidden.kernel", [5, 2]),
            ("layers.0.hidden.recurrent_kernel", [2, 2]),
            ("layers.0.hidden.bias", [2]),
        ),
        "lstm": good(
            {"layers": "1", **layer(0, **{**GATES, "hidden_cell": "lstm"})},
            ("layers.0.kernel", [1, 1]),
            ("layers.0.hidden.kernel", [2, 8]),
            ("layers.0.hidden.recurrent_kernel", [2, 8]),
            ("layers.0.hidden.bias", [8]),
        ),
        "gru": good(
            {
                "layers": "1",
                **layer(
                    0,
                    **{**GATES, "hidden_cell": "gru"},
                    discretisation="euler",
                    reset_after="true",
                ),
            },
            ("layers.0.kernel", [1, 1]),
            ("layers.0.hidden.kernel", [2, 6]),
            ("layers.0.hidden.recurrent_kernel", [2, 6]),
            ("layers.0.hidden.bias", [2, 6]),
        ),
        "windows": good(
            {
                "layers": "3",
                **layer(0, **{**MEMORY, "theta": "4,9.5", "memory_d": "2"}),
                **layer(
                    1,
                    type="dense",
                    units="2",
                    activation="gated",
                    inputs="input,0",
                ),
                **layer(
                    2,
                    type="dense",
                    units="1",
                    activation="leaky_relu",
                    negative_slope="0.3",
                    inputs="1,0,1",
                    add="input,input",
                ),
            },
            ("layers.0.kernel", [1, 2]),
            ("layers.1.kernel", [5, 4]),
            ("layers.2.kernel", [8, 1]),
        ),
        "cells": good(
            {
                "layers": "4",
                **layer(
                    0,
                    type="lstm",
                    units="2",
                    activation="elu",
                    recurrent_activation="softplus",
                ),
                **layer(
                    1,
                    type="gru",
                    units="2",
                    activation="selu",
                    recurrent_activation="leaky_relu",
                    reset_after="true",
                    add="0",
                ),
                **layer(2, type="simple_rnn", units="2", activation="gelu"),
                **layer(3, type="dense", units="1", activation="gelu_tanh"),
            },
            ("layers.0.kernel", [1, 8]),
            ("layers.0.recurrent_kernel", [2, 8]),
            ("layers.1.kernel", [2, 6]),
            ("layers.1.recurrent_kernel", [2, 6]),
            ("layers.1.bias", [2, 6]),
            ("layers.2.kernel", [2, 2]),
            ("layers.2.recurrent_kernel", [2, 2]),
            ("layers.3.kernel", [2, 1]),
        ),
        "hidden_dense": good(
            {"layers": "1", **layer(0, **{**CELL, "hidden_cell": "dense"})},
            ("layers.0.kernel", [1, 1], "F64"),
            ("layers.0.hidden.kernel", [2, 2]),
        ),
    }


def horizons():
    """Return files of networks whose horizons are wrong."""
    wrong = {
        "none": "",
        "few": "1",
        "many": ",".join(map(str, range(17))),
        "gap": "1,,2",
        "words": "1,two",
        "negative": "-1,2",
        "far": "1,192001",
        "endless": "1,1e999",
    }
    files = {
        f"horizons_{name}": {"sample_rate": "48000", "horizons": text}
        for name, text in wrong.items()
    }
    files["horizons_without_rate"] = {"horizons": "1,2"}
    return {
        name: good(
            {
                "layers": "1",
                **keys,
                **layer(0, type="dense", units="2", activation="linear"),
            },
            ("layers.0.kernel", [1, 2]),
        )
        for name, keys in files.items()
    }


def connections():
    """Return files of networks whose windows or connections are wrong."""
    wrong = {
        "windows_few": {"layers.0.theta": "4,9"},
        "windows_gap": {"layers.0.theta": "4,,9"},
        "windows_short": {"layers.0.theta": "4,9,0"},
        "later": {"layers.1.inputs": "1"},
        "far": {"layers.1.inputs": "4294967295"},
        "wide": {"layers.1.inputs": "0,input"},
        "none": {"layers.1.inputs": ""},
        "many": {"layers.1.inputs": ",".join(["0"] * 17)},
        "narrow": {"layers.1.add": "0"},
        "early": {"layers.0.add": "0"},
        "first": {"layers.0.inputs": "input,input"},
        "gate": {"layers.1.type": "simple_rnn", "layers.1.activation": "gated"},
        "steep": {"layers.1.activation": "leaky_relu", "layers.1.negative_slope": "2"},
    }
    return {
        f"connections_{name}": good(
            {
                "layers": "2",
                **layer(0, **{**MEMORY, "memory_d": "3"}),
                **layer(1, type="dense", units="1", activation="linear"),
                **keys,
            },
            ("layers.0.kernel", [1, 3]),
            ("layers.1.kernel", [6, 1]),
        )
        for name, keys in wrong.items()
    }


def containers():
    """Return files that are right or wrong whatever is in them."""
    one = tensor("F32", [1], 0, 4)
    return {
        "nothing": b"",
        "prefix_only": bytes(8),
        "short": bytes(7),
        "empty": pack({}),
        "not_json": pack("{"),
        "huge_header": b"\xff" * 8,
        "header_beyond_file": pack("{}", size=1000),
        "not_utf8": pack(b'{"\xff":1}'),
        "space_behind": pack("{}\r \t\n"),
        "space_before": pack("\r \t\n{}"),
        "zeros_behind": pack(b"{}\0\0"),
        "mark_before": pack(b"\xef\xbb\xbf{}"),
        "scalar": pack({"a": tensor("F32", [], 0, 4)}, bytes(4)),
        "zero_sized": pack(
            {"a": tensor("F32", [2, 0], 4, 4), "b": one}, bytes(4)
        ),
        "hole": pack({"a": one, "b": tensor("F32", [1], 8, 12)}, bytes(12)),
        "overlap": pack({"a": one, "b": one}, bytes(4)),
        "behind": pack({"a": one}, bytes(5)),
        "missing": pack({"a": one}, bytes(3)),
        "wraps_to_zero": pack({"a": tensor("I64", [2**32, 2**32], 0, 0)}),
        "wraps": pack({"a": tensor("U8", [2, 2**64 - 2], 0, 16)}, bytes(16)),
        "wraps_in_bytes": pack({"a": tensor("F32", [2**47, 2**15], 0, 0)}),
        "half_a_byte": pack({"a": tensor("F4", [3], 0, 1)}, b"\0"),
        "half_bytes": pack({"a": tensor("F4", [2, 1], 0, 1)}, b"\0"),
        "sixths": pack({"a": tensor("F6_E2M3", [4], 0, 3)}, bytes(3)),
        "unknown_dtype": pack({"a": tensor("F99", [1], 0, 4)}, bytes(4)),
        "reversed": pack({"a": tensor("F32", [1], 4, 0)}, bytes(4)),
        "negative": pack({"a": tensor("F32", [-1], 0, 4)}, bytes(4)),
        "negative_zero": pack(
            '{"a":{"dtype":"F32","shape":[0],"data_offsets":[-0,0]}}'
        ),
        "zero_behind_number": pack(
            '{"a":{"dtype":"F32","shape":[1\0],"data_offsets":[0,4]}}',
            bytes(4),
        ),
        "fraction": pack({"a": tensor("F32", [1.0], 0, 4)}, bytes(4)),
        "exponent": pack(
            '{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}',
            bytes(4),
        ),
        "three_offsets": pack(
            '{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4,8]}}', bytes(4)
        ),
        "more_properties": pack({"a": {**one, "b": 1}}, bytes(4)),
        "rank": pack({"a": tensor("U8", [1] * 9, 0, 1)}, b"\0"),
        "twice": pack(
            '{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},'
            '"\\u0061":{"dtype":"U8","shape":[],"data_offsets":[1,2]}}',
            bytes(2),
        ),
        "metadata_twice": pack('{"__metadata__":{},"__\\u006detadata__":{}}'),
        "metadata_number": pack({"__metadata__": {"a": 1}}),
        "metadata_tensor": pack({"__metadata__": one}, bytes(4)),
        "metadata_key_twice": pack('{"__metadata__":{"a":"","\\u0061":""}}'),
        "escapes": pack(
            '{"__metadata__":{"\\"\\\\\\/\\b\\f\\n\\r\\t":"\\u00e9\\ud83c'
            '\\udfb8"}}'
        ),
        "half_a_pair": pack('{"__metadata__":{"a":"\\ud83c"}}'),
        "zero_character": pack('{"__metadata__":{"a":"\\u0000"}}'),
        "deep": pack('{"a":' + "[" * 500 + "]" * 500 + "}"),
        "many": pack({f"{i}": tensor("U8", [0], 0, 0) for i in range(40)}),
    }


def found():
    """Return files that the fuzzer found."""
    lines = (HERE / "weights_found.jsonl").read_text(encoding="ascii")
    return {
        f"found_{i}": json.loads(line).encode("latin-1")
        for i, line in enumerate(lines.splitlines())
    }


def main():
    """Write all files."""
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        **networks(),
        **horizons(),
        **connections(),
        **containers(),
        **found(),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
