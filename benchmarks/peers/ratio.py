"""Compares fewclip with PyTorch on the same inputs and prints Markdown rows.

    python benchmarks/peers/ratio.py --program build/benchmarks/peers/fewclip_job --jobs tip_adapter_predict,ape_scores --threads 1,2

Per row: both sides compute the job once and their outputs are compared; a job that differs prints no time. Then one process
of each side, pinned to the same processors, answers one repetition in turn (ours, theirs, ours, theirs, ...) after warm-up.
The ratio is their median over our median. A row where one side's slowest repetition took more than 1.5 times its fastest is
marked "noisy" and is no result.
"""
from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests" / "golden"))
import tensor_file  # noqa: E402

LARGE = {"n": 10000, "classes": 1000, "shots": 16, "dim": 1024}
SMALL = {"n": 1000, "classes": 100, "shots": 16, "dim": 512}

# job, variants of the peer (empty: its best), the sizes that differ from LARGE
TABLE = [
    ("zero_shot_predict", [""], {}),
    ("tip_adapter_predict", ["segment", "dense"], {}),
    ("tip_adapter_single_query", ["segment", "dense"], {}),
    ("tip_adapter_f_step", ["segment", "dense"], {}),
    ("tip_x_predict", ["product"], {}),
    ("ape_scores", ["closed_form"], {}),
    ("ape_predict", [""], {"n": 5000}),
    ("ape_t_step", ["factorised", "direct"], {}),
    ("linear_probe_evaluation", ["closed_form", "autograd"], {}),
    ("linear_probe_fit", [""], SMALL),
    ("clip_adapter_step", [""], {}),
]
NOISY = 1.5
TOLERANCE = 1e-4
# tip_x rescales divergences that random rows make tiny: in single precision both sides are off by 2 to 4e-4.
TOLERANCE_OF = {"tip_x_predict": 1e-3}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Ratios to the PyTorch peers.")
    add = parser.add_argument
    add("--program", required=True, help="fewclip_job")
    add("--jobs", help="a comma-separated selection; default: the whole table")
    add("--variant", help="of the peer, for all jobs; default: those of the table")
    add("--threads", default="1", help="comma-separated")
    add("--products", default="eigen,onednn", help="comma-separated: eigen, onednn, onednn-bf16")
    add("--repetitions", type=int, default=7)
    add("--small", action="store_true", help="n = 1000, 100 classes, dim 512 for every job")
    for name in ("n", "classes", "shots", "dim"):
        add(f"--{name}", type=int)
    return parser.parse_args()


def generate(sizes: dict[str, int], path: Path, seed: int = 2024) -> None:
    """Independent standard normal rows, normalised; labels in turn. (Seeds are NumPy's.)"""
    random = np.random.default_rng(seed)

    def unit(rows: int) -> np.ndarray:
        values = random.standard_normal((rows, sizes["dim"]), dtype=np.float32)
        return values / np.linalg.norm(values, axis=1, keepdims=True)

    classes = sizes["classes"]
    tensor_file.save(path, {
        "support_features": unit(classes * sizes["shots"]),
        "support_labels": np.repeat(np.arange(classes, dtype=np.int64), sizes["shots"]),
        "text_features": unit(classes),
        "query_features": unit(sizes["n"]),
        "query_labels": random.integers(0, classes, sizes["n"], dtype=np.int64),
    })


def differences(job: str, products: str, ours: dict[str, np.ndarray], theirs: dict[str, np.ndarray]) -> tuple[bool, str]:
    """Whether the outputs are equal, and how far apart they are."""
    worst, tolerance = 0.0, TOLERANCE_OF.get(job, TOLERANCE)
    for name in theirs:
        if name in ("W1", "W2") or (job == "linear_probe_fit" and name != "objective"):
            continue  # the initial weights were handed over; near the optimum W may differ where the objective does not
        if name == "channels":
            if name in ours and set(ours[name].astype(int)) != set(theirs[name].astype(int)):
                return False, "other channels"
            continue
        a, b = ours[name].astype(np.float64).reshape(theirs[name].shape), theirs[name].astype(np.float64)
        if name == "residual":  # its columns stand in the order of the channels
            a, b = a[:, np.argsort(ours["channels"])], b[:, np.argsort(theirs["channels"])]
        # The gradient of the intercept is a difference of numbers near 1 per class.
        size = max(1.0, np.abs(b).max()) if name == "gradient_b" else np.abs(b).max()
        worst = max(worst, float(np.abs(a - b).max() / size))
        if name == "logits":
            top = np.sort(b, axis=1)[:, -2:]
            clear = top[:, 1] - top[:, 0] > 2 * tolerance * np.abs(b).max()
            equal = a.argmax(axis=1) == b.argmax(axis=1)
            if products == "onednn-bf16":
                return True, f"classes equal {100 * equal.mean():.2f} %, logits within {np.abs(a - b).max():.2g}"
            if not equal[clear].all():
                return False, "other classes"
    return worst <= tolerance, f"{worst:.0e}"


