"""Writes images.safetensors: small image files with the pixels that Pillow decodes, and what Pillow, torchvision and open_clip
make of generated pixels. No file of any data set is read."""
from __future__ import annotations

import io
import json
import platform

import numpy as np
import open_clip
import PIL
import torch
import torchvision
import transformers
from open_clip.transform import image_transform
from PIL import Image, ImageOps, features

from tensor_file import save

FILTERS = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3}
MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
rng = np.random.default_rng(20240229)


def picture(width: int, height: int, channels: int) -> np.ndarray:
    """Waves with noise: neither flat nor pure noise."""
    y, x = np.mgrid[0:height, 0:width]
    waves = [128 + 90 * np.sin(x / (3 + c) + y / (5 - c / 2) + c) for c in range(channels)]
    noise = rng.normal(0, 20, (height, width, channels))
    return np.clip(np.stack(waves, -1) + noise, 0, 255).astype(np.uint8)


def as_image(pixels: np.ndarray, mode: str | None = None) -> Image.Image:
    return Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels, mode or MODES[pixels.shape[-1]])


def pixels_of(picture: Image.Image) -> np.ndarray:
    array = np.asarray(picture)
    return array[..., None] if array.ndim == 2 else array


def encoded(source: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    source.save(out, kind, **options)
    return out.getvalue()


def coded_files() -> dict[str, bytes]:
    width, height = 21, 18
    rgb, grey, both, rgba = (as_image(picture(width, height, c)) for c in (3, 1, 2, 4))
    inks = as_image(picture(width, height, 4), "CMYK")
    palette = rgb.quantize(13)
    turned = Image.Exif()
    turned[0x0112] = 6
    return {
        "jpeg_444": encoded(rgb, "JPEG", subsampling=0),
        "jpeg_422": encoded(rgb, "JPEG", subsampling=1),
        "jpeg_420": encoded(rgb, "JPEG", subsampling=2),
        "jpeg_progressive": encoded(rgb, "JPEG", subsampling=2, progressive=True),
        "jpeg_restart": encoded(rgb, "JPEG", restart_marker_blocks=1),
        "jpeg_grey": encoded(grey, "JPEG"),
        "jpeg_cmyk": encoded(inks, "JPEG", quality=90),
        "jpeg_turned": encoded(rgb, "JPEG", exif=turned),
        "png_grey": encoded(grey, "PNG"),
        "png_grey_alpha": encoded(both, "PNG"),
        "png_rgb": encoded(rgb, "PNG"),
        "png_rgb_key": encoded(rgb, "PNG", transparency=tuple(int(v) for v in np.asarray(rgb)[2, 3])),
        "png_rgba": encoded(rgba, "PNG"),
        "png_palette": encoded(palette, "PNG"),
        "png_palette_alpha": encoded(palette, "PNG", transparency=3),
        "png_black_white": encoded(grey.convert("1"), "PNG"),
        "bmp_rgb": encoded(rgb, "BMP"),
        "bmp_palette": encoded(palette, "BMP"),
        "gif": encoded(palette, "GIF"),
        "gif_alpha": encoded(palette, "GIF", transparency=2),
        "webp_lossy": encoded(rgb, "WEBP", quality=70),
        "webp_lossless": encoded(rgb, "WEBP", lossless=True),
        "webp_alpha": encoded(rgba, "WEBP", quality=70),
    }


def decoded() -> dict[str, np.ndarray]:
    out: dict[str, np.ndarray] = {}
    for name, data in coded_files().items():
        opened = Image.open(io.BytesIO(data))
        out[f"file.{name}"] = np.frombuffer(data, np.uint8)
        out[f"rgb.{name}"] = pixels_of(opened.convert("RGB"))
        if opened.mode in ("L", "LA", "RGB", "RGBA") and not name.startswith(("bmp", "gif")):
            out[f"kept.{name}"] = pixels_of(opened)
    turned = Image.open(io.BytesIO(out["file.jpeg_turned"].tobytes()))
    out["upright.jpeg_turned"] = pixels_of(ImageOps.exif_transpose(turned))
    for orientation in range(1, 9):
        source = as_image(picture(4, 3, 3))
        exif = Image.Exif()
        exif[0x0112] = orientation
        data = encoded(source, "JPEG", subsampling=0, exif=exif)
        out[f"file.orientation_{orientation}"] = np.frombuffer(data, np.uint8)
        out[f"upright.orientation_{orientation}"] = pixels_of(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
    samples = rng.integers(0, 65536, (3, 5)).astype(np.uint16)
    out["file.png_16_bit"] = np.frombuffer(encoded(Image.fromarray(samples), "PNG"), np.uint8)
    out["rgb.png_16_bit"] = np.repeat((samples >> 8).astype(np.uint8)[..., None], 3, -1)  # our rule, not Pillow's
    return out


def rows_first(source: Image.Image, size: tuple[int, int], number: int) -> Image.Image:
    """Image.resize with the row pass first, as Pillow 9 always did; later versions choose. One pass at a time leaves no choice."""
    if number == FILTERS["nearest"]:
        return source.resize(size, number)
    premultiplied = {"LA": "La", "RGBA": "RGBa"}.get(source.mode, source.mode)
    one = source.convert(premultiplied).resize((size[0], source.height), number)
    return one.resize(size, number).convert(source.mode)


def resized() -> dict[str, np.ndarray]:
    out: dict[str, np.ndarray] = {}
    shapes = [((31, 23), (9, 14)), ((8, 40), (13, 11)), ((19, 19), (19, 6)), ((12, 30), (5, 30)), ((1, 50), (3, 3))]
    for channels in MODES:
        for case, (source_size, size) in enumerate(shapes):
            source = picture(*source_size, channels)
            out[f"resize.{channels}.{case}.source"] = source
            for name, number in FILTERS.items():
                out[f"resize.{channels}.{case}.{name}"] = pixels_of(rows_first(as_image(source), size, number))
    return out


def prepared() -> dict[str, np.ndarray]:
    """The pipelines of open_clip and transformers at 16 pixels; pictures whose surplus tells the crop modes apart."""
    out: dict[str, np.ndarray] = {}
    hf = {
        "clip": dict(size={"shortest_edge": 16}, crop_size=16),
        "larger": dict(size={"shortest_edge": 21}, crop_size=16),
        "padded": dict(size={"shortest_edge": 13}, crop_size=18),
    }
    for case, (width, height) in enumerate([(19, 16), (16, 23), (40, 21), (27, 30), (33, 33)]):
        source = picture(width, height, 4 if case == 3 else 3)
        image = as_image(source)
        out[f"prepare.{case}.source"] = source
        for mode in ("shortest", "squash", "longest"):
            transform = image_transform(16, is_train=False, resize_mode=mode, fill_color=7)
            out[f"prepare.{case}.open_clip.{mode}"] = transform(image).numpy()
        for name, options in hf.items():
            processor = transformers.CLIPImageProcessorPil(**options)
            opaque = image.convert("RGB")  # version 5 would put transparent colours on white, which versions up to 4 did not
            out[f"prepare.{case}.transformers.{name}"] = processor(opaque, return_tensors="np")["pixel_values"][0].astype(np.float32)
    return out


versions = {
    "python": platform.python_version(),
    "pillow": PIL.__version__,
    "libjpeg_turbo": features.version("libjpeg_turbo"),
    "libwebp": features.version("webp"),
    "torch": torch.__version__,
    "torchvision": torchvision.__version__,
    "open_clip": open_clip.__version__,
    "transformers": transformers.__version__,
}
save("images.safetensors", decoded() | resized() | prepared(), {"made_with": json.dumps(versions)})
print(json.dumps(versions, indent=1))
