"""Training steps in PyTorch, as the methods' own code or OpenAI's CLIP has them."""
from __future__ import annotations

import json
import struct
from collections import OrderedDict
from pathlib import Path
from typing import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, multi_head_attention_forward, normalize, softmax

Run = Callable[[], dict[str, Tensor]]
Inputs = dict[str, Tensor]
DTYPES = {"F32": "<f4", "I64": "<i8", "I32": "<i4"}


def read(path: str) -> Inputs:
    """One copy of each tensor; the file itself stays outside of memory."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    out = {}
    for name, entry in header.items():
        if name != "__metadata__":
            values = np.fromfile(path, DTYPES[entry["dtype"]], int(np.prod(entry["shape"])), offset=8 + length + entry["data_offsets"][0])
            out[name] = torch.from_numpy(values.reshape(entry["shape"]))
    return out


def trained(values: Inputs, prefix: str) -> dict[str, Tensor]:
    return {name: value.requires_grad_() for name, value in values.items() if name.startswith(prefix)}


# --- RN50's attention pool ---------------------------------------------------------------------------------------------------------------

def pool(w: Inputs, first_query_only: bool) -> Tensor:
    """OpenAI's AttentionPool2d asks with the mean alone; open_clip's asks with every token and takes the first answer."""
    x = w["tokens"].permute(1, 0, 2)
    x = torch.cat([x.mean(dim=0, keepdim=True), x]) + w["attnpool.positional_embedding"][:, None]
    out, _ = multi_head_attention_forward(
        query=x[:1] if first_query_only else x, key=x, value=x, embed_dim_to_check=x.shape[-1], num_heads=32,
        q_proj_weight=w["attnpool.q_proj.weight"], k_proj_weight=w["attnpool.k_proj.weight"], v_proj_weight=w["attnpool.v_proj.weight"],
        in_proj_weight=None, in_proj_bias=torch.cat([w["attnpool.q_proj.bias"], w["attnpool.k_proj.bias"], w["attnpool.v_proj.bias"]]),
        bias_k=None, bias_v=None, add_zero_attn=False, dropout_p=0.0, out_proj_weight=w["attnpool.c_proj.weight"],
        out_proj_bias=w["attnpool.c_proj.bias"], use_separate_proj_weight=True, training=True, need_weights=False)
    return out[0]


def pool_forward(w: Inputs, first_query_only: bool = True) -> Run:
    def run() -> dict[str, Tensor]:
        with torch.inference_mode():
            return {"features": pool(w, first_query_only)}

    return run


def pool_gradients(w: Inputs, first_query_only: bool = True) -> Run:
    parameters = trained(w, "attnpool.")

    def run() -> dict[str, Tensor]:
        for each in parameters.values():
            each.grad = None
        loss = pool(w, first_query_only).square().sum() / 2
        loss.backward()
        return {"loss": loss.detach().reshape(1)} | {f"gradient.{name}": each.grad for name, each in parameters.items()}

    return run


# --- CLIP's transformers, as OpenAI's code has them --------------------------------------------------------------------------------------

class QuickGELU(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(1.702 * x)


class Block(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attn = nn.MultiheadAttention(width, heads)
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(OrderedDict(c_fc=nn.Linear(width, 4 * width), gelu=QuickGELU(), c_proj=nn.Linear(4 * width, width)))

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        y = self.ln_1(x)
        x = x + self.attn(y, y, y, need_weights=False, attn_mask=mask)[0]
        return x + self.mlp(self.ln_2(x))


def blocks(w: Inputs, prefix: str) -> nn.ModuleList:
    """The blocks with the stored tensors as their parameters, not copied."""
    width = w[f"{prefix}0.ln_1.weight"].shape[0]
    count = sum(name.startswith(prefix) and name.endswith("ln_1.weight") for name in w)
    with torch.device("meta"):
        out = nn.ModuleList([Block(width, width // 64) for _ in range(count)])
    out.load_state_dict({name[len(prefix):]: value for name, value in w.items() if name.startswith(prefix)}, assign=True)
    return out


class TextTower:
    def __init__(self, w: Inputs, frozen: bool) -> None:
        self.w, self.blocks = w, blocks(w, "transformer.resblocks.").requires_grad_(not frozen)
        self.norm = nn.LayerNorm(w["ln_final.weight"].shape[0], device="meta")
        self.norm.load_state_dict({name: w[f"ln_final.{name}"] for name in ("weight", "bias")}, assign=True)
        self.norm.requires_grad_(not frozen)

    def encode(self, embeddings: Tensor, ends: Tensor) -> Tensor:
        """embeddings [n, length, width] -> [n, embed]"""
        length = embeddings.shape[1]
        x = (embeddings + self.w["positional_embedding"][:length]).permute(1, 0, 2)
        mask = torch.full((length, length), float("-inf")).triu_(1)
        for block in self.blocks:
            x = block(x, mask)
        x = self.norm(x.permute(1, 0, 2))
        return x[torch.arange(len(x)), ends] @ self.w["text_projection"].T


class ImageTower:
    def __init__(self, w: Inputs) -> None:
        self.w, self.blocks = w, blocks(w, "visual.transformer.resblocks.").requires_grad_()

    def norm(self, x: Tensor, name: str) -> Tensor:
        return torch.nn.functional.layer_norm(x, x.shape[-1:], self.w[f"visual.{name}.weight"], self.w[f"visual.{name}.bias"])

    def encode(self, images: Tensor) -> Tensor:
        w = self.w
        kernel = w["visual.conv1.weight"]
        patch = round((kernel[0].numel() / 3) ** 0.5)
        x = torch.nn.functional.conv2d(images, kernel.reshape(-1, 3, patch, patch), stride=patch).flatten(2).permute(0, 2, 1)
        x = torch.cat([w["visual.class_embedding"].expand(len(x), 1, -1), x], dim=1) + w["visual.positional_embedding"]
        x = self.norm(x, "ln_pre").permute(1, 0, 2)
        for block in self.blocks:
            x = block(x, None)
        return self.norm(x[0], "ln_post") @ w["visual.proj"].T


# --- steps -------------------------------------------------------------------------------------------------------------------------------

def step(loss: Callable[[], Tensor], optimiser: torch.optim.Optimizer, shown: dict[str, Tensor]) -> Run:
    def run() -> dict[str, Tensor]:
        optimiser.zero_grad(set_to_none=True)
        value = loss()
        value.backward()
        optimiser.step()
        return {"loss": value.detach().reshape(1)} | {f"gradient.{name}": each.grad for name, each in shown.items()}

    return run


class Prompts:
    """Prompts of which the part in the middle is given: CoOp's prefix and suffix."""

    def __init__(self, w: Inputs, front: list[list[int]], back: list[list[int]], middle: int, cut: bool) -> None:
        lengths = [len(a) + middle + len(b) for a, b in zip(front, back)]
        context = max(lengths) if cut else len(w["positional_embedding"])
        table = w["token_embedding.weight"]
        self.prefix = table[torch.tensor(front)]
        self.suffix = table[torch.tensor([b + [0] * (context - middle - len(a) - len(b)) for a, b in zip(front, back)])]
        self.ends = torch.tensor(lengths) - 1
        self.tower = TextTower(w, frozen=True)

    def rows(self, middle: Tensor) -> Tensor:
        """middle [n, m, width] or one for all [m, width]"""
        own = middle if middle.dim() == 3 else middle.expand(len(self.prefix), -1, -1)
        return normalize(self.tower.encode(torch.cat([self.prefix, own, self.suffix], dim=1), self.ends), dim=1)


