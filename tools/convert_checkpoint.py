#!/usr/bin/env python3
"""python convert_checkpoint.py IN OUT.safetensors: a PyTorch checkpoint (.pt, .pth, .bin) of CLIP as safetensors, under the same names.

Needs torch and safetensors. OpenAI's archives (TorchScript), plain state dictionaries and training checkpoints are read; pickles that
hold anything but tensors are refused by torch. Put the file beside its configuration, if it has one, before it is opened.
"""
import os
import sys
import warnings

import torch
from safetensors.torch import save_file


def state_dict(path: str) -> dict[str, torch.Tensor]:
    """The tensors by name, on the CPU."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return torch.jit.load(path, map_location="cpu").state_dict()
    except RuntimeError:
        content = torch.load(path, map_location="cpu", weights_only=True)
    for key in ("state_dict", "model"):
        if isinstance(content.get(key), dict):
            content = content[key]
    return content


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].endswith(".safetensors"):
        sys.exit(__doc__)
    if os.path.exists(sys.argv[1]) and os.path.exists(sys.argv[2]) and os.path.samefile(sys.argv[1], sys.argv[2]):
        sys.exit(f"{sys.argv[2]}: expected another file than IN")
    tensors = {name: value.detach().clone().contiguous() for name, value in state_dict(sys.argv[1]).items() if torch.is_tensor(value)}
    save_file(tensors, sys.argv[2], {"format": "pt"})
    print(f"{sys.argv[2]}: {len(tensors)} tensors, {sum(value.numel() for value in tensors.values())} numbers")
