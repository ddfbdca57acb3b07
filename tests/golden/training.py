"""Training of the adapters with PyTorch float64 autograd, and the learning-rate schedules.

Every trainer returns (losses, final parameters): losses[t] is the loss before step t and the
last entry is the loss after the last step, on the batch of the last step.
"""
from __future__ import annotations

import math
from typing import Callable, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

torch.set_default_dtype(torch.float64)
Schedule = Callable[[int], float]


def cosine_per_step(rate: float, steps: int) -> Schedule:
    return lambda t: 0.5 * rate * (1.0 + math.cos(math.pi * t / steps))


def cosine_per_epoch(rate: float, epochs: int, warmup: float = 1e-5) -> Schedule:
    """CoOp's schedule: epoch 0 at a constant small rate, then a cosine shifted by one epoch."""
    return lambda e: warmup if e == 0 else 0.5 * rate * (1.0 + math.cos(math.pi * (e - 1) / epochs))


def tensor(x) -> Tensor:
    return torch.as_tensor(np.asarray(x)).clone()


def stored_order(rows: int, batch: int, epochs: int) -> list[tuple[int, np.ndarray]]:
    """(epoch, row indices) of consecutive batches without shuffling; the last one may be smaller."""
    return [(e, np.arange(i, min(i + batch, rows))) for e in range(epochs) for i in range(0, rows, batch)]


def descend(loss: Callable[[np.ndarray], Tensor], optimiser: torch.optim.Optimizer,
            batches: Sequence[tuple[int, np.ndarray]], rate: Schedule, per_epoch: bool = False) -> np.ndarray:
    losses = []
    for step, (epoch, rows) in enumerate(batches):
        for group in optimiser.param_groups:
            group["lr"] = rate(epoch if per_epoch else step)
        optimiser.zero_grad()
        value = loss(rows)
        value.backward()
        optimiser.step()
        losses.append(value.item())
    with torch.no_grad():
        losses.append(loss(batches[-1][1]).item())
    return np.array(losses)


def segment_sum(columns: Tensor, ys: Tensor, classes: int) -> Tensor:
    return columns.new_zeros(len(columns), classes).index_add(1, ys, columns)


def adapter_logits(x: Tensor, T: Tensor, W1: Tensor, W2: Tensor, ratio: float, s: float) -> Tensor:
    adapted = torch.relu(torch.relu(x @ W1.T) @ W2.T)
    return s * normalize(ratio * adapted + (1.0 - ratio) * x, dim=1) @ T.T


def cache_logits(f: Tensor, F: Tensor, ys: Tensor, T: Tensor, v: Tensor | None, alpha: float, beta: float,
                 s: float) -> Tensor:
    A = torch.exp(-beta * (1.0 - f @ F.T))
    return s * f @ T.T + alpha * segment_sum(A if v is None else A * v, ys, len(T))


def all_rows(x, steps: int) -> list[tuple[int, np.ndarray]]:
    return [(t, np.arange(len(x))) for t in range(steps)]


def train_clip_adapter(x, y, T, W1, W2, *, ratio=0.2, s=100.0, lr=0.002, momentum=0.9, weight_decay=5e-4,
                       epochs=10, batches=None) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    x, y, T, W1, W2 = map(tensor, (x, y, T, W1, W2))
    W1.requires_grad_()
    W2.requires_grad_()
    optimiser = torch.optim.SGD([W1, W2], lr=lr, momentum=momentum, weight_decay=weight_decay)
    losses = descend(lambda rows: cross_entropy(adapter_logits(x[rows], T, W1, W2, ratio, s), y[rows]), optimiser,
                     batches or all_rows(x, epochs), cosine_per_epoch(lr, epochs), per_epoch=True)
    return losses, {"W1": W1.detach().numpy(), "W2": W2.detach().numpy()}


def train_tip_adapter_f(x, y, F, ys, T, *, alpha=1.0, beta=5.5, s=100.0, lr=1e-3, eps=1e-4, weight_decay=0.01,
                        steps=10, batches=None) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    x, y, keys, ys, T = map(tensor, (x, y, F, ys, T))
    keys.requires_grad_()
    batches = batches or all_rows(x, steps)
    optimiser = torch.optim.AdamW([keys], lr=lr, eps=eps, weight_decay=weight_decay)
    losses = descend(lambda rows: cross_entropy(cache_logits(x[rows], keys, ys, T, None, alpha, beta, s), y[rows]),
                     optimiser, batches, cosine_per_step(lr, len(batches)))
    return losses, {"keys": keys.detach().numpy()}


def ape_t_logits(f: Tensor, F: Tensor, ys: Tensor, T: Tensor, channels: Tensor, residual: Tensor, v: Tensor,
                 alpha: float, beta: float, s: float) -> Tensor:
    wide = torch.zeros_like(T).index_add(1, channels, residual)
    return cache_logits(f, F + wide[ys], ys, T + wide, v, alpha, beta, s)


def train_ape_t(x, y, F, ys, T, channels, *, alpha=1.0, beta=5.5, s=100.0, lr=1e-3, eps=1e-3, weight_decay=0.1,
                decay_v=False, steps=10, batches=None) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    x, y, F, ys, T, channels = map(tensor, (x, y, F, ys, T, channels))
    residual = torch.zeros(len(T), len(channels), requires_grad=True)
    v = torch.ones(len(F), requires_grad=True)
    groups = [{"params": [residual], "weight_decay": weight_decay},
              {"params": [v], "weight_decay": weight_decay if decay_v else 0.0}]
    batches = batches or all_rows(x, steps)
    optimiser = torch.optim.AdamW(groups, lr=lr, eps=eps)
    losses = descend(
        lambda rows: cross_entropy(ape_t_logits(x[rows], F, ys, T, channels, residual, v, alpha, beta, s), y[rows]),
        optimiser, batches, cosine_per_step(lr, len(batches)))
    return losses, {"residual": residual.detach().numpy(), "row_weights": v.detach().numpy()}


def train_linear_probe(Z, y, classes: int, creg: float, tolerance: float = 1e-4, iterations: int = 1000
                       ) -> tuple[float, Tensor, Tensor]:
    """L-BFGS (history 10, strong Wolfe) from zero; returns (objective, W, b)."""
    Z, y = tensor(Z), tensor(y)
    W = torch.zeros(classes, Z.shape[1], requires_grad=True)
    b = torch.zeros(classes, requires_grad=True)
    solver = torch.optim.LBFGS([W, b], lr=1.0, max_iter=iterations, max_eval=4 * iterations, history_size=10,
                               tolerance_grad=tolerance, tolerance_change=1e-15, line_search_fn="strong_wolfe")

    def objective() -> Tensor:
        solver.zero_grad()
        value = 0.5 * (W * W).sum() + creg * cross_entropy(Z @ W.T + b, y, reduction="sum")
        value.backward()
        return value

    solver.step(objective)
    return objective().item(), W.detach(), b.detach()