def names_of(w: Inputs) -> list[list[int]]:
    return [[id for id in row if id >= 0] for row in w["names"].tolist()]


def coop_step(w: Inputs, cut: bool = False) -> Run:
    before, after = w["before"].tolist(), w["after"].tolist()
    context = w["context"].requires_grad_()
    prompts = Prompts(w, [before[:1]] * len(w["names"]), [name + after for name in names_of(w)], len(context), cut)
    optimiser = torch.optim.SGD([context], lr=0.002, momentum=0.9, weight_decay=5e-4)
    loss = lambda: cross_entropy(w["scale"] * w["features"] @ prompts.rows(context).T, w["labels"].long())
    return step(loss, optimiser, {"context": context})


def rtos_step(w: Inputs, cut: bool = False) -> Run:
    before, after = w["before"].tolist(), w["after"].tolist()
    tokens = w["anchors"].requires_grad_()
    prompts = Prompts(w, [before] * len(tokens), [after] * len(tokens), 1, cut)
    with torch.no_grad():  # class by class, since names have different lengths
        text = torch.cat([Prompts(w, [before], [name + after], 0, True).rows(tokens.new_zeros(1, 0, tokens.shape[1])) for name in names_of(w)])
    optimiser = torch.optim.SGD([tokens], lr=0.002, momentum=0.9, weight_decay=5e-4)

    def loss() -> Tensor:
        anchors, x = prompts.rows(tokens[:, None]), w["features"]
        relation = softmax(x @ anchors.T / 0.01, dim=1) @ softmax(text @ anchors.T / 0.01, dim=1).T
        return cross_entropy(w["scale"] * x @ text.T + w["gamma"] * relation, w["labels"].long())

    return step(loss, optimiser, {"anchors": tokens})


