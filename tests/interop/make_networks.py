#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Make small networks with keras-lmu, and what they answer, as golden data.

Usage: make_networks.py [-o FOLDER] [NAME...]

Weights come from NumPy's seeded generator, not from an initialiser of Keras,
so that they stay what they are whatever the version of Keras.
"""

import argparse
import json
import os
import pathlib
import zlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

# pylint: disable=wrong-import-position
import keras
import keras_lmu
import numpy as np

import keras_graph
import reference

N_FRAMES = 120

# Two float32 implementations that round in other orders differ by this much
# of the peak, at most
ROUNDING = 1e-5

# The same, where the memory is stepped by keras-lmu's exponential in float32
# on one side and by one in float64 on the other
FLOAT32_STEP = 1e-3

# A network that differs by less than this from the float64 reference with its
# own step does not need the wider tolerance
NO_DIFFERENCE = 3e-6

Dense = keras.layers.Dense
RnnCell = keras.layers.SimpleRNNCell
LstmCell = keras.layers.LSTMCell
GruCell = keras.layers.GRUCell


def lmu(memory_d, order, theta, cell, **options):
    """Return an LMU layer that returns all frames."""
    return keras_lmu.LMU(
        memory_d, order, theta, cell, return_sequences=True, **options
    )


def in_rnn(*arguments, **options):
    """Return an LMUCell in Keras's own RNN layer."""
    cell = keras_lmu.LMUCell(*arguments, **options)
    return keras.layers.RNN(cell, return_sequences=True)


def all_options(cell, **options):
    """Return an LMU with all of its connections and biases."""
    return lmu(
        *(1, 8, 20, cell),
        hidden_to_memory=True,
        memory_to_memory=True,
        input_to_hidden=True,
        use_bias=True,
        **options,
    )


