"""Golden values of reverse-mode gradients and of optimiser trajectories, PyTorch float64.

Writes autograd.safetensors and optimizers.safetensors:

    OMP_NUM_THREADS=1 python autograd.py

Each case NAME has its inputs NAME.<input>, the value NAME.loss and, for every input that is
differentiated, NAME.grad.<input>. Every gradient is compared with central differences first.
"""
from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, kl_div, log_softmax, normalize

import formulas as fm
import tensor_file
import training as tr

HERE = Path(__file__).parent
VERSIONS = json.dumps({"python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__})
rng = np.random.default_rng(42)


def normal(*shape: int, scale: float = 1.0) -> np.ndarray:
    return scale * rng.standard_normal(shape)


def record(out: dict[str, np.ndarray], name: str, inputs: dict[str, np.ndarray], loss: Callable[..., Tensor]) -> None:
    """Inputs of floating type are differentiated, integer inputs are constants."""
    def leaf(value: np.ndarray) -> Tensor:
        return tr.tensor(value).requires_grad_(value.dtype == np.float64)

    leaves = {key: leaf(value) for key, value in inputs.items()}
    value = loss(**leaves)
    value.backward()
    out |= {f"{name}.{key}": array for key, array in inputs.items()}
    out[f"{name}.loss"] = np.array([value.item()])
    for key, variable in leaves.items():
        if variable.grad is None:
            continue
        gradient = variable.grad.numpy()
        for place in range(inputs[key].size):
            ends = []
            for sign in (1.0, -1.0):
                moved = {k: v.copy() for k, v in inputs.items()}
                moved[key].ravel()[place] += sign * 1e-6
                ends.append(loss(**{k: tr.tensor(v) for k, v in moved.items()}).item())
            numeric = (ends[0] - ends[1]) / 2e-6
            exact = gradient.ravel()[place]
            assert abs(numeric - exact) < 1e-7 * max(1.0, abs(exact)), (name, key, place, numeric, exact)
        out[f"{name}.grad.{key}"] = gradient


def labels(n: int, classes: int) -> np.ndarray:
    return rng.permutation(np.arange(n) % classes).astype(np.int64)


def gradients() -> dict[str, np.ndarray]:
    out: dict[str, np.ndarray] = {}
    record(out, "cross_entropy", {"logits": normal(5, 4, scale=2.0), "labels": labels(5, 4)},
           lambda logits, labels: cross_entropy(logits, labels))

    def exponential_cache(features, keys, texts, alpha, beta, key_labels, labels):
        affinity = torch.exp(-beta * (1.0 - features @ keys.T))
        logits = 10.0 * features @ texts.T + alpha * tr.segment_sum(affinity, key_labels, len(texts))
        return cross_entropy(logits, labels)

    unit = lambda rows: fm.unit_rows(normal(rows, 6))
    record(out, "exponential_cache", {"features": unit(5), "keys": unit(8), "texts": unit(3), "alpha": np.array([1.5]),
                                      "beta": np.array([2.5]), "key_labels": labels(8, 3), "labels": labels(5, 3)},
           exponential_cache)

    record(out, "normalize_rows", {"x": normal(4, 5, scale=3.0), "texts": normal(3, 5), "labels": labels(4, 3)},
           lambda x, texts, labels: cross_entropy(4.0 * normalize(x, dim=1) @ normalize(texts, dim=1).T, labels))

    record(out, "relu_bottleneck", {"x": normal(5, 8), "W1": normal(3, 8), "W2": normal(8, 3),
                                    "texts": fm.unit_rows(normal(4, 8)), "labels": labels(5, 4)},
           lambda x, W1, W2, texts, labels: cross_entropy(tr.adapter_logits(x, texts, W1, W2, 0.3, 10.0), labels))

    record(out, "log_sum_exp", {"x": normal(4, 5, scale=2.0), "weights": normal(4)},
           lambda x, weights: (weights * torch.logsumexp(3.0 * x, dim=1)).sum())

    def residual_cache(features, keys, texts, residual, row_weights, channels, key_labels, labels):
        logits = tr.ape_t_logits(features, keys, key_labels, texts, channels, residual, row_weights, 1.5, 2.5, 10.0)
        return cross_entropy(logits, labels)

    record(out, "residual_cache", {"features": unit(5), "keys": unit(8), "texts": unit(3),
                                   "residual": normal(3, 4, scale=0.1), "row_weights": 1.0 + normal(8, scale=0.2),
                                   "channels": np.array([4, 0, 5, 2]), "key_labels": labels(8, 3),
                                   "labels": labels(5, 3)}, residual_cache)

    record(out, "kl_divergence", {"target_logits": normal(4, 5), "logits": normal(4, 5)},
           lambda target_logits, logits: kl_div(log_softmax(logits / 2.0, dim=1), log_softmax(target_logits / 2.0, dim=1),
                                                reduction="batchmean", log_target=True))

    record(out, "affine_mixture", {"x": normal(4, 5), "W": normal(3, 5), "b": normal(3), "labels": labels(4, 3)},
           lambda x, W, b, labels: 0.5 * (W * W).sum() + 2.0 * cross_entropy(x @ W.T + b, labels, reduction="sum")
           + torch.tanh(x).pow(2).mean() + (torch.sigmoid(b) / (1.0 + b * b)).sum())
    return out


OPTIMISERS = {
    "sgd": dict(kind="SGD", lr=0.02),
    "sgd_momentum": dict(kind="SGD", lr=0.02, momentum=0.9, weight_decay=0.05),
    "adam": dict(kind="Adam", lr=0.05, eps=1e-8, weight_decay=0.1),
    "adamw_eps8": dict(kind="AdamW", lr=0.05, eps=1e-8, weight_decay=0.1),
    "adamw_eps3": dict(kind="AdamW", lr=0.05, eps=1e-3, weight_decay=0.1),
}


def by_hand(x: np.ndarray, gradient: Callable[[np.ndarray], np.ndarray], steps: int, kind: str, lr: float,
            momentum: float = 0.0, eps: float = 1e-8, weight_decay: float = 0.0) -> np.ndarray:
    """The update rules written out, as a check of what torch.optim does."""
    x, m, v, path = x.copy(), np.zeros_like(x), np.zeros_like(x), [x.copy()]
    for t in range(1, steps + 1):
        g = gradient(x)
        if kind == "AdamW":
            x *= 1.0 - lr * weight_decay
        else:
            g = g + weight_decay * x
        if kind == "SGD":
            m = momentum * m + g
            x = x - lr * m
        else:
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            x = x - lr / (1.0 - 0.9**t) * m / (np.sqrt(v) / np.sqrt(1.0 - 0.999**t) + eps)
        path.append(x.copy())
    return np.array(path)


def optimisers(steps: int = 20) -> dict[str, np.ndarray]:
    """f(x) = 0.5 x A x - b x + 0.25 sum x^4 from x0; NAME.path holds x before and after each step."""
    root = normal(5, 5)
    A, b, x0 = root @ root.T / 5.0 + 0.2 * np.eye(5), normal(5), normal(5)
    gradient = lambda x: A @ x - b + x**3
    out = {"A": A, "b": b, "x0": x0}
    for name, options in OPTIMISERS.items():
        expected = by_hand(x0, gradient, steps, **options)
        x = tr.tensor(x0).requires_grad_()
        settings = {k: v for k, v in options.items() if k != "kind"}
        optimiser = getattr(torch.optim, options["kind"])([x], **settings)
        path, values = [x0.copy()], []
        for _ in range(steps + 1):
            optimiser.zero_grad()
            value = 0.5 * x @ tr.tensor(A) @ x - tr.tensor(b) @ x + 0.25 * (x**4).sum()
            values.append(value.item())
            if len(values) > steps:
                break
            value.backward()
            optimiser.step()
            path.append(x.detach().numpy().copy())
        assert abs(np.array(path) - expected).max() < 1e-13
        out |= {f"{name}.path": np.array(path), f"{name}.values": np.array(values)}

    Z, y, creg = normal(12, 3, scale=2.0), labels(12, 3), 2.0
    W, intercept = fm.probe_newton(Z, y, 3, creg)
    objective = fm.probe_objective(W, intercept, Z, y, creg)
    assert abs(tr.train_linear_probe(Z, y, 3, creg, 1e-10)[0] - objective) < 1e-10
    out |= {"lbfgs.Z": Z, "lbfgs.labels": y, "lbfgs.creg": np.array([creg]), "lbfgs.objective": np.array([objective]),
            "lbfgs.W": W, "lbfgs.b": intercept}
    return out


def main() -> None:
    for name, tensors, parameters in (("autograd", gradients(), {}), ("optimizers", optimisers(), OPTIMISERS)):
        tensor_file.save(HERE / f"{name}.safetensors", tensors,
                         {"parameters": json.dumps(parameters), "made_with": VERSIONS})
        print(name, *(f"  {key} {list(value.shape)}" for key, value in tensors.items()), sep="\n")


if __name__ == "__main__":
    main()
