#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Test networks in the lmu command: test_networks.py LMU GOLDEN

LMU is the program, and GOLDEN a folder of networks and what they put out.
Prints the Test Anything Protocol.
"""

import array
import glob
import json
import math
import os
import re
import shutil
import struct
import subprocess
import sys
import zipfile

from arrays import float32, read_npy, write_npy
from runner import INPUT, LMU, OUTPUT, USAGE, VALUE, error, lmu, main, test
from waves import read_wav, write_wav

GOLDEN = os.path.abspath(sys.argv[2])


# Files

def write_tensors(path, tensors, metadata=None):
    """Write a safetensors file of {name: (shape, values)}."""
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, (shape, values) in tensors.items():
        packed = array.array("f", values).tobytes()
        assert len(packed) == 4 * math.prod(shape), (name, shape)
        header[name] = {"dtype": "F32", "shape": list(shape),
                        "data_offsets": [len(data), len(data) + len(packed)]}
        data += packed
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
    return path


def read_tensors(path):
    """Return metadata and {name: (shape, values)} of a safetensors file."""
    with open(path, "rb") as file:
        data = file.read()
    size = struct.unpack_from("<Q", data)[0]
    header = json.loads(data[8:8 + size])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, tensor in header.items():
        start, end = (8 + size + n for n in tensor["data_offsets"])
        code = {"F32": "f", "F64": "d"}[tensor["dtype"]]
        tensors[name] = (tuple(tensor["shape"]),
                         list(array.array(code, data[start:end])))
    return metadata, tensors


def write_network(path="net.safetensors", **changes):
    """Write a small network by hand: an LMU of order 3, then Dense 1."""
    metadata = {"format": "lmu", "format_version": "1", "layers": "2",
                "sample_rate": "48000", "name": "Small",
                "layers.0.type": "lmu", "layers.0.order": "3",
                "layers.0.theta": "12", "layers.0.discretisation": "zoh",
                "layers.0.hidden_cell": "simple_rnn", "layers.0.units": "2",
                "layers.0.activation": "tanh",
                "layers.0.input_to_hidden": "true",
                "layers.1.type": "dense", "layers.1.units": "1",
                "layers.1.activation": "linear"}
    tensors = {"layers.0.kernel": ((1, 1), [0.5]),
               "layers.0.hidden.kernel": ((4, 2), [.1, -.2, .3, .4, -.5, .6,
                                                   .7, -.8]),
               "layers.0.hidden.recurrent_kernel": ((2, 2), [.1, .2, -.1, .3]),
               "layers.0.hidden.bias": ((2,), [0.0, 0.1]),
               "layers.1.kernel": ((2, 1), [1.0, -1.0])}
    metadata.update(changes.get("metadata", {}))
    tensors.update(changes.get("tensors", {}))
    return write_tensors(path, tensors, metadata)


def state_dict(theta_frames=None):
    """Return a state dict of order 2 with 3 units, with A and B or without."""
    state = {"cell.e_x": ((1, 1), [0.7]), "cell.e_h": ((1, 3), [.1, .2, .3]),
             "cell.e_m": ((1, 2), [.05, -.1]),
             "cell.W_x": ((3, 1), [.4, -.5, .6]),
             "cell.W_h": ((3, 3), [.1, .2, .3, -.1, -.2, -.3, .2, .1, 0.0]),
             "cell.W_m": ((3, 2), [.3, .2, -.4, .1, .5, -.6])}
    if theta_frames:
        # Euler's step of A = [[-1, -1], [3, -3]], B = [1, -3]
        t = 1.0 / theta_frames
        state["cell.A"] = ((2, 2), [1 - t, -t, 3 * t, 1 - 3 * t])
        state["cell.B"] = ((2, 1), [t, -3 * t])
    return state


def unpack(name):
    """Return the configuration and the weights in a golden .keras file."""
    with zipfile.ZipFile(os.path.join(GOLDEN, name + ".keras")) as archive:
        return (json.loads(archive.read("config.json")),
                archive.read("model.weights.h5"))


def pack(config, weights, path="made.keras"):
    """Write a .keras file."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("model.weights.h5", weights)
    return path


def layers_of(config):
    """Return the layers in a configuration, without the input."""
    return [layer for layer in config["config"]["layers"]
            if layer["class_name"] != "InputLayer"]


def difference(path, wanted_path):
    """Return the greatest difference of arrays, relative to the peak."""
    shape, values = read_npy(path)
    wanted_shape, wanted = read_npy(wanted_path)
    assert shape == wanted_shape, (shape, wanted_shape)
    peak = max(map(abs, wanted))
    return max(abs(a - b) for a, b in zip(values, wanted)) / peak


def golden(ending):
    """Return the names of golden networks of a kind."""
    names = sorted(os.path.basename(path)[:-len(ending)]
                   for path in glob.glob(os.path.join(GOLDEN, "*" + ending)))
    assert names, (GOLDEN, ending)
    return names


def facts(name):
    """Return what is known of a golden network."""
    with open(os.path.join(GOLDEN, name + ".json"), encoding="utf-8") as file:
        return json.load(file)


def run_golden(name):
    """Run an imported network, and return how far it is off."""
    start = os.path.join(GOLDEN, name)
    lmu("run", "net.safetensors", start + ".input.npy", "out.npy", "--quiet")
    return difference("out.npy", start + ".output.npy")


# Horizons

@test
def info_shows_how_far_ahead_outputs_predict():
    write_network()
    assert "Predicts" not in lmu("info", "net.safetensors")
    facts_of = json.loads(lmu("info", "net.safetensors", "--json"))
    assert facts_of["horizons"] == facts_of["horizons_ms"] == []
    write_network(metadata={"horizons": "240.5"})
    assert re.search(r"^  Predicts  the input 5.01 ms ahead, an output each$",
                     lmu("info", "net.safetensors"), re.MULTILINE)
    facts_of = json.loads(lmu("info", "net.safetensors", "--json"))
    assert facts_of["horizons"] == [240.5], facts_of
    assert abs(facts_of["horizons_ms"][0] - 240.5 / 48) < 1e-9, facts_of
    assert "output: 1 signal\\ninput ahead by 5.01 ms" in \
        lmu("info", "net.safetensors", "--dot")


# Golden networks

@test
def networks_of_keras_put_out_what_keras_did():
    for name in golden(".keras"):
        lmu("import", os.path.join(GOLDEN, name + ".keras"),
            "net.safetensors", "--quiet")
        off = run_golden(name)
        limit = facts(name)["tolerance"]
        print(f"# {name}: {off:.1e} of {limit:.0e}")
        assert off <= limit, (name, off, limit)


