"""Training of safe, safe_a and both stages of tsf_clip with PyTorch and open_clip in float64, on the tiny models of clip/.

    OMP_NUM_THREADS=1 HF_HUB_OFFLINE=1 python tuned_methods.py

Writes tuned_methods.safetensors. Pixels and token ids are the formulas of clip_models.py, shifted where said.
"""
from __future__ import annotations

import copy
import json
import math
from pathlib import Path

import numpy as np
import open_clip
import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

import tensor_file
from clip_models import TINY, pixels, token_ids
from training import cache_logits, cosine_per_step, descend

torch.set_default_dtype(torch.float64)
HERE = Path(__file__).parent


def tiny(name: str) -> open_clip.model.CLIP:
    model = open_clip.model.CLIP(**copy.deepcopy(TINY[name])).double().eval()
    model.load_state_dict(load_file(HERE / "clip" / name / "openai" / "open_clip_model.safetensors"), strict=False)
    return model


def drawn(rows: int, columns: int, seed: int) -> Tensor:
    return torch.from_numpy(np.random.default_rng(seed).standard_normal((rows, columns)))


# --- safe: the attention pool of the tiny ResNet, 9 images of 3 classes, batches of 4 in stored order ---------------------------------
SAFE = dict(images=9, classes=3, scale=10.0, batch=4, epochs=4, lr=2e-3, weight_decay=1e-2, alpha=0.5)
CACHE = dict(alpha=1.5, beta=4.0, lr=1e-2, eps=1e-4, weight_decay=0.01, steps=10)


def stored_batches(rows: int, batch: int, epochs: int) -> list[tuple[int, np.ndarray]]:
    return [(e, np.arange(i, min(i + batch, rows))) for e in range(epochs) for i in range(0, rows, batch)]


def safe() -> dict[str, Tensor]:
    visual = tiny("resnet").visual
    pool, out = visual.attnpool, {}
    maps: dict[str, Tensor] = {}
    visual.layer4.register_forward_hook(lambda _, __, value: maps.update(last=value))
    with torch.no_grad():
        visual(pixels(SAFE["images"], 64))
    tokens = maps["last"].detach()  # [n, width, side, side]
    labels = torch.arange(SAFE["images"]) % SAFE["classes"]
    text = normalize(drawn(SAFE["classes"], 20, 1), dim=1)
    original = copy.deepcopy(pool)
    for parameter in pool.parameters():
        parameter.requires_grad_()
    optimiser = torch.optim.AdamW(pool.parameters(), lr=SAFE["lr"], weight_decay=SAFE["weight_decay"])
    batches = stored_batches(SAFE["images"], SAFE["batch"], SAFE["epochs"])[:12]

    def loss(rows: np.ndarray) -> Tensor:
        return cross_entropy(SAFE["scale"] * normalize(pool(tokens[rows]), dim=1) @ text.T, labels[rows])

    out["safe.text"] = text
    out["safe.losses"] = torch.from_numpy(descend(loss, optimiser, batches, cosine_per_step(SAFE["lr"], len(batches))))[:-1]
    out["safe.c_proj"] = pool.c_proj.weight.detach()
    with torch.no_grad():
        tuned, start, a = pool(tokens), original(tokens), SAFE["alpha"]
        blended = normalize(a * normalize(tuned, dim=1) + (1 - a) * normalize(start, dim=1), dim=1)
        out["safe.zero_shot"] = SAFE["scale"] * normalize(start, dim=1) @ text.T
        out["safe.logits_raw"] = SAFE["scale"] * normalize(a * tuned + (1 - a) * start, dim=1) @ text.T
        out["safe.logits_unit"] = SAFE["scale"] * blended @ text.T
    # safe_a: keys are the blended features, trained on themselves
    keys = blended.clone().requires_grad_()
    optimiser = torch.optim.AdamW([keys], lr=CACHE["lr"], eps=CACHE["eps"], weight_decay=CACHE["weight_decay"])

    def scores(x: Tensor) -> Tensor:
        return cache_logits(x, keys, labels, text, None, CACHE["alpha"], CACHE["beta"], SAFE["scale"])

    everything = [(t, np.arange(SAFE["images"])) for t in range(CACHE["steps"])]
    losses = descend(lambda rows: cross_entropy(scores(blended[rows]), labels[rows]), optimiser, everything,
                     cosine_per_step(CACHE["lr"], CACHE["steps"]))
    out["safe_a.losses"] = torch.from_numpy(losses)[:-1]
    out["safe_a.logits"] = scores(blended).detach()
    return out


# --- the last block of the tiny vision transformer as pooler -----------------------------------------------------------------------------
def last_block() -> dict[str, Tensor]:
    visual = tiny("vit").visual
    images, labels = pixels(6, 32), torch.arange(6) % 3
    text = normalize(drawn(3, 20, 2), dim=1)
    trained = [visual.transformer.resblocks[-1], visual.ln_post]
    parameters = [p for module in trained for p in module.parameters()] + [visual.proj]
    for parameter in visual.parameters():
        parameter.requires_grad_(False)
    for parameter in parameters:
        parameter.requires_grad_()
    optimiser = torch.optim.AdamW(parameters, lr=1e-3, weight_decay=1e-2)
    losses = descend(lambda rows: cross_entropy(10 * normalize(visual(images[rows]), dim=1) @ text.T, labels[rows]), optimiser,
                     [(t, np.arange(6)) for t in range(10)], cosine_per_step(1e-3, 10))
    return {"last_block.text": text, "last_block.losses": torch.from_numpy(losses)[:-1], "last_block.proj": visual.proj.detach().T.contiguous()}


