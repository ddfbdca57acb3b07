"""Peers of the linear probe: 0.5 ||W||^2 + creg * (sum of cross-entropies), the intercept free."""
from __future__ import annotations

from argparse import Namespace

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, log_softmax

from common import Job, Problem


def point(p: Problem, o: Namespace) -> tuple[Tensor, Tensor]:
    """A point away from zero at which objective and gradient are evaluated: the text rows, no intercept."""
    return p.text.clone(), torch.zeros(p.classes, dtype=p.text.dtype, device=p.text.device)


def objective(p: Problem, W: Tensor, b: Tensor, creg: float) -> Tensor:
    return 0.5 * (W * W).sum() + creg * cross_entropy(torch.addmm(b, p.support, W.T), p.labels, reduction="sum")


def evaluation_autograd(p: Problem, o: Namespace) -> Job:
    W, b = (x.requires_grad_() for x in point(p, o))

    def run() -> dict[str, Tensor]:
        W.grad = b.grad = None
        value = objective(p, W, b, o.creg)
        value.backward()
        return {"objective": value.detach().reshape(1), "gradient_W": W.grad, "gradient_b": b.grad}

    return Job(run)


def evaluation_closed_form(p: Problem, o: Namespace) -> Job:
    W, b = point(p, o)
    rows = torch.arange(len(p.support), device=p.support.device)

    @torch.no_grad()
    def run() -> dict[str, Tensor]:
        log_p = log_softmax(torch.addmm(b, p.support, W.T), dim=1)
        value = 0.5 * (W * W).sum() - o.creg * log_p[rows, p.labels].sum()
        residual = log_p.exp_()
        residual[rows, p.labels] -= 1.0
        return {"objective": value.reshape(1), "gradient_W": torch.addmm(W, residual.T, p.support, alpha=o.creg),
                "gradient_b": o.creg * residual.sum(dim=0)}

    return Job(run)


def fit(p: Problem, o: Namespace) -> Job:
    """L-BFGS from zero: history 10, strong Wolfe search, largest gradient entry below --tolerance."""
    job = Job(lambda: {})

    def run() -> dict[str, Tensor]:
        W = torch.zeros_like(p.text, requires_grad=True)
        b = torch.zeros(p.classes, dtype=p.text.dtype, device=p.text.device, requires_grad=True)
        solver = torch.optim.LBFGS([W, b], lr=1.0, max_iter=o.iterations, max_eval=4 * o.iterations, history_size=10,
                                   tolerance_grad=o.tolerance, tolerance_change=0.0, line_search_fn="strong_wolfe")

        def closure() -> Tensor:
            solver.zero_grad(set_to_none=True)
            value = objective(p, W, b, o.creg)
            value.backward()
            return value

        solver.step(closure)
        state = solver.state[W]
        job.details = {"iterations": state["n_iter"], "evaluations": state["func_evals"]}
        with torch.no_grad():
            value = objective(p, W, b, o.creg).reshape(1)
        job.details["objective"] = value.item()
        return {"objective": value, "W": W.detach(), "b": b.detach()}

    job.run = run
    return job


JOBS = {
    "linear_probe_evaluation": {"closed_form": evaluation_closed_form, "autograd": evaluation_autograd},
    "linear_probe_fit": {"lbfgs": fit},
}