@test
def networks_of_our_own_put_out_what_numpy_does():
    for name in golden(".weights.safetensors"):
        shutil.copy(os.path.join(GOLDEN, name + ".weights.safetensors"),
                    "net.safetensors")
        off = run_golden(name)
        print(f"# {name}: {off:.1e}")
        assert off <= facts(name)["tolerance"], (name, off)


@test
def whole_models_in_hdf5_put_out_what_keras_did():
    for name in golden(".h5"):
        lmu("import", os.path.join(GOLDEN, name + ".h5"), "net.safetensors",
            "--quiet")
        off = run_golden(name)
        print(f"# {name}: {off:.1e}")
        assert off <= facts(name)["tolerance"], (name, off)


@test
def networks_with_the_step_of_keras_are_nearer():
    for name in golden(".keras"):
        start = os.path.join(GOLDEN, name)
        steps = []
        for number in ("", "2", "3"):
            if os.path.exists(f"{start}.a{number}.npy"):
                steps += ["--step", f"{start}.a{number}.npy,"
                          f"{start}.b{number}.npy"]
        lmu("import", start + ".keras", "net.safetensors", "--quiet", *steps)
        off = run_golden(name)
        limit = facts(name)["tolerance_with_step"]
        print(f"# {name}: {off:.1e} of {limit:.0e}")
        assert off <= limit, (name, off, limit)
        stored = [key for key in read_tensors("net.safetensors")[1]
                  if key.endswith(".ad")]
        assert len(stored) == len(facts(name)["theta"]), (name, stored)


@test
def state_dicts_put_out_what_the_cell_did():
    for name in golden(".state.safetensors"):
        start = os.path.join(GOLDEN, name)
        theta = facts(name)["theta"][0]
        with open(start + ".state.safetensors", "rb") as file:
            has_step = b'cell.A"' in file.read()
        for words in ([] if has_step else None, ["--theta", theta]):
            if words is None:
                continue
            lmu("import", start + ".state.safetensors", "net.safetensors",
                "--quiet", *words)
            found = float(read_tensors("net.safetensors")[0]["layers.0.theta"])
            assert abs(found - theta) < 1e-4 * theta, (name, found, theta)
            off = run_golden(name)
            print(f"# {name}: {off:.1e}, theta {found}")
            assert off <= facts(name)["tolerance"], (name, off)


@test
def weights_alone_need_the_configuration():
    config, weights = unpack("rnn-all")
    with open("model.weights.h5", "wb") as file:
        file.write(weights)
    with open("config.json", "w", encoding="utf-8") as file:
        json.dump(config, file)
    message = error(USAGE, "import", "model.weights.h5")
    assert "model.weights.h5 has weights only; give --config FILE" in message
    lmu("import", "model.weights.h5", "--config", "config.json")
    shutil.copy("model.safetensors", "net.safetensors")
    assert run_golden("rnn-all") <= facts("rnn-all")["tolerance"]
    with open("config.json", "w", encoding="utf-8") as file:
        file.write("{\"a\": 1,\n\"a\": 2}")
    assert "config.json: cannot read the configuration, line 2" in error(
        INPUT, "import", "model.weights.h5", "--config", "config.json")


# Refusals of Keras

def refused(config, weights, *words):
    """Return why a model is refused, which leaves no file."""
    message = error(INPUT, "import", pack(config, weights), "no.safetensors",
                    *words)
    assert message.startswith("lmu: made.keras: "), message
    assert not os.path.exists("no.safetensors")
    return message


@test
def unknown_layers_are_refused_by_name():
    config, weights = unpack("rnn-all")
    for name in ("Conv1D", "Masking", "Bidirectional", "Multiply"):
        layers_of(config)[0]["class_name"] = name
        message = refused(config, weights)
        assert f'layer "lmu" ({name}): this kind of layer cannot run here' in \
            message, message
    assert "use only LMU" in message, message


@test
def recurrent_layers_run_forwards_and_put_out_one_thing():
    for name in ("go_backwards", "return_state"):
        config, weights = unpack("keras-cells")
        layers_of(config)[1]["config"][name] = True
        assert f'layer "gru" (GRU): {name} cannot run; save the model without' \
            in refused(config, weights)


@test
def what_does_nothing_is_left_out():
    config, weights = unpack("rnn-all")
    for name in ("Dropout", "GaussianNoise", "SpatialDropout1D"):
        layers = config["config"]["layers"]
        layers.insert(2, {"class_name": name, "config": {"name": "idle"}})
        lmu("import", pack(config, weights), "net.safetensors", "--quiet")
        assert run_golden("rnn-all") <= facts("rnn-all")["tolerance"]


@test
def hidden_cells_and_inner_layers_are_refused_by_name():
    config, weights = unpack("rnn-all")
    cell = layers_of(config)[0]["config"]["hidden_cell"]
    cell["class_name"] = "ConvLSTMCell"
    assert "(ConvLSTMCell): this hidden cell cannot run; use None, Dense" in \
        refused(config, weights)
    config, weights = unpack("cell-in-rnn")
    layers_of(config)[1]["config"]["layer"]["class_name"] = "LSTM"
    assert "(LSTM): only Dense can run in TimeDistributed" in \
        refused(config, weights)
    layers_of(config)[0]["config"]["cell"]["class_name"] = "GRUCell"
    assert "(GRUCell): only LMUCell can run in RNN" in refused(config, weights)
    for key in ("go_backwards", "return_state"):
        config, weights = unpack("cell-in-rnn")
        layers_of(config)[0]["config"][key] = True
        assert f"{key} cannot run; save the model without it" in \
            refused(config, weights)


@test
def values_in_the_configuration_are_checked():
    for key, value, reason in (
            ("order", 0, "order is not a whole number of 1 or more"),
            ("order", 2.5, "order is not a whole number"),
            ("order", 5000, "at most 4096 is supported"),
            ("memory_d", "2", "memory_d is not a whole number"),
            ("theta", "long", "theta is not a number"),
            ("theta", 0.25, "theta"),
            ("hidden_to_memory", 1, "hidden_to_memory is not true or false"),
            ("discretizer", "tustin", 'discretizer "tustin" is unknown'),
            ("dtype", "mixed_float16", "dtype mixed_float16 cannot run"),
            ("dtype", {"class_name": "DTypePolicy", "config":
                       {"name": "bfloat16"}}, "dtype bfloat16 cannot run")):
        config, weights = unpack("rnn-all")
        layers_of(config)[0]["config"][key] = value
        assert reason in refused(config, weights), (key, value)


