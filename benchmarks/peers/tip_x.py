"""Peers of tip_x. The rescaling range is measured on support against support, outside the timer.

loop: elementwise n x N x C differences in blocks of 100 queries, as the method is usually written.
product: one matrix product for all divergences, then a segment sum.
class_sums: the divergences summed per class directly from per-class sums of the log signatures.
"""
from __future__ import annotations

from argparse import Namespace

import torch
from torch import Tensor
from torch.nn.functional import log_softmax

from common import Job, Problem
from tip_adapter import predictor


def predict(form: str):
    def build(p: Problem, o: Namespace) -> Job:
        cache = predictor(p, o, dense=form == "loop")
        segment_sum = p.segment_sum()
        signatures = lambda x: log_softmax(x @ p.text.T / o.tau, dim=1)
        log_s = signatures(p.support)
        # One block of rows at a time: the full matrices of a large support need not fit.
        low, high, least, most = [], [], [], []
        for f, s in zip(p.support.split(1000), log_s.split(1000)):
            cosines, M = f @ p.support.T, (s.exp() * s).sum(1, keepdim=True) - s.exp() @ log_s.T
            low.append(cosines.min()), high.append(cosines.max()), least.append(M.min()), most.append(M.max())
        low, high, least, most = min(low).item(), max(high).item(), min(least).item(), max(most).item()
        slope = (high - low) / (most - least)
        offset = low - slope * least
        counts = p.counts.to(p.text.dtype)
        class_logs = torch.zeros_like(log_s[: p.classes]).index_add(0, p.labels, log_s)

        def penalty(f: Tensor) -> Tensor:
            log_q = signatures(f)
            q = log_q.exp()
            if form == "loop":
                M = torch.cat([(a[:, None] * (b[:, None] - log_s[None])).sum(dim=2)
                               for a, b in zip(q.split(100), log_q.split(100))])
                return segment_sum(slope * M + offset)
            entropy = (q * log_q).sum(dim=1, keepdim=True)
            if form == "product":
                return segment_sum(torch.addmm(entropy, q, log_s.T, alpha=-1.0).mul_(slope).add_(offset))
            return (slope * entropy + offset) * counts - slope * (q @ class_logs.T)

        @torch.no_grad()
        def run() -> dict[str, Tensor]:
            return {"logits": torch.cat([cache(f) - o.gamma * penalty(f) for f in p.queries.split(o.chunk)])}

        return Job(run, details={"slope": slope, "offset": offset})

    return build


JOBS = {"tip_x_predict": {form: predict(form) for form in ("product", "loop", "class_sums")}}
