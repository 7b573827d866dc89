# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Reference of trained networks in NumPy, float64, written to be read.

It follows the equations of core/nn/setup/graph.h one by one, without any of what
makes the C code fast, so it shows on which side an error is.

A network is a list of layers.  A layer is a dict with the fields of LmuLayer,
weights as arrays by rows, None or missing where the layer does not have them.
What a layer takes, "inputs", and what is added to it, "add", are lists of
earlier layers by index, and of "input".
"""

import math

import numpy as np


def continuous(order):
    """Return A and B of theta dm/dt = A m + B u, as the paper scales them."""
    i = np.arange(order)[:, None]
    j = np.arange(order)[None, :]
    scale = 2.0 * i + 1.0
    a = scale * np.where(i < j, -1.0, (-1.0) ** (i - j + 1))
    b = scale[:, 0] * (-1.0) ** np.arange(order)
    return a, b


def expm(a):
    """Return the exponential of a matrix: Taylor series, scaled and squared."""
    squarings = max(0, int(np.ceil(np.log2(max(np.linalg.norm(a, 1), 1e-9)))) + 4)
    scaled = a / 2.0**squarings
    result = np.eye(len(a))
    term = np.eye(len(a))
    for k in range(1, 20):
        term = term @ scaled / k
        result = result + term
    for _ in range(squarings):
        result = result @ result
    return result


def pade(x, stages):
    """Return the diagonal [s/s] Pade approximant of the exponential."""
    numerator = np.eye(len(x))
    denominator = np.eye(len(x))
    power = np.eye(len(x))
    factor = 1.0
    for k in range(1, stages + 1):
        factor *= (stages - k + 1) / ((2 * stages - k + 1) * k)
        power = power @ x
        numerator = numerator + factor * power
        denominator = denominator + factor * (-1) ** k * power
    return np.linalg.solve(denominator, numerator)


def discretise(order, theta, method="zoh", stages=3):
    """Return Ad and Bd of m = Ad m_prev + Bd u.

    The exponential is taken in the orthonormal basis, m[i] / sqrt(2i + 1), in
    which no element is large.  As A e0 = -B, the input's column follows from
    the first column of Ad: Bd = e0 - Ad e0.
    """
    a, b = continuous(order)
    if method == "euler":
        return np.eye(order) + a / theta, b / theta

    norm = np.sqrt(2.0 * np.arange(order) + 1.0)
    x = a / theta * norm[None, :] / norm[:, None]
    ad = expm(x) if method == "zoh" else pade(x, stages)
    ad = ad * norm[:, None] / norm[None, :]
    bd = -ad[:, 0]
    bd[0] += 1.0
    return ad, bd


def sigmoid(x):
    """Return the logistic function, without overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * x))


SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772


def below(x):
    """Return exp(x) - 1 below zero, and 0 above."""
    return np.expm1(np.minimum(x, 0.0))


def gelu(x):
    """Return x times the normal distribution's share below it."""
    return 0.5 * x * (1.0 + np.vectorize(math.erf)(x / math.sqrt(2.0)))


def gelu_tanh(x):
    """Return what Keras calls the approximate gelu."""
    return 0.5 * x * (1.0 + np.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x**3)))


def softplus(x):
    """Return log(1 + exp(x)), without overflow."""
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


ACTIVATIONS = {
    "linear": lambda x: x,
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "relu": lambda x: np.maximum(x, 0.0),
    "softsign": lambda x: x / (1.0 + np.abs(x)),
    "hard_sigmoid": lambda x: np.clip(x / 6.0 + 0.5, 0.0, 1.0),
    "gelu": gelu,
    "gelu_tanh": gelu_tanh,
    "elu": lambda x: np.maximum(x, 0.0) + below(x),
    "selu": lambda x: SELU_SCALE * (np.maximum(x, 0.0) + SELU_ALPHA * below(x)),
    "softplus": softplus,
}


def activation_of(layer, key="activation"):
    """Return an activation of a layer."""
    if layer[key] == "leaky_relu":
        slope = layer.get("negative_slope", 0.2)
        return lambda x: np.maximum(x, 0.0) + slope * np.minimum(x, 0.0)
    if layer[key] == "gated":
        return gated
    return ACTIVATIONS[layer[key]]


def gated(x):
    """Return tanh of the first half of columns times sigmoid of the second."""
    a, b = np.split(x, 2, axis=-1)
    return np.tanh(a) * sigmoid(b)


def or_zero(weights):
    """Return weights in float64, or zero if there are none."""
    return 0.0 if weights is None else np.asarray(weights, np.float64)


def simple_rnn(layer, i, state):
    """Return the output and the state of a SimpleRNN, also of a Dense layer."""
    activation = activation_of(layer)
    a = i @ or_zero(layer["hidden_kernel"]) + or_zero(layer.get("hidden_bias"))
    if layer.get("hidden_recurrent") is not None:
        a = a + state[0] @ or_zero(layer["hidden_recurrent"])
    h = activation(a)
    return h, [h]