@test
def activations_are_refused_by_name():
    for name in ("silu", "exponential", "mish"):
        config, weights = unpack("rnn-all")
        layers_of(config)[1]["config"]["activation"] = name
        assert f'(Dense): activation "{name}" cannot run; use linear' in \
            refused(config, weights)
    config, weights = unpack("lstm")
    layers_of(config)[0]["config"]["hidden_cell"]["config"][
        "recurrent_activation"] = "exponential"
    assert 'recurrent_activation "exponential" cannot run' in \
        refused(config, weights)
    config, weights = unpack("rnn-all")
    layers_of(config)[1]["config"]["activation"] = {"class_name": "Mine"}
    assert 'activation "of your own" cannot run' in refused(config, weights)


@test
def a_softmax_may_be_left_out_at_the_end():
    config, weights = unpack("rnn-all")
    layers_of(config)[1]["config"]["activation"] = "softmax"
    assert "use --logits to leave it out" in refused(config, weights)
    lmu("import", pack(config, weights), "net.safetensors", "--logits")
    assert run_golden("rnn-all") <= facts("rnn-all")["tolerance"]
    config, weights = unpack("two-layers")
    dense = [layer for layer in layers_of(config)
             if layer["class_name"] == "Dense"]
    dense[0]["config"]["activation"] = "softmax"
    assert "use --logits" in refused(config, weights, "--logits")


@test
def models_that_are_no_row_of_layers_are_refused():
    config, weights = unpack("rnn-all")
    config["class_name"] = "Subclass"
    assert "the model is of class Subclass; save a Sequential" in \
        refused(config, weights)
    config["class_name"] = "Functional"
    assert "has not just one input and one output" in refused(config, weights)

    def tensor(name):
        return {"args": [{"class_name": "__keras_tensor__", "config":
                          {"keras_history": [name, 0, 0]}}], "kwargs": {}}

    layers = config["config"]["layers"]
    names = [layer["config"]["name"] for layer in layers]
    layers[0]["inbound_nodes"] = []
    layers[1]["inbound_nodes"] = [tensor(names[0])]
    layers[2]["inbound_nodes"] = [tensor(names[1])]
    config["config"]["input_layers"] = [[names[0], 0, 0]]
    config["config"]["output_layers"] = [[names[2], 0, 0]]
    layers.reverse()
    lmu("import", pack(config, weights), "net.safetensors", "--quiet")
    assert run_golden("rnn-all") <= facts("rnn-all")["tolerance"]

    config["config"]["output_layers"] = [[names[1], 0, 0]]
    assert "comes after the output" in refused(config, weights)
    config["config"]["output_layers"] = [[names[2], 0, 0]]
    fed = f'layer "{names[2]}" (Dense): it is fed by no layer before it'
    for nodes in ([tensor(names[2])], [tensor("nobody")], [], [{}], [[]],
                  [tensor(names[1])] * 2, [{"args": [[]]}],
                  [{"args": tensor(names[1])["args"] * 2}]):
        layers[0]["inbound_nodes"] = nodes
        assert fed in refused(config, weights), nodes
    layers[0]["inbound_nodes"] = [tensor(names[1])]
    layers[1]["inbound_nodes"] = [tensor(names[2])]
    assert "it is fed by no layer before it" in refused(config, weights)


@test
def functions_that_cannot_run_are_refused_by_name():
    for name, key, value, reason in (
            ("activation", "activation", "softmax",
             '(Activation): activation "softmax" cannot run; use linear'),
            ("re_lu", "max_value", 6.0,
             "(ReLU): max_value and threshold cannot run"),
            ("re_lu", "threshold", 0.5,
             "(ReLU): max_value and threshold cannot run"),
            ("leaky_re_lu", "negative_slope", 1.5,
             'key "layers.4.negative_slope": must be from 0 to 1'),
            ("elu", "alpha", 0.5, "(ELU): only an alpha of 1 can run")):
        config, weights = unpack("keras-functions")
        layers = {layer["config"]["name"]: layer
                  for layer in config["config"]["layers"]}
        layers[name]["config"][key] = value
        assert reason in refused(config, weights), (name, key)


@test
def paths_that_cannot_run_are_refused_by_name():
    config, weights = unpack("keras-paths")
    layers = {layer["config"]["name"]: layer
              for layer in config["config"]["layers"]}
    layers["concatenate"]["config"]["axis"] = 1
    assert 'layer "concatenate" (Concatenate): only the last axis' in \
        refused(config, weights)
    layers["concatenate"]["config"]["axis"] = -1
    tensors = layers["concatenate"]["inbound_nodes"][0]["args"][0]
    layers["concatenate"]["inbound_nodes"][0]["args"][0] = tensors * 9
    assert "it is fed by no layer before it, by more than 16" in \
        refused(config, weights)
    config, weights = unpack("keras-paths")
    layers = {layer["config"]["name"]: layer
              for layer in config["config"]["layers"]}
    layers["add_1"]["inbound_nodes"] = layers["concatenate"]["inbound_nodes"]
    assert "number 1 is" in refused(config, weights)
    args = layers["add"]["inbound_nodes"][0]["args"]
    layers["add_1"]["inbound_nodes"] = [{"args": [[args[0][0], {
        "class_name": "__keras_tensor__",
        "config": {"keras_history": ["concatenate", 0, 0]}}]]}]
    assert 'layer "add_1" (Add): a Concatenate cannot be summed' in \
        refused(config, weights)


@test
def layers_that_scale_and_add_fold_into_dense_ones():
    lmu("import", os.path.join(GOLDEN, "keras-affine.keras"),
        "net.safetensors", "--quiet")
    facts_of = read_tensors("net.safetensors")[0]
    types = [facts_of[f"layers.{i}.type"]
             for i in range(int(facts_of["layers"]))]
    # Those that stand alone: first, behind hidden_to_memory, behind an
    # activation, twice behind another, and the output
    assert types == ["dense", "lmu"] + ["dense"] * 7, types


@test
def layers_that_scale_and_add_are_refused_by_name():
    for name, key, value, reason in (
            ("batch_normalization", "axis", 1,
             "(BatchNormalization): only the last axis can be normalised"),
            ("batch_normalization", "epsilon", None,
             "(BatchNormalization): epsilon is not a number"),
            ("batch_normalization", "center", False,
             '(BatchNormalization): 4 variables at "layers/batch_normali'),
            ("batch_normalization", "dtype", "float16",
             "(BatchNormalization): dtype float16 cannot run"),
            ("normalization", "axis", None,
             "(Normalization): only the last axis can be normalised"),
            ("normalization_1", "variance", [1.0],
             "(Normalization): variance is neither a number nor a list of 2"),
            ("rescaling", "scale", [1.0, "2", 3.0],
             "(Rescaling): scale is neither a number nor a list of 3"),
            ("rescaling", "offset", [[0.1], 2.0, 3.0],
             "(Rescaling): offset is neither a number nor a list of 3")):
        config, weights = unpack("keras-affine")
        layers = {layer["config"]["name"]: layer
                  for layer in config["config"]["layers"]}
        layers[name]["config"][key] = value
        message = refused(config, weights)
        assert f'layer "{name}" {reason}' in message, (name, key, message)


