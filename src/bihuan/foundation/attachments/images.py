"""Pictures: reading them safely, what the camera noted, thumbnails, clean copies and redaction."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import SHANGHAI

PIXEL_LIMIT = 120_000_000
THUMB_SIDE = 480
MOSAIC_CELLS = 12
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Picture:
    """What is known of a picture: size as shown, and what the camera noted."""

    width: int
    height: int
    taken_at: datetime | None = None
    location: tuple[float, float] | None = None
    noted: dict[str, str] = field(default_factory=dict)


def read(path: Path, name: str, expected: str) -> Picture:
    """Decode the whole picture, so that a broken one is refused now; raises Problem attachments.corrupt."""
    try:
        with Image.open(path, formats=[expected]) as image:
            if image.width * image.height > PIXEL_LIMIT:
                raise Problem("attachments.too_many_pixels", f"“{name}”的像素过多，请缩小后再上传。", field="file")
            image.load()
            exif = image.getexif()
            turned = exif.get(ExifTags.Base.Orientation, 1) in (5, 6, 7, 8)
            width, height = (image.height, image.width) if turned else image.size
            return Picture(width, height, *_camera(exif))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, UnidentifiedImageError) as fault:
        raise Problem("attachments.corrupt", f"“{name}”已损坏或不完整，请重新拍摄或重新选择照片。", field="file") from fault


def _camera(exif: Image.Exif) -> tuple[datetime | None, tuple[float, float] | None, dict[str, str]]:
    try:
        shot, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    except Exception:  # a broken block of notes does not make the picture worthless; Pillow raises many types here
        return None, None, {}
    taken_text = str(shot.get(ExifTags.Base.DateTimeOriginal) or "").strip("\x00 ")
    offset = str(shot.get(ExifTags.Base.OffsetTimeOriginal) or "").strip("\x00 ")
    tags = {"make": ExifTags.Base.Make, "model": ExifTags.Base.Model, "orientation": ExifTags.Base.Orientation}
    noted = {key: str(exif[tag]).strip("\x00 ")[:80] for key, tag in tags.items() if tag in exif}
    if taken_text:
        noted["taken"] = f"{taken_text}{offset}"[:40]
    return _taken_at(taken_text, offset), _location(gps), noted


def _taken_at(text: str, offset: str) -> datetime | None:
    """The camera's time; without a zone it is taken for China's."""
    try:
        moment = datetime.strptime(text, "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    try:
        return datetime.strptime(f"{text}{offset}", "%Y:%m:%d %H:%M:%S%z")
    except ValueError:
        return moment.replace(tzinfo=SHANGHAI)


def _location(gps: dict[int, Any]) -> tuple[float, float] | None:
    try:
        latitude = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef], "S")
        longitude = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef], "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    valid = math.isfinite(latitude + longitude) and abs(latitude) <= 90 and abs(longitude) <= 180
    return (latitude, longitude) if valid and (latitude, longitude) != (0.0, 0.0) else None


def _degrees(parts: Sequence[Any], side: str, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if str(side).strip("\x00 ").upper() == negative else value


def _upright(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return ImageOps.exif_transpose(image)


def _clean(image: Image.Image) -> Image.Image:
    """The same pixels with nothing noted beside them but the colour profile."""
    profile = image.info.get("icc_profile")
    image.info = {"icc_profile": profile} if profile else {}
    return image


def thumbnail(path: Path) -> bytes:
    """A small upright JPEG without notes."""
    image = _upright(path)
    image.thumbnail((THUMB_SIDE, THUMB_SIDE))
    flat = _flat(image)
    return _saved(_clean(flat), "JPEG", quality=80)


def clean_copy(path: Path) -> bytes:
    """The picture upright and in its own format, without EXIF, GPS, comments, or anything appended."""
    with Image.open(path) as probe:
        form = probe.format or "JPEG"
    image = _upright(path)
    options: dict[str, Any] = {"PNG": {}, "WEBP": {"quality": 90}}.get(form, {"quality": 92})
    return _saved(_clean(_flat(image) if form == "JPEG" else image), form, **options)


def mosaic(path: Path, boxes: Sequence[Box]) -> bytes:
    """A clean JPEG in which the boxes (left, top, right, bottom as parts of 1, upright) are made unreadable."""
    image = _flat(_upright(path))
    for left, top, right, bottom in boxes:
        area = (
            int(left * image.width), int(top * image.height),
            max(int(right * image.width), int(left * image.width) + 1),
            max(int(bottom * image.height), int(top * image.height) + 1),
        )  # fmt: skip
        part = image.crop(area)
        cells = (max(1, min(MOSAIC_CELLS, part.width // 8)), max(1, min(MOSAIC_CELLS, part.height // 8)))
        image.paste(part.resize(cells, Image.Resampling.BOX).resize(part.size, Image.Resampling.NEAREST), area)
    return _saved(_clean(image), "JPEG", quality=90)


def _flat(image: Image.Image) -> Image.Image:
    """As RGB on white; JPEG knows no transparency."""
    if image.mode in ("RGB", "L"):
        return image
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    ground = Image.new("RGB", layer.size, "white")
    ground.paste(layer, mask=layer.getchannel("A"))
    return ground


def _saved(image: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()
