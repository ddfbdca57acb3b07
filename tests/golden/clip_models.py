"""CLIP models with random weights, saved by the libraries that users' checkpoints come from, and what they compute.

python clip_models.py                  writes the tiny models and expected.safetensors to clip/
python clip_models.py --full NAME DIR  writes a full-size model (ViT-B-32, ViT-B-16, ViT-L-14, RN50) to DIR

Weights are rounded to numbers that F16 can hold, so files of any storage type hold the same model. All results are computed in float64.
"""
from __future__ import annotations

import argparse
import copy
import json
import re
from pathlib import Path

import numpy as np
import open_clip
import timm
import torch
import transformers
from safetensors.torch import save_file

TEXT = {"context_length": 16, "vocab_size": 100, "width": 24, "heads": 2, "layers": 2, "mlp_ratio": 2.0}
TINY = {
    "vit": {"embed_dim": 20, "quick_gelu": True, "text_cfg": TEXT,
            "vision_cfg": {"image_size": 32, "layers": 2, "width": 32, "patch_size": 8, "head_width": 16, "mlp_ratio": 2.0}},
    "resnet": {"embed_dim": 20, "quick_gelu": True, "text_cfg": TEXT,
               "vision_cfg": {"image_size": 64, "layers": [1, 2, 1, 1], "width": 4, "patch_size": None}},
}
PREPROCESS = {"size": 32, "mode": "RGB", "mean": [0.48145466, 0.4578275, 0.40821073], "std": [0.26862954, 0.26130258, 0.27577711],
              "interpolation": "bicubic", "resize_mode": "shortest", "fill_color": 0}


def pixels(count: int, side: int) -> torch.Tensor:
    """[n, channel, row, column]: ((7 n + 5 c + 3 y + 11 x + x y mod 13) mod 17) / 8 - 1."""
    n, c, y, x = np.ogrid[:count, :3, :side, :side]
    return torch.from_numpy(((7 * n + 5 * c + 3 * y + 11 * x + (x * y) % 13) % 17) / 8.0 - 1.0)


def token_ids(rows: int, context: int, vocabulary: int) -> torch.Tensor:
    """Start, 2 r + 1 words (at most context - 3), end, zeros."""
    ids = torch.zeros(rows, context, dtype=torch.int64)
    for row in range(rows):
        words = min(2 * row + 1, context - 3)
        ids[row, 0] = vocabulary - 2
        ids[row, 1:1 + words] = torch.tensor([(13 * row + 7 * k + 3) % (vocabulary - 2) for k in range(words)])
        ids[row, 1 + words] = vocabulary - 1
    return ids