def pairs_step(w: Inputs, cut: bool = False) -> Run:
    data = ("images", "ids")
    parameters = {name: value.requires_grad_() for name, value in w.items() if name not in data}
    image, text = ImageTower(w), TextTower(w, frozen=False)
    for tower, prefix in ((image, "visual."), (text, "")):
        parameters |= {f"{prefix}transformer.resblocks.{name}": each for name, each in tower.blocks.named_parameters()}
    parameters |= {f"ln_final.{name}": each for name, each in text.norm.named_parameters()}
    optimiser = torch.optim.Adam(parameters.values(), lr=1e-5, weight_decay=1e-6, fused=True)
    ids = w["ids"].long()
    ids = ids[:, :int(ids.argmax(1).max()) + 1] if cut else ids
    targets = torch.arange(len(ids))

    def loss() -> Tensor:
        rows = torch.nn.functional.embedding(ids, w["token_embedding.weight"])
        s = w["logit_scale"].exp() * normalize(image.encode(w["images"]), dim=1) @ normalize(text.encode(rows, ids.argmax(1)), dim=1).T
        return (cross_entropy(s, targets) + cross_entropy(s.T, targets)) / 2

    shown = ("visual.class_embedding", "positional_embedding", "visual.ln_pre.weight")
    return step(loss, optimiser, {name: w[name] for name in shown})


def head_step(w: Inputs) -> Run:
    weight = w["text"].clone().requires_grad_()
    optimiser = torch.optim.AdamW([weight], lr=2e-5, weight_decay=0.01, fused=True)
    loss = lambda: cross_entropy(w["scale"] * normalize(w["features"], dim=1) @ weight.T, w["labels"].long())
    return step(loss, optimiser, {"weight": weight})


JOBS = {
    "pool_forward": {"first_query": pool_forward, "all_queries": lambda w: pool_forward(w, False)},
    "pool_gradients": {"first_query": pool_gradients, "all_queries": lambda w: pool_gradients(w, False)},
    "coop_step": {"all_positions": coop_step, "cut": lambda w: coop_step(w, True)},
    "rtos_step": {"all_positions": rtos_step, "cut": lambda w: rtos_step(w, True)},
    "pairs_step": {"all_positions": pairs_step, "cut": lambda w: pairs_step(w, True)},
    "head_step": {"default": head_step},
}
