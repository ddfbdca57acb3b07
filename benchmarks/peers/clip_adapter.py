"""Peer of a clip_adapter training step: SGD with momentum on the two bottleneck matrices."""
from __future__ import annotations

from argparse import Namespace

import torch
from torch.nn.functional import cross_entropy, normalize

from common import Job, Problem, training_step


def step(p: Problem, o: Namespace) -> Job:
    D = p.text.shape[1]
    h = D // 4
    generator = torch.Generator().manual_seed(o.seed + 1)
    uniform = lambda rows, columns: ((2 * torch.rand(rows, columns, generator=generator) - 1) / columns**0.5).to(p.text)
    W1, W2 = uniform(h, D).requires_grad_(), uniform(D, h).requires_grad_()
    x, y = p.batch(o.batch)
    optimiser = torch.optim.SGD([W1, W2], lr=0.002, momentum=0.9, weight_decay=5e-4)

    def loss() -> torch.Tensor:
        adapted = torch.relu(torch.relu(x @ W1.T) @ W2.T)
        return cross_entropy(o.scale * normalize(0.2 * adapted + 0.8 * x, dim=1) @ p.text.T, y)

    job = training_step(loss, optimiser, {"final_W1": W1, "final_W2": W2})
    job.details["initial"] = {"W1": W1.detach().clone(), "W2": W2.detach().clone()}
    return job


JOBS = {"clip_adapter_step": {"autograd": step}}
