"""Pictures as they may leave the house: no EXIF (place, device, time), upright, of bounded size."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from bihuan.foundation.lib.problems import Problem

LONGEST_EDGE = 1600  # pixels: enough for 140 mm in print at 290 dpi
MOST_PIXELS = 60_000_000  # larger ones are refused before decoding: they are made to exhaust memory


@dataclass(frozen=True)
class Photo:
    """A picture for a document context: content or file, printed width in millimetres."""

    content: bytes | Path
    width_mm: float = 50

    def clean(self) -> bytes:
        """Return the picture without metadata."""
        raw = self.content.read_bytes() if isinstance(self.content, Path) else self.content
        return clean_image(raw)


def clean_image(raw: bytes, *, longest_edge: int = LONGEST_EDGE) -> bytes:
    """Re-encode a picture so that only its pixels remain; JPEG, or PNG where it has transparency.

    Raises Problem `documents.bad_picture` for what is not a picture or is too large to open.
    """
    try:
        with Image.open(io.BytesIO(raw)) as source:
            if source.width * source.height > MOST_PIXELS:
                raise Problem("documents.bad_picture", "图片尺寸过大（超过六千万像素），请缩小后再用。")
            upright = ImageOps.exif_transpose(source)
            alpha = upright.mode in {"RGBA", "LA"} or "transparency" in upright.info
            pixels = upright.convert("RGBA" if alpha else "RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as fault:
        raise Problem("documents.bad_picture", "这个文件不是可以打开的图片，请换一张照片。") from fault
    pixels.thumbnail((longest_edge, longest_edge))
    bare = Image.new(pixels.mode, pixels.size)
    bare.paste(pixels)
    out = io.BytesIO()
    if alpha:
        bare.save(out, "PNG", optimize=True)
    else:
        bare.save(out, "JPEG", quality=85)
    return out.getvalue()
