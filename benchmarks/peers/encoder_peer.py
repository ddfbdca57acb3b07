"""Times an image or text tower in PyTorch or ONNX Runtime and prints one JSON line; the counterpart of fewclip_encoder_job.

    python benchmarks/peers/encoder_peer.py --peer pytorch --model DIR --tower image --batch 32 --threads 1

DIR holds a checkpoint: hf (transformers runs it) or openai naming (open_clip runs it). --peer is pytorch, pytorch-bf16 (autocast) or
onnxruntime (the same module, exported). Text is 100 prompts of the context's full length, as these libraries compute them.
"""
from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests" / "golden"))
import tensor_file  # noqa: E402


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Peers of the encoder benchmarks.")
    add = parser.add_argument
    add("--peer", choices=("pytorch", "pytorch-bf16", "onnxruntime"), default="pytorch")
    add("--model", required=True, help="a folder with a checkpoint, hf or openai naming")
    add("--tower", choices=("image", "text"), default="image")
    add("--inputs", required=True, help="safetensors with pixels [n, 3, side, side] or ids [n, context]")
    add("--outputs", help="safetensors file for the features of the first call")
    add("--threads", type=int, default=1)
    add("--warmup", type=int, default=2)
    add("--repetitions", type=int, default=7)
    add("--stdin", action="store_true", help="one repetition per line read, its seconds printed; for alternating runs")
    return parser.parse_args()


def peak_mib() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return float(line.split()[1]) / 1024
    return 0.0


def tower_of(o: argparse.Namespace):
    """A module from pixels or ids to raw features, and the name of the library it comes from."""
    import torch

    if (Path(o.model) / "open_clip_config.json").exists():
        import open_clip
        from safetensors.torch import load_file

        cfg = json.loads((Path(o.model) / "open_clip_config.json").read_text())["model_cfg"]
        model = open_clip.model.CLIP(**cfg).eval()
        model.load_state_dict(load_file(str(Path(o.model) / "open_clip_model.safetensors")), strict=False)
        encode, library = (model.encode_image if o.tower == "image" else model.encode_text), f"open_clip {open_clip.__version__}"
    else:
        import transformers

        model = transformers.CLIPModel.from_pretrained(o.model).eval()
        library = f"transformers {transformers.__version__}"
        if o.tower == "image":
            encode = lambda x: model.visual_projection(model.vision_model(pixel_values=x).pooler_output)
        else:
            encode = lambda x: model.text_projection(model.text_model(input_ids=x).pooler_output)

    class Tower(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, x):
            return encode(x)

    return Tower().eval(), library


def runner(o: argparse.Namespace, values):
    import torch

    tower, library = tower_of(o)
    x = torch.from_numpy(values)
    if o.peer == "onnxruntime":
        import onnxruntime

        with tempfile.TemporaryDirectory() as folder, torch.inference_mode():
            path = str(Path(folder) / "tower.onnx")
            torch.onnx.export(tower, (x,), path, input_names=["x"], output_names=["y"], dynamo=True, verbose=False)
            del tower
            settings = onnxruntime.SessionOptions()
            settings.intra_op_num_threads, settings.inter_op_num_threads = o.threads, 1
            settings.log_severity_level = 3
            session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
        return (lambda: session.run(None, {session.get_inputs()[0].name: values})[0]), f"onnxruntime {onnxruntime.__version__}"

    def run():
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=o.peer == "pytorch-bf16"):
            return tower(x).float().numpy()

    return run, f"torch {torch.__version__}, {library}"


def main() -> int:
    o = options()
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(o.threads)  # before PyTorch is loaded
    import torch

    torch.set_num_threads(o.threads)
    tensors, _ = tensor_file.load(o.inputs)
    run, library = runner(o, tensors["pixels" if o.tower == "image" else "ids"])
    first = run()
    if o.outputs:
        tensor_file.save(Path(o.outputs), {"features": first})
    for _ in range(max(0, o.warmup - 1)):
        run()

    def repetition() -> float:
        start = time.perf_counter()
        run()
        return time.perf_counter() - start

    seconds = []
    if o.stdin:
        print("ready", flush=True)
        for _ in sys.stdin:
            seconds.append(repetition())
            print(seconds[-1], flush=True)
    else:
        seconds = [repetition() for _ in range(o.repetitions)]
    if seconds:
        print(json.dumps({"peer": library, "median_s": statistics.median(seconds), "peak_rss_mib": round(peak_mib(), 1)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