@test
def the_last_frame_alone_is_not_summed_with_all():
    config, weights = unpack("keras-paths")
    layers = {layer["config"]["name"]: layer
              for layer in config["config"]["layers"]}
    layers["lstm"]["config"]["return_sequences"] = False
    message = "it takes all frames of one layer and the last of another"
    assert f'layer "add" (Add): {message}' in refused(config, weights)
    layers["lstm"]["config"]["return_sequences"] = True
    layers["gru"]["config"]["return_sequences"] = False
    assert f'layer "add_1" (Add): {message}' in refused(config, weights)
    config, weights = unpack("keras-cells")
    layers_of(config)[3]["config"]["return_sequences"] = False
    lmu("import", pack(config, weights), "net.safetensors", "--quiet")
    assert run_golden("keras-cells") <= facts("keras-cells")["tolerance"]


@test
def calls_with_more_than_inputs_are_refused_by_name():
    reason = ('layer "lstm" (LSTM): it is called with initial_state, which '
              'cannot run; call it with its inputs alone')
    for value, message in (([{}], reason), (None, ""), (False, "")):
        config, weights = unpack("keras-paths")
        layers = {layer["config"]["name"]: layer
                  for layer in config["config"]["layers"]}
        node = layers["lstm"]["inbound_nodes"][0]
        keywords = {"mask": None, "initial_state": value}
        fed = node["args"][0]["config"]["keras_history"]
        for nodes in ([{**node, "kwargs": keywords}], [[fed + [keywords]]]):
            layers["lstm"]["inbound_nodes"] = nodes
            if message:
                assert message in refused(config, weights)
            else:
                lmu("import", pack(config, weights), "net.safetensors",
                    "--quiet")


@test
def weights_that_do_not_fit_the_configuration_are_refused():
    config, weights = unpack("rnn-all")
    hidden = layers_of(config)[0]["config"]["hidden_cell"]["config"]
    hidden["units"] += 1
    message = refused(config, weights)
    assert 'variable "layers/lmu/layer/cell/vars/0" has shape [' in message
    assert "save weights and config.json from one model" in message
    config, weights = unpack("rnn-all")
    layers_of(config)[1]["config"]["use_bias"] = False
    assert '2 variables at "layers/dense/vars", config.json says 1' in \
        refused(config, weights)
    config, _ = unpack("rnn-all")
    assert "weights are not in HDF5, or damaged" in refused(config, b"HDF")
    _, other = unpack("memory-alone")
    assert '0 variables at "layers/lmu/layer/cell/vars"' in \
        refused(config, other)


@test
def a_kernel_that_is_not_there_must_fit():
    config, weights = unpack("no-kernel")
    layers_of(config)[0]["config"]["memory_d"] = 7
    assert "without a kernel, 2 signals cannot go to 7 memories" in \
        refused(config, weights)


@test
def inputs_must_have_a_width():
    config, weights = unpack("rnn-all")
    for part in (config["config"], config):
        part.pop("build_input_shape", None)
        part.pop("build_config", None)
    for layer in config["config"]["layers"]:
        layer.pop("build_config", None)
        layer["config"].pop("batch_shape", None)
    assert "begin it with Input((None, inputs))" in refused(config, weights)


@test
def files_that_are_no_archive_are_named():
    with open("text.keras", "w", encoding="utf-8") as file:
        file.write("This is no model.\n")
    with zipfile.ZipFile("empty.keras", "w") as archive:
        archive.writestr("other", "")
    shutil.copy("empty.keras", "empty.pt")
    for path, reason in (("missing.keras", "not found"),
                         ("empty.pt", "in it; give what torch.save() wrote"),
                         ("text.keras", "cannot tell what text.keras is"),
                         ("empty.keras", "config.json is not in it")):
        message = error(INPUT, "import", path)
        assert path in message and reason in message, message


# State dicts

@test
def theta_is_found_from_a():
    for theta in (8.0, 31.5, 784.0):
        write_tensors("s.state.safetensors", state_dict(theta))
        text = lmu("import", "s.state.safetensors")
        assert f"Found theta {theta:g} from A, by euler.\n" in text, text
        metadata, _ = read_tensors("s.safetensors")
        assert metadata["layers.0.discretisation"] == "euler", metadata
        assert abs(float(metadata["layers.0.theta"]) - theta) < 1e-3 * theta


@test
def theta_is_found_by_zero_order_hold_too():
    for theta, text in ((5.0, "5"), (1.0, "1"), (7.3, "7.3")):
        state = state_dict()
        state["cell.e_m"] = ((1, 1), [0.1])
        state["cell.W_m"] = ((3, 1), [.3, .2, -.4])
        state["cell.A"] = ((1, 1), [math.exp(-1.0 / theta)])
        state["cell.B"] = ((1, 1), [1.0 - math.exp(-1.0 / theta)])
        write_tensors("s.state.safetensors", state)
        said = lmu("import", "s.state.safetensors")
        assert f"Found theta {text} from A, by zoh.\n" in said, said


@test
def a_step_that_cannot_be_inverted_has_no_theta():
    for a in ([0.0] * 4, [0.001] * 4, [0.5, 0.0, 0.0, 0.5],
              [1.0, 0.0, 0.0, 1.0], [2.0, 0.0, 0.0, 2.0]):
        state = {**state_dict(20.0), "cell.A": ((2, 2), a)}
        write_tensors("s.safetensors", state)
        assert "A is not the step of any theta" in error(
            INPUT, "import", "s.safetensors", "o.safetensors"), a


@test
def a_state_dict_may_keep_its_step():
    state = state_dict(20.0)
    write_tensors("s.safetensors", state)
    lmu("import", "s.safetensors", "o.safetensors", "--step", "stored")
    _, tensors = read_tensors("o.safetensors")
    wanted = array.array("f", state["cell.A"][1])
    assert list(wanted) == tensors["layers.0.ad"][1], tensors["layers.0.ad"]
    state["cell.A"] = ((2, 2), [0.9, 0.3, 0.2, 0.1])
    write_tensors("s.safetensors", state)
    assert "A is not the step of any theta; give --theta" in error(
        INPUT, "import", "s.safetensors", "o.safetensors")
    assert "A is not the step of theta 20; leave out --theta" in error(
        INPUT, "import", "s.safetensors", "o.safetensors", "--theta", "20")
    lmu("import", "s.safetensors", "o.safetensors", "--theta", "20",
        "--step", "stored")


