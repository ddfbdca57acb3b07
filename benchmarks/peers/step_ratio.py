"""Compares training steps of fewclip with PyTorch on the same random weights and inputs and prints Markdown rows.

    python benchmarks/peers/step_ratio.py --program build/benchmarks/peers/fewclip_step_job --jobs coop_step

Per row: both sides make a step, and their losses, the gradients of what is trained (of a whole CLIP: three of them) and the loss of the next step
are compared. Then one process of each, pinned to the same processors, answers a repetition in turn; the ratio is their median over ours. Memory
is the largest resident set of such a process less what it had when its libraries were loaded and nothing was read: weights, inputs, the step.
"""
from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tests" / "golden")]
import tensor_file  # noqa: E402
from ratio import NOISY, Side, time_text  # noqa: E402

# job, variants of the peer, sizes, calls per repetition
TABLE = [
    ("pool_forward", ["first_query", "all_queries"], {"batch": 1}, 20),
    ("pool_forward", ["first_query", "all_queries"], {"batch": 32}, 1),
    ("pool_gradients", ["first_query", "all_queries"], {"batch": 32}, 1),
    ("coop_step", ["all_positions", "cut"], {"classes": 20, "batch": 32}, 1),
    ("rtos_step", ["all_positions", "cut"], {"anchors": 64, "classes": 20, "batch": 32}, 1),
    ("rtos_step", ["cut"], {"anchors": 256, "classes": 20, "batch": 32}, 1),
    ("pairs_step", ["all_positions", "cut"], {"batch": 10}, 1),
    ("head_step", ["default"], {"classes": 1000, "batch": 8}, 50),
]
TOLERANCE = {"eigen": 1e-3, "onednn": 1e-3, "onednn-bf16": 0.2}
START, END, CONTEXT, WIDTH = 49406, 49407, 77, 512


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Ratios of training steps to PyTorch.")
    add = parser.add_argument
    add("--program", required=True, help="fewclip_step_job")
    add("--jobs", help="a comma-separated selection; default: the whole table")
    add("--variants", help="of the peer, a comma-separated selection")
    add("--threads", default="1", help="comma-separated")
    add("--products", default="eigen,onednn", help="comma-separated: eigen, onednn, onednn-bf16")
    add("--repetitions", type=int, default=5)
    return parser.parse_args()


class Draw:
    def __init__(self) -> None:
        self.random = np.random.default_rng(2024)

    def normal(self, *extents: int, scale: float = 1.0) -> np.ndarray:
        return np.float32(scale) * self.random.standard_normal(extents, dtype=np.float32)

    def unit(self, rows: int, columns: int) -> np.ndarray:
        values = self.normal(rows, columns)
        return values / np.linalg.norm(values, axis=1, keepdims=True)

    def norm(self, name: str, width: int) -> dict[str, np.ndarray]:
        return {f"{name}.weight": 1 + self.normal(width, scale=0.1), f"{name}.bias": self.normal(width, scale=0.1)}

    def linear(self, name: str, out: int, width: int, scale: float = 1.0) -> dict[str, np.ndarray]:
        separator = "_" if name.endswith("in_proj") else "."
        return {f"{name}{separator}weight": self.normal(out, width, scale=scale / width**0.5),
                f"{name}{separator}bias": self.normal(out, scale=0.02)}

    def blocks(self, prefix: str, width: int, count: int = 12) -> dict[str, np.ndarray]:
        out = {}
        for i in range(count):
            at = f"{prefix}transformer.resblocks.{i}"
            small = (2 * count) ** -0.5  # of what is added to the stream
            out |= self.norm(f"{at}.ln_1", width) | self.linear(f"{at}.attn.in_proj", 3 * width, width)
            out |= self.linear(f"{at}.attn.out_proj", width, width, small) | self.norm(f"{at}.ln_2", width)
            out |= self.linear(f"{at}.mlp.c_fc", 4 * width, width) | self.linear(f"{at}.mlp.c_proj", width, 4 * width, small)
        return out

    def text_tower(self) -> dict[str, np.ndarray]:
        return ({"token_embedding.weight": self.normal(END + 1, WIDTH, scale=0.02), "positional_embedding": self.normal(CONTEXT, WIDTH, scale=0.01)}
                | self.blocks("", WIDTH) | self.norm("ln_final", WIDTH) | {"text_projection": self.normal(WIDTH, WIDTH, scale=WIDTH**-0.5)})

    def image_tower(self, width: int = 768, patch: int = 32, tokens: int = 50) -> dict[str, np.ndarray]:
        depth = 3 * patch * patch
        return ({"visual.conv1.weight": self.normal(width, depth, scale=depth**-0.5), "visual.class_embedding": self.normal(width, scale=0.1),
                 "visual.positional_embedding": self.normal(tokens, width, scale=0.1)} | self.norm("visual.ln_pre", width)
                | self.blocks("visual.", width) | self.norm("visual.ln_post", width)
                | {"visual.proj": self.normal(WIDTH, width, scale=width**-0.5)})

    def words(self, count: int) -> list[int]:
        return self.random.integers(0, START, count).tolist()

    def prompts(self, sizes: dict[str, int]) -> dict[str, np.ndarray]:
        """"a photo of a {}." with names of one to three tokens, and feature rows."""
        names = [self.words(1 + c % 3) for c in range(sizes["classes"])]
        return self.text_tower() | self.rows(sizes) | {
            "before": np.array([START] + self.words(4), np.int32), "after": np.array(self.words(1) + [END], np.int32),
            "names": np.array([name + [-1] * (3 - len(name)) for name in names], np.int32)}

    def rows(self, sizes: dict[str, int]) -> dict[str, np.ndarray]:
        return {"features": self.unit(sizes["batch"], WIDTH), "scale": np.array([100], np.float32),
                "labels": self.random.integers(0, sizes["classes"], sizes["batch"]).astype(np.int32)}


