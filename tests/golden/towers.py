"""Golden values of CLIP's transformer towers and their gradients, transformers' CLIPModel in float64.

Writes towers.safetensors:

    OMP_NUM_THREADS=1 python towers.py

A tiny model with random weights: its parameters under the names of OpenAI's checkpoints (projections transposed to
[out, in]), an image batch and token ids, the outputs, and the gradients of weighted sums of the two embeddings.
"""
from __future__ import annotations

import json
import platform
from pathlib import Path

import numpy as np
import torch
import transformers
from torch import Tensor
from transformers import CLIPConfig, CLIPModel

import tensor_file

HERE = Path(__file__).parent
VERSIONS = json.dumps({"python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__,
                       "transformers": transformers.__version__})
VISION = dict(hidden_size=12, intermediate_size=20, num_hidden_layers=2, num_attention_heads=3, image_size=6,
              patch_size=3, hidden_act="quick_gelu", layer_norm_eps=1e-5, projection_dim=6)
TEXT = dict(hidden_size=8, intermediate_size=20, num_hidden_layers=2, num_attention_heads=2, vocab_size=30,
            max_position_embeddings=9, hidden_act="gelu", layer_norm_eps=1e-5, projection_dim=6, bos_token_id=28,
            eos_token_id=29, pad_token_id=1)


def block_names(ours: str, theirs: str, named: dict[str, Tensor]) -> dict[str, list[Tensor]]:
    """Our name -> the tensors it is stacked from."""
    out: dict[str, list[Tensor]] = {}
    for kind in ("weight", "bias"):
        out[f"{ours}.ln_1.{kind}"] = [named[f"{theirs}.layer_norm1.{kind}"]]
        out[f"{ours}.attn.in_proj_{kind}"] = [named[f"{theirs}.self_attn.{part}_proj.{kind}"] for part in "qkv"]
        out[f"{ours}.attn.out_proj.{kind}"] = [named[f"{theirs}.self_attn.out_proj.{kind}"]]
        out[f"{ours}.ln_2.{kind}"] = [named[f"{theirs}.layer_norm2.{kind}"]]
        out[f"{ours}.mlp.c_fc.{kind}"] = [named[f"{theirs}.mlp.fc1.{kind}"]]
        out[f"{ours}.mlp.c_proj.{kind}"] = [named[f"{theirs}.mlp.fc2.{kind}"]]
    return out


def canonical_names(model: CLIPModel) -> dict[str, list[Tensor]]:
    named = dict(model.named_parameters())
    vision, text = "vision_model", "text_model"
    out = {
        "visual.conv1.weight": [named[f"{vision}.embeddings.patch_embedding.weight"]],
        "visual.class_embedding": [named[f"{vision}.embeddings.class_embedding"]],
        "visual.positional_embedding": [named[f"{vision}.embeddings.position_embedding.weight"]],
        "visual.proj": [named["visual_projection.weight"]],
        "token_embedding.weight": [named[f"{text}.embeddings.token_embedding.weight"]],
        "positional_embedding": [named[f"{text}.embeddings.position_embedding.weight"]],
        "text_projection": [named["text_projection.weight"]],
    }
    for kind in ("weight", "bias"):
        out[f"visual.ln_pre.{kind}"] = [named[f"{vision}.pre_layrnorm.{kind}"]]
        out[f"visual.ln_post.{kind}"] = [named[f"{vision}.post_layernorm.{kind}"]]
        out[f"ln_final.{kind}"] = [named[f"{text}.final_layer_norm.{kind}"]]
    for i in range(VISION["num_hidden_layers"]):
        out |= block_names(f"visual.transformer.resblocks.{i}", f"{vision}.encoder.layers.{i}", named)
    for i in range(TEXT["num_hidden_layers"]):
        out |= block_names(f"transformer.resblocks.{i}", f"{text}.encoder.layers.{i}", named)
    counted = sum(t.numel() for parts in out.values() for t in parts)
    assert counted + 1 == sum(p.numel() for p in model.parameters())  # all but logit_scale
    return out


def image_embedding(model: CLIPModel, images: Tensor) -> tuple[Tensor, Tensor]:
    out = model.vision_model(pixel_values=images)
    return out.last_hidden_state, model.visual_projection(out.pooler_output)


def text_embedding(model: CLIPModel, ids: Tensor) -> tuple[Tensor, Tensor]:
    out = model.text_model(input_ids=ids)
    return out.last_hidden_state, model.text_projection(out.pooler_output)


def main() -> None:
    torch.manual_seed(1)
    torch.set_default_dtype(torch.float64)
    # "eager" would take its softmax in single precision
    config = CLIPConfig(text_config=TEXT, vision_config=VISION, projection_dim=6, attn_implementation="sdpa")
    model = CLIPModel(config).double().eval()
    rng = np.random.default_rng(7)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            norm_gain = "norm" in name and name.endswith("weight")
            scale = 0.2 if "norm" in name or name.endswith("bias") else 0.5
            drawn = rng.standard_normal(tuple(parameter.shape)) * scale + norm_gain
            parameter.copy_(torch.from_numpy(np.asarray(drawn, np.float32)).double())

    images = torch.from_numpy(np.float32(rng.standard_normal((3, 3, 6, 6)))).double()
    ids = torch.tensor([[28, 4, 29, 1, 1, 1, 1, 1, 1], [28, 7, 3, 22, 4, 11, 9, 2, 29], [28, 5, 17, 3, 29, 29, 29, 29, 29],
                        [28, 29, 0, 0, 0, 0, 0, 0, 0], [28, 6, 6, 4, 29, 8, 3, 1, 0]])
    weights = {"image": torch.from_numpy(rng.standard_normal((3, 6))), "text": torch.from_numpy(rng.standard_normal((5, 6)))}
    tokens, image = image_embedding(model, images)
    rows, text = text_embedding(model, ids)
    ((weights["image"] * image).sum() + (weights["text"] * text).sum()).backward()

    model.text_model.eos_token_id = model.text_model.config.eos_token_id = 11  # not the largest id
    other_ids = torch.tensor([[28, 4, 11, 29, 1, 1, 1, 1, 1], [28, 7, 3, 22, 4, 11, 9, 2, 29]])
    with torch.no_grad():
        other_rows, other_text = text_embedding(model, other_ids)
    for i, end in enumerate((2, 5)):
        assert torch.allclose(other_text[i], model.text_projection(other_rows[i, end]), atol=1e-14)

    out = {"images": images, "tokens": tokens, "image": image, "ids": ids, "rows": rows, "text": text, "weights.image": weights["image"],
           "weights.text": weights["text"], "ids.eos_11": other_ids, "text.eos_11": other_text}
    arrays = {key: value.detach().numpy() for key, value in out.items()}
    for name, parts in canonical_names(model).items():
        arrays[f"parameter.{name}"] = np.float32(np.concatenate([p.detach().numpy() for p in parts]))
        arrays[f"gradient.{name}"] = np.concatenate([p.grad.numpy() for p in parts])
    tensor_file.save(HERE / "towers.safetensors", arrays,
                     {"parameters": json.dumps({"vision": VISION, "text": TEXT}), "made_with": VERSIONS})
    print((HERE / "towers.safetensors").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
