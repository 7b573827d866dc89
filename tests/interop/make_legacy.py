#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Make whole models in HDF5, as model.save("NAME.h5") writes them, and what they
answer: make_legacy.py [-o FOLDER]

Names begin with the version of Keras that runs this: keras2-rnn.h5 and others
by TensorFlow 2.15, keras3-rnn.h5 by a newer one.  Needs keras-lmu.
"""

import argparse
import json
import os
import pathlib
import zlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

# pylint: disable=wrong-import-position
import keras
import keras_lmu
import numpy as np

N_FRAMES = 60
TOLERANCE = 1e-5  # Two float32 implementations that round in other orders
VERSION = "keras" + keras.__version__.split(".", maxsplit=1)[0]

Input = keras.Input
Dense = keras.layers.Dense
Sequential = keras.Sequential


def lmu(memory_d, order, theta, cell, **options):
    """Return an LMU layer that returns all frames."""
    return keras_lmu.LMU(
        memory_d, order, theta, cell, return_sequences=True, **options
    )


def rnn():
    """Every connection, and the theta that was trained."""
    cell = keras.layers.SimpleRNNCell(3)
    return Sequential([
        Input((None, 1)),
        lmu(1, 4, 10.0, cell, hidden_to_memory=True, memory_to_memory=True,
            input_to_hidden=True, use_bias=True, trainable_theta=True,
            discretizer="euler"),
        Dense(2)])


def functional():
    """Two LMUs and a cell in an RNN layer, as a graph."""
    inputs = Input((N_FRAMES, 2))
    x = lmu(2, 3, 8.0, None)(inputs)
    x = keras.layers.Dropout(0.1)(x)
    x = lmu(1, 4, 12.0, keras.layers.LSTMCell(3))(x)
    cell = keras_lmu.LMUCell(1, 3, 6.0, keras.layers.GRUCell(2),
                             hidden_to_memory=True)
    x = keras.layers.RNN(cell, return_sequences=True)(x)
    x = keras.layers.TimeDistributed(Dense(2, activation="tanh"))(x)
    return keras.Model(inputs, x)


def dense_cell():
    """A hidden cell that is a Dense layer, and no kernel in the memory."""
    return Sequential([
        Input((N_FRAMES, 1)),
        lmu(1, 5, 9.0, Dense(4, activation="relu"), input_to_hidden=True,
            kernel_initializer=None)])


def affine():
    """Layers that scale and add, whose variables have names."""
    norm = keras.layers.BatchNormalization
    return Sequential([
        Input((N_FRAMES, 2)), norm(), Dense(3), norm(scale=False),
        keras.layers.Activation("tanh"), keras.layers.Rescaling(0.5, 0.1)])


def values_of(layer, rng):
    """Return values for the variables of a layer."""
    values = [
        rng.normal(0.0, 0.4, w.shape).astype(np.float32) if w.ndim
        else np.float32(1 / 11)  # A theta of 11 frames
        for w in layer.get_weights()]
    if isinstance(layer, keras.layers.BatchNormalization):
        values[-1] = np.abs(values[-1])  # A variance
    return values


def make(folder, what, model):
    """Write a model with random weights, and what it answers."""
    name = f"{VERSION}-{what}"
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    for layer in model.layers:
        layer.set_weights(values_of(layer, rng))
    x = rng.normal(0.0, 0.5, (N_FRAMES, model.inputs[0].shape[-1]))
    x = x.astype(np.float32)
    y = np.array(model(x[None], training=False))[0]
    model.save(folder / f"{name}.h5", include_optimizer=False)
    np.save(folder / f"{name}.input.npy", x)
    np.save(folder / f"{name}.output.npy", y)
    facts = {"what": model.name, "tolerance": TOLERANCE,
             "reason": "two float32 implementations that round in other orders"}
    text = json.dumps(facts, indent=2) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
    print(f"{name:20} peak {np.max(np.abs(y)):6.3f}")


def main():
    """Make all."""
    golden = pathlib.Path(__file__).resolve().parent / "golden"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=pathlib.Path, default=golden)
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    make(folder, "rnn", rnn())
    make(folder, "functional", functional())
    make(folder, "dense-cell", dense_cell())
    make(folder, "affine", affine())


if __name__ == "__main__":
    main()
