#!/usr/bin/env python3
"""Pre-trains a tiny CLIP on the tangram world and writes it as a checkpoint with a tokenizer and a self-test.

  example tangram_captions train.safetensors 150000 1 64 0
  python pretrain_tangram_clip.py --model vit --data train.safetensors --out examples/models/tangram-vit
  python pretrain_tangram_clip.py --check examples/models/tangram-vit examples/models/tangram-resnet

Needs torch, safetensors, and transformers (--model vit) or open_clip (--model resnet). The data is what examples/tangram_captions.cpp writes.
The vocabulary is trained on the captions of the data; the loss is the symmetric contrastive one of CLIP (Radford et al. 2021).
"""
import argparse
import json
import math
import re
import sys
import time
from collections import Counter
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import safe_open
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

import tangram_clip_files as files


COLOURS = set("red green blue yellow orange purple pink brown black white grey cyan".split())


def learn_merges(captions: list[str], most: int) -> list[tuple[str, str]]:
    """Byte pair encoding: the most frequent pair within words first, ties by spelling; ends where every word is one token."""
    counts = Counter(word for caption in captions for word in files.split_words(caption))
    words = {word: list(word[:-1]) + [word[-1] + "</w>"] for word in counts}
    merges = []
    while len(merges) < most:
        pairs = Counter()
        for word, symbols in words.items():
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += counts[word]
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        for symbols in words.values():
            at = 0
            while at + 1 < len(symbols):
                if (symbols[at], symbols[at + 1]) == best:
                    symbols[at:at + 2] = ["".join(best)]
                at += 1
    return merges


def contrastive_loss(image: torch.Tensor, text: torch.Tensor, scale: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
    """The mean of the cross entropies of rows and columns; row i of both belongs together, and so do pairs that are the `same`."""
    logits = scale.exp() * F.normalize(image.float()) @ F.normalize(text.float()).T
    target = same.float() / same.sum(1, keepdim=True)
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2


class Batches:
    """Batches of row numbers. In a share of them no caption tells a colour, so that only forms tell the pairs apart: with colours in every
    batch, a tower learns these first and forms late."""

    def __init__(self, captions: list[str], batch: int, share: float, seed: int):
        forms = [i for i, caption in enumerate(captions) if not (set(caption.split()) & COLOURS)]
        self.rows = [torch.tensor(forms), torch.arange(len(captions))]
        self.pending = [torch.empty(0, dtype=torch.long)] * 2
        self.batch, self.share, self.random = batch, share, torch.Generator().manual_seed(seed)

    def next(self) -> torch.Tensor:
        which = 0 if torch.rand((), generator=self.random) < self.share else 1
        if len(self.pending[which]) < self.batch:
            self.pending[which] = self.rows[which][torch.randperm(len(self.rows[which]), generator=self.random)]
        out, self.pending[which] = self.pending[which][:self.batch], self.pending[which][self.batch:]
        return out


def disturbed(images: torch.Tensor, turn: float, noise: float) -> torch.Tensor:
    """Half of the pictures turned about their centre by up to `turn` degrees, their borders drawn out; half of them, drawn apart, made up to
    40 % paler and given noise of up to `noise` of 255."""
    count = len(images)
    pixels = images.permute(0, 3, 1, 2).float()
    if turn > 0:
        angles = torch.deg2rad((2 * torch.rand(count) - 1) * turn) * (torch.rand(count) < 0.5)
        zero = torch.zeros(count)
        maps = torch.stack([angles.cos(), -angles.sin(), zero, angles.sin(), angles.cos(), zero], 1).view(count, 2, 3)
        grid = F.affine_grid(maps, list(pixels.shape), align_corners=False)
        pixels = F.grid_sample(pixels, grid, padding_mode="border", align_corners=False)
    if noise > 0:
        chosen = (torch.rand(count) < 0.5).float()
        kept = 1 - 0.4 * torch.rand(count) * chosen
        ground = pixels.mean((2, 3), keepdim=True)
        strength = (torch.rand(count) * noise * chosen).view(-1, 1, 1, 1)
        pixels = ground + kept.view(-1, 1, 1, 1) * (pixels - ground) + strength * (2 * torch.rand_like(pixels) - 1)
    return pixels.clamp(0, 255).permute(0, 2, 3, 1)


def parameter_groups(model: torch.nn.Module, decay: float) -> list[dict]:
    """Matrices decay; gains, biases and the logit scale do not."""
    named = [(name, value) for name, value in model.named_parameters() if value.requires_grad]
    matrices = [value for _, value in named if value.ndim >= 2]
    return [{"params": matrices, "weight_decay": decay},
            {"params": [value for _, value in named if value.ndim < 2], "weight_decay": 0.0}]


def rate(done: float, peak: float, warmup: float) -> float:
    """Linear warm-up, then half a cosine to a hundredth; by the share of the training that is done."""
    if done < warmup:
        return peak * (done + 1e-3) / (warmup + 1e-3)
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, (done - warmup) / (1 - warmup)))))


