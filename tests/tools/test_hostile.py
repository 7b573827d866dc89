#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Test files of others in the lmu command: test_hostile.py LMU GOLDEN

LMU is the program, GOLDEN the folder of networks.  Files that would read other
files, run code, or take all memory are refused by name, and cost next to
nothing.  Prints the Test Anything Protocol.
"""

import array
import json
import math
import os
import pickle
import resource
import shutil
import struct
import subprocess
import sys
import zipfile

import torch_file
from runner import INPUT, LMU, TIMEOUT, USAGE, error, lmu, main, test
from torch_file import Call, Parameter, Storage, Tensor

GOLDEN = os.path.abspath(sys.argv[2])
MAX_BYTES = 512 << 20


# A network of one Dense layer

def config_of(**changes):
    """Return the configuration of a Dense layer that the weights fit."""
    layers = [{"class_name": "InputLayer",
               "config": {"name": "in", "batch_shape": [None, None, 4]}},
              {"class_name": "Dense",
               "config": {"name": "dense", "units": 5, "activation": "linear",
                          "use_bias": False, **changes}}]
    return {"class_name": "Sequential", "config": {"layers": layers}}


def hdf5(name):
    """Return a file that tests/interop/make_hostile.py made."""
    with zipfile.ZipFile(os.path.join(GOLDEN, "hostile.zip")) as archive:
        return archive.read(name + ".h5")


def pack(weights, config=None, path="made.keras", **entries):
    """Write a .keras file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(config_of()) if config is None else config
        archive.writestr("config.json", text)
        archive.writestr("model.weights.h5", weights)
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def refused(path, *words):
    """Return why a file is refused, which leaves no file."""
    message = error(INPUT, "import", path, "no.safetensors", *words)
    assert os.path.basename(words[1] if words else path) in message, message
    assert not os.path.exists("no.safetensors")
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    if "asan" not in os.environ.get("LD_PRELOAD", ""):
        assert used < MAX_BYTES, (path, used)
    return message


def survives(path):
    """Import a file that may be good or bad, but never ends the command."""
    done = subprocess.run([LMU, "import", path, "o.safetensors", "--quiet"],
                          capture_output=True, text=True, timeout=TIMEOUT,
                          check=False)
    assert done.returncode in (0, INPUT), done
    assert done.stderr.count("\n") == bool(done.returncode), done


def tensors_of(path):
    """Return {name: (shape, values)} of a safetensors file."""
    with open(path, "rb") as file:
        data = file.read()
    size = struct.unpack_from("<Q", data)[0]
    found = {}
    for name, tensor in json.loads(data[8:8 + size]).items():
        if name != "__metadata__":
            begin, end = (8 + size + n for n in tensor["data_offsets"])
            found[name] = (tuple(tensor["shape"]),
                           list(array.array("f", data[begin:end])))
    return found


# HDF5

@test
def weights_of_others_are_read():
    wanted = ((4, 5), [i / 8 for i in range(20)])
    for name in ("good", "gzip"):
        lmu("import", pack(hdf5(name)), "net.safetensors", "--quiet")
        assert tensors_of("net.safetensors") == {"layers.0.kernel": wanted}


@test
def hdf5_that_leads_elsewhere_is_refused_by_name():
    with open("secret.txt", "w", encoding="utf-8") as file:
        file.write("a private file of the user" * 10)
    shutil.copy("secret.txt", "secret.h5")
    for name, reason in (
            ("external-storage", "in another file (external storage)"),
            ("external-link", "is in another file (external link)"),
            ("external-group", "is in another file (external link)"),
            ("soft-link", "another place (soft link)"),
            ("soft-cycle", "another place (soft link)"),
            ("user-link", "a kind of its own (user-defined link)"),
            ("virtual", "parts of other arrays (virtual dataset)"),
            ("virtual-inside", "parts of other arrays (virtual dataset)"),
            ("committed-type", "stands elsewhere (committed type)"),
            ("family", "in several files (family or multi driver)"),
            ("other-filter", "(filter pipeline)"),
            ("twice-deflated", "(filter pipeline)"),
            ("large-chunk", "(filter pipeline)"),
            ("large-chunk-once", "in chunks that are too large"),
            ("chunk-bomb", '"layers/dense/vars/0" is damaged'),
            ("chunk-short", '"layers/dense/vars/0" is damaged'),
            ("whole-numbers", "is not float32 or float64"),
            ("variable-length", "is not float32 or float64"),
            ("reference", "is not float32 or float64"),
            ("odd-float", "is not float32 or float64"),
            ("no-space", "has shape []"),
            ("group", "no variable"),
            ("hard-cycle", "no variable")):
        message = refused(pack(hdf5(name)))
        assert reason in message, (name, message)
        assert "not read" in message or "(" not in reason, message