# --- tsf_clip, stage I: the whole tiny vision transformer CLIP, 5 batches of 4 pairs, two epochs ---------------------------------------------
PAIRS = dict(batch=4, batches=5, epochs=2, lr=1e-3, weight_decay=1e-2)


def pairs(model: open_clip.model.CLIP, g: Tensor, batch: int) -> Tensor:
    size = PAIRS["batch"]
    images = pixels(size * PAIRS["batches"], 32)[batch * size:(batch + 1) * size]
    ids = token_ids(size + 3, 16, 100)[torch.tensor([(i + batch) % (size + 3) for i in range(size)])]
    return g.exp() * normalize(model.encode_image(images), dim=1) @ normalize(model.encode_text(ids), dim=1).T


def stage_one() -> dict[str, Tensor]:
    model = tiny("vit")
    g = torch.tensor(math.log(1 / 0.07), requires_grad=True)
    named = {name: p for name, p in model.named_parameters() if name != "logit_scale"}
    optimiser = torch.optim.Adam([*named.values(), g], lr=PAIRS["lr"], weight_decay=PAIRS["weight_decay"])
    own = torch.arange(PAIRS["batch"])

    def loss(rows: np.ndarray) -> Tensor:
        s = pairs(model, g, int(rows[0]))
        return (cross_entropy(s, own) + cross_entropy(s.T, own)) / 2

    steps = [(e, np.array([b])) for e in range(PAIRS["epochs"]) for b in range(PAIRS["batches"])]
    losses = descend(loss, optimiser, steps, lambda _: PAIRS["lr"])
    with torch.no_grad():
        last = pairs(model, g, 2)
    out = {"pairs.losses": torch.from_numpy(losses)[:-1], "pairs.similarities": last, "pairs.logit_scale": g.detach().reshape(1)}
    for name in ("visual.conv1.weight", "visual.proj", "token_embedding.weight", "transformer.resblocks.0.attn.in_proj_weight", "ln_final.weight"):
        out[f"pairs.norm.{name}"] = named[name].detach().norm().reshape(1)
    return out


# --- tsf_clip, stage II: stored batches of images and texts --------------------------------------------------------------------------------------
HEAD = dict(classes=5, dim=12, images=16, texts=10, batch=8, steps=60, lr=2e-3, weight_decay=0.01)


def head() -> dict[str, Tensor]:
    rng = np.random.default_rng(5)
    images, texts = 3 * drawn(HEAD["images"], HEAD["dim"], 6), 2 * drawn(HEAD["texts"], HEAD["dim"], 7)
    image_labels, text_labels = torch.arange(HEAD["images"]) % HEAD["classes"], torch.arange(HEAD["texts"]) % HEAD["classes"]
    raw_mean = torch.stack([texts[text_labels == c].mean(0) for c in range(HEAD["classes"])])
    start = normalize(raw_mean, dim=1)
    W = start.clone().requires_grad_()
    rows, labels = torch.cat([images, texts]), torch.cat([image_labels, text_labels])
    half = HEAD["batch"] // 2
    batches = np.stack([np.concatenate([rng.permutation(HEAD["images"])[:half], HEAD["images"] + rng.permutation(HEAD["texts"])[:half]])
                        for _ in range(HEAD["steps"])])
    scale = math.exp(4.60517)

    def rate(t: int) -> float:
        if t < 50:
            return 1e-5 if t == 0 else HEAD["lr"] * t / 50
        return HEAD["lr"] / 2 * (1 + math.cos(math.pi * (t - 50) / HEAD["steps"]))

    optimiser = torch.optim.AdamW([W], lr=HEAD["lr"], weight_decay=HEAD["weight_decay"])
    losses = descend(lambda b: cross_entropy(scale * normalize(rows[b], dim=1) @ W.T, labels[b]), optimiser, list(enumerate(batches)), rate)
    queries = drawn(7, HEAD["dim"], 8)
    mixed = 0.5 * W.detach() + 0.5 * start
    return {"head.rows": rows, "head.labels": labels, "head.start": start, "head.batches": torch.from_numpy(batches), "head.queries": queries,
            "head.losses": torch.from_numpy(losses)[:-1], "head.weight": W.detach(),
            "head.logits": scale * normalize(queries, dim=1) @ W.detach().T, "head.mixed": scale * normalize(queries, dim=1) @ mixed.T}


def main() -> None:
    arrays = {key: np.ascontiguousarray(value.numpy()) for part in (safe, last_block, stage_one, head) for key, value in part().items()}
    about = {"made_with": json.dumps({"torch": torch.__version__, "open_clip": open_clip.__version__, "numpy": np.__version__}),
             "parameters": json.dumps({"safe": SAFE, "cache": CACHE, "pairs": PAIRS, "head": HEAD})}
    tensor_file.save(HERE / "tuned_methods.safetensors", arrays, about)
    for key, value in arrays.items():
        print(key, value.shape, value.ravel()[:3])
    print((HERE / "tuned_methods.safetensors").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
