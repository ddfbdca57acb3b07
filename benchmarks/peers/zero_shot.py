"""Peer of zero_shot: one product with the scaled text rows."""
from __future__ import annotations

from argparse import Namespace

from common import Job, Problem


def predict(p: Problem, o: Namespace) -> Job:
    text = (o.scale * p.text).T
    return Job(lambda: {"logits": p.queries @ text})


JOBS = {"zero_shot_predict": {"product": predict}}
