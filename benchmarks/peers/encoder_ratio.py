"""Compares fewclip's towers with PyTorch and ONNX Runtime on the same weights and inputs and prints Markdown rows.

    python tests/golden/clip_models.py --full ViT-B-32 models/ViT-B-32
    python benchmarks/peers/encoder_ratio.py --program build/benchmarks/peers/fewclip_encoder_job \
        --models models/ViT-B-32/hf,models/RN50/openai --batch 1,32 --threads 1,2

Per row of (model, tower, batch, threads): every side computes the features once; they are compared with PyTorch's f32 (relative to the
largest feature, and the smallest cosine). Then one process of each, pinned to the same processors, answers a repetition in turn. A ratio is
the peer's median over ours; a spread above 1.5 is marked. A side whose features differ by more than its precision allows has no times.
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
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tests" / "golden")]
import tensor_file  # noqa: E402
from ratio import NOISY, Side, time_text  # noqa: E402

PEERS = ("pytorch", "pytorch-bf16", "onnxruntime")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Ratios of the towers to PyTorch and ONNX Runtime.")
    add = parser.add_argument
    add("--program", required=True, help="fewclip_encoder_job")
    add("--models", required=True, help="comma-separated folders of checkpoints, hf or openai naming")
    add("--towers", default="image", help="comma-separated: image, text")
    add("--batch", default="1,32", help="comma-separated numbers of images; text has 100 prompts")
    add("--threads", default="1", help="comma-separated")
    add("--products", default="eigen,onednn,onednn-bf16", help="comma-separated")
    add("--peers", default=",".join(PEERS), help="comma-separated")
    add("--prompt-tokens", type=int, default=12, help="tokens of a text, start and end included")
    add("--repetitions", type=int, default=7)
    return parser.parse_args()


def config_of(model: str) -> tuple[int, int, int]:
    """Side of the image, context and vocabulary."""
    folder = Path(model)
    if (folder / "open_clip_config.json").exists():
        cfg = json.loads((folder / "open_clip_config.json").read_text())["model_cfg"]
        text = cfg["text_cfg"]
        return cfg["vision_cfg"]["image_size"], text.get("context_length", 77), text.get("vocab_size", 49408)
    cfg = json.loads((folder / "config.json").read_text())
    text = cfg.get("text_config", {})
    return (cfg.get("vision_config", {}).get("image_size", 224), text.get("max_position_embeddings", 77), text.get("vocab_size", 49408))


def write_inputs(model: str, tower: str, count: int, tokens: int, path: Path) -> None:
    side, context, vocabulary = config_of(model)
    random = np.random.default_rng(2024)
    if tower == "image":
        tensor_file.save(path, {"pixels": random.standard_normal((count, 3, side, side), dtype=np.float32)})
        return
    ids = np.zeros((count, context), dtype=np.int64)
    ids[:, 0] = vocabulary - 2
    ids[:, 1:tokens - 1] = random.integers(0, vocabulary - 2, (count, tokens - 2))
    ids[:, tokens - 1] = vocabulary - 1
    tensor_file.save(path, {"ids": ids})


def agreement(ours: np.ndarray, theirs: np.ndarray) -> tuple[float, float]:
    """The largest difference over the largest feature, and the smallest cosine of two rows."""
    a, b = ours.astype(np.float64), theirs.astype(np.float64)
    cosine = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    return float(np.abs(a - b).max() / np.abs(b).max()), float(cosine.min())


def compare(o: argparse.Namespace, model: str, tower: str, count: int, threads: int, folder: Path) -> None:
    inputs = folder / "inputs.safetensors"
    write_inputs(model, tower, count, o.prompt_tokens, inputs)
    shared = ["--model", model, "--tower", tower, "--threads", str(threads), "--inputs", str(inputs)]
    commands = {name: [sys.executable, str(HERE / "encoder_peer.py"), "--peer", name, *shared] for name in o.peers.split(",")}
    commands |= {f"fewclip {name}": [o.program, "--products", name, *shared] for name in o.products.split(",")}
    features = {}
    for name, command in commands.items():
        path = folder / "features.safetensors"
        subprocess.run([*command, "--warmup", "1", "--repetitions", "0", "--outputs", str(path)], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        features[name] = tensor_file.load(path)[0]["features"]
    equal = {name: agreement(value, features["pytorch"]) for name, value in features.items()}
    kept = {name: command for name, command in commands.items()
            if (equal[name][1] >= 0.999 if "bf16" in name else equal[name][0] <= 1e-4)}
    sides = {name: Side(command, threads) for name, command in kept.items()}
    for _ in range(o.repetitions):
        for side in sides.values():
            side.repeat()
    reports = {name: side.finish() for name, side in sides.items()}
    compare.peers |= {report["peer"] for name, report in reports.items() if not name.startswith("fewclip")}
    what = f"{Path(model).parent.name if Path(model).name in ('hf', 'openai') else Path(model).name} {tower}"
    for name in commands:
        error, cosine = equal[name]
        if name not in sides:
            print(f"| {what} | {count} | {threads} | {name} | features differ: {error:.0e}, cosine {cosine:.6f} | | | | | |", flush=True)
            continue
        mine = sides[name].seconds
        ratios = []
        for peer in PEERS:
            if peer not in sides:
                ratios.append("")
                continue
            spread = max(max(s) / min(s) for s in (mine, sides[peer].seconds))
            ratios.append(f"{statistics.median(sides[peer].seconds) / statistics.median(mine):.2f}" + (" noisy" if spread > NOISY else ""))
        print(f"| {what} | {count} | {threads} | {name} | {time_text(mine)} | {' | '.join(ratios)} | {error:.0e}, {cosine:.6f} | "
              f"{reports[name]['peak_rss_mib']:.0f} |", flush=True)


compare.peers = set()


def main() -> int:
    o = options()
    print("| tower | batch | threads | side | median (min–max) | PyTorch f32 / it | PyTorch bf16 / it | ONNX Runtime / it "
          "| difference to PyTorch f32, smallest cosine | peak MiB |")
    print("|---|---|---|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for model in o.models.split(","):
            for tower in o.towers.split(","):
                for count in [100] if tower == "text" else map(int, o.batch.split(",")):
                    for threads in map(int, o.threads.split(",")):
                        compare(o, model, tower, count, threads, Path(folder))
    print(f"\n{'; '.join(sorted(compare.peers))}; {len(os.sched_getaffinity(0))} processors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
