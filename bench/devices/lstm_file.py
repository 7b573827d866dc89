# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""An LSTM of the rival as a file that plugins load, to run where ours do."""

import pathlib
import sys

import numpy as np

import sound

INTEROP = pathlib.Path(__file__).resolve().parents[2] / "tests" / "interop"
sys.path.append(str(INTEROP))

import network_file  # noqa: E402


def graph(weights, gains):
    """Return the layers, with the gains of input and target in the weights.

    PyTorch has two biases that it adds, and gates in the order of the format.
    """
    values = {name: tensor.numpy() for name, tensor in weights.items()}
    units = values["cell.weight_hh_l0"].shape[1]
    dense = values["dense.weight"].T / gains[1]
    dense[0] *= gains[0]
    return [
        {
            "type": "lstm",
            "units": units,
            "activation": "tanh",
            "recurrent_activation": "sigmoid",
            "kernel": np.float32(gains[0] * values["cell.weight_ih_l0"].T),
            "recurrent_kernel": np.float32(values["cell.weight_hh_l0"].T),
            "bias": np.float32(values["cell.bias_ih_l0"] + values["cell.bias_hh_l0"]),
        },
        {
            "type": "dense",
            "units": 1,
            "activation": "linear",
            "inputs": ["input", 0],
            "kernel": np.float32(dense),
            "bias": np.float32(values["dense.bias"] / gains[1]),
        },
    ]


def save(path, weights, gains, name):
    """Write the file."""
    facts = {"name": name, "sample_rate": float(sound.RATE)}
    network_file.save(path, graph(weights, gains), facts)
