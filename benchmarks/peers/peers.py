"""Times one job of one method in PyTorch and prints one JSON line.

    python benchmarks/peers/peers.py --job tip_adapter_predict --n 10000 --classes 1000 --shots 16 \
        --dim 1024 --threads 1 --repetitions 7

--list prints the jobs with their variants; the first variant is the default, and the well written one.
"""
from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import sys
import time


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="PyTorch peers of the benchmarks.")
    add = parser.add_argument
    add("--list", action="store_true", help="print jobs and variants")
    add("--job")
    add("--variant", help="default: the first one listed")
    add("--n", type=int, default=10000, help="queries")
    add("--classes", type=int, default=1000)
    add("--shots", type=int, default=16)
    add("--dim", type=int, default=1024)
    add("--channels", type=int, help="selected channels of ape and ape_t, default dim / 2")
    add("--batch", type=int, default=256, help="rows of a training step: the first queries")
    add("--chunk", type=int, default=5000, help="queries per pass of a prediction")
    add("--pairs", type=int, default=200, help="class pairs measured by the pair loop of ape_scores")
    add("--scale", type=float, default=100.0)
    add("--alpha", type=float, default=1.0)
    add("--beta", type=float, default=5.5)
    add("--gamma", type=float, default=1.0)
    add("--tau", type=float, default=0.5)
    add("--creg", type=float, default=1.0)
    add("--iterations", type=int, default=1000, help="at most this many steps of linear_probe_fit")
    add("--tolerance", type=float, default=1e-4, help="largest gradient entry at which linear_probe_fit stops")
    add("--seed", type=int, default=2024)
    add("--dtype", default="float32", choices=("float32", "float64", "float16", "bfloat16"))
    add("--device", default="cpu")
    add("--threads", type=int, default=1)
    add("--warmup", type=int, default=2)
    add("--repetitions", type=int, default=7)
    add("--calls", type=int, help="calls per repetition; default 50 for a single query, else 1")
    add("--inputs", help="safetensors file to read the problem from instead of generating it")
    add("--outputs", help="safetensors file for the results of the first call")
    add("--stdin", action="store_true", help="one repetition per line read, its seconds printed; for alternating runs")
    return parser.parse_args()


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def main() -> int:
    o = options()
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(o.threads)  # before PyTorch is loaded
    import torch

    import ape
    import clip_adapter
    import common
    import linear_probe
    import tip_adapter
    import tip_x
    import zero_shot

    jobs: dict[str, dict[str, common.Builder]] = {}
    for module in (zero_shot, linear_probe, clip_adapter, tip_adapter, tip_x, ape):
        jobs |= module.JOBS
    if o.list:
        for name, variants in jobs.items():
            print(name, *variants)
        return 0
    if o.job not in jobs:
        print(f"peers.py: unknown job {o.job!r}; --list shows them", file=sys.stderr)
        return 2
    variant = o.variant or next(iter(jobs[o.job]))
    if variant not in jobs[o.job]:
        print(f"peers.py: {o.job} has the variants {', '.join(jobs[o.job])}", file=sys.stderr)
        return 2

    torch.set_num_threads(o.threads)
    problem = common.read(o) if o.inputs else common.generate(o)
    o.channels = o.channels or problem.text.shape[1] // 2
    job = jobs[o.job][variant](problem, o)
    before = peak_mib()
    synchronise = torch.cuda.synchronize if o.device.startswith("cuda") else lambda: None
    calls = o.calls or (50 if o.job == "tip_adapter_single_query" else 1)

    def repetition() -> float:
        start = time.perf_counter()
        for _ in range(calls):
            job.run()
        synchronise()
        return (time.perf_counter() - start) / calls

    initial = job.details.pop("initial", {})
    first = job.run()
    if o.outputs:
        common.write(o.outputs, first | initial | job.state())
    for _ in range(max(0, o.warmup - 1)):
        job.run()
    synchronise()

    seconds = []
    if o.stdin:
        print("ready", flush=True)
        for _ in sys.stdin:
            seconds.append(repetition())
            print(seconds[-1], flush=True)
    else:
        seconds = [repetition() for _ in range(o.repetitions)]
    if not seconds:
        return 0

    cpu = getattr(torch.backends, "cpu", None)  # PyTorch 1.13 does not tell its capability
    capability = cpu.get_cpu_capability() if cpu else "unknown"
    print(json.dumps({
        "job": o.job, "variant": variant, "peer": "pytorch", "torch": torch.__version__,
        "mkl": torch.backends.mkl.is_available(), "cpu_capability": capability, "device": o.device, "dtype": o.dtype,
        "threads": torch.get_num_threads(), "n": len(problem.queries), "classes": problem.classes,
        "shots": problem.shots, "support_rows": len(problem.support), "dim": problem.text.shape[1],
        "channels": o.channels, "batch": o.batch, "repetitions": len(seconds), "calls": calls,
        "median_s": statistics.median(seconds), "min_s": min(seconds), "max_s": max(seconds),
        "spread": max(seconds) / min(seconds), "load": os.getloadavg()[0], "rss_before_mib": round(before, 1),
        "peak_rss_mib": round(peak_mib(), 1), "details": job.details,
    }))
    return 0


if __name__ == "__main__":
    sys.exit(main())
