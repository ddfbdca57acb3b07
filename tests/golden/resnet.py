"""Golden values of convolutions and of CLIP's modified ResNet, PyTorch float64.

Writes resnet.safetensors:

    OMP_NUM_THREADS=1 python resnet.py

The network is open_clip's ModifiedResNet in evaluation mode. Large inputs are not stored: they are
`drawn(seed, shape)`, an integer hash that the tests compute too. Of large gradients the file has a
digest: the norm, the inner product with drawn(99, shape) and the first row.
"""
from __future__ import annotations

import json
import platform
from pathlib import Path

import numpy as np
import open_clip
import torch
from open_clip.modified_resnet import ModifiedResNet
from torch import Tensor
from torch.nn.functional import avg_pool2d, conv2d

import tensor_file

HERE = Path(__file__).parent
VERSIONS = json.dumps({"python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__,
                       "open_clip": open_clip.__version__})
out: dict[str, np.ndarray] = {}


def drawn(seed: int, *shape: int) -> Tensor:
    """Numbers in [-0.5, 0.5), exact in double precision."""
    x = np.arange(int(np.prod(shape)), dtype=np.uint32)
    x = (x + np.uint32(seed * 7919)) * np.uint32(2654435761)
    for shift, factor in ((16, 2246822519), (13, 3266489917)):
        x = (x ^ (x >> np.uint32(shift))) * np.uint32(factor)
    x ^= x >> np.uint32(16)
    return torch.from_numpy(x.astype(np.float64) / 2.0**32 - 0.5).reshape(shape)


def digest(name: str, gradient: Tensor) -> None:
    flat = gradient.reshape(gradient.shape[0], -1)
    out[name + ".norm"] = flat.norm().reshape(1).numpy()
    out[name + ".along"] = (flat * drawn(99, *flat.shape)).sum().reshape(1).numpy()
    out[name + ".row"] = flat[0].numpy().copy()


def convolutions() -> None:
    cases = {"same": (3, 1, 1), "strided": (3, 2, 1), "patches": (2, 2, 0), "single": (1, 1, 0)}
    for name, (kernel, stride, padding) in cases.items():
        x = drawn(1, 2, 3, 6, 8).requires_grad_()
        weight = drawn(2, 4, kernel, kernel, 3).requires_grad_()
        bias = drawn(3, 4).requires_grad_()
        y = conv2d(x, weight.permute(0, 3, 1, 2), bias, stride=stride, padding=padding)
        (0.5 * (y**2).sum()).backward()
        out[name + ".result"] = y.detach().permute(0, 2, 3, 1).contiguous().numpy()
        out[name + ".grad.x"] = x.grad.numpy()
        out[name + ".grad.weight"] = weight.grad.reshape(4, -1).numpy()
        out[name + ".grad.bias"] = bias.grad.numpy()
    x = drawn(1, 2, 3, 6, 8).requires_grad_()
    y = avg_pool2d(x, 2)
    (0.5 * (y**2).sum()).backward()
    out["pool.result"] = y.detach().permute(0, 2, 3, 1).contiguous().numpy()
    out["pool.grad.x"] = x.grad.numpy()


def names_of(net: ModifiedResNet) -> list[tuple[str, torch.nn.Conv2d, torch.nn.BatchNorm2d]]:
    """Our name, the convolution and its norm, in the order in which seeds are given to them."""
    pairs = [(f"conv{i}", getattr(net, f"conv{i}"), getattr(net, f"bn{i}")) for i in (1, 2, 3)]
    for stage in (1, 2, 3, 4):
        for number, block in enumerate(getattr(net, f"layer{stage}")):
            prefix = f"layer{stage}.{number}."
            pairs += [(f"{prefix}conv{i}", getattr(block, f"conv{i}"), getattr(block, f"bn{i}")) for i in (1, 2, 3)]
            if block.downsample is not None:
                children = dict(block.downsample.named_children())
                pairs.append((prefix + "downsample", children["0"], children["1"]))
    return pairs


def fill(pairs: list, net: ModifiedResNet) -> dict[str, Tensor]:
    """Draws all weights and statistics; returns and stores the factors that fold the norms."""
    factors = {}
    with torch.no_grad():
        for number, (name, conv, norm) in enumerate(pairs):
            o, i, k, _ = conv.weight.shape
            raw = drawn(100 + number, o, k, k, i) * (4.0 / np.sqrt(k * k * i))
            conv.weight.copy_(raw.permute(0, 3, 1, 2))
            norm.weight.copy_(1 + 0.6 * drawn(200 + number, o))
            norm.bias.copy_(0.4 * drawn(300 + number, o))
            norm.running_mean.copy_(0.4 * drawn(400 + number, o))
            norm.running_var.copy_(1 + 0.8 * drawn(500 + number, o))
            factors[name] = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            out[f"{name}.factor"] = factors[name].numpy()
            out[f"{name}.bias"] = (norm.bias - norm.running_mean * factors[name]).numpy()
        pool = net.attnpool
        width = pool.k_proj.weight.shape[0]
        pool.positional_embedding.copy_(drawn(600, *pool.positional_embedding.shape))
        for number, part in enumerate((pool.q_proj, pool.k_proj, pool.v_proj, pool.c_proj)):
            part.weight.copy_(drawn(610 + number, *part.weight.shape) * (4.0 / np.sqrt(width)))
            part.bias.copy_(drawn(620 + number, *part.bias.shape))
    return factors


def network() -> None:
    net = ModifiedResNet(layers=[1, 1, 1, 1], output_dim=16, heads=4, image_size=64, width=8).double().eval()
    pairs = names_of(net)
    factors = fill(pairs, net)
    seen: dict[str, Tensor] = {}
    net.layer4.register_forward_hook(lambda module, args, result: seen.update(map=result))
    pooled = net(drawn(7, 2, 3, 64, 64))
    out["tokens"] = seen["map"].detach().flatten(2).permute(0, 2, 1).contiguous().numpy()
    out["pooled"] = pooled.detach().numpy()
    (0.5 * (pooled**2).sum()).backward()
    for name, conv, norm in pairs:
        if name in ("conv1", "layer1.0.conv2", "layer2.0.downsample", "layer3.0.conv3", "layer4.0.conv2"):
            folded = conv.weight.grad.permute(0, 2, 3, 1) / factors[name].reshape(-1, 1, 1, 1)
            digest(f"grad.{name}.weight", folded)
            out[f"grad.{name}.bias"] = norm.bias.grad.numpy()
    pool = net.attnpool
    digest("grad.attnpool.positional_embedding", pool.positional_embedding.grad)
    for part in ("q_proj", "k_proj", "v_proj", "c_proj"):
        digest(f"grad.attnpool.{part}.weight", getattr(pool, part).weight.grad)
        out[f"grad.attnpool.{part}.bias"] = getattr(pool, part).bias.grad.numpy()


if __name__ == "__main__":
    convolutions()
    network()
    tensor_file.save(HERE / "resnet.safetensors", out, {"made_with": VERSIONS})