def randomise(model: torch.nn.Module, seed: int) -> None:
    """Every number random, at scales that keep the activations near 1, and all of them representable in F16."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if not value.is_floating_point() or name == "attn_mask":
                continue
            noise = torch.randn(value.shape, generator=generator, dtype=torch.float32)
            if name.endswith("running_var"):
                new = 0.5 + noise.abs()
            elif name.endswith("logit_scale"):
                new = torch.tensor(4.6052)
            elif name.endswith("weight") and value.dim() == 1:
                new = 1 + 0.2 * noise
            elif value.dim() == 1:
                new = 0.1 * noise
            elif "embedding" in name:
                new = 0.5 * noise
            else:
                inputs = value[0].numel() if name not in ("visual.proj", "text_projection") else value.shape[0]
                new = noise * (1.4 / inputs) ** 0.5
            value.copy_(new.half())


def to_hf(state: dict[str, torch.Tensor], config: transformers.CLIPConfig) -> transformers.CLIPModel:
    """The same weights as a CLIPModel; strict loading and equal results, checked below, prove the names."""
    out: dict[str, torch.Tensor] = {}
    fixed = {
        "visual.conv1.weight": "vision_model.embeddings.patch_embedding.weight",
        "visual.class_embedding": "vision_model.embeddings.class_embedding",
        "visual.positional_embedding": "vision_model.embeddings.position_embedding.weight",
        "token_embedding.weight": "text_model.embeddings.token_embedding.weight",
        "positional_embedding": "text_model.embeddings.position_embedding.weight",
        "logit_scale": "logit_scale",
    }
    inner = {"ln_1": "layer_norm1", "ln_2": "layer_norm2", "mlp.c_fc": "mlp.fc1", "mlp.c_proj": "mlp.fc2", "attn.out_proj": "self_attn.out_proj"}
    norms = {"visual.ln_pre": "vision_model.pre_layrnorm", "visual.ln_post": "vision_model.post_layernorm", "ln_final": "text_model.final_layer_norm"}
    for name, value in state.items():
        block = re.fullmatch(r"(visual\.)?transformer\.resblocks\.(\d+)\.(.*)", name)
        if name in fixed:
            out[fixed[name]] = value
        elif name in ("visual.proj", "text_projection"):
            out[{"visual.proj": "visual_projection", "text_projection": "text_projection"}[name] + ".weight"] = value.T.contiguous()
        elif block:
            prefix = f"{'vision' if block[1] else 'text'}_model.encoder.layers.{block[2]}."
            part, kind = re.fullmatch(r"(.*)[._](weight|bias)", block[3]).groups()
            if part == "attn.in_proj":
                for letter, third in zip("qkv", value.chunk(3)):
                    out[f"{prefix}self_attn.{letter}_proj.{kind}"] = third.contiguous()
            else:
                out[f"{prefix}{inner[part]}.{kind}"] = value
        elif name != "attn_mask":
            part, kind = name.rsplit(".", 1)
            out[f"{norms[part]}.{kind}"] = value
    model = transformers.CLIPModel(config).eval()
    problems = model.load_state_dict(out, strict=False)
    assert not problems.unexpected_keys and all("position_ids" in key for key in problems.missing_keys), problems
    return model


def hf_config(cfg: dict, act: str) -> transformers.CLIPConfig:
    vision, text = cfg["vision_cfg"], cfg["text_cfg"]
    width = vision["width"]
    end = text["vocab_size"] - 1
    return transformers.CLIPConfig(
        projection_dim=cfg["embed_dim"],
        vision_config=dict(hidden_size=width, intermediate_size=int(width * vision.get("mlp_ratio", 4.0)), num_hidden_layers=vision["layers"],
                           num_attention_heads=width // vision.get("head_width", 64), image_size=vision["image_size"],
                           patch_size=vision["patch_size"], projection_dim=cfg["embed_dim"], hidden_act=act),
        text_config=dict(hidden_size=text["width"], intermediate_size=int(text["width"] * text.get("mlp_ratio", 4.0)),
                         num_hidden_layers=text["layers"], num_attention_heads=text["heads"], vocab_size=text["vocab_size"],
                         max_position_embeddings=text["context_length"], projection_dim=cfg["embed_dim"], hidden_act=act,
                         bos_token_id=end - 1, eos_token_id=end, pad_token_id=end))


def to_timm(state: dict[str, torch.Tensor], cfg: dict) -> tuple[torch.nn.Module, str]:
    """timm's image tower, filled by timm's own conversion from OpenAI's names."""
    vision = cfg["vision_cfg"]
    if isinstance(vision["layers"], list):
        from timm.models import byobnet
        blocks = tuple(byobnet.ByoBlockCfg(type="bottle", d=d, c=4 * vision["width"] * 2**i, s=1 if i == 0 else 2, br=0.25)
                       for i, d in enumerate(vision["layers"]))
        half = vision["width"] // 2
        byobnet.make_divisible = lambda value, *_: int(value)  # else at least 8 channels
        settings = byobnet.ByoModelCfg(blocks=blocks, stem_chs=(half, half, vision["width"]), stem_type="", stem_pool="avg2", downsample="avg",
                                       aa_layer="avg", head_type="attn_abs")
        model = byobnet.ByobNet(settings, num_classes=cfg["embed_dim"], img_size=vision["image_size"])
        model.load_state_dict(byobnet._convert_openai_clip(state, model), strict=True)
        return model.eval(), "resnet50_clip"
    from timm.models import vision_transformer
    model = vision_transformer.VisionTransformer(
        img_size=vision["image_size"], patch_size=vision["patch_size"], num_classes=cfg["embed_dim"], embed_dim=vision["width"],
        depth=vision["layers"], num_heads=vision["width"] // vision.get("head_width", 64), mlp_ratio=vision.get("mlp_ratio", 4.0), pre_norm=True,
        norm_layer=timm.layers.LayerNorm, act_layer="quick_gelu")
    for module in model.modules():
        if isinstance(module, torch.nn.LayerNorm):
            module.eps = 1e-5
    model.load_state_dict(vision_transformer._convert_openai_clip(state, model), strict=True)
    return model.eval(), "vit_base_patch32_clip_quickgelu_224"


@torch.no_grad()
def results(cfg: dict, state: dict[str, torch.Tensor], quick: bool, images: torch.Tensor, ids: torch.Tensor) -> dict[str, torch.Tensor]:
    """What open_clip computes in float64."""
    model = open_clip.model.CLIP(**{**copy.deepcopy(cfg), "quick_gelu": quick}).double().eval()
    model.load_state_dict(state, strict=False)
    out = {}
    kept: dict[str, torch.Tensor] = {}
    last = model.visual.transformer if hasattr(model.visual, "transformer") else model.visual.layer4
    hook = last.register_forward_hook(lambda _, __, value: kept.update(last=value))
    out["image_features"] = model.encode_image(images)
    hook.remove()
    rows = kept["last"]
    out["image_rows"] = rows if rows.dim() == 3 else rows.flatten(2).transpose(1, 2)  # [n, tokens, width]
    out["text_features"] = model.encode_text(ids)
    hook = model.ln_final.register_forward_hook(lambda _, __, value: kept.update(text=value))
    model.encode_text(ids)
    hook.remove()
    out["text_rows"] = kept["text"]
    return out