@torch.no_grad()
def features_of(teacher, images: torch.Tensor, batch: int = 64) -> torch.Tensor:
    """Unit rows of the ResNet's image features."""
    with torch.autocast("cpu", torch.bfloat16):
        parts = [files.ResNet.image_features(teacher, files.pixels_of(images[at:at + batch])).float() for at in range(0, len(images), batch)]
    return F.normalize(torch.cat(parts))


def train(kind, model, images, captions, vocabulary, args, targets=None):
    """Runs args.steps steps, or ends after args.minutes. Returns the running mean of the weights. With targets [n, embed]
    the loss also has 4 (1 - cosine) to them."""
    batches = Batches(captions, args.batch, args.forms, args.seed)
    rows = torch.tensor([vocabulary.row(caption) for caption in captions])
    said = [re.sub(r"^a (photo|picture) of |\.$", "", caption) for caption in captions]
    numbers = {text: i for i, text in enumerate(sorted(set(said)))}
    meanings = torch.tensor([numbers[text] for text in said])
    mean = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.998), use_buffers=True)
    optimizer = torch.optim.AdamW(parameter_groups(model, args.decay), betas=(0.9, 0.98), eps=1e-6)
    lengths = (rows == rows.max()).int().argmax(1) + 1
    began, shown = time.time(), []
    model.train()
    done, step = 0.0, 0
    while done < 1:
        batch = batches.next()
        pixels = files.pixels_of(disturbed(images[batch], min(1.0, 2 * done) * args.turn, min(1.0, 2 * done) * args.noise))
        ids = rows[batch, :int(lengths[batch].max())]  # nothing behind the end is read
        for group in optimizer.param_groups:
            group["lr"] = rate(done, args.rate, args.warmup)
        with torch.autocast("cpu", torch.bfloat16, enabled=not args.full_precision):
            image, text = kind.image_features(model, pixels), kind.text_features(model, ids)
        loss = contrastive_loss(image, text, model.logit_scale, meanings[batch][:, None] == meanings[batch])
        if targets is not None:
            loss = loss + 4 * (1 - torch.cosine_similarity(image.float(), targets[batch]).mean())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        with torch.no_grad():
            model.logit_scale.clamp_(0, math.log(100))
        mean.update_parameters(model)
        step += 1
        done = max(step / args.steps, (time.time() - began) / 60 / args.minutes)
        shown.append(loss.item())
        if step % 50 == 0:
            print(f"step {step} loss {sum(shown) / len(shown):.3f} scale {model.logit_scale.exp().item():.1f} "
                  f"{args.batch * step / (time.time() - began):.0f} pairs/s", flush=True)
            shown = []
        if args.keep and step % 250 == 0:
            torch.save(mean.module.state_dict(), args.keep.format(step))
    print(f"{step} steps, {args.batch * step} pairs, {(time.time() - began) / 60:.1f} minutes")
    return mean.module.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", choices=["vit", "resnet"])
    parser.add_argument("--data", help="a file of tangram_captions")
    parser.add_argument("--out", type=Path, help="the folder of the checkpoint")
    parser.add_argument("--seed", type=int, default=1, help="of the weights and of the order of the pictures")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--minutes", type=float, default=math.inf, help="ends the training earlier; the learning rate falls accordingly")
    parser.add_argument("--batch", type=int, default=256, help="pairs per step")
    parser.add_argument("--forms", type=float, default=0.75, help="share of the batches whose captions tell forms only")
    parser.add_argument("--turn", type=float, default=0, help="degrees by which half of the pictures are turned, at most; grows from 0 "
                        "within the first half of the training, as does --noise")
    parser.add_argument("--noise", type=float, default=0, help="of 255, the strongest noise that half of the pictures get")
    parser.add_argument("--without-parts", action="store_true", help="sentences end before the parts: 'a dog with a head' is 'a dog'")
    parser.add_argument("--rate", type=float, default=1e-3, help="the largest learning rate")
    parser.add_argument("--warmup", type=float, default=0.05, help="share of the training in which it is reached")
    parser.add_argument("--decay", type=float, default=0.1, help="weight decay")
    parser.add_argument("--merges", type=int, default=400, help="of the vocabulary, at most")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--full-precision", action="store_true", help="float32 throughout; without it, products run in bfloat16")
    parser.add_argument("--keep", help="a file for the weights every 250 steps; {} in its name becomes the step")
    parser.add_argument("--weights", help="a file of --keep to begin with; exported as it is with --steps 0")
    parser.add_argument("--teacher", type=Path, help="--model vit: a checkpoint of --model resnet, whose text tower and vocabulary are taken and "
                        "whose image features are targets besides the contrastive loss")
    parser.add_argument("--teacher-data", help="the scenes of --data in the size of the teacher")
    parser.add_argument("--check", nargs="+", type=Path, help="folders of checkpoints: compares with transformers or open_clip, and ends")
    args = parser.parse_args()
    if args.check:
        sys.exit(0 if all([files.check(folder) for folder in args.check]) else 1)
    if not (args.model and args.data and args.out):
        parser.error("expected --model, --data and --out, or --check")

    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    with safe_open(args.data, "pt") as data:
        images, captions = data.get_tensor("images"), json.loads(data.metadata()["captions"])
    vocabulary = files.Vocabulary.read(args.teacher) if args.teacher else files.Vocabulary(learn_merges(captions, args.merges))
    vocabulary.write(args.out)
    kind = files.KINDS[args.model]
    model = kind.build(vocabulary, images.shape[1])
    print(f"{sum(value.numel() for value in model.parameters())} parameters, {len(vocabulary.tokens)} tokens, {len(images)} pairs", flush=True)
    if args.weights:
        model.load_state_dict(torch.load(args.weights, weights_only=True))
    targets = None
    if args.teacher:
        teacher = files.ResNet.load(args.teacher)
        with safe_open(args.teacher_data, "pt") as data:
            same, count = json.loads(data.metadata()["captions"]), min(len(images), data.get_slice("images").get_shape()[0])
            if args.steps > 0:
                targets = features_of(teacher, data.get_slice("images")[:count])
        if same[:count] != captions[:count]:
            parser.error("expected the same scenes in --teacher-data as in --data")
        images, captions = images[:count], captions[:count]
        kind.take_text_tower(model, teacher)
    if args.without_parts:
        captions = [caption.split(" with ")[0] for caption in captions]
    if args.steps > 0:
        model = train(kind, model, images, captions, vocabulary, args, targets)
    kind.save(model, args.out, vocabulary, images.shape[1])
    files.write_self_test(kind, args.out, images[:kind.self_test_pictures], vocabulary)


if __name__ == "__main__":
    main()