@test
def state_dicts_are_checked():
    write_tensors("s.safetensors", state_dict())
    words = ("import", "s.safetensors", "o.safetensors")
    assert "no A to find theta from; give --theta FRAMES" in error(INPUT, *words)
    assert "no A and B to keep" in error(
        INPUT, *words, "--theta", "9", "--step", "stored")
    assert "--activation cannot be \"mish\"" in error(
        VALUE, *words, "--theta", "9", "--activation", "mish")

    for change, reason in (
            ({"cell.e_x": None}, 'no tensor "cell.e_x"'),
            ({"cell.W_h": None}, "W_x, W_h and W_m are not all matrices"),
            ({"cell.e_m": None}, 'no tensor "cell.e_m"; save the whole'),
            ({"cell.e_h": ((1, 2), [0, 0])}, '"cell.e_h" does not have the '
             "shape [1][3]"),
            ({"fc.weight": ((2, 4), [0] * 8)}, '"fc.weight" does not have the '
             "shape [2][3]"),
            ({"fc.weight": ((2, 3), [0] * 6), "fc2.weight": ((1, 2), [0, 0])},
             'tensor "fc2.weight" is no part of an LMU cell'),
            ({"cell.e_x": ((1, 1), [math.nan])}, "")):
        state = {**state_dict(), **change}
        write_tensors("s.safetensors", {name: value for name, value
                                        in state.items() if value})
        message = error(INPUT, *words, "--theta", "9")
        assert "s.safetensors" in message and reason in message, message
    assert not os.path.exists("o.safetensors")


@test
def files_of_pytorch_put_out_what_the_cell_did():
    for name in golden(".pt"):
        lmu("import", os.path.join(GOLDEN, name + ".pt"), "net.safetensors",
            "--quiet")
        off = run_golden(name)
        print(f"# {name}.pt: {off:.1e}")
        assert off <= facts(name)["tolerance"], (name, off)


# What an import is told

@test
def descriptions_are_written():
    write_tensors("s.state.safetensors", state_dict(20.0))
    lmu("import", "s.state.safetensors", "--rate", "44100", "--latency", "32",
        "--loudness", "-18.5", "--name", "N\N{SNOWMAN}me", "--author", "Me",
        "--license", "ISC", "--source", "An amp", "--comment", "Loud")
    metadata, _ = read_tensors("s.safetensors")
    for key, value in (("name", "N\N{SNOWMAN}me"), ("author", "Me"),
                       ("license", "ISC"), ("source", "An amp"),
                       ("comment", "Loud"), ("layers.0.theta", None)):
        assert key in metadata and value in (None, metadata[key]), metadata
    for key, value in (("sample_rate", 44100), ("latency", 32),
                       ("loudness", -18.5)):
        assert float(metadata[key]) == value, metadata
    assert "no sample rate; give --rate HZ" in lmu(
        "import", "s.state.safetensors")
    assert read_tensors("s.safetensors")[0]["name"] == "s"


@test
def conditions_are_the_last_inputs():
    state = state_dict(20.0)
    state["cell.e_x"] = ((1, 3), [0.1, 0.2, 0.3])
    state["cell.W_x"] = ((3, 3), [0.1] * 9)
    write_tensors("s.safetensors", state)
    lmu("import", "s.safetensors", "o.safetensors", "--conditions",
        "Drive,Tone")
    metadata, _ = read_tensors("o.safetensors")
    assert metadata["conditions"] == "2", metadata
    assert metadata["conditions.1.name"] == "Tone", metadata
    for bad in ("", "a,", "a,b,c", "a,,b"):
        assert "--conditions cannot be" in error(
            VALUE, "import", "s.safetensors", "o.safetensors",
            f"--conditions={bad}")


@test
def wrong_options_are_refused():
    write_tensors("s.state.safetensors", state_dict(20.0))
    words = ("import", "s.state.safetensors")
    for option, value, reason in (
            ("--rate", "0", "number from 1 to"),
            ("--latency", "-1", "number from 0 to"),
            ("--loudness", "200", "from -100 to 100"),
            ("--theta", "0.5", "number from 1 to"),
            ("--discretisation", "pade:5", "use zoh, euler, or pade:S"),
            ("--discretisation", "bilinear", "use zoh, euler, or pade:S"),
            ("--name", "x" * 200, "at most 127 bytes")):
        message = error(VALUE, *words, option, value)
        assert reason in message, message
    assert "s.safetensors would be written over itself" in error(
        USAGE, "import", "s.safetensors")
    assert "hosts look for .safetensors" in error(USAGE, *words, "o.bin")
    assert "o.safetensors" in error(OUTPUT, *words, "nowhere/o.safetensors")
    lmu(*words, "--discretisation", "pade:3")
    metadata, _ = read_tensors("s.safetensors")
    assert metadata["layers.0.discretisation"] == "pade", metadata
    assert metadata["layers.0.stages"] == "3", metadata


@test
def steps_are_checked():
    start = os.path.join(GOLDEN, "rnn-all")
    write_npy("short.npy", (4,), [0.0] * 4)
    write_npy("other.npy", (8, 8), [0.5] * 64)
    words = ("import", start + ".keras", "o.safetensors", "--step")
    write_npy("huge.npy", (2**30 + 1,), [])
    os.truncate("huge.npy", os.path.getsize("huge.npy") + 4 * (2**30 + 1))
    assert '--step cannot be "a.npy"; write A.npy,B.npy' in error(
        USAGE, *words, "a.npy")
    assert "short.npy has 4 values, the memory needs 64" in error(
        INPUT, *words, "short.npy,short.npy")
    assert "short.npy has 4 values, the memory needs 8" in error(
        INPUT, *words, f"{start}.a.npy,short.npy")
    assert "huge.npy: is too large" in error(
        INPUT, *words, f"huge.npy,{start}.b.npy")
    assert "other.npy is not a step of order 8 and theta" in error(
        INPUT, *words, f"other.npy,{start}.b.npy")
    assert "is one too many" in error(
        USAGE, *words, f"{start}.a.npy,{start}.b.npy", "--step", "a,b")


# Run

@test
def one_frame_at_a_time_equals_any_blocks():
    write_network()
    source = write_npy("in.npy", (100,), [math.sin(i) for i in range(100)])
    outputs = []
    for block in (1, 3, 7, 16):
        lmu("run", "net.safetensors", source, "o.npy", "--block", block)
        outputs.append(read_npy("o.npy"))
    assert all(output == outputs[0] for output in outputs)
    assert outputs[0][0] == (100,) and any(outputs[0][1])


