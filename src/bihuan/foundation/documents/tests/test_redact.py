"""Pictures leave without place, device and time."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from bihuan.foundation.documents.redact import Photo, clean_image
from bihuan.foundation.documents.render import fill
from bihuan.foundation.documents.tests.factories import docx
from bihuan.foundation.lib.problems import Problem

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def photo_with_place() -> bytes:
    image = Image.new("RGB", (60, 30), (200, 0, 0))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[MAKE] = "SECRETPHONE"
    exif[GPS] = {1: "N", 2: (38.0, 25.0, 0.0), 3: "E", 4: (112.0, 44.0, 0.0)}
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"SECRETPHONE")
    assert b"SECRETPHONE" in out.getvalue()
    return out.getvalue()


def test_metadata_goes_and_orientation_is_applied() -> None:
    clean = clean_image(photo_with_place())
    with Image.open(io.BytesIO(clean)) as image:
        assert image.size == (30, 60)
        assert not dict(image.getexif())
    assert b"SECRETPHONE" not in clean
    assert b"Exif" not in clean


def test_transparency_stays_png_and_size_is_bounded() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (4000, 100), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(clean_image(out.getvalue()))) as image:
        assert (image.format, image.size) == ("PNG", (1600, 40))


def test_pictures_in_a_document_are_clean() -> None:
    made = fill(
        docx("{% for p in photos %}{{ p }}{% endfor %}"), {"photos": [Photo(photo_with_place(), width_mm=20)]}
    )
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        pictures = [name for name in parts.namelist() if name.startswith("word/media/")]
        assert len(pictures) == 1
        assert b"SECRETPHONE" not in parts.read(pictures[0])


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(Problem, match="不是可以打开的图片"):
        clean_image(b"MZ not a picture")