@torch.no_grad()
def check_equal(cfg: dict, state: dict[str, torch.Tensor], expected: dict[str, torch.Tensor], images: torch.Tensor, ids: torch.Tensor) -> None:
    """transformers and timm compute what open_clip does, so the files are one model."""
    tower, _ = to_timm(state, cfg)
    pairs = [("timm image", tower.double()(images), expected["image_features"])]
    if not isinstance(cfg["vision_cfg"]["layers"], list):
        model = to_hf(state, hf_config(cfg, "quick_gelu")).double()
        pairs.append(("hf image", model.visual_projection(model.vision_model(pixel_values=images).pooler_output), expected["image_features"]))
        pairs.append(("hf text", model.text_projection(model.text_model(input_ids=ids).pooler_output), expected["text_features"]))
    for name, got, wanted in pairs:
        difference = (got - wanted).abs().max().item()
        print(f"{name}: largest difference {difference:.1e} of {wanted.abs().max().item():.2f}")
        assert difference < 1e-9 * max(1.0, wanted.abs().max().item()), name


def write_json(path: Path, content: dict) -> None:
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n")


def as_stored(state: dict[str, torch.Tensor], half: bool) -> dict[str, torch.Tensor]:
    """OpenAI's archives: F16 but for norms, embeddings and the logit scale; else everything F32."""
    out = {}
    for name, value in state.items():
        keep = re.search(r"(\bln_|\bbn\d|downsample\.1|embedding|logit_scale|\.bn\.|pos_embed)", name) is not None
        wanted = torch.float16 if half and not keep else torch.float32
        out[name] = value.to(wanted).contiguous() if value.is_floating_point() else value
    return out


def write_dialects(cfg: dict, state: dict[str, torch.Tensor], folder: Path, half: bool) -> None:
    vision = cfg["vision_cfg"]
    openai = folder / "openai"
    openai.mkdir(parents=True, exist_ok=True)
    save_file(as_stored({k: v for k, v in state.items() if k != "attn_mask"}, half), openai / "open_clip_model.safetensors", {"format": "pt"})
    write_json(openai / "open_clip_config.json", {"model_cfg": cfg, "preprocess_cfg": {**PREPROCESS, "size": vision["image_size"]}})
    tower, architecture = to_timm(state, cfg)
    timm_folder = folder / "timm"
    timm_folder.mkdir(exist_ok=True)
    save_file(as_stored(tower.state_dict(), half), timm_folder / "model.safetensors", {"format": "pt"})
    side = vision["image_size"]
    write_json(timm_folder / "config.json", {"architecture": architecture, "num_classes": cfg["embed_dim"], "pretrained_cfg": {
        "tag": "openai", "input_size": [3, side, side], "mean": PREPROCESS["mean"], "std": PREPROCESS["std"], "interpolation": "bicubic"},
        **({} if isinstance(vision["layers"], list) else {"model_args": {"num_heads": vision["width"] // vision.get("head_width", 64)}})})
    if not isinstance(vision["layers"], list):
        to_hf(state, hf_config(cfg, "quick_gelu")).save_pretrained(folder / "hf")


def versions() -> dict[str, str]:
    made = {"torch": torch.__version__, "open_clip": open_clip.__version__, "timm": timm.__version__, "transformers": transformers.__version__}
    return {"made_with": json.dumps(made), "pixels": pixels.__doc__, "token_ids": token_ids.__doc__}


def state_of(cfg: dict, seed: int) -> dict[str, torch.Tensor]:
    model = open_clip.model.CLIP(**copy.deepcopy(cfg)).eval()
    randomise(model, seed)
    return {name: value.clone() for name, value in model.state_dict().items()}


def write_tiny(folder: Path) -> None:
    expected = {}
    for seed, (name, cfg) in enumerate(TINY.items(), start=1):
        state = state_of(cfg, seed)
        images, ids = pixels(3, cfg["vision_cfg"]["image_size"]), token_ids(4, 16, 100)
        quick = results(cfg, state, True, images, ids)
        check_equal(cfg, state, quick, images, ids)
        write_dialects(cfg, state, folder / name, half=True)
        expected.update({f"{name}.quick_gelu.{key}": value for key, value in quick.items()})
        if name == "vit":
            expected.update({f"{name}.gelu.{key}": value for key, value in results(cfg, state, False, images, ids).items()})
    expected["token_ids"] = token_ids(4, 16, 100)
    save_file({key: value.contiguous() for key, value in expected.items()}, folder / "expected.safetensors", versions())


def write_full(name: str, folder: Path) -> None:
    cfg = open_clip.get_model_config(name)
    cfg["quick_gelu"] = True
    state = state_of(cfg, 1)
    images, ids = pixels(2, cfg["vision_cfg"]["image_size"]), token_ids(3, 77, 49408)
    quick = results(cfg, state, True, images, ids)
    check_equal(cfg, state, quick, images, ids)
    write_dialects(cfg, state, folder, half=False)
    save_file({**{key: value.contiguous() for key, value in quick.items()}, "token_ids": ids}, folder / "expected.safetensors", versions())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", nargs=2, metavar=("NAME", "DIR"))
    arguments = parser.parse_args()
    if arguments.full:
        write_full(arguments.full[0], Path(arguments.full[1]))
    else:
        write_tiny(Path(__file__).parent / "clip")
