#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Make models of Keras whose layers are no LMUs, or lie on several paths, and
what they answer: make_paths.py [-o FOLDER] [NAME...]

Weights come from NumPy's seeded generator, as those of make_networks.py do.
"""

import argparse
import pathlib
import zlib

# Sets the environment of Keras, so it comes first
import make_networks

import keras
import keras_lmu
import numpy as np

import keras_graph

Add = keras.layers.Add
BatchNorm = keras.layers.BatchNormalization
Concatenate = keras.layers.Concatenate
Dense = keras.layers.Dense
lmu = make_networks.lmu


def recurrent(kind, units, **options):
    """Return a cell that is a layer and returns all frames."""
    return getattr(keras.layers, kind)(units, return_sequences=True, **options)


def in_a_row(*layers):
    """Return a Sequential model of two inputs."""
    return keras.Sequential([keras.Input((None, 2)), *layers])


def cells():
    """All cells, no two of which are alike."""
    return in_a_row(
        recurrent("LSTM", 4),
        recurrent(
            *("GRU", 4), activation="selu", recurrent_activation="hard_sigmoid"
        ),
        recurrent("GRU", 4, activation="gelu", reset_after=False),
        recurrent("SimpleRNN", 3),
        Dense(2, "leaky_relu"),
    )


def alone(kind):
    """One cell and nothing else."""
    return lambda: in_a_row(recurrent(kind, 3, use_bias=kind != "SimpleRNN"))


def functions():
    """Activations that are layers: three stand alone."""
    return in_a_row(
        Dense(4),
        keras.layers.Activation("tanh"),
        recurrent("LSTM", 4),
        keras.layers.ReLU(),
        Dense(3, "softsign"),
        keras.layers.LeakyReLU(negative_slope=0.1),
        keras.layers.ELU(),
        Dense(1),
    )


def paths():
    """Skips and sums, two of which stand alone."""
    inputs = keras.Input((None, 2))
    first = Dense(4, "tanh")(inputs)
    skip = Add()([first, recurrent("LSTM", 4)(first)])
    second = Dense(3, "gelu")(Concatenate()([inputs, skip]))
    third = recurrent("GRU", 3)(second)
    inner = Add()([third, second])
    last = Add()([Dense(2)(inner), inputs])
    return keras.Model(inputs, Concatenate()([last, second, third]))


def windows():
    """Three windows beside each other, and sums and functions of shared layers."""
    inputs = keras.Input((make_networks.N_FRAMES, 2))
    memories = [lmu(1, 3, 6.0, None), lmu(1, 4, 20.0, Dense(3, "tanh"))]
    cell = keras.layers.SimpleRNNCell(3)
    memories.append(lmu(1, 5, 40.0, cell, hidden_to_memory=True))
    seen = Concatenate()([memory(inputs) for memory in memories])
    mixed = Dense(4)(keras.layers.Dropout(0.2)(seen))
    bent = keras.layers.ELU()(mixed)
    total = Add()([recurrent("SimpleRNN", 4)(bent), mixed, bent])
    gate = keras.layers.Activation("sigmoid")(total)
    return keras.Model(inputs, Dense(2)(Concatenate()([gate, inputs, seen])))


def adapted():
    """Return a layer that gives its input no mean and a variance of one."""
    layer = keras.layers.Normalization()
    layer.adapt(np.random.default_rng(7).normal(0.3, 2.0, (50, 9, 2)))
    return layer


def affine():
    """Layers that scale and add, in Dense cells before them and alone."""
    inputs = keras.Input((make_networks.N_FRAMES, 2))
    normal = adapted()(inputs)
    cell = Dense(3)
    seen = lmu(1, 4, 12.0, cell, hidden_to_memory=True)(normal)
    bent = keras.layers.Activation("tanh")(BatchNorm(epsilon=0.01)(seen))
    mixed = BatchNorm(center=False)(Dense(3, use_bias=False)(bent))
    bent = BatchNorm(scale=False)(keras.layers.ReLU()(mixed))
    scaled = keras.layers.Rescaling([2.0, -0.5, 0.7], offset=0.1)(bent)
    given = keras.layers.Normalization(
        mean=[0.1, -0.2], variance=[2.0, 0.5], invert=True
    )
    total = Add()([keras.layers.Rescaling(0.5)(given(Dense(2)(scaled))), inputs])
    return keras.Model(inputs, Concatenate()([total, bent]))


MODELS = {
    "affine": affine,
    "cells": cells,
    "functions": functions,
    "gru": alone("GRU"),
    "lstm": alone("LSTM"),
    "paths": paths,
    "simple-rnn": alone("SimpleRNN"),
    "windows": windows,
}


def fill_moments(model, rng):
    """Set what BatchNormalization saw in training."""
    for layer in model.layers:
        if isinstance(layer, BatchNorm):
            n = layer.moving_mean.shape
            layer.moving_mean.assign(rng.normal(0.0, 0.4, n))
            layer.moving_variance.assign(rng.uniform(0.3, 1.5, n))


def make(folder, name):
    """Write a model and what it answers."""
    keras.backend.clear_session()
    model = MODELS[name]()
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    for variable in model.trainable_variables:
        make_networks.fill(variable, rng)
    fill_moments(model, rng)
    lmus = [layer for layer in model.layers if isinstance(layer, keras_lmu.LMU)]
    x = 2.0 * make_networks.signal(rng, 2)
    y = np.array(model(x[None], training=False))[0]
    facts = {
        "what": (MODELS[name].__doc__ or f"{name} alone").strip(),
        "tolerance": make_networks.ROUNDING,
        "tolerance_with_step": make_networks.ROUNDING,
        "reason": "two float32 implementations that round in other orders",
        "theta": [keras_graph.lmu_fields(layer)["theta"] for layer in lmus],
    }
    steps = [keras_graph.step_of(layer) for layer in lmus]
    make_networks.save(folder, f"keras-{name}", model, x, y, steps, facts)
    print(f"{name:12} peak {np.max(np.abs(y)):6.3f}  rms {np.std(y):6.3f}")


def main():
    """Make the models that the command line names, or all."""
    golden = pathlib.Path(__file__).resolve().parent / "golden"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=pathlib.Path, default=golden)
    parser.add_argument("names", nargs="*", default=list(MODELS))
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    for name in arguments.names:
        make(arguments.output, name)


if __name__ == "__main__":
    main()