# Name: what it is, number of inputs, layers.  Layers are made when called, as
# Keras numbers them in the order they are made in.
NETWORKS = {
    "memory-alone": (
        "a memory of three channels and nothing else",
        *(3, lambda: [lmu(3, 4, 12, None)]),
    ),
    "memory-feedback": (
        "a memory with memory_to_memory and bias, no hidden cell",
        *(1, lambda: [lmu(1, 4, 12, None, memory_to_memory=True, use_bias=True)]),
    ),
    "order-1": (
        "order 1, SimpleRNN, hidden_to_memory",
        *(1, lambda: [lmu(1, 1, 4, RnnCell(3), hidden_to_memory=True), Dense(1)]),
    ),
    "order-32": (
        "order 32, hidden Dense tanh, input_to_hidden, no feedback",
        *(1, lambda: [lmu(1, 32, 80, Dense(6, "tanh"), input_to_hidden=True)]),
    ),
    "paper": (
        "order 16, SimpleRNN tanh, every connection, no bias in the memory",
        1,
        lambda: [
            lmu(
                *(1, 16, 48, RnnCell(16)),
                hidden_to_memory=True,
                memory_to_memory=True,
                input_to_hidden=True,
            ),
            Dense(1),
        ],
    ),
    "rnn-feedforward": (
        "SimpleRNN that only its own state feeds back, input_to_hidden",
        *(1, lambda: [lmu(1, 8, 20, RnnCell(6), input_to_hidden=True)]),
    ),
    "rnn-all": (
        "SimpleRNN, every connection and bias",
        *(1, lambda: [all_options(RnnCell(8)), Dense(1)]),
    ),
    "rnn-sigmoid": (
        "SimpleRNN sigmoid, memory_d 2, memory_to_memory",
        1,
        lambda: [
            lmu(2, 4, 16, RnnCell(5, activation="sigmoid"), memory_to_memory=True)
        ],
    ),
    "rnn-no-bias": (
        "SimpleRNN and Dense without any bias, hidden_to_memory",
        1,
        lambda: [
            lmu(1, 4, 16, RnnCell(5, use_bias=False), hidden_to_memory=True),
            Dense(2, use_bias=False),
        ],
    ),
    "lstm": (
        "LSTM, every connection and bias",
        *(1, lambda: [all_options(LstmCell(6)), Dense(1)]),
    ),
    "lstm-feedforward": (
        "LSTM without feedback to the memory, softsign, gates hard_sigmoid",
        3,
        lambda: [
            lmu(
                *(1, 4, 10),
                LstmCell(
                    4, activation="softsign", recurrent_activation="hard_sigmoid"
                ),
            )
        ],
    ),
    "gru": (
        "GRU with reset_after, every connection and bias",
        *(1, lambda: [all_options(GruCell(6)), Dense(1)]),
    ),
    "gru-reset-before": (
        "GRU without reset_after, relu, every connection and bias",
        1,
        lambda: [
            all_options(GruCell(6, activation="relu", reset_after=False)),
            Dense(1),
        ],
    ),
    "dense-relu": (
        "hidden Dense relu, memory_d 3, three inputs, hidden_to_memory",
        3,
        lambda: [
            lmu(
                *(3, 4, 14, Dense(7, "relu")),
                hidden_to_memory=True,
                input_to_hidden=True,
                use_bias=True,
            )
        ],
    ),
    "dense-linear": (
        "hidden Dense linear, then Dense softsign, hard_sigmoid, sigmoid",
        1,
        lambda: [
            lmu(1, 4, 14, Dense(4)),
            Dense(5, "softsign"),
            Dense(5, "hard_sigmoid"),
            Dense(3, "sigmoid"),
        ],
    ),
    "euler": (
        "Euler, SimpleRNN, hidden_to_memory",
        1,
        lambda: [
            lmu(
                *(1, 4, 40, RnnCell(6)), hidden_to_memory=True, discretizer="euler"
            ),
            Dense(1),
        ],
    ),
    "euler-feedforward": (
        "Euler, hidden Dense tanh, no feedback",
        *(1, lambda: [lmu(1, 4, 40, Dense(6, "tanh"), discretizer="euler")]),
    ),
    "theta-zoh": (
        "theta trained from 20 to 27.5, zero-order hold, no feedback",
        *(1, lambda: [lmu(1, 8, 20, RnnCell(6), trainable_theta=True), Dense(1)]),
    ),
    "theta-euler": (
        "theta trained from 40 to 55, Euler, hidden_to_memory",
        1,
        lambda: [
            lmu(
                *(1, 4, 40, RnnCell(6)),
                trainable_theta=True,
                hidden_to_memory=True,
                discretizer="euler",
            ),
            Dense(1),
        ],
    ),
    "cell-in-rnn": (
        "an LMUCell in Keras's RNN, then Dense by time step",
        1,
        lambda: [
            in_rnn(*(1, 4, 16, RnnCell(5)), input_to_hidden=True, use_bias=True),
            keras.layers.TimeDistributed(Dense(2)),
        ],
    ),
    "layer-feedforward": (
        "an LMUFeedforward of its own, which convolves directly",
        1,
        lambda: [
            keras_lmu.LMUFeedforward(
                *(1, 8, 24, Dense(6, "tanh")),
                conv_mode="raw",
                truncate_ir=None,
                use_bias=True,
                return_sequences=True,
            ),
            Dense(1),
        ],
    ),
    "no-kernel": (
        "no encoders: each of two inputs has its channel of the memory",
        2,
        lambda: [
            lmu(
                *(2, 4, 12, RnnCell(5)),
                kernel_initializer=None,
                memory_to_memory=True,
            )
        ],
    ),
    "two-layers": (
        "two LMUs in a row with dropout between, and a head of two layers",
        1,
        lambda: [
            lmu(1, 8, 24, Dense(6, "tanh"), input_to_hidden=True),
            keras.layers.Dropout(0.1),
            lmu(2, 4, 8, RnnCell(6), hidden_to_memory=True),
            Dense(4, "tanh"),
            Dense(2),
        ],
    ),
    "psmnist": (
        "the psMNIST example of keras-lmu, of a quarter of its order and units",
        1,
        lambda: [
            lmu(1, 64, 196, RnnCell(53), input_to_hidden=True),
            Dense(10),
        ],
    ),
}

TRAINED_THETA = 1.375  # Factor of the theta that a layer starts from


def scale_of(path, shape):
    """Return how large weights are, so that units neither saturate nor idle."""
    if path.endswith("recurrent_kernel") and "hidden" not in path:
        is_memory = shape[0] != shape[1] and shape[1] < 4
        return (0.1 if is_memory else 0.6) / np.sqrt(shape[0])
    return 0.9 / np.sqrt(shape[0])