class Side:
    """A process that answers repetitions."""

    def __init__(self, command: list[str], threads: int):
        processors = sorted(os.sched_getaffinity(0))[:threads]
        # Threads that spin while they wait would take time from the other side.
        environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE", "OMP_NUM_THREADS": str(threads)}
        self.process = subprocess.Popen(command + ["--stdin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=environment, preexec_fn=lambda: os.sched_setaffinity(0, processors))
        self.seconds: list[float] = []
        if self.process.stdout.readline().strip() != "ready":
            raise RuntimeError(f"no answer from {command[0]}")

    def repeat(self) -> None:
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.seconds.append(float(self.process.stdout.readline()))

    def finish(self) -> dict:
        self.process.stdin.close()
        report = json.loads(self.process.stdout.read())
        self.process.wait()
        return report


def time_text(seconds: list[float]) -> str:
    middle, low, high = statistics.median(seconds), min(seconds), max(seconds)
    unit, factor = ("s", 1) if middle >= 1 else ("ms", 1e3) if middle >= 1e-3 else ("us", 1e6)
    return f"{middle * factor:.3g} ({low * factor:.3g}–{high * factor:.3g}) {unit}"


def compare(o: argparse.Namespace, job: str, variant: str, sizes: dict[str, int], threads: int, products: str, folder: Path) -> str:
    inputs = folder / ("inputs-" + "-".join(map(str, sizes.values())) + ".safetensors")
    if not inputs.exists():
        generate(sizes, inputs)
    shared = ["--job", job, "--threads", str(threads)]
    theirs = [sys.executable, str(HERE / "peers.py"), *shared, "--inputs", str(inputs)] + (["--variant", variant] if variant else [])
    outputs = {side: folder / f"outputs-{side}.safetensors" for side in ("ours", "theirs")}
    once = ["--warmup", "1", "--repetitions", "0", "--outputs"]
    subprocess.run([*theirs, *once, str(outputs["theirs"])], check=True, stdout=subprocess.DEVNULL)
    expected, _ = tensor_file.load(outputs["theirs"])
    if job == "clip_adapter_step":  # start from their weights
        tensors, _ = tensor_file.load(inputs)
        inputs = folder / "inputs-with-weights.safetensors"
        tensor_file.save(inputs, tensors | {name: expected[name] for name in ("W1", "W2")})
    ours = [o.program, *shared, "--inputs", str(inputs), "--products", products]
    subprocess.run([*ours, *once, str(outputs["ours"])], check=True, stdout=subprocess.DEVNULL)
    equal, difference = differences(job, products, tensor_file.load(outputs["ours"])[0], expected)
    size_text = " x ".join(str(sizes[name]) for name in ("n", "classes", "shots", "dim"))
    start = f"| {job} | {variant or 'default'} | {size_text} | {threads} | {products} |"
    if not equal:
        return f"{start} outputs differ: {difference} | | | | | | |"
    sides = [Side(ours, threads), Side(theirs, threads)]
    for _ in range(o.repetitions):
        for side in sides:
            side.repeat()
    load = os.getloadavg()[0]
    mine, peer = (side.finish() for side in sides)
    a, b = (side.seconds for side in sides)
    spread = max(max(a) / min(a), max(b) / min(b))
    ratio = f"{statistics.median(b) / statistics.median(a):.2f}" + (" noisy" if spread > NOISY else "")
    memory = f"{mine['peak_rss_mib']:.0f} (+{mine['peak_rss_mib'] - mine['rss_before_mib']:.0f})"
    compare.peer = f"PyTorch {peer['torch']}, MKL: {peer['mkl']}, capability {peer['cpu_capability']}"
    return f"{start} {time_text(a)} | {time_text(b)} | {ratio} | {memory} | {peer['peak_rss_mib']:.0f} | {difference} | {load:.1f} |"


def main() -> int:
    o = options()
    chosen = o.jobs.split(",") if o.jobs else [job for job, _, _ in TABLE]
    unknown = [job for job in chosen if job not in [each for each, _, _ in TABLE]]
    if unknown:
        print(f"ratio.py: no job {unknown[0]!r}", file=sys.stderr)
        return 2
    print("| job | peer's form | n x classes x shots x dim | threads | products | ours: median (min–max) | PyTorch: median (min–max) "
          "| ratio | our peak MiB (over inputs) | PyTorch's peak MiB | difference | load |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for job, variants, own in TABLE:
            if job not in chosen:
                continue
            sizes = LARGE | own | (SMALL if o.small else {})
            sizes |= {name: getattr(o, name) for name in sizes if getattr(o, name)}
            for variant in [o.variant] if o.variant else variants:
                for threads in map(int, o.threads.split(",")):
                    for products in o.products.split(","):
                        print(compare(o, job, variant, sizes, threads, products, Path(folder)), flush=True)
    print(f"\n{getattr(compare, 'peer', 'no peer ran')}; at most {len(os.sched_getaffinity(0))} processors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