@test
def a_fifo_in_the_place_of_numbers_is_not_opened():
    os.mkfifo("secret.txt")
    assert "external storage" in refused(pack(hdf5("external-storage")))


@test
def plugins_of_hdf5_are_not_loaded():
    with open("plugin.so", "w", encoding="utf-8") as file:
        file.write("no library")
    os.environ["HDF5_PLUGIN_PATH"] = os.getcwd()
    try:
        assert "filter pipeline" in refused(pack(hdf5("other-filter")))
    finally:
        del os.environ["HDF5_PLUGIN_PATH"]


@test
def damaged_hdf5_never_ends_the_command():
    weights = hdf5("good")
    for place in range(8, len(weights), 29):
        data = bytearray(weights)
        if place % 2:
            data[place] ^= 0xFF
        else:
            # An address or a size that is somewhere in the file
            data[place:place + 8] = struct.pack("<Q", place)
        survives(pack(bytes(data)))


# Sizes

@test
def a_large_configuration_is_not_inflated():
    layers = json.dumps(config_of())
    for size in (5 << 20, 40 << 20):
        message = refused(pack(hdf5("good"), layers + " " * size))
        assert "config.json is above 4 MiB" in message, message
        with open("config.json", "w", encoding="utf-8") as file:
            file.write(layers + " " * size)
        message = refused(pack(hdf5("good")), "--config", "config.json")
        assert "configuration is above 4 MiB" in message, message
    lmu("import", pack(hdf5("good"), layers + " " * (3 << 20)),
        "net.safetensors", "--quiet")


@test
def a_deep_or_wide_configuration_stays_small():
    for text in ("[" * (4 << 20), "[[]," * (1 << 20) + "[]]",
                 "[" + "[]," * (1398000) + "[]]", '{"a":' * (1 << 19)):
        message = refused(pack(hdf5("good"), text[:4 << 20]))
        assert "cannot read the configuration" in message or \
            "the model is of class" in message, message


@test
def large_weights_are_not_inflated():
    message = refused(pack(bytes(65 << 20)))
    assert "model.weights.h5 is above 64 MiB" in message, message


@test
def sizes_that_an_archive_lies_about_are_found():
    pack(hdf5("good"))
    with open("made.keras", "rb") as file:
        data = bytearray(file.read())
    place = data.index(b"PK\1\2") + 24  # Size of config.json in the directory
    for size in (2, 1 << 21, 0xFFFFFFFE):
        struct.pack_into("<I", data, place, size)
        with open("lie.keras", "wb") as file:
            file.write(data)
        assert "config.json is " in refused("lie.keras")