def inputs_of(job: str, sizes: dict[str, int]) -> dict[str, np.ndarray]:
    draw = Draw()
    if job.startswith("pool"):
        out = {"tokens": draw.normal(sizes["batch"], 49, 2048), "attnpool.positional_embedding": draw.normal(50, 2048, scale=2048**-0.5)}
        for name, rows in (("q_proj", 2048), ("k_proj", 2048), ("v_proj", 2048), ("c_proj", 1024)):
            out |= draw.linear(f"attnpool.{name}", rows, 2048)
        return out
    if job == "coop_step":
        return draw.prompts(sizes) | {"context": draw.normal(16, WIDTH, scale=0.02)}
    if job == "rtos_step":
        return draw.prompts(sizes) | {"anchors": draw.normal(sizes["anchors"], WIDTH, scale=0.02), "gamma": np.array([10], np.float32)}
    if job == "pairs_step":
        ids = np.zeros((sizes["batch"], CONTEXT), np.int32)
        for i, row in enumerate(ids):  # captions of 12 to 21 tokens, start and end included
            length = 12 + i % 10
            row[:length] = [START] + draw.words(length - 2) + [END]
        return draw.image_tower() | draw.text_tower() | {
            "logit_scale": np.log([1 / 0.07]).astype(np.float32), "images": draw.normal(sizes["batch"], 3, 224, 224), "ids": ids}
    return draw.rows(sizes) | {"text": draw.unit(sizes["classes"], WIDTH)}


def difference(ours: dict[str, np.ndarray], theirs: dict[str, np.ndarray]) -> float:
    """The largest of all outputs, each relative to its largest number."""
    out = 0.0
    for name, expected in theirs.items():
        a, b = ours[name].astype(np.float64).reshape(expected.shape), expected.astype(np.float64)
        size = np.abs(b).max()
        if name.endswith("k_proj.bias"):  # zero, but for their rounding
            size = max(size, np.abs(theirs["gradient.attnpool.q_proj.bias"]).max())
        out = max(out, float(np.abs(a - b).max() / size))
    return out


def memory_text(report: dict) -> str:
    return f"{report['peak_mib'] - report['start_mib']:.0f}"


def compare(o: argparse.Namespace, row: tuple, variant: str, threads: int, products: str, inputs: Path) -> str:
    job, _, sizes, calls = row
    shared = ["--job", job, "--threads", str(threads), "--inputs", str(inputs)]
    commands = ([o.program, *shared, "--products", products],
                [sys.executable, str(HERE / "step_peer.py"), *shared, "--variant", variant])
    outputs = []
    for command in commands:
        path = inputs.with_name("outputs.safetensors")
        subprocess.run([*command, "--warmup", "1", "--repetitions", "0", "--outputs", str(path)], check=True, stdout=subprocess.DEVNULL,
                       preexec_fn=lambda: os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads]))
        outputs.append(tensor_file.load(path)[0])
    found = difference(*outputs)
    size_text = ", ".join(f"{number} {name}" for name, number in sizes.items())
    start = f"| {job} | {variant} | {size_text} | {threads} | {products} |"
    if found > TOLERANCE[products]:
        return f"{start} outputs differ: {found:.0e} | | | | | |"
    sides = [Side([*command, "--calls", str(calls)], threads) for command in commands]
    for _ in range(o.repetitions):
        for side in sides:
            side.repeat()
    mine, peer = (side.finish() for side in sides)
    a, b = (side.seconds for side in sides)
    noisy = " noisy" if max(max(a) / min(a), max(b) / min(b)) > NOISY else ""
    compare.peer = peer["side"]
    return (f"{start} {time_text(a)} | {time_text(b)} | {statistics.median(b) / statistics.median(a):.2f}{noisy} | {memory_text(mine)} | "
            f"{memory_text(peer)} | {found:.0e} |")


def main() -> int:
    o = options()
    print("| job | peer's form | sizes | threads | products | ours: median (min–max) | PyTorch: median (min–max) | ratio | our MiB "
          "| PyTorch's MiB | difference |")
    print("|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
    for row in TABLE:
        if o.jobs and row[0] not in o.jobs.split(","):
            continue
        with tempfile.TemporaryDirectory() as folder:
            inputs = Path(folder) / "inputs.safetensors"
            tensor_file.save(inputs, inputs_of(row[0], row[2]))
            for variant in row[1]:
                if o.variants and variant not in o.variants.split(","):
                    continue
                for threads in map(int, o.threads.split(",")):
                    for products in o.products.split(","):
                        print(compare(o, row, variant, threads, products, inputs), flush=True)
    print(f"\n{getattr(compare, 'peer', 'no peer ran')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
