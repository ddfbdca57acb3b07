"""Times one training step in PyTorch and prints one JSON line; the counterpart of fewclip_step_job.

    python benchmarks/peers/step_peer.py --job coop_step --inputs coop.safetensors --threads 1

Inputs are a file of step_ratio.py. --list prints the jobs with their variants; the first variant is the default.
"""
from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests" / "golden"))


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="PyTorch peers of the training steps.")
    add = parser.add_argument
    add("--list", action="store_true", help="print jobs and variants")
    add("--job")
    add("--variant", help="default: the first one listed")
    add("--inputs", help="safetensors file of step_ratio.py")
    add("--outputs", help="safetensors file for the results of the first call")
    add("--threads", type=int, default=1)
    add("--warmup", type=int, default=2)
    add("--repetitions", type=int, default=7)
    add("--calls", type=int, default=1, help="calls per repetition")
    add("--stdin", action="store_true", help="one repetition per line read, its seconds printed; for alternating runs")
    return parser.parse_args()


def resident_mib(line: str) -> float:
    for each in Path("/proc/self/status").read_text().splitlines():
        if each.startswith(line):
            return float(each.split()[1]) / 1024
    return 0.0


def forget_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass


def main() -> int:
    o = options()
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(o.threads)  # before PyTorch is loaded
    import torch

    import step_models
    import tensor_file

    if o.list:
        for name, variants in step_models.JOBS.items():
            print(name, *variants)
        return 0
    torch.set_num_threads(o.threads)
    variants = step_models.JOBS[o.job]
    (torch.ones(64, 64, requires_grad=True) @ torch.ones(64, 64)).sum().backward()  # what the libraries take when first used
    start = resident_mib("VmRSS:")
    run = variants[o.variant or next(iter(variants))](step_models.read(o.inputs))
    forget_peak()
    ready = resident_mib("VmRSS:")

    def repetition() -> float:
        begin = time.perf_counter()
        for _ in range(o.calls):
            run()
        return (time.perf_counter() - begin) / o.calls

    first = {name: value.detach().clone().numpy() for name, value in run().items()}
    if o.outputs:
        if "loss" in first and o.job != "pool_gradients":
            first["second_loss"] = run()["loss"].detach().numpy()
        tensor_file.save(o.outputs, first)
    del first
    for _ in range(max(0, o.warmup - 1)):
        run()

    seconds = []
    if o.stdin:
        print("ready", flush=True)
        for _ in sys.stdin:
            seconds.append(repetition())
            print(seconds[-1], flush=True)
    else:
        seconds = [repetition() for _ in range(o.repetitions)]
    if seconds:
        print(json.dumps({"side": f"torch {torch.__version__}", "median_s": statistics.median(seconds), "start_mib": round(start, 1),
                          "ready_mib": round(ready, 1), "peak_mib": round(resident_mib("VmHWM:"), 1)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
