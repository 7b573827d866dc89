#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Write the tensors of a PyTorch file as safetensors, for lmu import.

Usage: pt_to_safetensors.py IN.pt OUT.safetensors

IN.pt is what torch.save(model.state_dict()) wrote, or a checkpoint with the
state dict under "state_dict", "model_state_dict" or "model".  Only tensors are
read from it, no code.
"""

import json
import struct
import sys

try:
    import torch
except ImportError:
    sys.exit("pt_to_safetensors.py: PyTorch is not installed; install it, "
             "Debian's package is python3-torch")

KEYS = ("state_dict", "model_state_dict", "model")


def fail(path, what):
    """End with a message."""
    sys.exit(f"pt_to_safetensors.py: {path}: {what}")


def load(path):
    """Return the state dict in a file."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        fail(path, "no such file; give what torch.save() wrote")
    except Exception as reason:  # pylint: disable=broad-except
        fail(path, f"cannot be read without running its code; save "
                   f"model.state_dict() ({type(reason).__name__})")
    for key in KEYS:
        if isinstance(content, dict) and isinstance(content.get(key), dict):
            content = content[key]
    if not isinstance(content, dict) or not content:
        fail(path, "holds no state dict; save model.state_dict()")
    return content


def save(path, tensors):
    """Write tensors as float32."""
    header, data = {}, b""
    for name, tensor in tensors.items():
        if not isinstance(tensor, torch.Tensor):
            fail(path, f"\"{name}\" is no tensor; save model.state_dict()")
        values = tensor.detach().to(torch.float32).contiguous().flatten()
        packed = struct.pack(f"<{values.numel()}f", *values.tolist())
        header[name] = {"dtype": "F32", "shape": list(tensor.shape),
                        "data_offsets": [len(data), len(data) + len(packed)]}
        data += packed
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def main():
    """Convert a file."""
    if len(sys.argv) != 3 or sys.argv[1].startswith("-"):
        sys.exit(__doc__.strip())
    save(sys.argv[2], load(sys.argv[1]))


if __name__ == "__main__":
    main()