def lstm(layer, i, state):
    """Return the output and the state of an LSTM."""
    activation = activation_of(layer)
    gate = activation_of(layer, "recurrent_activation")
    h, c = state
    z = i @ or_zero(layer["hidden_kernel"]) + h @ or_zero(layer["hidden_recurrent"])
    z = z + or_zero(layer.get("hidden_bias"))
    z_i, z_f, z_c, z_o = np.split(z, 4)
    c = gate(z_f) * c + gate(z_i) * activation(z_c)
    h = gate(z_o) * activation(c)
    return h, [h, c]


def gru(layer, i, state):
    """Return the output and the state of a GRU, of either kind."""
    activation = activation_of(layer)
    gate = activation_of(layer, "recurrent_activation")
    h = state[0]
    bias = np.zeros((2, 3 * len(h)))
    if layer.get("hidden_bias") is not None:
        rows = np.atleast_2d(or_zero(layer["hidden_bias"]))
        bias[: len(rows)] = rows
    u_z, u_r, u_h = np.split(or_zero(layer["hidden_recurrent"]), 3, axis=1)
    b_z, b_r, b_h = np.split(bias[1], 3)
    x_z, x_r, x_h = np.split(i @ or_zero(layer["hidden_kernel"]) + bias[0], 3)
    z = gate(x_z + h @ u_z + b_z)
    r = gate(x_r + h @ u_r + b_r)
    if layer.get("reset_after"):
        candidate = activation(x_h + r * (h @ u_h + b_h))
    else:
        candidate = activation(x_h + (r * h) @ u_h)
    h = z * h + (1.0 - z) * candidate
    return h, [h]


CELLS = {"dense": simple_rnn, "simple_rnn": simple_rnn, "lstm": lstm, "gru": gru}


def run_dense(layer, x):
    """Return the outputs of a Dense layer for all frames."""
    a = x @ or_zero(layer["kernel"]) + or_zero(layer.get("bias"))
    return activation_of(layer)(a)


def run_cell(layer, x):
    """Return the outputs of a layer that is a cell alone, from a reset."""
    inner = {
        **layer,
        "hidden_kernel": layer["kernel"],
        "hidden_recurrent": layer["recurrent_kernel"],
        "hidden_bias": layer.get("bias"),
    }
    state = [np.zeros(layer["units"])] * (2 if layer["type"] == "lstm" else 1)
    outputs = []
    for frame in x:
        h, state = CELLS[layer["type"]](inner, frame, state)
        outputs.append(h)
    return np.array(outputs)


def lmu_steps(layer):
    """Return Ad and Bd of each channel: as a layer stores them, or of theta."""
    if layer.get("ad") is not None:
        return [(or_zero(layer["ad"]), or_zero(layer["bd"]))] * layer["memory_d"]
    thetas = np.broadcast_to(layer["theta"], layer["memory_d"])
    return [
        discretise(layer["order"], theta, layer["method"], layer.get("stages"))
        for theta in thetas
    ]


def run_lmu(layer, x):
    """Return the outputs of an LMU layer for all frames, from a reset."""
    steps = lmu_steps(layer)
    cell = layer["cell"]
    m = np.zeros((layer["memory_d"], layer["order"]))
    state = [np.zeros(layer["units"])] * (2 if cell == "lstm" else 1)
    outputs = []
    for frame in x:
        encoded = frame
        if layer.get("hidden_to_memory"):
            encoded = np.concatenate((frame, state[0]))
        u = encoded @ or_zero(layer["kernel"]) + or_zero(layer.get("bias"))
        if layer.get("recurrent_kernel") is not None:
            u = u + m.ravel() @ or_zero(layer["recurrent_kernel"])
        m = np.array([ad @ m_c + bd * u_c for (ad, bd), m_c, u_c in zip(steps, m, u)])
        h = m.ravel()
        if cell != "none":
            i = np.concatenate((h, frame)) if layer.get("input_to_hidden") else h
            h, state = CELLS[cell](layer, i, state)
        outputs.append(h)
    return np.array(outputs)


RUNNERS = {
    "lmu": run_lmu,
    "dense": run_dense,
    "simple_rnn": run_cell,
    "lstm": run_cell,
    "gru": run_cell,
}


def run(layers, x):
    """Return the outputs of a network, [frames][outputs], from a reset."""
    values = {"input": np.asarray(x, np.float64)}
    for index, layer in enumerate(layers):
        sources = layer.get("inputs") or [index - 1 if index else "input"]
        taken = np.concatenate([values[source] for source in sources], axis=1)
        y = RUNNERS[layer["type"]](layer, taken)
        values[index] = y + sum(values[source] for source in layer.get("add") or [])
    return values[len(layers) - 1]