@test
def rows_start_anew():
    write_network()
    row = [math.sin(i) for i in range(40)]
    write_npy("in.npy", (2, 40, 1), row + row, "<f8")
    lmu("run", "net.safetensors", "in.npy", "o.npy")
    shape, values = read_npy("o.npy")
    assert shape == (2, 40, 1) and values[:40] == values[40:]
    text = lmu("run", "net.safetensors", "in.npy", "last.npy", "--last")
    assert text.startswith("last.npy: 2 rows of 2 frames, 1 output, "), text
    assert read_npy("last.npy") == ((2, 1), [values[39], values[79]])
    assert "cannot hold rows" in error(
        USAGE, "run", "net.safetensors", "in.npy", "o.csv")


@test
def all_forms_of_a_sequence_agree():
    write_network()
    values = [math.sin(i / 7) / 2 for i in range(50)]
    write_npy("in.npy", (50, 1), values)
    with open("in.csv", "w", encoding="utf-8") as file:
        file.write("# frames\n\n" + "".join(
            f"{struct.unpack('f', struct.pack('f', x))[0]!r}\r\n"
            for x in values))
    lmu("run", "net.safetensors", "in.npy", "a.npy")
    lmu("run", "net.safetensors", "in.csv", "b.npy")
    lmu("run", "net.safetensors", "in.npy", "c.csv")
    wanted = read_npy("a.npy")
    assert wanted == read_npy("b.npy")
    with open("c.csv", encoding="utf-8") as file:
        lines = [struct.unpack("f", struct.pack("f", float(line)))[0]
                 for line in file]
    assert lines == wanted[1]


@test
def sounds_run_and_say_so_at_another_rate():
    write_network()
    samples = array.array("f", [math.sin(i / 7) / 2 for i in range(5000)])
    form = struct.pack("<HHIIHH", 3, 1, 44100, 4 * 44100, 4, 32)
    data = samples.tobytes()
    body = (b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" +
            struct.pack("<I", len(data)) + data)
    with open("in.wav", "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", len(body)) + body)
    text = lmu("run", "net.safetensors", "in.wav", "o.wav")
    assert "trained at 48000 Hz, and ran at 44100 Hz" in text, text
    with open("o.wav", "rb") as file:
        out = array.array("f", file.read()[-20000:])
    write_npy("in.npy", (5000,), samples)
    lmu("run", "net.safetensors", "in.npy", "o.npy")
    assert list(out) == read_npy("o.npy")[1]
    assert "needs a sample rate" in error(
        USAGE, "run", "net.safetensors", "in.npy", "o.wav")
    assert "needs a sample rate" in error(
        USAGE, "run", "net.safetensors", "in.npy", "o.flac")
    assert "ends in .npy, .csv, .wav" in error(
        USAGE, "run", "net.safetensors", "in.npy", "o.txt")


@test
def each_channel_of_a_sound_goes_through_a_network_of_one():
    write_network()
    channels = [[math.sin(i / k) / 2 for i in range(5000)] for k in (7, 9, 11)]
    for i, channel in enumerate(channels):
        write_wav(f"{i}.wav", [channel])
        lmu("run", "net.safetensors", f"{i}.wav", f"o{i}.wav", "--quiet")
    text = lmu("run", "net.safetensors", write_wav("in.wav", channels), "o.wav")
    assert text.startswith("o.wav: 5000 frames, 3 outputs, "), text
    assert read_wav("o.wav") == [read_wav(f"o{i}.wav")[0] for i in range(3)]
    lmu("run", "net.safetensors", "in.wav", "o.npy", "--last")
    assert read_npy("o.npy") == ((1, 3), [
        channel[-1] for channel in read_wav("o.wav")])


@test
def more_channels_than_a_sound_file_holds_are_told():
    write_network(metadata={"layers.1.units": "2"},
                  tensors={"layers.1.kernel": ((2, 2), [1.0, -1.0] * 2)})
    source = write_wav("in.wav", [[0.5]] * 1024)
    for name in ("o.wav", "o.flac"):
        message = error(OUTPUT, "run", "net.safetensors", source, name)
        assert "2048 channels" in message, message
        assert "use fewer channels" in message, message
        assert ".wav; choose" not in message, message
    lmu("run", "net.safetensors", source, "o.npy", "--quiet")
    assert read_npy("o.npy")[0] == (1, 2048)


@test
def one_of_a_thing_is_no_more():
    write_network(metadata={"layers": "1", "layers.0.type": "dense",
                            "layers.0.units": "1"})
    metadata, _ = read_tensors("net.safetensors")
    write_tensors("one.safetensors", {"layers.0.kernel": ((1, 1), [0.5])}, {
        name: text for name, text in metadata.items()
        if not name.startswith("layers.") or name in (
            "layers.0.type", "layers.0.units", "layers.0.activation")})
    for words in ((), ("--dot",)):
        said = lmu("info", "one.safetensors", *words)
        assert "1 weight" in said and "1 weights" not in said, said
    said = lmu("run", "one.safetensors", write_wav("in.wav", [[0.5]]), "o.wav")
    assert "1 frame," in said, said


@test
def a_network_of_two_takes_both_channels_of_a_sound():
    write_network(tensors={
        "layers.0.kernel": ((2, 1), [0.5, -0.25]),
        "layers.0.hidden.kernel": ((5, 2), [.1, -.2, .3, .4, -.5, .6, .7, -.8,
                                            .2, .3])})
    channels = [[math.sin(i / k) / 2 for i in range(5000)] for k in (7, 9)]
    write_wav("in.wav", channels)
    write_npy("in.npy", (5000, 2), [x for frame in zip(*channels)
                                    for x in frame])
    lmu("run", "net.safetensors", "in.wav", "a.npy", "--quiet")
    lmu("run", "net.safetensors", "in.npy", "b.npy", "--quiet")
    assert read_npy("a.npy") == read_npy("b.npy")
    for n, reason in ((1, "in.wav has 1 channel, the network takes 2; give a "
                       "sound of 2"), (3, "in.wav has 3 channels, the network")):
        write_wav("in.wav", (channels * 2)[:n])
        assert reason in error(INPUT, "run", "net.safetensors", "in.wav", "o.npy")


@test
def arrays_of_either_byte_order_are_read():
    write_network()
    values = [math.sin(i) for i in range(20)]
    wanted = None
    for kind in ("<f4", ">f4", "<f8", ">f8"):
        write_npy("in.npy", (20,), [float32(x) for x in values], kind)
        lmu("run", "net.safetensors", "in.npy", "o.npy")
        wanted = wanted or read_npy("o.npy")
        assert read_npy("o.npy") == wanted, kind


