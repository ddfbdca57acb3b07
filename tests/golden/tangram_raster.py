"""Writes tangram_raster.safetensors: a drawing of our own in KiloGram's form of SVG, and what Skia makes of it.

Skia draws at 16 times the size; 16 x 16 blocks are averaged. skia-python 144, Python 3.11, NumPy 2.4.
"""
from __future__ import annotations

import json

import numpy as np
import skia

from tensor_file import save

SIDE = 56
ZOOM = 16
# A house, in units of 20; one piece is written in another place and moved by a matrix.
PIECES = [
    ("80,120 80,80 120,120", ""),
    ("120,80 120,120 80,80", ""),
    ("40 40 80 40 60 20", "matrix(1, 0, 0, 1, 40, 40)"),
    ("120,80 120,60 100,60", ""),
    ("120 80 140 80 120 60", ""),
    ("60,80 80,80 100,60 80,60", ""),
    ("1 -1 0 -1 0 0 1 0", "matrix(20, 0, 0, 20, 100, 60)"),
]


def text(width: str) -> str:
    polygons = [
        f'<polygon fill="black" id="{i + 1}" points="{points}" stroke="white" {width}' + (f' transform="{move}"' if move else "") + "/>"
        for i, (points, move) in enumerate(PIECES)
    ]
    return '<?xml version="1.0"?>\n<svg viewBox="50 30 100 100" xmlns="http://www.w3.org/2000/svg"><defs/>' + "\n".join(polygons) + "</svg>\n"


def picture(source: str) -> np.ndarray:
    side = SIDE * ZOOM
    surface = skia.Surface(side, side)
    surface.getCanvas().clear(skia.ColorWHITE)
    stream = skia.MemoryStream(source.encode(), True)
    drawing = skia.SVGDOM.MakeFromStream(stream)
    drawing.setContainerSize(skia.Size(side, side))
    drawing.render(surface.getCanvas())
    pixels = surface.makeImageSnapshot().toarray(colorType=skia.kRGBA_8888_ColorType)[:, :, 0]
    return np.round(pixels.reshape(SIDE, ZOOM, SIDE, ZOOM).mean((1, 3))).astype(np.uint8)


# A stroke scales with its polygon's matrix, which the seventh piece would show: its width is given in its own units.
stroked = text('strokewidth="1"').replace('id="7"', 'id="7" stroke-width="0.05"')
plain = text("").replace(' stroke="white"', "")
save(
    "tangram_raster.safetensors",
    {"stroked": picture(stroked), "plain": picture(plain)},
    {"svg": text('strokewidth="1"'), "made_with": json.dumps({"skia": skia.__version__, "numpy": np.__version__})},
)
