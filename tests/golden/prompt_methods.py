"""Golden values of the methods that learn prompts, anchors or texts per image: PyTorch in float64 on the tiny CLIP of clip/vit/openai.

Writes prompt_methods.safetensors:

    OMP_NUM_THREADS=1 python prompt_methods.py

The text transformer is written out here: full context of 16 tokens, causal mask, no truncation. Optimizers are PyTorch's own. Token 98 starts a
text and 99 ends it. losses[t] is the loss before step t + 1, the last one that after the last step; every step sees all rows.
"""
from __future__ import annotations

import json
import math
import platform
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, gelu, layer_norm, normalize, softmax

import tensor_file

HERE = Path(__file__).parent
START, END, CONTEXT, HEADS = 98, 99, 16, 2
BEFORE, AFTER = [11, 12, 13, 11], [7]
NAMES = [[20], [21, 22], [23, 24, 25], [26]]
SCALE = 20.0
torch.set_default_dtype(torch.float64)


def weights() -> dict[str, Tensor]:
    tensors, _ = tensor_file.load(HERE / "clip/vit/openai/open_clip_model.safetensors")
    return {name: torch.from_numpy(np.asarray(value, np.float64)) for name, value in tensors.items()}


W = weights()


def attention(x: Tensor, prefix: str) -> Tensor:
    """x [n, length, width] -> the same, causal."""
    n, length, width = x.shape
    q, k, v = (x @ W[f"{prefix}.in_proj_weight"].T + W[f"{prefix}.in_proj_bias"]).split(width, dim=-1)
    split = lambda y: y.reshape(n, length, HEADS, width // HEADS).permute(0, 2, 1, 3)
    scores = split(q) @ split(k).transpose(-1, -2) / math.sqrt(width / HEADS)
    hidden = torch.ones(length, length, dtype=torch.bool).triu(1)
    mixed = softmax(scores.masked_fill(hidden, -math.inf), dim=-1) @ split(v)
    return mixed.permute(0, 2, 1, 3).reshape(n, length, width) @ W[f"{prefix}.out_proj.weight"].T + W[f"{prefix}.out_proj.bias"]


def norm(x: Tensor, prefix: str) -> Tensor:
    return layer_norm(x, x.shape[-1:], W[f"{prefix}.weight"], W[f"{prefix}.bias"], 1e-5)


def text_tower(embeddings: Tensor, ends: list[int]) -> Tensor:
    """Unit rows of prompts given as token embeddings [n, CONTEXT, width]."""
    x = embeddings + W["positional_embedding"]
    layer = 0
    while f"transformer.resblocks.{layer}.ln_1.weight" in W:
        at = f"transformer.resblocks.{layer}"
        x = x + attention(norm(x, f"{at}.ln_1"), f"{at}.attn")
        inner = norm(x, f"{at}.ln_2") @ W[f"{at}.mlp.c_fc.weight"].T + W[f"{at}.mlp.c_fc.bias"]
        x = x + (inner * torch.sigmoid(1.702 * inner)) @ W[f"{at}.mlp.c_proj.weight"].T + W[f"{at}.mlp.c_proj.bias"]
        layer += 1
    assert layer == 2
    x = norm(x, "ln_final")[torch.arange(len(ends)), torch.tensor(ends)]
    return normalize(x @ W["text_projection"], dim=-1)


def rows_of(ids: list[int]) -> Tensor:
    return W["token_embedding.weight"][torch.tensor(ids, dtype=torch.int64)]


def prompts(parts: list[list[Tensor]]) -> Tensor:
    """Unit rows of prompts, each a list of blocks of embeddings between start and end."""
    sequences, ends = [], []
    for blocks in parts:
        row = torch.cat([rows_of([START]), *blocks, rows_of([END])])
        ends.append(len(row) - 1)
        sequences.append(torch.cat([row, rows_of([0] * (CONTEXT - len(row)))]))
    return text_tower(torch.stack(sequences), ends)


def coop_rows(context: Tensor, position: str) -> Tensor:
    """context [M, width] or [classes, M, width]."""
    parts = []
    for c, name in enumerate(NAMES):
        own = context if context.dim() == 2 else context[c]
        m = {"end": len(own), "middle": len(own) // 2, "front": 0}[position]
        parts.append([own[:m], rows_of(name), own[m:], rows_of(AFTER)])
    return prompts(parts)


def anchor_rows(tokens: Tensor) -> Tensor:
    return prompts([[rows_of(BEFORE), token[None], rows_of(AFTER)] for token in tokens])


def relation(x: Tensor, text: Tensor, anchors: Tensor, tau: tuple[float, float], query: Tensor | None = None, key: Tensor | None = None) -> Tensor:
    """query and key are transposed: [out, in]."""
    q = x if query is None else x @ query.T
    k = anchors if key is None else anchors @ key.T
    return softmax(q @ k.T / tau[1], dim=-1) @ softmax(text @ anchors.T / tau[0], dim=-1).T


def guided(x: Tensor, text: Tensor, p: dict[str, Tensor], heads: int, eta: float, scale: float) -> Tensor:
    """x [n, 1 + places, dim], image by image."""
    width = text.shape[1] // heads
    out = []
    for image in x:
        f, tokens = normalize(image[0], dim=-1), normalize(image[1:], dim=-1)
        u, k, y = text @ p["query.weight"].T, tokens @ p["key.weight"].T, tokens @ p["value.weight"].T
        mixed = torch.cat([softmax(u[:, h] @ k[:, h].T / math.sqrt(width), dim=-1) @ y[:, h]
                           for h in (slice(i * width, (i + 1) * width) for i in range(heads))], dim=-1)
        changed = text + mixed @ p["out.weight"].T
        if "mlp.c_fc.weight" in p:
            inner = layer_norm(changed, changed.shape[-1:], p["norm.weight"], p["norm.bias"], 1e-5)
            changed = changed + gelu(inner @ p["mlp.c_fc.weight"].T + p["mlp.c_fc.bias"]) @ p["mlp.c_proj.weight"].T + p["mlp.c_proj.bias"]
        out.append(scale * normalize(text + eta * (changed - text), dim=-1) @ f)
    return torch.stack(out)


def check_tower() -> None:
    """What open_clip computes for the same weights."""
    expected, _ = tensor_file.load(HERE / "clip/expected.safetensors")
    features = torch.from_numpy(expected["vit.quick_gelu.text_features"])
    ids = [[START] + [(13 * row + 7 * k + 3) % START for k in range(min(2 * row + 1, CONTEXT - 3))] + [END] for row in range(len(features))]
    rows = text_tower(torch.stack([rows_of(row + [0] * (CONTEXT - len(row))) for row in ids]), [len(row) - 1 for row in ids])
    assert torch.allclose(rows, normalize(features, dim=-1), atol=1e-12)


def warmup_cosine(rate: float, epochs: int, first: float):
    return lambda e: first if e == 0 else rate / 2 * (1 + math.cos(math.pi * (e - 1) / epochs))


def cosine(rate: float, steps: int):
    return lambda t: rate / 2 * (1 + math.cos(math.pi * t / steps))


def train(loss, parameters: list[Tensor], optimizer: torch.optim.Optimizer, rate, steps: int) -> np.ndarray:
    losses = []
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = rate(step)
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()
        losses.append(value.item())
    with torch.no_grad():
        return np.array(losses + [loss().item()])


def sgd(parameters: list[Tensor]) -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters, lr=1.0, momentum=0.9, weight_decay=5e-4)


def main() -> None:
    check_tower()
    rng = np.random.default_rng(20)
    random = lambda *extents: torch.from_numpy(rng.standard_normal(extents))
    text = prompts([[rows_of(BEFORE), rows_of(name), rows_of(AFTER)] for name in NAMES])
    labels = torch.tensor([0, 1, 2, 3, 0, 1, 2, 0, 1, 3, 0, 2])
    x = normalize(0.3 * random(12, 20) + text[labels], dim=-1)
    queries = normalize(0.3 * random(5, 20) + text[torch.tensor([0, 1, 2, 3, 0])], dim=-1)
    out = {"labels": labels.to(torch.int32), "features": x, "queries": queries, "text": text}

    for name, position, extents in (("end", "end", (4, 24)), ("middle", "middle", (5, 24)), ("front", "front", (4, 2, 24)), ("words", "end", None)):
        context = (rows_of(BEFORE).clone() if extents is None else 0.02 * random(*extents)).requires_grad_()
        key = f"coop.{name}"
        out[f"{key}.start"] = context.detach().clone()
        out[f"{key}.rows"] = coop_rows(context, position).detach()
        out[f"{key}.losses"] = train(lambda: cross_entropy(SCALE * x @ coop_rows(context, position).T, labels), [context], sgd([context]),
                                     warmup_cosine(0.05, 10, 0.005), 10)
        out[f"{key}.context"] = context.detach()
        out[f"{key}.logits"] = (SCALE * queries @ coop_rows(context, position).T).detach()

    tau, gamma = (0.2, 0.15), 8.0
    for name, linear, rate in (("token", False, 20.0), ("token_linear", True, 0.5)):
        tokens = (0.5 * random(6, 24)).requires_grad_()
        learned = [tokens]
        if linear:
            learned += [torch.eye(20).requires_grad_(), torch.eye(20).requires_grad_()]
        logits = lambda f: SCALE * f @ text.T + gamma * relation(f, text, anchor_rows(tokens), tau, *learned[1:])
        key = f"rtos.{name}"
        out[f"{key}.start"] = tokens.detach().clone()
        out[f"{key}.rows"] = anchor_rows(tokens).detach()
        out[f"{key}.initial_logits"] = logits(queries).detach()
        out[f"{key}.losses"] = train(lambda: cross_entropy(logits(x), labels), learned, sgd(learned), warmup_cosine(rate, 10, rate / 10), 10)
        out[f"{key}.anchors"] = tokens.detach()
        out[f"{key}.logits"] = logits(queries).detach()

    anchors = random(6, 20).requires_grad_()
    logits = lambda f: SCALE * f @ text.T + gamma * relation(f, text, normalize(anchors, dim=-1), tau)
    out["rtos.feature.start"] = normalize(anchors, dim=-1).detach().clone()
    anchors = out["rtos.feature.start"].clone().requires_grad_()
    out["rtos.feature.losses"] = train(lambda: cross_entropy(logits(x), labels), [anchors],
                                       torch.optim.AdamW([anchors], lr=1.0, weight_decay=0.01), cosine(0.05, 10), 10)
    out["rtos.feature.anchors"] = anchors.detach()
    out["rtos.feature.logits"] = logits(queries).detach()

    places = torch.cat([x[:, None], random(12, 3, 20)], dim=1)
    query_places = torch.cat([queries[:, None], random(5, 3, 20)], dim=1)
    out["vt_clip.features"], out["vt_clip.queries"] = places.reshape(12, -1), query_places.reshape(5, -1)
    extents = {"query.weight": (20, 20), "key.weight": (20, 20), "value.weight": (20, 20), "out.weight": (20, 20), "norm.weight": (20,),
               "norm.bias": (20,), "mlp.c_fc.weight": (80, 20), "mlp.c_fc.bias": (80,), "mlp.c_proj.weight": (20, 80), "mlp.c_proj.bias": (20,)}
    for name, count in (("attention", 4), ("gelu", 10)):
        p = {}
        for part, size in list(extents.items())[:count]:
            p[part] = (0.3 * random(*size) + (1.0 if part == "norm.weight" else 0.0)).requires_grad_()
            out[f"vt_clip.{name}.start.{part}"] = p[part].detach().clone()
        logits = lambda f: guided(f, text, p, 4, 0.7, SCALE)
        out[f"vt_clip.{name}.initial_logits"] = logits(query_places).detach()
        out[f"vt_clip.{name}.losses"] = train(lambda: cross_entropy(logits(places), labels), list(p.values()),
                                              torch.optim.AdamW(p.values(), lr=1.0, weight_decay=0.01), cosine(0.01, 5), 5)
        out[f"vt_clip.{name}.logits"] = logits(query_places).detach()

    arrays = {key: np.asarray(value if isinstance(value, np.ndarray) else value.detach().numpy()) for key, value in out.items()}
    for key, value in arrays.items():
        if key.endswith("losses"):
            print(key, np.round(value, 4))
    made_with = json.dumps({"python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__})
    tensor_file.save(HERE / "prompt_methods.safetensors", arrays, {"made_with": made_with})
    print((HERE / "prompt_methods.safetensors").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