@test
def damage_in_an_archive_is_found():
    with zipfile.ZipFile("made.keras", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("config.json", json.dumps(config_of()))
        archive.writestr("model.weights.h5", hdf5("good"))
    with open("made.keras", "rb") as file:
        data = bytearray(file.read())
    data[data.index(struct.pack("<f", 1.5))] ^= 1  # One bit of one weight
    with open("made.keras", "wb") as file:
        file.write(data)
    assert "model.weights.h5 is damaged" in refused("made.keras")


# PyTorch

def state_dict(prefix="cell."):
    """Return a state dict of order 2 with 3 units and one input."""
    t = 1 / 20
    state = {"e_x": ((1, 1), [0.7]), "e_h": ((1, 3), [.1, .2, .3]),
             "e_m": ((1, 2), [.05, -.1]), "W_x": ((3, 1), [.4, -.5, .6]),
             "W_h": ((3, 3), [.1, .2, .3, -.1, -.2, -.3, .2, .1, 0.0]),
             "W_m": ((3, 2), [.3, .2, -.4, .1, .5, -.6]),
             "A": ((2, 2), [1 - t, -t, 3 * t, 1 - 3 * t]),
             "B": ((2, 1), [t, -3 * t])}
    return {prefix + name: Tensor(*value) for name, value in state.items()}


def imported(content, path="made.pt", **more):
    """Import what torch.save() would write, and return its tensors."""
    lmu("import", torch_file.save(path, content, **more), "net.safetensors",
        "--quiet")
    return tensors_of("net.safetensors")


@test
def state_dicts_of_pytorch_are_read():
    wanted = imported(state_dict())
    assert len(wanted) == 4 and wanted["layers.0.kernel"][0] == (4, 1), wanted
    for path in ("made.pth", "made.PT", "made.ckpt", "made.bin", "made"):
        assert imported(state_dict(), path) == wanted
    for protocol in (2, 3, 4, 5):
        assert imported(state_dict(), protocol=protocol) == wanted
    for prefix in ("", "net.", "model.", "module.", "a.b.cell."):
        assert imported(state_dict(prefix)) == wanted
    assert imported(state_dict(), compression=zipfile.ZIP_DEFLATED) == wanted
    assert imported(state_dict(), byteorder="little") == wanted


@test
def files_of_older_versions_are_read():
    wanted = imported(state_dict())
    words = ("made.pt", "net.safetensors", "--quiet")
    count = Tensor((), Storage([3], "LongStorage"))
    torch_file.save_legacy("made.pt", {"net": {**state_dict(), "n": count}})
    lmu("import", *words)
    assert tensors_of("net.safetensors") == wanted
    for reason, more in (("highest byte first", {"little": False}),
                         ("a version of PyTorch", {"version": 1002}),
                         ("is cut short", {"cut": 1}),
                         ("is cut short", {"cut": 30}),
                         ("its pickle is damaged", {"cut": 250})):
        path = torch_file.save_legacy("made.pt", state_dict(), **more)
        assert reason in refused(path), reason
    large = {"t": Tensor((1,), Storage([1.0], count=1 << 61))}
    assert "is cut short" in refused(torch_file.save_legacy("made.pt", large))


@test
def state_dicts_in_checkpoints_are_read():
    wanted = imported(state_dict())
    rest = {"epoch": 3, "loss": 0.5, "name": "x", "none": None, "flag": True,
            "sizes": [1, (2, 3)], "large": 1 << 90}
    for key in ("state_dict", "model_state_dict", "model", "net", "module",
                "anything"):
        assert imported({**rest, key: state_dict()}) == wanted, key
    assert imported({**rest, **state_dict()}) == wanted
    assert imported({"model": {"state_dict": state_dict()}}) == wanted
    optimizer = {"state": {0: {"step": 1, "exp_avg": Tensor((1,), [9.0])}},
                 "param_groups": [{"lr": 1e-3, "params": [0]}]}
    assert imported({"optimizer": optimizer, "net": state_dict(),
                     "device": Call("torch.device", "cpu")}) == wanted


@test
def counters_are_left_out_and_other_layers_named():
    wanted = imported(state_dict())
    count = Tensor((), Storage([3], "LongStorage"))
    assert imported({**state_dict(), "num_batches_tracked": count}) == wanted
    for name, shape, reason in (
            ("scale", (), 'tensor "scale" is no part of an LMU cell'),
            ("bn.running_mean", (3,), "is of a batch normalisation"),
            ("rnn.weight_ih_l0", (3, 3), "an RNN, GRU or LSTM of PyTorch")):
        values = [0.5] * math.prod(shape)
        path = torch_file.save("made.pt", {**state_dict(),
                                           name: Tensor(shape, values)})
        message = refused(path)
        assert reason in message, message


@test
def views_and_all_floats_are_read():
    wanted = imported(state_dict())
    state = state_dict()
    shared = Storage([9, 9, .3, -.4, .5, .2, .1, -.6])
    state["cell.W_m"] = Tensor((3, 2), shared, (1, 3), 2)  # Transposed
    state["cell.W_x"] = Parameter((3, 1), [.4, -.5, .6])
    state["cell.e_x"] = Tensor((1, 1), Storage([0.7], "DoubleStorage"))
    assert imported(state) == wanted
    state["cell.e_x"] = Tensor((1, 1), Storage([0x3800], "HalfStorage"))
    assert imported(state)["layers.0.kernel"][1][0] == 0.5
    state["cell.e_x"] = Tensor((1, 1), Storage([0x3F00], "BFloat16Storage"))
    assert imported(state)["layers.0.kernel"][1][0] == 0.5


@test
def tensors_that_are_not_there_are_refused():
    for tensor, reason in (
            (Tensor((1 << 30,), [0.0], (0,)), "repeats its numbers"),
            (Tensor((2, 2), [0.0, 1.0], (0, 1)), "repeats its numbers"),
            (Tensor((3, 3), [0.0] * 5, (1, 1)), "more numbers than"),
            (Tensor((4,), [0.0] * 3), "more numbers than"),
            (Tensor((2,), [0.0] * 3, (1,), 2), "more numbers than"),
            (Tensor((1,), [0.0], (1,), 7), "is damaged"),
            (Tensor((1,), [0.0], (1,), -1), "is damaged"),
            (Tensor((-1,), [0.0], (1,)), "is damaged"),
            (Tensor((2,), [0.0], (-1,)), "is damaged"),
            (Tensor((1,) * 9, [0.0]), "more than 8 dimensions"),
            (Tensor((2, 1), [0.0], (1,)), "is damaged"),
            (Tensor((1 << 40, 1 << 40), [0.0]), "above 64 MiB"),
            (Tensor((1 << 62, 4), [0.0], (1 << 62, 1)), "above 64 MiB"),
            (Tensor((2,), [0.0] * 3, ((1 << 63) - 1,)), "is damaged"),
            (Tensor((4,), Storage([0.0], count=1 << 40)), "more numbers than"),
            (Tensor((1.5,), [0.0], (1,)), "is damaged")):
        state = {**state_dict(), "cell.e_x": tensor}
        message = refused(torch_file.save("made.pt", state))
        assert 'tensor "cell.e_x" ' in message and reason in message, message


@test
def a_large_step_takes_no_minutes():
    for order in (600, 1100):
        n = order * order
        state = {**state_dict(), "cell.e_m": Tensor((1, order), [0.0] * order),
                 "cell.W_m": Tensor((3, order), [0.0] * 3 * order),
                 "cell.A": Tensor((order, order), [0.001] * n),
                 "cell.B": Tensor((order,), [0.0] * order)}
        message = refused(torch_file.save("made.pt", state))
        assert "keep A and B with --step stored" in message, message
    lmu("import", "made.pt", "net.safetensors", "--quiet", "--theta", 2000,
        "--step", "stored")


@test
def many_views_of_much_are_refused():
    much = Storage([0.0] * (4 << 20))
    state = {f"t{i}": Tensor((4 << 20,), much) for i in range(5)}
    path = torch_file.save("made.pt", state, compression=zipfile.ZIP_DEFLATED)
    assert "above 64 MiB in all" in refused(path)
    state = {f"t{i}": Tensor((1,), Storage([0.0] * (4 << 20)))
             for i in range(20)}
    path = torch_file.save("made.pt", state, compression=zipfile.ZIP_DEFLATED)
    assert "parts of more than 256 MiB" in refused(path)
    state = {f"t{i}": Tensor((), [0.0]) for i in range(300)}
    assert "more than 256 tensors" in refused(torch_file.save("made.pt", state))


@test
def nothing_of_python_runs():
    calls = {"posix.system": "touch RAN", "builtins.eval": "open('RAN', 'w')",
             "builtins.exec": "open('RAN', 'w')", "os.system": "touch RAN",
             "torch.jit._recursive.script": "x", "builtins.getattr": "x",
             "torch._utils._rebuild_sparse_tensor": "x",
             "torch._utils._rebuild_qtensor": "x",
             "torch.nn.modules.linear.Linear": "x", "__main__.Net": "x"}
    for name, word in calls.items():
        parent, _, own = name.rpartition(".")
        text = (b"\x80\x02}X\x01\x00\x00\x00ac" + parent.encode() + b"\n" +
                own.encode() + b"\nX" + struct.pack("<I", len(word)) +
                word.encode() + b"\x85Rs.")
        message = refused(torch_file.save_pickle("made.pt", text))
        assert f'"{name}" of Python' in message, message
        assert "save model.state_dict()" in message, message
        stack = (b"\x80\x04\x8c" + bytes([len(parent)]) + parent.encode() +
                 b"\x8c" + bytes([len(own)]) + own.encode() + b"\x93.")
        message = refused(torch_file.save_pickle("made.pt", stack))
        assert f'"{name}" of Python' in message, message
    assert not os.path.exists("RAN")


@test
def programs_of_torchscript_are_refused():
    path = torch_file.save("made.pt", state_dict(),
                           constants__pkl=b"\x80\x02).")
    assert "is a program (TorchScript" in refused(path)
    with zipfile.ZipFile("made.pt", "w") as archive:
        archive.writestr("net/constants.pkl", b"\x80\x02).")
        archive.writestr("net/code/__torch__.py", "def forward(self): ...")
    assert "is a program (TorchScript" in refused("made.pt")


@test
def other_pickles_are_refused_by_name():
    with open("plain.pt", "wb") as file:
        pickle.dump({"a": 1}, file, 2)
    assert "a pickle that torch.save() did not write" in refused("plain.pt")
    for content, reason in (
            ({}, "holds no state dict"), ([1, 2], "holds no state dict"),
            (Tensor((1,), [1.0]), "holds no state dict"),
            ({"a": 1}, "holds no state dict"),
            ({3: Tensor((1,), [1.0])}, "a tensor has no name"),
            ({"x" * 200: Tensor((1,), [1.0])}, "a tensor has no name"),
            ({"a\0b": Tensor((1,), [1.0])}, "a tensor has no name")):
        message = refused(torch_file.save("made.pt", content))
        assert reason in message, message
    path = torch_file.save("made.pt", state_dict(), byteorder="big")
    assert "highest byte first" in refused(path)


@test
def damaged_pickles_are_refused():
    mark, none = b"(", b"N"
    for text in (b"", b".", b"\x80\x02", b"\x80\x09N.", mark + b".", b"NN.",
                 b"0.", b"1.", b"2.", b"a.", none + b"a.", b"]" + none * 2,
                 b"s.", b"e.", b"(e.", b"(Nu.", b"}(Nu.", b"t.", b"\x87.",
                 b"(N\x86.", b"q\0.", b"h\0.", b"Nq\xff.", b"j\xff\xff\xff\xff.",
                 b"X\xff\xff\xff\xffabc.", b"\x8d" + b"\xff" * 8 + b".",
                 b"\x95" + b"\xff" * 8 + b"N.", b"c", b"cabc\n", b"NR.", b")R.",
                 b"NQ.", b"Nb.", b"N\x93.", b"NN\x93.", b"\x8a\xff1.", b"G1.",
                 none * 1000, mark * 1000, b"]" * 1000 + b"a" * 999 + b".",
                 b"]q\0h\0a.", b"i", b"o", b"P1\n.", b"I1\n.", b"\x82\x01."):
        message = refused(torch_file.save_pickle("made.pt", text))
        assert "its pickle " in message or "holds no state dict" in message, \
            (text, message)


@test
def a_large_pickle_costs_little():
    for part in (b"N", b"(", b"]", b"}q\0", b"]q\0h\0", b"X\0\0\0\0"):
        text = part * ((4 << 20) // len(part))
        path = torch_file.save_pickle("made.pt", text,
                                      compression=zipfile.ZIP_DEFLATED)
        assert "its pickle is damaged" in refused(path)
    path = torch_file.save_pickle("made.pt", b"N" * (5 << 20),
                                  compression=zipfile.ZIP_DEFLATED)
    assert "data.pkl is above 4 MiB" in refused(path)


@test
def any_damage_to_a_state_dict_is_survived():
    torch_file.save("made.pt", state_dict())
    with zipfile.ZipFile("made.pt") as archive:
        text = archive.read("archive/data.pkl")
        data = [archive.read(f"archive/data/{i}") for i in range(8)]
    for place in range(0, len(text), 7):
        changed = bytearray(text)
        changed[place] ^= 0x15
        torch_file.save_pickle("made.pt", bytes(changed), data)
        survives("made.pt")


# What a file is

@test
def files_are_told_by_what_is_in_them():
    for source, names in ((pack(hdf5("good")), ("a.KERAS", "b.zip", "c.h5")),
                          (torch_file.save("made.pt", state_dict()),
                           ("d.PTH", "e.h5", "f.keras"))):
        for name in names:
            shutil.copy(source, name)
            lmu("import", name, "--quiet", "o.safetensors")
    with open("g.H5", "wb") as file:
        file.write(hdf5("good"))
    assert "weights only; give --config" in error(USAGE, "import", "g.H5")
    with open("config.json", "w", encoding="utf-8") as file:
        json.dump(config_of(), file)
    lmu("import", "g.H5", "--config", "config.json", "--quiet")
    assert os.path.exists("g.safetensors")


@test
def what_nothing_reads_is_named():
    with zipfile.ZipFile("arrays.npz", "w") as archive:
        archive.writestr("a.npy", b"\x93NUMPY")
    for name, data, reason in (
            ("a.npy", b"\x93NUMPY\1\0", "is a NumPy array"),
            ("a.json", b'{"class_name": 1}', "give the weights"),
            ("a.txt", b"some text", "cannot tell what a.txt is"),
            ("a.pt", b"\x80\2K\1.", "a pickle that torch.save() did not"),
            ("a.keras", b"", "is empty"),
            ("a.h5", b"\0" * 600, "cannot tell what a.h5 is")):
        with open(name, "wb") as file:
            file.write(data)
        assert reason in refused(name), name
    assert "archive of NumPy" in refused("arrays.npz")
    os.mkdir("folder.keras")
    os.mkfifo("pipe.pt")
    for name in ("folder.keras", "pipe.pt"):
        assert "is not a file but a folder or a device" in refused(name)


@test
def messages_stay_on_one_line():
    text = json.dumps(config_of(name="a\n\x1b[31mlmu: b", units=0))
    message = refused(pack(hdf5("good"), text))
    assert "\x1b" not in message and "a??[31m" in message, message


if __name__ == "__main__":
    sys.exit(main())