@test
def sequences_are_checked():
    write_network()
    write_npy("wide.npy", (4, 2), [0.0] * 8)
    write_npy("nan.npy", (4,), [0.0, 0.0, math.nan, 0.0])
    write_npy("big.npy", (1,), [1e300], "<f8")
    write_npy("int.npy", (4,), [1, 2, 3, 4], "<i4")
    write_npy("fortran.npy", (2, 1), [1, 2], "<f4", "True")
    write_npy("empty.npy", (0, 1), [])
    write_npy("deep.npy", (1, 1, 1, 1), [0.0])
    write_npy("short.npy", (4,), [1.0])
    write_npy("long.npy", (1,), [1.0, 2.0])
    write_npy("huge.npy", (2**40, 2**40), [1.0])
    text = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }"
    with open("padded.npy", "wb") as file:
        file.write(b"\x93NUMPY\x02\x00" + struct.pack("<I", 65537) +
                   text.ljust(65537).encode() + bytes(4))
    for name, text in (("text.npy", "no array"), ("a.csv", "1\n2,3\n"),
                       ("b.csv", "1\nx\n"), ("c.csv", "# nothing\n")):
        with open(name, "w", encoding="utf-8") as file:
            file.write(text)
    for path, reason in (
            ("wide.npy", "has 2 signals, the network takes 1"),
            ("nan.npy", "value 1 of frame 3 is not a finite float32"),
            ("big.npy", "value 1 of frame 1 is not a finite float32"),
            ("int.npy", 'values of type <i4; save it as float32'),
            ("fortran.npy", "Fortran order; save numpy.ascontiguousarray"),
            ("empty.npy", "is empty"), ("deep.npy", "at most three dimensions"),
            ("short.npy", "not as many values as it says"),
            ("long.npy", "not as many values as it says"),
            ("huge.npy", "is too large"), ("text.npy", "is no NPY file"),
            ("padded.npy", "is no NPY file"),
            ("a.csv", "line 2 of a.csv is not 1 number"),
            ("b.csv", "line 2 of b.csv is not 1 number"),
            ("c.csv", "is empty"), ("missing.npy", "No such file"),
            ("missing.csv", "No such file"), ("missing.wav", "No such file")):
        message = error(INPUT, "run", "net.safetensors", path, "o.npy")
        assert path in message and reason in message, message
    assert not os.path.exists("o.npy")
    good = write_npy("good.npy", (4,), [0.0] * 4)
    assert "missing.safetensors" in error(
        INPUT, "run", "missing.safetensors", good, "o.npy")
    assert "good.npy" in error(INPUT, "run", good, good, "o.npy")
    assert "nowhere/o.npy" in error(
        OUTPUT, "run", "net.safetensors", good, "nowhere/o.npy")
    assert "from 1 to 16" in error(
        VALUE, "run", "net.safetensors", good, "o.npy", "--block", "17")


# Info

@test
def info_tells_sizes_windows_and_cost():
    write_network()
    text = lmu("info", "net.safetensors")
    assert text.startswith("Small\n"), text
    for part in ("2 layers, 17 weights, 1 input, 1 output",
                 "48000 Hz; at others the sound is resampled",
                 "order 3, theta 12 frames = 0.25 ms, up to about 3000 Hz, by "
                 "zoh", "simple_rnn of 2, tanh", "input to hidden",
                 "Size      2 to 1, 2 weights"):
        assert part in text, (part, text)
    assert re.search(r"Cost +[0-9.]+ ns a frame on this CPU \(\w+\), "
                     r"[0-9.e-]+ % of a core at 48000 Hz\n", text), text
    assert len(re.findall(r"Runs +(fused|split|blocked|modal|dense)\n",
                          text)) == 2, text
    assert "Warning" not in text, text


@test
def info_as_json_is_for_programs():
    write_network()
    known = json.loads(lmu("info", "net.safetensors", "--json"))
    assert known["parameters"] == 17 and known["sample_rate"] == 48000
    assert known["frame_ns"] > 0 and known["loudness_db"] is None
    layer = known["layers"][0]
    assert (layer["type"], layer["order"], layer["theta_ms"]) == \
        ("lmu", 3, 0.25), layer
    assert layer["input_to_hidden"] and not layer["hidden_to_memory"]


def golden_info(name, *words):
    """Return what lmu info says of a weight file of ours."""
    return lmu("info", os.path.join(GOLDEN, name + ".weights.safetensors"),
               *words)


@test
def info_tells_of_windows_connections_and_cells():
    text = golden_info("layers-windows")
    for part in ("3 channels, theta 24, 40.5, 80 frames = 0.5, 0.8438, 1.667 "
                 "ms, up to about 3000 Hz, by pade [3/3]",
                 "Takes     input, layer 0\n", "Output    gated\n",
                 "Adds      layer 1\n", "Takes     layer 2, layer 0, input\n",
                 "Adds      input\n", "Size      9 to 5, 100 weights\n"):
        assert part in text, (part, text)
    text = golden_info("layers-cells")
    for part in ("Layer 0, LSTM\n", "Cell      lstm of 4, tanh, gates sigmoid\n",
                 "Cell      gru of 4, softsign, gates hard_sigmoid, reset after",
                 "Cell      simple_rnn of 3, tanh\n",
                 "at others the sound is resampled"):
        assert part in text, (part, text)
    assert "Output    leaky_relu, slope 0.3\n" in golden_info("layers-functions")


@test
def info_as_json_has_windows_and_connections():
    layers = json.loads(golden_info("layers-windows", "--json"))["layers"]
    assert layers[0]["thetas"] == [24, 40.5, 80], layers[0]
    assert layers[0]["theta"] == 80, layers[0]
    assert [layer["sources"] for layer in layers] == [
        ["input"], ["input", 0], [1], [2, 0, "input"]], layers
    assert [layer["adds"] for layer in layers] == [[], [], [1], ["input"]]
    layers = json.loads(golden_info("layers-cells", "--json"))["layers"]
    assert [layer["type"] for layer in layers] == [
        "lstm", "gru", "gru", "simple_rnn", "dense"], layers
    assert layers[1]["reset_after"] and not layers[2]["reset_after"], layers
    layers = json.loads(golden_info("layers-functions", "--json"))["layers"]
    assert layers[4]["negative_slope"] == 0.3, layers[4]


