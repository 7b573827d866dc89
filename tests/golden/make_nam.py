#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Write nam/: networks in the JSON of other programs, and what they put out.

NAME.nam has the layout of Neural Amp Modeler, guitarml-NAME.json that of Proteus
and NeuralPi, other NAME.json that of RTNeural and AIDA-X.  Weights are random.  Beside each are float32 NAME.input.npy
[frames][inputs], and float64 NAME.output.npy [frames][outputs] of NumPy, from a
start with zeros.  NAME.rested.npy is the same from where Neural Amp Modeler
starts: at the states in the file, after half a second of silence.

Run it in this folder: ./make_nam.py
"""

import json
import pathlib

import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent / "nam"
N_FRAMES = 400
RATE = 48000


def sigmoid(x):
    """Return 1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + np.exp(-x))


ACTIVATIONS = {
    "": lambda x: x,
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "relu": lambda x: np.maximum(x, 0.0),
    "elu": lambda x: np.where(x > 0.0, x, np.expm1(np.minimum(x, 0.0))),
}


# Layers; kernels have a row for each input, as Keras has them

def lstm(x, kernel, recurrent, bias, start=None):
    """Run an LSTM with the gates i, f, c, o; return its output and state."""
    units = len(recurrent)
    h, c = start or (np.zeros(units), np.zeros(units))
    out = []
    for frame in x:
        i, f, new, o = np.split(frame @ kernel + h @ recurrent + bias, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(new)
        h = sigmoid(o) * np.tanh(c)
        out.append(h)
    return np.array(out), (h, c)


def gru(x, kernel, recurrent, bias):
    """Run a GRU with the gates z, r, h, whose reset is after the product."""
    h, out = np.zeros(len(recurrent)), []
    for frame in x:
        z, r, new = np.split(frame @ kernel + bias[0], 3)
        z_h, r_h, new_h = np.split(h @ recurrent + bias[1], 3)
        z = sigmoid(z + z_h)
        new = np.tanh(new + sigmoid(r + r_h) * new_h)
        h = z * h + (1.0 - z) * new
        out.append(h)
    return np.array(out)


# Weights and sound, that texts and float32 hold exactly

def weights(random, *shape):
    """Return random weights of a shape."""
    limit = 1.0 / np.sqrt(shape[0] if len(shape) > 1 else 4.0)
    return np.round(random.uniform(-limit, limit, shape) * 4096.0) / 4096.0


def sound(random, n_inputs):
    """Return a tone that ends in noise and silence, and controls."""
    time = np.arange(N_FRAMES) / RATE
    x = 0.7 * np.sin(2.0 * np.pi * 800.0 * time)
    x[200:300] += 0.3 * random.uniform(-1.0, 1.0, 100)
    x[300:350] = 0.0
    controls = [np.linspace(0.2, 0.9, N_FRAMES)] * (n_inputs - 1)
    return np.stack([x, *controls], axis=1).astype(np.float32)


def save(name, model, ending, **arrays):
    """Write a network and its sounds."""
    path = FOLDER / f"{name}.{ending}"
    path.write_text(json.dumps(model) + "\n", encoding="utf-8")
    for what, values in arrays.items():
        np.save(FOLDER / f"{name}.{what}.npy", values)


# Neural Amp Modeler

def run_nam(x, layers, head, starts=None):
    """Run layers of LSTM and a head; return output and states."""
    states = []
    for i, part in enumerate(layers):
        x, state = lstm(x, *part, start=starts[i] if starts else None)
        states.append(state)
    return x @ head[0] + head[1], states


def nam_list(layers, starts, head):
    """Return all weights in one list."""
    parts = []
    for (kernel, recurrent, bias), (h, c) in zip(layers, starts):
        parts += [np.concatenate([kernel, recurrent]).T, bias, h, c]
    parts += [head[0].T, head[1]]
    return np.concatenate([part.ravel() for part in parts]).tolist()


def make_nam(name, seed, sizes, rests, **more):
    """Write an LSTM: sizes are inputs, units, layers and outputs."""
    random = np.random.default_rng(seed)
    n_inputs, units, n_layers, n_outputs = sizes
    layers = [(weights(random, units if i else n_inputs, 4 * units),
               weights(random, units, 4 * units), weights(random, 4 * units))
              for i in range(n_layers)]
    head = weights(random, units, n_outputs), weights(random, n_outputs)
    starts = [(weights(random, units), weights(random, units))
              for _ in layers]
    silence = np.zeros((RATE, n_inputs))
    if rests:
        starts = run_nam(silence, layers, head)[1]

    x = sound(random, n_inputs)
    states = run_nam(silence[:RATE // 2], layers, head, starts)[1]
    save(name, {
        "version": "0.5.4", "architecture": "LSTM",
        "config": {"input_size": n_inputs, "hidden_size": units,
                   "num_layers": n_layers, **more.pop("config", {})},
        "weights": nam_list(layers, starts, head), **more}, "nam",
        input=x, output=run_nam(x, layers, head)[0],
        rested=run_nam(x, layers, head, states)[0])


# RTNeural and AIDA-X

def make_layer(random, kind, n_inputs, units, activation=""):
    """Return a layer as it is in a file, with arrays of NumPy."""
    shapes = {"dense": [(n_inputs, units), (units,)],
              "time-distributed-dense": [(n_inputs, units)],
              "lstm": [(n_inputs, 4 * units), (units, 4 * units), (4 * units,)],
              "gru": [(n_inputs, 3 * units), (units, 3 * units),
                      (2, 3 * units)],
              "activation": []}
    return {"type": kind, "activation": activation,
            "shape": [None, None, units],
            "weights": [weights(random, *shape) for shape in shapes[kind]]}


def run_layer(x, layer):
    """Run a layer."""
    kind, values = layer["type"], layer["weights"]
    if kind == "lstm":
        return lstm(x, *values)[0]
    if kind == "gru":
        return gru(x, *values)
    if values:
        x = x @ values[0] + (values[1] if len(values) > 1 else 0.0)
    return ACTIVATIONS[layer["activation"]](x)


def make_json(name, seed, n_inputs, kinds, **more):
    """Write a network of layers, given as kind, units and activation."""
    random = np.random.default_rng(seed)
    layers, width = [], n_inputs
    for kind in kinds:
        layers.append(make_layer(random, kind[0], width, *kind[1:]))
        width = kind[1]

    x = sound(random, n_inputs)
    heard = x.astype(float)
    heard[:, 0] *= 10.0 ** (more.get("in_gain", 0.0) / 20.0)
    y = heard
    for layer in layers:
        y = run_layer(y, layer)
    y = y + more.get("in_skip", 0) * heard[:, :1]
    y = y * 10.0 ** (more.get("out_gain", 0.0) / 20.0)
    listed = [{**layer, "weights": [part.tolist() for part in layer["weights"]]}
              for layer in layers]
    save(name, {"in_shape": [None, None, n_inputs], **more, "layers": listed},
         "json", input=x, output=y)


# Proteus and NeuralPi, whose tensors are those of PyTorch

def to_torch(values, unit):
    """Return columns of gates as PyTorch has rows of them."""
    if unit == "LSTM":
        return values.T
    z, r, new = np.split(values, 3, axis=-1)
    return np.concatenate([r, z, new], axis=-1).T


def make_guitarml(name, seed, unit, sizes, skip):
    """Write an LSTM or a GRU: sizes are inputs, units and layers."""
    random = np.random.default_rng(seed)
    n_inputs, units, n_layers = sizes
    columns = units * (4 if unit == "LSTM" else 3)
    x = sound(random, n_inputs)
    y, state = x.astype(float), {}
    for i in range(n_layers):
        kernel = weights(random, y.shape[1], columns)
        recurrent = weights(random, units, columns)
        bias = weights(random, 2, columns)
        y = (lstm(y, kernel, recurrent, bias.sum(axis=0))[0]
             if unit == "LSTM" else gru(y, kernel, recurrent, bias))
        for part, values in (("weight_ih", kernel), ("weight_hh", recurrent),
                             ("bias_ih", bias[0]), ("bias_hh", bias[1])):
            state[f"rec.{part}_l{i}"] = to_torch(values, unit).tolist()
    head = weights(random, units, 1), weights(random, 1)
    state.update({"lin.weight": head[0].T.tolist(),
                  "lin.bias": head[1].tolist()})
    save(f"guitarml-{name}", {"model_data": {
        "model": "SimpleRNN", "input_size": n_inputs, "skip": skip,
        "output_size": 1, "unit_type": unit, "num_layers": n_layers,
        "hidden_size": units, "bias_fl": True}, "state_dict": state}, "json",
        input=x, output=y @ head[0] + head[1] + skip * x[:, :1])


def main():
    """Write all."""
    FOLDER.mkdir(exist_ok=True)
    make_nam("lstm", 1, (1, 4, 1, 1), True, sample_rate=48000.0, metadata={
        "name": "Ten Watts", "modeled_by": "A. Player",
        "gear_make": "Maker", "gear_model": "Model 1", "gear_type": "amp",
        "tone_type": "crunch", "loudness": -19.25, "gain": 0.5,
        "input_level_dbu": 12.5, "output_level_dbu": None,
        "training": {"validation_esr": 0.0125}})
    make_nam("lstm-deep", 2, (1, 5, 3, 1), False, metadata=None)
    make_nam("lstm-wide", 3, (2, 3, 1, 2), False, sample_rate=44100,
             config={"in_channels": 2, "out_channels": 2})
    make_json("aida", 4, 1, [("lstm", 6), ("dense", 1)], in_skip=1,
              in_gain=-6.0, out_gain=3.5, metadata={
                  "name": "Small Combo", "samplerate": "44100",
                  "author": "A. Player", "based": "Maker Model 2",
                  "license": "CC0", "style": "clean", "esr": 0.02})
    make_json("aida-gru", 5, 3, [("gru", 5), ("dense", 1)], in_skip=1,
              in_gain=4.0, samplerate=48000)
    make_json("stack", 6, 1, [
        ("dense", 4, "tanh"), ("activation", 4, "sigmoid"),
        ("time-distributed-dense", 4, "elu"), ("gru", 5, "tanh"),
        ("activation", 5, "relu"), ("dense", 6), ("activation", 6, "tanh"),
        ("lstm", 2, "tanh")], out_gain=-2.0)
    make_json("one-dense", 7, 1, [("dense", 1)], in_skip=1, in_gain=1.0,
              out_gain=2.0)
    make_guitarml("lstm", 8, "LSTM", (2, 5, 1), 1)
    make_guitarml("gru", 9, "GRU", (1, 4, 2), 0)


if __name__ == "__main__":
    main()
