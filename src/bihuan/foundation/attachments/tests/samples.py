"""Files made for tests: photos with camera notes, documents, a small film, and impostors."""

from __future__ import annotations

import io
import zipfile

import openpyxl
from django.core.files.base import ContentFile
from docx import Document
from PIL import ExifTags, Image, ImageDraw


def upload(data: bytes, name: str) -> ContentFile:
    return ContentFile(data, name=name)


def photo(
    form: str = "JPEG", *, size: tuple[int, int] = (640, 400), orientation: int = 1, notes: bool = True, colour: str = "orange"
) -> bytes:
    """A picture with a white corner at the top left, taken on 6 March 2025 at 09:12 near Xinzhou."""
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 4, size[1] // 4), fill="white")
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    if notes:
        exif[ExifTags.Base.Make] = "TestPhone"
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2025:03:06 09:12:00"
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(
            {
                ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (38.0, 24.0, 36.0),
                ExifTags.GPS.GPSLongitudeRef: "E", ExifTags.GPS.GPSLongitude: (112.0, 44.0, 24.0),
            }
        )  # fmt: skip
    out = io.BytesIO()
    image.save(out, form, exif=exif, **({"comment": b"secret comment"} if form == "JPEG" else {}))
    return out.getvalue()


def docx() -> bytes:
    out = io.BytesIO()
    Document().save(out)
    return out.getvalue()


def xlsx() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def with_macro(document: bytes) -> bytes:
    out = io.BytesIO(document)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("word/vbaProject.bin", b"macro")
    return out.getvalue()


def pdf() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (100, 100), "white").save(out, "PDF")
    return out.getvalue()


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return (len(body) + 8).to_bytes(4, "big") + kind + body


def film(brand: bytes = b"isom") -> bytes:
    """The frame of an MP4 with a place noted at the film and at the track."""
    place = box(b"udta", box(b"\xa9xyz", b"\x00\x12\x15\xc7+38.4100+112.7400/"))
    index = box(b"moov", box(b"mvhd", bytes(100)), box(b"trak", box(b"tkhd", bytes(84)), place), place)
    return box(b"ftyp", brand, bytes(4), brand) + index + box(b"mdat", b"film" * 5000)


def executable(size: int) -> bytes:
    return b"MZ\x90\x00" + bytes(size - 4)
