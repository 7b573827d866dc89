#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Write files of other programs for fuzzers to start from.

Usage: foreign_corpus.py FOLDER

Makes the folders keras, hdf5, torch and json in it, always the same: golden
networks of tests/interop and tests/golden, small ones, and those found by fuzzers that did harm, in
foreign_found.jsonl: a folder and a file in base64 on each line.
"""

import base64
import json
import pathlib
import sys
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "interop" / "golden"
NETWORKS = ROOT / "tests" / "golden" / "nam"
FOUND = pathlib.Path(__file__).resolve().parent / "foreign_found.jsonl"
sys.path.insert(0, str(ROOT / "tests" / "tools"))

# pylint: disable=wrong-import-position
import torch_file
from torch_file import Parameter, Storage, Tensor

DENSE = {"class_name": "Sequential", "config": {"layers": [
    {"class_name": "InputLayer",
     "config": {"name": "in", "batch_shape": [None, None, 4]}},
    {"class_name": "Dense",
     "config": {"name": "dense", "units": 5, "activation": "linear",
                "use_bias": False}}]}}


def cell(prefix=""):
    """Return a state dict of order 1 with one unit."""
    return {f"{prefix}{name}": Tensor((1, 1), [0.5])
            for name in ("e_x", "e_h", "e_m", "W_x", "W_h", "W_m", "A")}


def pack(path, config, weights):
    """Write a .keras file."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("model.weights.h5", weights)


def make_keras(folder):
    """Write whole models."""
    with zipfile.ZipFile(GOLDEN / "hostile.zip") as archive:
        for name in archive.namelist():
            pack(folder / f"{name}.keras", DENSE, archive.read(name))
    for path in GOLDEN.glob("keras?-*.h5"):
        (folder / path.name).write_bytes(path.read_bytes())
    for name in ("rnn-all", "gru", "cell-in-rnn", "two-layers"):
        with zipfile.ZipFile(GOLDEN / f"{name}.keras") as archive:
            pack(folder / f"{name}.keras",
                 json.loads(archive.read("config.json")),
                 archive.read("model.weights.h5"))


def make_hdf5(folder):
    """Write weights."""
    with zipfile.ZipFile(GOLDEN / "hostile.zip") as archive:
        archive.extractall(folder)


def make_torch(folder):
    """Write state dicts."""
    for path in GOLDEN.glob("*.pt"):
        (folder / path.name).write_bytes(path.read_bytes())
    for protocol in (2, 4):
        torch_file.save(folder / f"cell{protocol}.pt", cell(), protocol)
    torch_file.save_legacy(folder / "legacy.pt", cell("net."))
    storage = Storage([0.1, 0.2, 0.3, 0.4])
    torch_file.save(folder / "views.pt", {"epoch": 3, "state_dict": {
        **cell("cell."), "cell.W_x": Parameter((1, 1), [1.0]),
        "n": Tensor((), Storage([3], "LongStorage")),
        "fc.weight": Tensor((2, 1), storage, (2, 1), 1),
        "fc.bias": Tensor((2,), Storage([0x3C00, 1], "HalfStorage"))}})


def make_json(folder):
    """Write networks in JSON, and what is none."""
    for path in [*NETWORKS.glob("*.nam"), *NETWORKS.glob("*.json")]:
        (folder / path.name).write_bytes(path.read_bytes())
    nam = {"version": "0.5.4", "architecture": "LSTM", "sample_rate": 48000,
           "config": {"input_size": 1, "hidden_size": 1, "num_layers": 1},
           "metadata": {"name": "a", "loudness": -18.0, "gear_make": "b"},
           "weights": [0.5] * 16}
    dense = {"type": "dense", "activation": "tanh", "shape": [None, 1],
             "weights": [[[0.5]], [0.25]]}
    for name, model in (
            ("small.nam", nam),
            ("large.nam", {**nam, "weights": [1e300] * 16}),
            ("other.nam", {**nam, "architecture": "WaveNet"}),
            ("dense.json", {"in_shape": [None, 1], "in_skip": 1,
                            "in_gain": 1.5, "out_gain": -1,
                            "samplerate": "48000", "layers": [dense] * 2}),
            ("conv.json", {"in_shape": [1], "layers": [
                dense, {**dense, "type": "conv1d"}]}),
            ("keras.json", DENSE), ("none.json", {})):
        (folder / name).write_text(json.dumps(model), encoding="utf-8")


def main():
    """Make all."""
    folder = pathlib.Path(sys.argv[1])
    for name, make in (("keras", make_keras), ("hdf5", make_hdf5),
                       ("torch", make_torch), ("json", make_json)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        make(folder / name)
    for i, line in enumerate(FOUND.read_text(encoding="utf-8").splitlines()):
        name, text = json.loads(line)
        (folder / name / f"found{i}").write_bytes(base64.b64decode(text))


if __name__ == "__main__":
    main()
