# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Write files as torch.save() does, good and bad, without PyTorch."""

import array
import collections
import io
import math
import pickle
import struct
import sys
import types
import zipfile


def module(name, **members):
    """Make members of a module that pickle can name."""
    made = sys.modules.setdefault(name, types.ModuleType(name))
    for key, member in members.items():
        member.__module__ = name
        member.__qualname__ = member.__name__ = key
        setattr(made, key, member)
    sys.modules[name] = made
    return made


def function():
    """Return a function that is only named."""
    def nothing():
        raise NotImplementedError
    return nothing


CODES = {"FloatStorage": "f", "DoubleStorage": "d", "LongStorage": "q",
         "IntStorage": "i", "HalfStorage": "H", "BFloat16Storage": "H"}
TORCH = module("torch", **{name: type(name, (), {}) for name in CODES})
UTILS = module("torch._utils", _rebuild_tensor_v2=function(),
               _rebuild_parameter=function())


class Storage:
    """Numbers in a file of their own."""

    def __init__(self, values, kind="FloatStorage", count=None):
        self.kind = kind
        self.data = array.array(CODES[kind], values).tobytes()
        self.count = len(values) if count is None else count


class Tensor:
    """A view of a storage."""

    def __init__(self, shape, storage, stride=None, begin=0):
        if not isinstance(storage, Storage):
            storage = Storage(storage)
        self.storage, self.shape, self.begin = storage, tuple(shape), begin
        self.stride = stride if stride is not None else tuple(
            math.prod(shape[i + 1:]) for i in range(len(shape)))

    def __reduce__(self):
        return (UTILS._rebuild_tensor_v2,
                (self.storage, self.begin, self.shape, self.stride, False,
                 collections.OrderedDict()))


class Parameter:
    """A tensor that is trained."""

    def __init__(self, *words):
        self.tensor = Tensor(*words)

    def __reduce__(self):
        return (UTILS._rebuild_parameter,
                (self.tensor, True, collections.OrderedDict()))


class Call:
    """A call of anything."""

    def __init__(self, name, *words):
        self.words = words
        parent, _, own = name.rpartition(".")
        self.function = function()
        module(parent, **{own: self.function})

    def __reduce__(self):
        return (self.function, self.words)


class Pickler(pickle.Pickler):
    """Writes storages beside the pickle."""

    def __init__(self, file, protocol):
        super().__init__(file, protocol)
        self.storages = []

    def persistent_id(self, obj):
        """Return what stands for a storage, or None."""
        if not isinstance(obj, Storage):
            return None
        if obj not in self.storages:
            self.storages.append(obj)
        return ("storage", getattr(TORCH, obj.kind),
                str(self.storages.index(obj)), "cpu", obj.count)


class LegacyPickler(Pickler):
    """The same, before 1.6."""

    def persistent_id(self, obj):
        """Return what stands for a storage, which may be part of another."""
        found = super().persistent_id(obj)
        return found and (*found, None)


def save(path, content, protocol=2, compression=zipfile.ZIP_STORED, **more):
    """Write a file of PyTorch, with more files in its archive."""
    text = io.BytesIO()
    pickler = Pickler(text, protocol)
    pickler.dump(content)
    return save_pickle(path, text.getvalue(), [
        storage.data for storage in pickler.storages], compression, **more)


def save_pickle(path, text, storages=(), compression=zipfile.ZIP_STORED,
                **more):
    """Write a file of PyTorch whose pickle is any bytes."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("archive/data.pkl", text)
        for i, data in enumerate(storages):
            archive.writestr(f"archive/data/{i}", data)
        for name, data in more.items():
            archive.writestr(f"archive/{name.replace('__', '.')}", data)
    return path


MAGIC = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."


def save_legacy(path, content, little=True, version=1001, cut=0):
    """Write a file as PyTorch did before 1.6."""
    text = io.BytesIO()
    pickler = LegacyPickler(text, 2)
    pickler.dump(content)
    machine = {"protocol_version": version, "little_endian": little,
               "type_sizes": {"short": 2, "int": 4, "long": 4}}
    parts = [MAGIC, pickle.dumps(version, 2), pickle.dumps(machine, 2),
             text.getvalue(),
             pickle.dumps([str(i) for i in range(len(pickler.storages))], 2)]
    for storage in pickler.storages:
        parts += [struct.pack("<q", storage.count), storage.data]
    data = b"".join(parts)
    with open(path, "wb") as file:
        file.write(data[:len(data) - cut])
    return path
