#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Write weight files with all that the format can say, and what they put out.

Usage: make_layers.py FOLDER

Weights are noise, always the same, and outputs those of reference.py: NumPy
alone says what lmu run must answer.  With h5py, cells are also put into a file
as Keras 3 writes it.
"""

import io
import json
import pathlib
import sys
import zipfile

import h5py
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


CLASSES = {"dense": "Dense", "simple_rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}


def keras_cells():
    """Return cells in a row, the last Dense, of which no two are alike."""
    first, second, _, third, last = cells()
    del second["inputs"]
    second["activation"] = "selu"
    third["activation"] = "gelu"
    return [first, second, third, {**last, "activation": "leaky_relu"}]


def keras_layer(layer):
    """Return what config.json says of a layer."""
    fields = ("units", "activation", "recurrent_activation", "reset_after")
    config = {key: layer[key] for key in fields if key in layer}
    kind = layer["type"]
    config.update(name=kind, dtype="float32", use_bias=True)
    return {"class_name": CLASSES[kind], "config": config}


def keras_functions():
    """Return layers whose activations Keras has as layers of their own."""
    lstm = {**cells()[0]}
    return [
        dense(4, "tanh"),
        lstm,
        dense(4, "relu"),
        dense(3, "softsign"),
        dense(3, "leaky_relu", negative_slope=0.1),
        dense(3, "elu"),
        dense(1, "linear"),
    ]


def functions(layers, n_inputs):
    """Return the same as Keras has it: three change nothing but by a function."""
    a, lstm, _, b, _, _, c = (keras_layer({**layer}) for layer in layers)
    a["config"]["activation"] = "linear"
    row = [
        input_layer(n_inputs),
        a,
        merge("Activation", name="activation", activation="tanh"),
        lstm,
        merge("ReLU", name="re_lu", max_value=None, threshold=0.0),
        b,
        merge("LeakyReLU", name="leaky_re_lu", negative_slope=0.1),
        merge("ELU", name="elu", alpha=1.0),
        c,
    ]
    return {"class_name": "Sequential", "config": {"name": "row", "layers": row}}


def input_layer(n_inputs):
    """Return what config.json says of an input."""
    config = {"name": "input_layer", "batch_shape": [None, None, n_inputs]}
    return {"class_name": "InputLayer", "config": config}


def sequential(layers, n_inputs):
    """Return the configuration of layers in a row."""
    config = {"name": "row"}
    config["layers"] = [input_layer(n_inputs), *map(keras_layer, layers)]
    return {"class_name": "Sequential", "config": config}


def tensor(name):
    """Return what config.json says of the output of a layer."""
    config = {"shape": [None, None, 1], "keras_history": [name, 0, 0]}
    return {"class_name": "__keras_tensor__", "config": config}


def called(layer, name, *sources):
    """Return a layer of a Functional model that is called on others."""
    tensors = [tensor(source) for source in sources]
    layer["config"]["name"] = layer["name"] = name
    args = [tensors if layer["class_name"] in ("Add", "Concatenate") else tensors[0]]
    layer["inbound_nodes"] = [{"args": args, "kwargs": {}}]
    return layer


def merge(class_name, **config):
    """Return a layer of several inputs."""
    return {"class_name": class_name, "config": config}


def paths():
    """Return layers with skips and sums, two of which change nothing."""
    gates = {"activation": "tanh", "recurrent_activation": "sigmoid"}
    return [
        dense(4, "tanh"),
        {"type": "lstm", "units": 4, **gates, "add": [0]},
        dense(3, "gelu", inputs=["input", 1]),
        {"type": "gru", "units": 3, **gates, "reset_after": True},
        dense(3, "linear", add=[2]),
        dense(2, "linear", add=["input"]),
        dense(8, "linear", inputs=[5, 2, 3]),
    ]


def functional(layers, n_inputs):
    """Return the same as a Functional model of Keras."""
    start = {**input_layer(n_inputs), "name": "input_layer", "inbound_nodes": []}
    a, lstm, b, gru, c = map(keras_layer, layers)
    config = {
        "name": "paths",
        "input_layers": ["input_layer", 0, 0],
        "output_layers": ["concatenate_1", 0, 0],
        "layers": [
            start,
            called(a, "dense", "input_layer"),
            called(lstm, "lstm", "dense"),
            called(merge("Add"), "add", "dense", "lstm"),
            called(merge("Concatenate", axis=-1), "concatenate", "input_layer", "add"),
            called(b, "dense_1", "concatenate"),
            called(gru, "gru", "dense_1"),
            called(merge("Add"), "add_1", "gru", "dense_1"),
            called(c, "dense_2", "add_1"),
            called(merge("Add"), "add_2", "dense_2", "input_layer"),
            called(
                merge("Concatenate", axis=-1),
                "concatenate_1",
                "add_2",
                "dense_1",
                "gru",
            ),
        ],
    }
    return {"class_name": "Functional", "config": config}


def save_keras(path, layers, config):
    """Write layers and their configuration as Keras 3 does."""
    counts = dict.fromkeys(CLASSES, 0)
    raw = io.BytesIO()
    with h5py.File(raw, "w") as file:
        for layer in layers:
            kind = layer["type"]
            name = f"{kind}_{counts[kind]}" if counts[kind] else kind
            counts[kind] += 1
            inner = "" if kind == "dense" else "cell/"
            group = file.create_group(f"layers/{name}/{inner}vars")
            values = (layer["kernel"], layer["recurrent_kernel"], layer["bias"])
            present = [value for value in values if value is not None]
            for index, value in enumerate(present):
                group[str(index)] = value
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in (
            ("config.json", json.dumps(config)),
            ("model.weights.h5", raw.getvalue()),
        ):
            archive.writestr(zipfile.ZipInfo(name), data)


def save_golden(start, layers, own, config):
    """Write a model of Keras of its own layers, and what it puts out."""
    x = np.random.default_rng(4).uniform(-2.0, 2.0, (N_FRAMES, 2)).astype(np.float32)
    save_keras(f"{start}.keras", own, config)
    np.save(f"{start}.input.npy", x)
    np.save(f"{start}.output.npy", reference.run(layers, x))
    facts = {
        "what": "layers without a memory, written as Keras does, by NumPy",
        "theta": [],
        "tolerance": 1e-5,
        "tolerance_with_step": 1e-5,
    }
    pathlib.Path(f"{start}.json").write_text(json.dumps(facts) + "\n", encoding="utf-8")


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


    layers = fill_all(keras_cells(), 2)
    save_golden(folder / "keras-cells", layers, layers, sequential(layers, 2))
    layers = fill_all(keras_functions(), 2)
    for index in (2, 4, 5):
        units = layers[index]["units"]
        layers[index].update(kernel=np.eye(units, dtype=np.float32), bias=None)
    own = layers[:2] + layers[3:4] + layers[6:]
    save_golden(folder / "keras-functions", layers, own, functions(layers, 2))
    layers = fill_all(paths(), 2)
    for index in (4, 6):
        units = layers[index]["units"]
        layers[index].update(kernel=np.eye(units, dtype=np.float32), bias=None)
    own = layers[:4] + layers[5:6]
    save_golden(folder / "keras-paths", layers, own, functional(own, 2))


if __name__ == "__main__":
    main()
