# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Networks in the format of doc/weights.md, with NumPy alone."""

import numpy as np

import safetensors_file

# Tensors of a file and fields of a layer
WEIGHTS = {
    "kernel": "kernel",
    "bias": "bias",
    "recurrent_kernel": "recurrent_kernel",
    "ad": "ad",
    "bd": "bd",
    "hidden.kernel": "hidden_kernel",
    "hidden.recurrent_kernel": "hidden_recurrent",
    "hidden.bias": "hidden_bias",
}

# Metadata of a layer and fields of a layer, in the order of the file
LMU_FACTS = {
    "order": "order",
    "theta": "theta",
    "memory_d": "memory_d",
    "discretisation": "method",
    "stages": "stages",
    "hidden_cell": "cell",
    "units": "units",
    "activation": "activation",
    "recurrent_activation": "recurrent_activation",
    "hidden_to_memory": "hidden_to_memory",
    "memory_to_memory": "memory_to_memory",
    "input_to_hidden": "input_to_hidden",
    "reset_after": "reset_after",
}
CELL_FACTS = {
    "units": "units",
    "activation": "activation",
    "recurrent_activation": "recurrent_activation",
    "reset_after": "reset_after",
}
ANY_FACTS = {"inputs": "inputs", "add": "add", "negative_slope": "negative_slope"}


def text(value):
    """Return a value as metadata has it."""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ",".join(map(text, value))
    return repr(float(value)) if isinstance(value, float) else str(value)


def layer_metadata(layer):
    """Return what the file says of a layer."""
    keys = LMU_FACTS if layer["type"] == "lmu" else CELL_FACTS
    facts = {"type": layer["type"]}
    for key, field in {**keys, **ANY_FACTS}.items():
        if layer.get(field) is not None:
            facts[key] = text(layer[field])
    return facts


def save(path, graph, facts):
    """Write a network, and what is known of it: name, horizons..."""
    metadata = {"format": "lmu", "format_version": "1"}
    metadata.update({key: text(value) for key, value in facts.items()})
    metadata["layers"] = text(len(graph))
    tensors = {}
    for index, layer in enumerate(graph):
        for key, value in layer_metadata(layer).items():
            metadata[f"layers.{index}.{key}"] = value
        for name, field in WEIGHTS.items():
            if layer.get(field) is not None:
                tensors[f"layers.{index}.{name}"] = layer[field]
    safetensors_file.save(path, tensors, metadata)


def field_of(key, value):
    """Return a field of a layer from metadata."""
    if value in ("true", "false"):
        return value == "true"
    if key in ("inputs", "add"):
        return [part if part == "input" else int(part) for part in value.split(",")]
    if key in ("order", "memory_d", "stages", "units"):
        return int(value)
    if key == "theta" and "," in value:
        return [float(part) for part in value.split(",")]
    return float(value) if key in ("theta", "negative_slope") else value


def load(path):
    """Return the layers of a file as reference.py takes them, and metadata."""
    tensors, metadata = safetensors_file.load(path)
    graph = []
    for index in range(int(metadata["layers"])):
        layer = {"memory_d": 1, "units": 0}
        for key, field in {"type": "type", **LMU_FACTS, **ANY_FACTS}.items():
            value = metadata.get(f"layers.{index}.{key}")
            if value is not None:
                layer[field] = field_of(key, value)
        for name, field in WEIGHTS.items():
            layer[field] = tensors.get(f"layers.{index}.{name}")
        graph.append(layer)
    return graph, metadata
