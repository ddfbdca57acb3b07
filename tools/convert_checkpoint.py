#!/usr/bin/env python3
"""python convert_checkpoint.py IN OUT.safetensors: a PyTorch checkpoint (.pt, .pth, .bin) of CLIP as safetensors, under the same names.

Needs torch and safetensors. OpenAI's archives (TorchScript), plain state dictionaries and training checkpoints are read; pickles that
hold anything but tensors are refused. What frameworks of training put in front of CLIP's names (module., model., clip., _orig_mod. and their
combinations) is left out, and said. Put the file beside its configuration, if it has one, before it is opened.
"""
import os
import pickle
import re
import sys
import warnings

import torch
from safetensors.torch import save_file

# One of these is in every checkpoint that can be read, see docs/checkpoints.md.
KNOWN = ("vision_model.embeddings.class_embedding", "text_model.embeddings.token_embedding.weight", "visual.class_embedding", "visual.proj",
         "visual.attnpool.positional_embedding", "token_embedding.weight", "stem.conv1.conv.weight", "cls_token")
WRAPPER = re.compile(r"(?:(?:module|model|clip|clip_model|_orig_mod|_forward_module|state_dict)\.)+")


def state_dict(path: str) -> dict[str, torch.Tensor]:
    """The tensors by name, on the CPU."""
    if not os.path.isfile(path):
        sys.exit(f"{path}: expected a file, got none")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return torch.jit.load(path, map_location="cpu").state_dict()
    except RuntimeError:
        pass
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        sys.exit(f"{path}: expected tensors by name, got a pickle with other objects, such as a whole model, which is never run; "
                 "save model.state_dict() where the model was trained")
    except Exception as failure:  # torch's reader of pickles fails in many ways on other bytes
        reason = (str(failure) or type(failure).__name__).splitlines()[0]
        sys.exit(f"{path}: expected a file of PyTorch, got one that torch cannot read: {type(failure).__name__}, {reason}")
    for key in ("state_dict", "model"):
        if isinstance(content, dict) and isinstance(content.get(key), dict):
            content = content[key]
    if not isinstance(content, dict):
        sys.exit(f"{path}: expected tensors by name, got {type(content).__name__}")
    return content


def unwrapped(names: list[str]) -> dict[str, str]:
    """The new name of each; as it is where nothing that is known stands in front of a name of CLIP's."""
    plain = {name: name.replace("_orig_mod.", "") for name in names}  # a compiled part may stand in the middle
    for name in plain.values():
        for known in KNOWN:
            if name.endswith(known) and WRAPPER.fullmatch(name[: -len(known)]):
                prefix = name[: -len(known)]
                return {old: new[len(prefix):] if new.startswith(prefix) else new for old, new in plain.items()}
    return plain


def main(source: str, target: str) -> None:
    """Converts one file."""
    tensors = {name: value.detach().clone().contiguous() for name, value in state_dict(source).items() if torch.is_tensor(value)}
    names = unwrapped(list(tensors))
    changed = [old for old, new in names.items() if old != new]
    if len(set(names.values())) != len(names):
        sys.exit(f"{source}: expected names that differ without the prefixes of training frameworks, got two equal ones")
    if changed:
        print(f"{len(changed)} names without what training put in front, as {changed[0]} -> {names[changed[0]]}")
    if not set(KNOWN) & {re.sub(r"^text\.", "", name) for name in names.values()}:
        print(f"{source}: expected names of CLIP's tensors, got {', '.join(sorted(names)[:5])}, ...; they are kept and will not be opened",
              file=sys.stderr)
    save_file({names[old]: value for old, value in tensors.items()}, target, {"format": "pt"})
    print(f"{target}: {len(tensors)} tensors, {sum(value.numel() for value in tensors.values())} numbers")


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].endswith(".safetensors"):
        sys.exit(__doc__)
    if os.path.exists(sys.argv[1]) and os.path.exists(sys.argv[2]) and os.path.samefile(sys.argv[1], sys.argv[2]):
        sys.exit(f"{sys.argv[2]}: expected another file than IN")
    main(sys.argv[1], sys.argv[2])
