#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Write weight files with all that the format can say, and what they put out.

Usage: make_layers.py FOLDER

Weights are noise, always the same, and outputs those of reference.py: NumPy
alone says what lmu run must answer.
"""

import json
import pathlib
import sys

import numpy as np

import network_file
import reference

N_FRAMES = 120
GATES = {"dense": 1, "simple_rnn": 1, "lstm": 4, "gru": 3}


def noise(generator, rows, columns):
    """Return weights in float32 that keep the size of what they multiply."""
    values = generator.uniform(-1.0, 1.0, (rows, columns)) / np.sqrt(rows + 1.0)
    return values.astype(np.float32)


def cell_weights(generator, layer, n_inputs):
    """Return kernel, recurrent kernel and bias of a cell."""
    kind = layer["cell"] if layer["type"] == "lmu" else layer["type"]
    gates = 2 if layer["activation"] == "gated" else GATES[kind]
    columns = gates * layer["units"]
    recurrent = None
    if kind != "dense":
        recurrent = noise(generator, layer["units"], columns)
    rows = 2 if layer.get("reset_after") else 1
    bias = noise(generator, rows, columns)
    return (
        noise(generator, n_inputs, columns),
        recurrent,
        bias if rows == 2 else bias[0],
    )


def fill(generator, layer, n_inputs):
    """Give a layer weights, and return its width."""
    if layer["type"] != "lmu":
        layer["kernel"], layer["recurrent_kernel"], layer["bias"] = cell_weights(
            generator, layer, n_inputs
        )
        return layer["units"]
    n_m = layer["memory_d"] * layer["order"]
    feedback = layer["units"] if layer.get("hidden_to_memory") else 0
    layer["kernel"] = noise(generator, n_inputs + feedback, layer["memory_d"])
    if layer["cell"] == "none":
        return n_m
    hidden = n_m + (n_inputs if layer.get("input_to_hidden") else 0)
    (
        layer["hidden_kernel"],
        layer["hidden_recurrent"],
        layer["hidden_bias"],
    ) = cell_weights(generator, layer, hidden)
    return layer["units"]


def fill_all(layers, n_inputs):
    """Give all layers weights."""
    generator = np.random.default_rng(12)
    widths = {"input": n_inputs}
    for index, layer in enumerate(layers):
        sources = layer.get("inputs") or [index - 1 if index else "input"]
        total = sum(widths[source] for source in sources)
        widths[index] = fill(generator, layer, total)
    return layers


def dense(units, activation, **more):
    """Return a Dense layer."""
    return {"type": "dense", "units": units, "activation": activation, **more}


def windows():
    """Return three windows, a gate that sees the input too, and a residual."""
    memory = {
        "type": "lmu",
        "order": 6,
        "memory_d": 3,
        "theta": [24.0, 40.5, 80.0],
        "method": "pade",
        "stages": 3,
        "cell": "dense",
        "units": 8,
        "activation": "tanh",
        "hidden_to_memory": True,
        "input_to_hidden": True,
    }
    return [
        memory,
        dense(5, "gated", inputs=["input", 0]),
        dense(5, "gelu", add=[1]),
        dense(1, "linear", inputs=[2, 0, "input"], add=["input"]),
    ]


def cells():
    """Return all cells that have no memory, one behind the other."""
    return [
        {
            "type": "lstm",
            "units": 4,
            "activation": "tanh",
            "recurrent_activation": "sigmoid",
        },
        {
            "type": "gru",
            "units": 4,
            "activation": "softsign",
            "recurrent_activation": "hard_sigmoid",
            "reset_after": True,
            "inputs": ["input", 0],
        },
        {
            "type": "gru",
            "units": 4,
            "activation": "tanh",
            "recurrent_activation": "sigmoid",
            "reset_after": False,
            "add": [0, 1],
        },
        {"type": "simple_rnn", "units": 3, "activation": "tanh"},
        dense(2, "linear"),
    ]


def activations():
    """Return a layer of each activation beside the others."""
    names = ("gelu", "gelu_tanh", "elu", "selu", "leaky_relu", "softplus", "gated")
    layers = [dense(3, name, inputs=["input"]) for name in names]
    del layers[0]["inputs"]
    layers[4]["negative_slope"] = 0.3
    return layers + [dense(2, "linear", inputs=list(range(len(names))))]


def main():
    """Write all networks."""
    folder = pathlib.Path(sys.argv[1])
    makers = {"windows": (windows, 1), "cells": (cells, 2), "functions": (activations, 2)}
    for name, (make, n_inputs) in makers.items():
        layers = fill_all(make(), n_inputs)
        x = np.random.default_rng(3).uniform(-2.0, 2.0, (N_FRAMES, n_inputs))
        x = x.astype(np.float32)
        start = str(folder / f"layers-{name}")
        network_file.save(
            start + ".weights.safetensors", layers, {"name": name, "sample_rate": 48000}
        )
        again, _ = network_file.load(start + ".weights.safetensors")
        np.save(start + ".input.npy", x)
        np.save(start + ".output.npy", reference.run(again, x))
        pathlib.Path(start + ".json").write_text(
            json.dumps({"tolerance": 1e-5}) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
