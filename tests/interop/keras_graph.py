# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Layers of a Keras model as reference.py takes them."""

import keras
import keras_lmu
import numpy as np

CELLS = {
    "Dense": "dense",
    "SimpleRNNCell": "simple_rnn",
    "LSTMCell": "lstm",
    "GRUCell": "gru",
}


def values(variable):
    """Return the values of a variable, or None if there is none."""
    return None if variable is None else np.array(variable)


def function_name(activation):
    """Return the name of an activation of Keras."""
    return keras.activations.serialize(activation)


def hidden_fields(cell):
    """Return the fields of a layer that its hidden cell sets."""
    if cell is None:
        return {"cell": "none", "units": 0}
    fields = {
        "cell": CELLS[type(cell).__name__],
        "units": cell.units,
        "activation": function_name(cell.activation),
        "hidden_kernel": values(cell.kernel),
        "hidden_bias": values(cell.bias) if cell.use_bias else None,
    }
    if hasattr(cell, "recurrent_kernel"):
        fields["hidden_recurrent"] = values(cell.recurrent_kernel)
    if hasattr(cell, "recurrent_activation"):
        fields["recurrent_activation"] = function_name(cell.recurrent_activation)
    fields["reset_after"] = getattr(cell, "reset_after", False)
    return fields


def core_of(layer):
    """Return the LMUCell or the LMUFeedforward inside a layer."""
    if isinstance(layer, keras_lmu.LMU):
        layer = layer.layer
    return layer.cell if isinstance(layer, keras.layers.RNN) else layer


def step_of(layer):
    """Return Ad and Bd as keras-lmu steps with them, float32."""
    core = core_of(layer)
    cell = getattr(core, "delay_layer", None)
    cell = core if cell is None else cell.cell
    a, b = np.array(cell.A), np.array(cell.B)
    if getattr(cell, "trainable_theta", False):
        if cell.discretizer == "zoh":
            a, b = cell._cont2discrete_zoh(
                cell._base_A * cell.theta_inv, cell._base_B * cell.theta_inv
            )
            a, b = np.array(a), np.array(b)
        else:
            a = np.eye(cell.order, dtype=np.float32) + a * np.array(cell.theta_inv)
            b = b * np.array(cell.theta_inv)
    return a.T, b[0]


def lmu_fields(layer):
    """Return an LMU as a dict."""
    core = core_of(layer)
    n_inputs = layer.input.shape[-1]
    kernel = values(core.kernel)
    theta = core.theta if isinstance(core, keras_lmu.LMUFeedforward) else None
    return {
        "type": "lmu",
        "order": core.order,
        "memory_d": core.memory_d,
        "theta": float(1.0 / np.array(core.theta_inv)) if theta is None else theta,
        "method": core.discretizer,
        "hidden_to_memory": getattr(core, "hidden_to_memory", False),
        "input_to_hidden": core.input_to_hidden,
        "kernel": np.eye(n_inputs) if kernel is None else kernel,
        "bias": values(core.bias),
        "recurrent_kernel": values(getattr(core, "recurrent_kernel", None)),
        **hidden_fields(core.hidden_cell),
    }


def dense_fields(layer):
    """Return a Dense layer as a dict."""
    return {
        "type": "dense",
        "units": layer.units,
        "activation": function_name(layer.activation),
        "kernel": values(layer.kernel),
        "bias": values(layer.bias) if layer.use_bias else None,
    }


def is_lmu(layer):
    """Return whether a layer has a Legendre memory."""
    return isinstance(
        layer, (keras_lmu.LMU, keras_lmu.LMUFeedforward, keras.layers.RNN)
    )


def graph_of(model):
    """Return the layers of a model, without those that do nothing."""
    layers = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.TimeDistributed):
            layer = layer.layer
        if isinstance(layer, keras.layers.Dense):
            layers.append(dense_fields(layer))
        elif is_lmu(layer):
            layers.append(lmu_fields(layer))
    return layers