@test
def dot_draws_what_layers_take_and_add():
    for name, wanted in (
            ("layers-windows",
             ["input -> u0", "u0 -> m0", "m0 -> m0", "h0 -> u0", "m0 -> h0",
              "input -> h0", "input -> h1", "h0 -> h1", "h1 -> h2", "h2 -> a2",
              "h1 -> a2", "a2 -> h3", "h0 -> h3", "input -> h3", "h3 -> a3",
              "input -> a3", "a3 -> output"]),
            ("layers-cells",
             ["input -> h0", "h0 -> h0", "input -> h1", "h0 -> h1", "h1 -> h1",
              "h1 -> h2", "h2 -> h2", "h2 -> a2", "h0 -> a2", "h1 -> a2",
              "a2 -> h3", "h3 -> h3", "h3 -> h4", "h4 -> output"])):
        edges = re.findall(r"^  (\w+ -> \w+) \[label=", golden_info(name, "--dot"),
                           re.MULTILINE)
        assert sorted(edges) == sorted(wanted), (name, edges)


@test
def info_warns_of_what_may_be_wrong():
    for metadata, tensors, reason in (
            ({"sample_rate": "0"}, {}, "names no sample rate"),
            ({"sample_rate": "47999"}, {}, "47999 Hz is unusual"),
            ({}, {"layers.1.kernel": ((2, 1), [1.0, -500.0])},
             "layers.1.kernel has a value of 500"),
            ({"layers.0.theta": "2"}, {}, "hold no more than 4"),
            ({"layers.0.memory_to_memory": "true"},
             {"layers.0.recurrent_kernel": ((3, 1), [2.0, 0.0, 0.0])},
             "feeds its memory back so that it grows")):
        if "layers.0.theta" in metadata:
            metadata["layers.0.order"] = "6"
            tensors["layers.0.hidden.kernel"] = ((7, 2), [0.1] * 14)
        if metadata.get("sample_rate") == "0":
            write_network(metadata={})
            meta, weights = read_tensors("net.safetensors")
            del meta["sample_rate"]
            write_tensors("net.safetensors", weights, meta)
        else:
            write_network(metadata=metadata, tensors=tensors)
        text = lmu("info", "net.safetensors")
        assert "Warning: " in text and reason in text, (reason, text)


@test
def growth_is_told_from_decay():
    def warned(weight):
        write_network(metadata={"layers.0.memory_to_memory": "true"},
                      tensors={"layers.0.recurrent_kernel":
                               ((3, 1), [weight, 0.0, 0.0])})
        found = re.search(r"it grows ([0-9.]+) times",
                          lmu("info", "net.safetensors"))
        return float(found.group(1)) if found else 0.0

    assert warned(0.5) == 0.0
    # m[0] = 1 for a constant input of 1: feedback of 1 just keeps it
    assert warned(0.99) == 0.0
    assert 1.0 < warned(1.2) < 1.1


@test
def dot_has_every_connection_once():
    start = os.path.join(GOLDEN, "rnn-all.keras")
    lmu("import", start, "net.safetensors", "--rate", "48000", "--name",
        'Say "A\\B"')
    text = lmu("info", "net.safetensors", "--dot")
    edges = re.findall(r"^  (\w+ -> \w+) \[label=\"(\d+)", text, re.MULTILINE)
    assert sorted(name for name, _ in edges) == sorted([
        "input -> u0", "u0 -> m0", "m0 -> m0", "m0 -> u0", "h0 -> u0",
        "m0 -> h0", "input -> h0", "h0 -> h0", "h0 -> h1", "h1 -> output"]), \
        edges
    assert 'label="Say \\"A\\\\B\\": ' in text, text
    assert dict(edges)["m0 -> h0"] == "8" and dict(edges)["input -> u0"] == "1"
    dot = shutil.which("dot")
    if dot:
        done = subprocess.run([dot, "-Tsvg"], input=text, text=True,
                              capture_output=True, check=False)
        assert done.returncode == 0 and done.stderr == "", done.stderr


@test
def no_name_moves_the_cursor_of_a_terminal():
    evil = "a\x1b]0;b\x07\nc\rd\x7fe\x9b2Jf"
    write_network("e\x1b[2J\n.safetensors", metadata={"name": ""})
    names = ("name", "author", "license", "source", "comment", "layers.0.name")
    write_network(metadata=dict.fromkeys(names, evil))
    sound = write_wav("\x1b\n.wav", [[0.0, 0.5] * 100])
    plain = lmu("info", "net.safetensors")
    assert plain.startswith("a?]0;b??c?d?e??2Jf\n"), plain
    assert plain.count("?c?") >= len(names), plain
    for words in (("info", "net.safetensors", "--dot"),
                  ("info", "e\x1b[2J\n.safetensors"),
                  ("info", "e\x1b[2J\n.safetensors", "--dot"),
                  ("run", "net.safetensors", sound, "o\x1b\n.wav"),
                  ("conceal", sound, "o\x1b\n.wav"),
                  ("import", os.path.join(GOLDEN, "rnn-all.keras"),
                   "o\x1b\n.safetensors")):
        said = lmu(*words)
        assert said and all(c == "\n" or " " <= c < "\x7f" or c > "\x9f"
                            for c in said), (words, said)
    assert "?" in lmu("conceal", sound, "o\x1b\n.wav").splitlines()[0]
    lmu("plot", sound, "o.csv", "--theta", "1")
    with open("o.csv", encoding="utf-8") as file:
        assert file.readline().startswith("# ??.wav, channel 1")


@test
def info_names_files_that_are_no_network():
    with open("text.safetensors", "w", encoding="utf-8") as file:
        file.write("This is no network.\n")
    write_tensors("s.safetensors", state_dict())
    for path in ("missing.safetensors", "text.safetensors", "s.safetensors"):
        assert path in error(INPUT, "info", path)


@test
def files_of_other_programs_are_told_how_to_come_in():
    with open("other.keras", "w", encoding="utf-8") as file:
        file.write("A zip file that this only says it is.\n")
    assert "lmu import" in error(INPUT, "info", "other.keras")
    assert "lmu import" in error(INPUT, "run", "other.keras", "a.npy", "b.npy")


@test
def networks_of_others_come_through_pipes():
    for ending, words in ((".keras", ()),
                          (".state.safetensors", ("--theta", "12"))):
        name = golden(ending)[0] + ending
        path = os.path.join(GOLDEN, name)
        words += ("--name", "x")
        lmu("import", path, "file.safetensors", *words)
        with open(path, "rb") as source:
            done = subprocess.run([LMU, "import", "-", *words], stdin=source,
                                  capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        with open("file.safetensors", "rb") as file:
            assert done.stdout == file.read(), name
    for data, why in ((b"", b"nothing in it"), (b"x", b"cannot tell what")):
        done = subprocess.run([LMU, "import", "-", "o.safetensors"], input=data,
                              capture_output=True, check=False)
        assert done.returncode == INPUT and why in done.stderr, done
    assert not os.path.exists("o.safetensors")


if __name__ == "__main__":
    sys.exit(main())
