"""What all peers share: the problem, the form of a job, segment sums and optimisers."""
from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import normalize

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "golden"))
import tensor_file  # noqa: E402

DTYPES = {"float32": torch.float32, "float64": torch.float64, "float16": torch.float16, "bfloat16": torch.bfloat16}


@dataclass
class Job:
    """run() is what is timed; it returns the tensors to compare. state() adds trained parameters."""

    run: Callable[[], dict[str, Tensor]]
    state: Callable[[], dict[str, Tensor]] = dict
    details: dict[str, object] = field(default_factory=dict)


Builder = Callable[["Problem", Namespace], Job]


@dataclass
class Problem:
    support: Tensor  # [N, D] unit rows, grouped by ascending label
    labels: Tensor  # [N]
    text: Tensor  # [C, D] unit rows
    queries: Tensor  # [n, D] unit rows
    query_labels: Tensor  # [n]

    @property
    def classes(self) -> int:
        return len(self.text)

    @property
    def counts(self) -> Tensor:
        return torch.bincount(self.labels, minlength=self.classes)

    @property
    def shots(self) -> int | None:
        """Rows per class where all classes have equally many."""
        counts = self.counts
        return int(counts[0]) if bool((counts == counts[0]).all()) else None

    def segment_sum(self) -> Callable[[Tensor], Tensor]:
        """[n, N] -> [n, C]. Equal shots: a view and a sum over the last axis."""
        shots, classes, labels = self.shots, self.classes, self.labels
        if shots is not None:
            return lambda columns: columns.view(-1, classes, shots).sum(dim=2)
        return lambda columns: columns.new_zeros(len(columns), classes).index_add(1, labels, columns)

    def one_hot(self) -> Tensor:
        return torch.nn.functional.one_hot(self.labels, self.classes).to(self.support.dtype)

    def batch(self, rows: int) -> tuple[Tensor, Tensor]:
        return self.queries[:rows].clone(), self.query_labels[:rows].clone()


def generate(o: Namespace) -> Problem:
    """Independent standard normal rows, normalised, in this order of draws from one generator:
    support, text, queries, query labels."""
    generator = torch.Generator().manual_seed(o.seed)
    unit = lambda rows: normalize(torch.randn(rows, o.dim, generator=generator), dim=1)
    support, text, queries = unit(o.classes * o.shots), unit(o.classes), unit(o.n)
    query_labels = torch.randint(0, o.classes, (o.n,), generator=generator)
    return place(support, torch.arange(o.classes).repeat_interleave(o.shots), text, queries, query_labels, o)


def read(o: Namespace) -> Problem:
    """support_features, support_labels, text_features, query_features and, for training, query_labels."""
    tensors, _ = tensor_file.load(o.inputs)
    get = lambda name: torch.from_numpy(tensors[name])
    queries = get("query_features")
    known = "query_labels" in tensors
    query_labels = get("query_labels") if known else torch.zeros(len(queries), dtype=torch.int64)
    labels, order = torch.sort(get("support_labels"), stable=True)
    return place(get("support_features")[order], labels, get("text_features"), queries, query_labels, o)


def place(support: Tensor, labels: Tensor, text: Tensor, queries: Tensor, query_labels: Tensor, o: Namespace) -> Problem:
    real = [x.to(o.device, DTYPES[o.dtype]).contiguous() for x in (support, text, queries)]
    return Problem(real[0], labels.to(o.device), real[1], real[2], query_labels.to(o.device))


def write(path: str, outputs: dict[str, Tensor]) -> None:
    """Floating outputs become F32 (F64 where computed so), integers I64."""
    def array(x: Tensor) -> np.ndarray:
        x = x.detach().cpu()
        if not x.is_floating_point():
            return x.to(torch.int64).numpy()
        return (x if x.dtype == torch.float64 else x.float()).numpy()

    tensor_file.save(path, {name: array(x) for name, x in outputs.items()})


def adamw(parameters: list, lr: float, eps: float) -> torch.optim.Optimizer:
    """AdamW in its fused form where this PyTorch has one for the device."""
    try:
        return torch.optim.AdamW(parameters, lr=lr, eps=eps, fused=True)
    except (RuntimeError, TypeError):
        return torch.optim.AdamW(parameters, lr=lr, eps=eps)


def training_step(loss: Callable[[], Tensor], optimiser: torch.optim.Optimizer, parameters: dict[str, Tensor]) -> Job:
    """One step: forward, backward, update. The state after the first call is what is compared."""
    def run() -> dict[str, Tensor]:
        optimiser.zero_grad(set_to_none=True)
        value = loss()
        value.backward()
        optimiser.step()
        return {"loss": value.detach().reshape(1)}

    return Job(run, lambda: {name: p.detach().clone() for name, p in parameters.items()},
               {"optimiser": type(optimiser).__name__, "fused": bool(optimiser.defaults.get("fused"))})
