#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Make HDF5 files that a reader must refuse: make_hostile.py [-o FILE.zip]

Each but `good` and `gzip` has weights of one Dense layer, layers/dense/vars/0
[4][5], that are in another file, behind a link, too large, or of a strange kind.
Needs h5py.
"""

import argparse
import pathlib
import struct
import tempfile
import zipfile
import zlib

import h5py
import numpy as np

NAME = "layers/dense/vars/0"
SHAPE = (4, 5)
VALUES = np.arange(20, dtype="<f4").reshape(SHAPE) / 8
FLOAT = h5py.h5t.IEEE_F32LE

makers = {}


def maker(function):
    """Keep a function that fills a file, under the name of the file."""
    makers[function.__name__.replace("_", "-")] = function
    return function


def create(file, properties, kind=FLOAT, limits=None):
    """Make the dataset with properties of its own."""
    space = h5py.h5s.create_simple(SHAPE, limits or SHAPE)
    file.require_group("layers/dense/vars")
    return h5py.h5d.create(file.id, NAME.encode(), kind, space, properties)


def properties_of(chunk=None, deflates=0):
    """Return properties for a dataset."""
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    if chunk:
        properties.set_chunk(chunk)
    for _ in range(deflates):
        properties.set_deflate(9)
    return properties


def write(dataset):
    """Write the numbers of the dataset."""
    dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, VALUES)


@maker
def good(file):
    """The dataset as Keras has it."""
    file[NAME] = VALUES


@maker
def gzip(file):
    """Compressed as h5repack does it."""
    file.create_dataset(NAME, data=VALUES, chunks=(2, 3), compression="gzip",
                        shuffle=True)


@maker
def external_storage(file):
    """In a file of the user."""
    properties = properties_of()
    properties.set_external(b"secret.txt", 0, 80)
    create(file, properties)


@maker
def external_link(file):
    """A link to another HDF5 file."""
    file.require_group("layers/dense/vars")["0"] = h5py.ExternalLink(
        "secret.h5", "/numbers")


@maker
def external_group(file):
    """A group in another HDF5 file."""
    file.require_group("layers")["dense"] = h5py.ExternalLink("secret.h5", "/")


@maker
def soft_link(file):
    """A link by name."""
    file["elsewhere"] = VALUES
    file.require_group("layers/dense/vars")["0"] = h5py.SoftLink("/elsewhere")


@maker
def soft_cycle(file):
    """A link to itself."""
    file.require_group("layers/dense/vars")["0"] = h5py.SoftLink("/" + NAME)


@maker
def virtual(file):
    """Parts of a dataset in another file."""
    layout = h5py.VirtualLayout(SHAPE, "<f4")
    layout[:] = h5py.VirtualSource("secret.h5", "numbers", SHAPE)
    file.create_virtual_dataset(NAME, layout)


@maker
def virtual_inside(file):
    """Parts of a dataset in the same file."""
    file["elsewhere"] = VALUES
    layout = h5py.VirtualLayout(SHAPE, "<f4")
    layout[:] = h5py.VirtualSource(".", "elsewhere", SHAPE)
    file.create_virtual_dataset(NAME, layout)


@maker
def committed_type(file):
    """A type that is an object of the file."""
    file["type"] = np.dtype("<f4")
    dataset = file.create_dataset(NAME, SHAPE, file["type"])
    dataset[:] = VALUES


@maker
def whole_numbers(file):
    """No floats."""
    file[NAME] = VALUES.astype("<i4")


@maker
def variable_length(file):
    """Lists of any length."""
    file.create_dataset(NAME, SHAPE, h5py.vlen_dtype(np.float32))


@maker
def reference(file):
    """References to objects."""
    file.create_dataset(NAME, SHAPE, h5py.ref_dtype)


@maker
def odd_float(file):
    """A float of 32 bits with a sign and exponent of its own."""
    kind = FLOAT.copy()
    kind.set_fields(31, 20, 11, 0, 20)
    kind.set_ebias(1023)
    create(file, properties_of(), kind)


@maker
def large_chunk(file):
    """A chunk of 512 MiB."""
    limits = (h5py.h5s.UNLIMITED, h5py.h5s.UNLIMITED)
    write(create(file, properties_of((4096, 32768), 2), FLOAT, limits))


@maker
def large_chunk_once(file):
    """A chunk of 512 MiB, with one filter, that is not there."""
    limits = (h5py.h5s.UNLIMITED, h5py.h5s.UNLIMITED)
    create(file, properties_of((4096, 32768), 1), FLOAT, limits)


@maker
def twice_deflated(file):
    """Two filters, each of which may put out a thousand times what it takes."""
    write(create(file, properties_of(SHAPE, 2)))


@maker
def chunk_bomb(file):
    """A chunk that inflates to 8 MiB, and not to 80 bytes."""
    dataset = create(file, properties_of(SHAPE, 1))
    dataset.write_direct_chunk((0, 0), zlib.compress(bytes(8 << 20), 9))


@maker
def chunk_short(file):
    """A chunk that inflates to 12 bytes, and not to 80."""
    dataset = create(file, properties_of(SHAPE, 1))
    dataset.write_direct_chunk((0, 0), zlib.compress(bytes(12)))


@maker
def other_filter(file):
    """A filter that is a plugin elsewhere."""
    properties = properties_of(SHAPE)
    properties.set_filter(h5py.h5z.FILTER_LZF, h5py.h5z.FLAG_OPTIONAL)
    write(create(file, properties))


@maker
def no_space(file):
    """A dataset without any shape."""
    file.create_dataset(NAME, dtype="<f4", data=h5py.Empty("<f4"))


@maker
def group(file):
    """A group in the place of the dataset."""
    file.require_group(NAME)


@maker
def hard_cycle(file):
    """A group that holds itself."""
    dense = file.require_group("layers/dense")
    dense["vars"] = file["layers"]


def fill(folder):
    """Make all files in a folder."""
    for name, function in makers.items():
        with h5py.File(folder / f"{name}.h5", "w", libver="earliest") as file:
            function(file)

    # A driver for several files, where the superblock says that one is named
    data = bytearray((folder / "good.h5").read_bytes())
    data[48:56] = struct.pack("<Q", len(data))
    data += struct.pack("<B3xI8sQ", 0, 8, b"NCSAfami", 4096)
    data[40:48] = struct.pack("<Q", len(data))
    (folder / "family.h5").write_bytes(data)

    # A kind of links that only another program knows
    data = bytearray((folder / "external-link.h5").read_bytes())
    data[data.rindex(b"\x40", 0, data.index(b"secret.h5"))] = 65
    (folder / "user-link.h5").write_bytes(data)


def main():
    """Make all."""
    golden = pathlib.Path(__file__).resolve().parent / "golden"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=pathlib.Path,
                        default=golden / "hostile.zip")
    output = parser.parse_args().output
    with tempfile.TemporaryDirectory() as name, \
            zipfile.ZipFile(output, "w") as archive:
        folder = pathlib.Path(name)
        fill(folder)
        for path in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(path.name)  # With a date that stays
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
            print(f"{path.name:20} {path.stat().st_size:6} bytes")


if __name__ == "__main__":
    main()
