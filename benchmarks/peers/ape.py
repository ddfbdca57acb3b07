"""Peers of ape and ape_t.

ape_scores: closed_form, or pair_loop over --pairs pairs of classes (its details give the number of all pairs).
ape_t_step: direct, every key rebuilt with its residual at each step; factorised, with the affinity of the
unchanged keys computed at each step; stored, with that affinity computed once outside the timer.
"""
from __future__ import annotations

from argparse import Namespace

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, log_softmax, normalize

from common import Job, Problem, adamw, training_step


def similarity(p: Problem) -> Tensor:
    """Mean product of two rows of different classes; the text row counts as a row of its class."""
    if p.shots is not None:
        sums = p.support.view(p.classes, p.shots, -1).sum(dim=1).add_(p.text)
    else:
        sums = p.text.index_add(0, p.labels, p.support)
    rows = p.counts + 1
    pairs = int(rows.sum()) ** 2 - int((rows * rows).sum())
    return (sums.sum(dim=0) ** 2 - (sums * sums).sum(dim=0)) / pairs


def text_similarity(T: Tensor) -> Tensor:
    return T.mean(dim=0) ** 2 - T.var(dim=0) / len(T)


def scores(p: Problem, o: Namespace) -> Job:
    def run() -> dict[str, Tensor]:
        S, V = similarity(p), p.text.var(dim=0)
        return {"similarity": S, "variance": V, "criterion": 0.3 * V - 0.7 * S}

    return Job(run)


def scores_pair_loop(p: Problem, o: Namespace) -> Job:
    groups = [torch.cat([p.text[c : c + 1], p.support[p.labels == c]]) for c in range(p.classes)]
    pairs = p.classes * (p.classes - 1)
    measured = min(o.pairs, pairs)
    rows = p.counts + 1
    total_rows = int(rows.sum()) ** 2 - int((rows * rows).sum())

    def run() -> dict[str, Tensor]:
        total, done = torch.zeros_like(p.text[0]), 0
        for i, first in enumerate(groups):
            for j, second in enumerate(groups):
                if i == j:
                    continue
                if done == measured:
                    return {"partial_sum": total}
                total += (first[:, None] * second[None]).sum(dim=(0, 1))
                done += 1
        return {"similarity": total / total_rows}

    return Job(run, details={"measured_pairs": measured, "all_pairs": pairs})


def predict(p: Problem, o: Namespace) -> Job:
    channels = torch.topk(0.3 * p.text.var(dim=0) - 0.7 * similarity(p), o.channels).indices
    keep = lambda x: normalize(x[:, channels], dim=1)
    keys, text = keep(p.support), keep(p.text)
    P = torch.softmax(keys @ text.T, dim=1)[torch.arange(len(keys), device=keys.device), p.labels]
    weights = torch.exp(o.gamma * torch.log2((1.0 + 1e-6) / (P + 1e-6)))
    keys, wide = keys.T.contiguous(), (o.scale * p.text).T
    segment_sum = p.segment_sum()
    minus_beta = torch.full((1,), -o.beta, dtype=p.text.dtype, device=p.text.device)

    @torch.no_grad()
    def run() -> dict[str, Tensor]:
        out = []
        for f in p.queries.split(o.chunk):
            affinity = torch.addmm(minus_beta, keep(f), keys, alpha=o.beta).exp_().mul_(weights)
            out.append((f @ wide).add_(segment_sum(affinity), alpha=o.alpha))
        return {"logits": torch.cat(out), "channels": channels}

    return Job(run)


def step(form: str):
    """AdamW, rate 1e-3, eps 1e-3, weight decay 0.1 on the residual and none on the row weights."""
    def build(p: Problem, o: Namespace) -> Job:
        criterion = 0.8 * p.text.var(dim=0) - 0.2 * text_similarity(p.text)
        channels = torch.topk(criterion, o.channels).indices
        residual = torch.zeros(p.classes, o.channels, dtype=p.text.dtype, device=p.text.device, requires_grad=True)
        v = torch.ones(len(p.support), dtype=p.text.dtype, device=p.text.device, requires_grad=True)
        x, y = p.batch(o.batch)
        segment_sum = p.segment_sum()
        zero_shot, narrow = o.scale * x @ p.text.T, x[:, channels].contiguous()
        stored = torch.exp(-o.beta * (1.0 - x @ p.support.T))

        def direct() -> Tensor:
            wide = torch.zeros_like(p.text).index_add(1, channels, residual)
            affinity = torch.exp(-o.beta * (1.0 - x @ (p.support + wide[p.labels]).T))
            return cross_entropy(o.scale * x @ (p.text + wide).T + o.alpha * segment_sum(affinity * v), y)

        def factorised() -> Tensor:
            affinity = stored if form == "stored" else torch.exp(-o.beta * (1.0 - x @ p.support.T))
            G = narrow @ residual.T
            logits = zero_shot + o.scale * G + o.alpha * torch.exp(o.beta * G) * segment_sum(affinity * v)
            return cross_entropy(logits, y)

        optimiser = adamw([{"params": [residual], "weight_decay": 0.1}, {"params": [v], "weight_decay": 0.0}], 1e-3, 1e-3)
        job = training_step(direct if form == "direct" else factorised, optimiser, {"residual": residual, "row_weights": v})
        job.details["initial"] = {"channels": channels}
        return job

    return build


JOBS = {
    "ape_scores": {"closed_form": scores, "pair_loop": scores_pair_loop},
    "ape_predict": {"segment": predict},
    "ape_t_step": {form: step(form) for form in ("factorised", "stored", "direct")},
}