def fill(variable, rng):
    """Set one variable to random values of a good size."""
    if variable.path.endswith("theta_inv"):
        variable.assign(variable / TRAINED_THETA)
        return
    shape = tuple(variable.shape)
    if "bias" in variable.path.rsplit("/", maxsplit=1)[-1]:
        sign = rng.choice([-1.0, 1.0], shape)
        variable.assign(sign * rng.uniform(0.05, 0.3, shape))
        return
    variable.assign(rng.normal(0.0, scale_of(variable.path, shape), shape))


def build(name, n_inputs, layers):
    """Return a model with random weights, the same for the same name."""
    keras.backend.clear_session()
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    model = keras.Sequential(
        [keras.Input((N_FRAMES, n_inputs)), *layers], name=name.replace("-", "_")
    )
    for variable in model.trainable_variables:
        fill(variable, rng)
    return model, rng


def signal(rng, n_inputs):
    """Return an input: tones and noise, then silence, then noise."""
    t = np.arange(N_FRAMES)[:, None]
    period = rng.uniform(6.0, 40.0, (1, n_inputs))
    x = 0.5 * np.sin(2.0 * np.pi * t / period)
    x += 0.3 * rng.normal(size=(N_FRAMES, n_inputs))
    x[N_FRAMES // 2 : 2 * N_FRAMES // 3] = 0.0
    return x.astype(np.float32)


def relative(output, expected):
    """Return the greatest difference, relative to the peak."""
    return float(np.max(np.abs(output - expected)) / np.max(np.abs(expected)))


def measure(model, x, y):
    """Return the differences of two float64 references: with the step that
    keras-lmu has, and with the exact one."""
    exact = keras_graph.graph_of(model)
    own = [dict(layer) for layer in exact]
    lmus = [layer for layer in model.layers if keras_graph.is_lmu(layer)]
    steps = [keras_graph.step_of(layer) for layer in lmus]
    own_lmus = [layer for layer in own if layer["type"] == "lmu"]
    for layer, (ad, bd) in zip(own_lmus, steps):
        layer.update(ad=ad, bd=bd)
    differences = [relative(y, reference.run(g, x)) for g in (own, exact)]
    return differences, steps, exact


def describe(what, graph, differences):
    """Return what the JSON file says."""
    is_close = differences[1] < NO_DIFFERENCE
    reason = (
        "two float32 implementations that round in other orders"
        if is_close
        else "keras-lmu takes the exponential of the memory in float32"
    )
    return {
        "what": what,
        "tolerance": ROUNDING if is_close else FLOAT32_STEP,
        "tolerance_with_step": ROUNDING,
        "reason": reason,
        "theta": [g["theta"] for g in graph if g["type"] == "lmu"],
        "float64_difference": float(f"{differences[1]:.2g}"),
        "float64_difference_with_step": float(f"{differences[0]:.2g}"),
    }


def save(folder, name, model, x, y, steps, facts):
    """Write all files of a network."""
    model.save(folder / f"{name}.keras")
    np.save(folder / f"{name}.input.npy", x)
    np.save(folder / f"{name}.output.npy", y)
    for index, (ad, bd) in enumerate(steps):
        suffix = "" if index == 0 else str(index + 1)
        np.save(folder / f"{name}.a{suffix}.npy", np.ascontiguousarray(ad))
        np.save(folder / f"{name}.b{suffix}.npy", bd)
    text = json.dumps(facts, indent=2) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8")


def make(folder, name):
    """Make one network and print how it differs from the references."""
    what, n_inputs, layers = NETWORKS[name]
    model, rng = build(name, n_inputs, layers())
    x = signal(rng, n_inputs)
    y = np.array(model(x[None], training=False))[0]
    differences, steps, graph = measure(model, x, y)
    save(folder, name, model, x, y, steps, describe(what, graph, differences))
    print(
        f"{name:18} peak {np.max(np.abs(y)):6.3f}  rms {np.std(y):6.3f}"
        f"  own step {differences[0]:8.1e}  exact step {differences[1]:8.1e}",
        flush=True,
    )


def main():
    """Make the networks that the command line names, or all."""
    golden = pathlib.Path(__file__).resolve().parent / "golden"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=pathlib.Path, default=golden)
    parser.add_argument("names", nargs="*", default=list(NETWORKS))
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    for name in arguments.names:
        make(arguments.output, name)


if __name__ == "__main__":
    main()
