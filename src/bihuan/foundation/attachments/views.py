"""Serving files: only through the owning record, never cached for others, never guessed at by browsers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase

from bihuan.foundation.access.pages import SIGNED_IN, Page
from bihuan.foundation.attachments import services
from bihuan.foundation.attachments.choices import Group
from bihuan.foundation.attachments.models import Attachment
from bihuan.foundation.lib.problems import NotFound

SHOWN_IN_PLACE = {Group.IMAGE, Group.VIDEO, Group.AUDIO}
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class FileView(Page):
    """The file as people may have it: `/files/<id>/`, saved instead of shown with `?download=1`."""

    capability = SIGNED_IN  # sight of the owning record decides

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Answer with the file."""
        row = services.visible(self.actor, pk)
        shown = (row.group in SHOWN_IN_PLACE or row.extension == "pdf") and "download" not in request.GET
        return answer(request, services.served_path(row), row, variant="clean", attached=not shown)


class ThumbnailView(Page):
    """The small picture: `/files/<id>/thumb/`."""

    capability = SIGNED_IN  # sight of the owning record decides

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Answer with the file."""
        row = services.visible(self.actor, pk)
        if not row.is_image:
            raise NotFound("attachments.no_thumbnail", "该附件没有缩略图。")
        return answer(request, services.thumbnail_path(row), row, variant="thumb", content_type="image/jpeg")


class OriginalView(Page):
    """The file as received, with place and camera notes: `/files/<id>/original/`; each download is recorded."""

    capability = "attachments.original"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Answer with the file."""
        row = services.read_original(self.actor, pk, at=self.at)
        return answer(request, services.stored(row), row, variant="original", attached=True)


def answer(
    request: HttpRequest, path: Path, row: Attachment, *, variant: str, content_type: str = "", attached: bool = False
) -> HttpResponseBase:
    """The file with headers that keep it private and stop browsers from guessing; parts of it for films."""
    tag = f'"{row.sm3[:32]}-{variant}"'
    response: HttpResponseBase
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponseNotModified()
    else:
        response = _body(request, path, content_type or row.content_type)
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = tag
    response["X-Content-Type-Options"] = "nosniff"
    response["Accept-Ranges"] = "bytes"
    way = "attachment" if attached else "inline"
    response["Content-Disposition"] = f"{way}; filename=\"file-{row.pk}.{row.extension}\"; filename*=UTF-8''{quote(row.download_name)}"
    return response


def _body(request: HttpRequest, path: Path, content_type: str) -> HttpResponseBase:
    size = path.stat().st_size
    part = RANGE.fullmatch(request.headers.get("Range", ""))
    if part is None or part.group(0) == "bytes=-":
        return FileResponse(path.open("rb"), content_type=content_type)
    first, last = _bounds(part.group(1), part.group(2), size)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    file = path.open("rb")
    file.seek(first)
    response = FileResponse(_Part(file, last - first + 1), content_type=content_type, status=206)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    return response


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """First and last byte asked for; `-500` means the last 500."""
    if not first:
        return max(size - int(last), 0), size - 1
    return int(first), min(int(last) if last else size - 1, size - 1)


class _Part:
    """A stretch of a file."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self.file, self.left = file, length

    def read(self, size: int) -> bytes:
        """The next piece."""
        data = self.file.read(min(size, self.left))
        self.left -= len(data)
        return data

    def close(self) -> None:
        """Close the file."""
        self.file.close()
