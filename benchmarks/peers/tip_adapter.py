"""Peers of tip_adapter and of a tip_adapter_f training step.

dense: the cache values as a one-hot matrix and a second product, as the method is usually written.
segment: integer labels and a segment sum, the scale folded into the text rows, temporaries reused.
"""
from __future__ import annotations

from argparse import Namespace

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from common import Job, Problem, adamw, training_step


def predictor(p: Problem, o: Namespace, dense: bool):
    keys, text = p.support.T, p.text.T
    if dense:
        one_hot = p.one_hot()

        def predict(f: Tensor, out: Tensor | None = None) -> Tensor:
            affinity = torch.exp(-o.beta * (1.0 - f @ keys))
            logits = o.scale * f @ text + o.alpha * (affinity @ one_hot)
            return logits if out is None else out.copy_(logits)

        return predict
    segment_sum, scaled = p.segment_sum(), (o.scale * p.text).T
    minus_beta = torch.full((1,), -o.beta, dtype=p.text.dtype, device=p.text.device)

    def predict(f: Tensor, out: Tensor | None = None) -> Tensor:
        affinity = torch.addmm(minus_beta, f, keys, alpha=o.beta).exp_()
        return torch.mm(f, scaled, out=out).add_(segment_sum(affinity), alpha=o.alpha)

    return predict


def predict(dense: bool):
    def build(p: Problem, o: Namespace) -> Job:
        one = predictor(p, o, dense)
        chunks = p.queries.split(o.chunk)

        @torch.no_grad()
        def run() -> dict[str, Tensor]:
            out = torch.empty(len(p.queries), p.classes, dtype=p.text.dtype, device=p.text.device)
            for place, chunk in zip(out.split(o.chunk), chunks):
                one(chunk, place)
            return {"logits": out}

        return Job(run)

    return build


def single_query(dense: bool):
    """One query per call, cycling through the queries; the first call answers query 0."""
    def build(p: Problem, o: Namespace) -> Job:
        one = predictor(p, o, dense)
        rows = [p.queries[i : i + 1] for i in range(min(len(p.queries), 64))]
        position = -1

        @torch.no_grad()
        def run() -> dict[str, Tensor]:
            nonlocal position
            position = (position + 1) % len(rows)
            return {"logits": one(rows[position])}

        return Job(run)

    return build


def step(dense: bool):
    """AdamW on the keys, rate 1e-3, eps 1e-4, weight decay 0.01; the batch is the first --batch queries."""
    def build(p: Problem, o: Namespace) -> Job:
        keys = p.support.clone().requires_grad_()
        x, y = p.batch(o.batch)
        zero_shot = o.scale * x @ p.text.T  # does not depend on the keys: outside the timer in the segment form
        one_hot, segment_sum = p.one_hot() if dense else None, p.segment_sum()

        def loss() -> Tensor:
            affinity = torch.exp(-o.beta * (1.0 - x @ keys.T))
            if dense:
                return cross_entropy(o.scale * x @ p.text.T + o.alpha * (affinity @ one_hot), y)
            return cross_entropy(zero_shot + o.alpha * segment_sum(affinity), y)

        optimiser = adamw([{"params": [keys], "weight_decay": 0.01}], 1e-3, 1e-4)
        return training_step(loss, optimiser, {"keys": keys})

    return build


JOBS = {
    "tip_adapter_predict": {"segment": predict(False), "dense": predict(True)},
    "tip_adapter_single_query": {"segment": single_query(False), "dense": single_query(True)},
    "tip_adapter_f_step": {"segment": step(False), "dense": step(True)},
}
