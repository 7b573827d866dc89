#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Test networks in the JSON of other programs: test_foreign_json.py LMU GOLDEN

LMU is the program, GOLDEN the folder that tests/golden/make_nam.py wrote.
Prints the Test Anything Protocol.
"""

import copy
import glob
import json
import os
import resource
import shutil
import struct
import sys

from arrays import read_npy, write_npy
from runner import INPUT, LMU, Skip, error, lmu, main, test

GOLDEN = os.path.abspath(sys.argv[2])
RATE = 48000
LIMIT = 1e-5  # Of the peak: what float32 is off by after 400 frames, and more
MAX_BYTES = 512 << 20


def golden(name):
    """Return a network as it is in a file."""
    with open(os.path.join(GOLDEN, name), encoding="utf-8") as file:
        return json.load(file)


def write(model, path="made.json"):
    """Write a network, or text that is none."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(model if isinstance(model, str) else json.dumps(model))
    return path


def changed(model, *path, to=None):
    """Return a network with one value changed, or left out."""
    model = copy.deepcopy(model)
    place = model
    for key in path[:-1]:
        place = place[key]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return model


def read_metadata(path):
    """Return the metadata of a weight file."""
    with open(path, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        return json.loads(file.read(size))["__metadata__"]


def off(wanted_path, n_frames=0):
    """Return how far the last frames of out.npy are off, of the peak."""
    _, values = read_npy("out.npy")
    shape, wanted = read_npy(wanted_path)
    values = values[n_frames * shape[1]:]
    assert len(values) == len(wanted), (len(values), shape)
    return (max(abs(a - b) for a, b in zip(values, wanted)) /
            max(map(abs, wanted)))


def refused(model, *words, path="made.json"):
    """Return why a network is refused, which leaves no file."""
    message = error(INPUT, "import", write(model, path), "no.safetensors",
                    *words)
    assert path in message and not os.path.exists("no.safetensors"), message
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    if "asan" not in os.environ.get("LD_PRELOAD", ""):
        assert used < MAX_BYTES, (path, used)
    return message


# What they put out

@test
def networks_put_out_what_numpy_does():
    paths = sorted(glob.glob(os.path.join(GOLDEN, "*.nam")) +
                   glob.glob(os.path.join(GOLDEN, "*.json")))
    assert len(paths) == 9, paths
    for path in paths:
        start = path.rpartition(".")[0]
        lmu("import", path, "net.safetensors", "--quiet")
        lmu("run", "net.safetensors", start + ".input.npy", "out.npy",
            "--quiet")
        print(f"# {os.path.basename(path)}: {off(start + '.output.npy'):.1e}")
        assert off(start + ".output.npy") <= LIMIT, path


@test
def after_a_second_it_is_as_if_it_had_started_where_theirs_does():
    for path in sorted(glob.glob(os.path.join(GOLDEN, "*.nam"))):
        start = path[:-len(".nam")]
        shape, values = read_npy(start + ".input.npy")
        lmu("import", path, "net.safetensors", "--quiet")
        write_npy("in.npy", (RATE + shape[0], shape[1]),
                  [0.0] * (RATE * shape[1]) + values)
        lmu("run", "net.safetensors", "in.npy", "out.npy", "--quiet")
        print(f"# {os.path.basename(path)}: "
              f"{off(start + '.rested.npy', RATE):.1e}")
        assert off(start + ".rested.npy", RATE) <= LIMIT, path


# What is said of them

@test
def a_nam_file_says_what_it_is():
    shutil.copy(os.path.join(GOLDEN, "lstm.nam"), "amp.nam")
    lmu("import", "amp.nam")
    said = read_metadata("amp.safetensors")
    for key, value in (
            ("name", "Ten Watts"), ("author", "A. Player"),
            ("source", "Maker Model 1"), ("sample_rate", "48000"),
            ("loudness", "-19.25"),
            ("comment", "gear_type: amp; tone_type: crunch; input_level_dbu: "
                        "12.5; gain: 0.5; validation_esr: 0.0125")):
        assert said[key] == value, said
    model = golden("lstm.nam")
    for change, rate in (({}, 48000), ({"sample_rate": 44100}, 44100),
                         ({"expected_sample_rate": 96000}, 96000)):
        model.pop("sample_rate", None)
        lmu("import", write({**model, **change}, "amp.nam"), "--quiet")
        said = read_metadata("amp.safetensors")
        assert float(said["sample_rate"]) == rate, said
    lmu("import", "amp.nam", "--quiet", "--name", "Mine", "--loudness", "-3")
    said = read_metadata("amp.safetensors")
    assert (said["name"], float(said["loudness"])) == ("Mine", -3), said


@test
def a_file_of_aida_x_says_what_it_is():
    shutil.copy(os.path.join(GOLDEN, "aida.json"), "amp.aidax")
    lmu("import", "amp.aidax", "--quiet")
    said = read_metadata("amp.safetensors")
    for key, value in (("name", "Small Combo"), ("author", "A. Player"),
                       ("license", "CC0"), ("source", "Maker Model 2"),
                       ("sample_rate", "44100"),
                       ("comment", "style: clean; esr: 0.02")):
        assert said[key] == value, said
    text = lmu("import", os.path.join(GOLDEN, "stack.json"), "o.safetensors")
    assert "it has no sample rate; give --rate HZ" in text, text


@test
def a_file_of_guitarml_is_at_the_rate_that_proteus_has():
    path = os.path.join(GOLDEN, "guitarml-lstm.json")
    lmu("import", path, "o.safetensors", "--quiet")
    said = read_metadata("o.safetensors")
    assert said["sample_rate"] == "44100", said
    assert said["conditions.0.name"] == "PARAM1", said
    assert said["name"] == "guitarml-lstm", said
    lmu("import", path, "o.safetensors", "--quiet", "--rate", "48000")
    assert read_metadata("o.safetensors")["sample_rate"] == "48000"


@test
def controls_have_the_names_of_aida_x_or_others():
    path = os.path.join(GOLDEN, "aida-gru.json")
    for words, names in (((), ["PARAM1", "PARAM2"]),
                         (("--conditions", "Tone"), ["Tone"])):
        lmu("import", path, "o.safetensors", "--quiet", *words)
        said = read_metadata("o.safetensors")
        assert said["conditions"] == str(len(names)), said
        for i, name in enumerate(names):
            assert said[f"conditions.{i}.name"] == name, said
    stereo = changed(golden("aida-gru.json"), "in_skip")
    stereo["layers"][1].update(shape=[2], weights=[[[0.5, 0.5]] * 5, [0, 0]])
    for model in (golden("aida.json"), stereo):
        lmu("import", write(model), "o.safetensors", "--quiet")
        assert "conditions" not in read_metadata("o.safetensors")


@test
def long_and_strange_texts_are_cut():
    model = golden("lstm.nam")
    model["metadata"].update(name="\N{SNOWMAN}" * 200, modeled_by="a\nb\x1b[m",
                             gear_make="x", gear_model="\N{DEGREE SIGN}" * 200,
                             gear_type="y" * 5000, loudness="loud")
    lmu("import", write(model), "o.safetensors", "--quiet")
    said = read_metadata("o.safetensors")
    assert said["name"] == "\N{SNOWMAN}" * 42, said
    assert said["author"] == "a?b?[m", said
    assert said["source"] == "x " + "\N{DEGREE SIGN}" * 62, said
    assert said["comment"].startswith("gear_type: yyy"), said
    assert "loudness" not in said, said
    model["metadata"].update(name="z" * 200, gear_make=7, gear_model="")
    lmu("import", write(model), "o.safetensors", "--quiet")
    said = read_metadata("o.safetensors")
    assert said["name"] == "z" * 127 and "source" not in said, said


# What is refused

@test
def other_architectures_are_named():
    model = golden("lstm.nam")
    for name, reason in (
            ("WaveNet", "train it again as an LSTM"),
            ("ConvNet", "train it again as an LSTM"),
            ("CatLSTM", "train it again as an LSTM"),
            ("Linear", "play its impulse response in a convolver"),
            ("SlimmableContainer", "get a file of an LSTM alone")):
        message = refused({**model, "architecture": name}, path="a.nam")
        assert f"its architecture, {name}, cannot run here, only LSTM; " \
            in message and reason in message, message
    assert "is no text" in refused({**model, "architecture": 5})
    for version in ("0.4.9", "1.0.0", "", "x", "-1.5"):
        assert "only 0.5 and later 0.x are read" in refused(
            {**model, "version": version}), version
    assert "its version is missing" in refused(changed(model, "version"))


@test
def other_layers_and_activations_are_named():
    model = golden("stack.json")
    for kind in ("conv1d", "conv2d", "batchnorm", "prelu", "unknown"):
        message = refused(changed(model, "layers", 2, "type", to=kind))
        assert f"layer 3 ({kind}): this kind of layer cannot run here" in \
            message, message
    for i, name, reason in (
            (0, "softmax", 'layer 1 (dense): activation "softmax" cannot'),
            (0, "swish", 'layer 1 (dense): activation "swish" cannot run'),
            (1, "prelu", 'layer 2 (activation): activation "prelu" cannot'),
            (3, "relu", 'layer 4 (gru): it has the activation "relu"')):
        message = refused(changed(model, "layers", i, "activation", to=name),
                          "--logits")
        assert reason in message, message


@test
def a_softmax_at_the_end_may_be_left_out():
    model = changed(golden("aida.json"), "layers", 1, "activation",
                    to="softmax")
    assert "--logits leaves it out" in refused(model)
    lmu("import", write(model), "o.safetensors", "--quiet", "--logits")
    lmu("run", "o.safetensors", os.path.join(GOLDEN, "aida.input.npy"),
        "out.npy", "--quiet")
    assert off(os.path.join(GOLDEN, "aida.output.npy")) <= LIMIT


@test
def networks_of_other_kinds_are_told_apart():
    for model, reason in (
            ({"class_name": "Sequential"}, "configuration of a Keras model; "
             "give the weights, and this with --config"),
            ({"model_data": {}, "state_dict": {}}, 'its "unit_type", none,'),
            ({"lstm.weight_ih_l0": [[1]]}, 'it has no "architecture"'),
            ({}, 'it has no "architecture"'), ({"layers": {}}, "no \"layers\"")):
        assert reason in refused(model), reason


@test
def sizes_that_do_not_fit_are_named():
    model = golden("lstm.nam")
    for key in ("num_layers", "input_size", "hidden_size"):
        for value in (0, -1, 4096, 1 << 40, 1.5, "4", [], None):
            assert f'"{key}" is not a whole number from 1 to ' in refused(
                changed(model, "config", key, to=value)), (key, value)
    assert '"num_layers" is not' in refused(changed(model, "config"))
    for key, value in (("in_channels", 2), ("input_size", 2)):
        assert "export a network without controls" in refused(
            changed(model, "config", key, to=value))
    count = len(model["weights"])
    for weights in (model["weights"][1:], model["weights"] + [0.5], []):
        assert f"it has {len(weights)} weights, its sizes need {count}" in \
            refused({**model, "weights": weights})
    for value in ("0.5", True, [0.5], {}):
        assert 'element 3 of "weights" is no number' in refused(
            changed(model, "weights", 3, to=value)), value


@test
def shapes_that_do_not_fit_are_named():
    model = golden("stack.json")
    for path, value, reason in (
            (("in_shape",), [None, None, 2], "Dense 1: the kernel has 1 rows, "
             "not 2"),
            (("in_shape",), [], '"in_shape" is not a whole number'),
            (("in_shape",), [1e99], '"in_shape" is not a whole number'),
            (("layers",), [], "it has no layers"),
            (("layers", 3), 5, "layer 4 (of no type)"),
            (("layers", 3, "shape"), [9], "GRU 4: the kernel has 15 numbers, "
             "not 27"),
            (("layers", 3, "shape"), [100000], 'layer 4 (gru): "shape" is not '
             "a whole number from 1 to 1024"),
            (("layers", 3, "weights"), None, '"weights" are no list'),
            (("layers", 3, "weights"), [], "GRU 4: the kernel has 0 rows"),
            (("layers", 3, "weights", 2), [[0.0] * 15], "GRU 4: the bias has "
             "1 rows, not 2"),
            (("layers", 3, "weights", 1, 4), [0.0], "GRU 4: the recurrent "
             "kernel has 1 numbers, not 15"),
            (("layers", 3, "weights", 1, 4, 2), "x", "element 2 of the "
             "recurrent kernel is no number"),
            (("layers", 3, "weights"), [1, 2, 3, 4], "GRU 4: the kernel has "
             "0 rows")):
        message = refused(changed(model, *path, to=value))
        assert reason in message, message
    for key, value, reason in (
            ("in_skip", 2, '"in_skip" is not 0 or 1'),
            ("in_skip", 1, '"in_skip" cannot add the input to 2 outputs'),
            ("in_gain", "loud", '"in_gain" is not from -100 to 100 dB'),
            ("out_gain", 1e6, '"out_gain" is not from -100 to 100 dB'),
            ("samplerate", "fast", "its sample rate is not from 1 to"),
            ("samplerate", 1e7, "its sample rate is not from 1 to"),
            ("samplerate", -48000, "its sample rate is not from 1 to")):
        assert reason in refused({**model, key: value}), (key, value)
    model["layers"][3]["weights"].append([0.0])
    assert "GRU 4: it has 4 arrays of weights, not 3" in refused(model)


@test
def tensors_that_do_not_fit_are_named():
    model = golden("guitarml-gru.json")
    for path, value, reason in (
            (("model_data", "unit_type"), "RNN", 'its "unit_type", RNN, cannot'),
            (("model_data", "num_layers"), 16, '"num_layers" is not'),
            (("model_data", "num_layers"), 3, '"rec.weight_ih_l2" is not there'),
            (("model_data", "input_size"), 2, '"rec.weight_ih_l0" is not there, '
             "or has not the shape [12][2]"),
            (("model_data", "hidden_size"), 1024, "the shape [3072][1]"),
            (("model_data", "output_size"), 2, '"lin.weight" is not there, or'),
            (("model_data", "skip"), 5, '"in_skip" is not 0 or 1'),
            (("state_dict",), {}, '"rec.weight_ih_l0" is not there'),
            (("state_dict", "rec.weight_hh_l1", 11), [0.5], "[12][4]"),
            (("state_dict", "rec.weight_hh_l1", 11), 0.5, "[12][4]"),
            (("state_dict", "rec.bias_hh_l1", 11), "a", "[12][1]"),
            (("state_dict", "rec.bias_hh_l1"), None, '"rec.bias_hh_l1" is not'),
            (("state_dict", "lin.weight", 0, 1), [], "element 0 of the kernel"),
            (("state_dict", "lin.bias"), [], '"lin.bias" is not there, or'),
            (("state_dict", "lin.bias"), [0.5] * 2, '"lin.bias" is not')):
        message = refused(changed(model, *path, to=value))
        assert reason in message, message


@test
def more_layers_than_run_are_refused():
    model = golden("one-dense.json")
    model["layers"] *= 17
    assert "layer 17 (dense): it is one layer too many; train with at most " \
        "16" in refused(model)
    model["layers"] = model["layers"][:16]
    lmu("import", write(model), "o.safetensors", "--quiet")
    model["layers"][15]["activation"] = "tanh"
    assert "its last layer is to be dense and linear" in refused(model)
    model["layers"] = [{"type": "activation", "activation": "tanh"}] * 17
    assert "one layer too many" in refused(model)


# What would do harm

@test
def text_that_is_no_network_is_refused():
    text = json.dumps(golden("lstm.nam"))
    for broken, reason in (
            (text[:-9], "it is no JSON, line "),
            (text.replace("[", "[NaN, ", 1), "invalid token near 'NaN'"),
            (text.replace("[", "[-Infinity, ", 1), "it is no JSON"),
            (text.replace("[", "[1e999, ", 1), "real number overflow"),
            (text.replace("{", '{"version": "0.5.4", ', 1), "duplicate"),
            (text + "{}", "it is no JSON"),
            ('{"layers": ' + "[" * 100000, "maximum parsing depth reached"),
            ('{"a":' * 100000, "maximum parsing depth reached"),
            ("{", "it is no JSON"), ("{\0}", "it is no JSON")):
        assert reason in refused(broken), reason


@test
def numbers_that_no_float_holds_are_refused():
    model = changed(golden("aida.json"), "layers", 1, "weights", 1, 0,
                    to=1e308)
    assert "is not a finite number of float32" in refused(
        {**model, "out_gain": 100.0})


@test
def large_files_are_refused():
    assert "it is above 16 MiB" in refused("{" + " " * (16 << 20) + "}")


@test
def files_that_are_made_to_take_memory_take_no_more_than_they_may():
    with open(LMU, "rb") as file:
        if b"__asan_init" in file.read():
            raise Skip("sanitizers need memory without a limit")
    for element in ("{}", "[]", '""'):
        text = '{"layers": [' + (element + ",") * (5 << 20) + "{}]}"
        message = refused(text)
        assert "reading it takes too " in message, message
    text = '{"layers": [' + "0.5," * (3 << 20) + "0.5]}"
    message = refused(text)
    assert '"in_shape" is not' in message or "too long" in message, message


if __name__ == "__main__":
    sys.exit(main())
