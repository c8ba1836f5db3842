"""Scanned notices through the optional offline OCR extra (bihuan[ocr], RapidOCR on ONNX)."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, cast

import pypdfium2

from ..errors import CompileError

_SCALE = 200 / 72  # 200 dots an inch reads body text (三号) well
MAX_SCAN_PAGES = 200


class _Engine(Protocol):
    def __call__(self, image: object) -> tuple[list[tuple[object, str, float]] | None, object]: ...


def _engine() -> _Engine:
    if find_spec("rapidocr_onnxruntime") is None:
        raise CompileError("ocr_missing")
    return cast(_Engine, import_module("rapidocr_onnxruntime").RapidOCR())


def read_image(path: Path) -> str:
    """Return the text of a photo or scan. Raises CompileError ocr_missing."""
    return _lines(_engine(), str(path))


def read_pdf(path: Path) -> str:
    """Return the text of a PDF of pictures. Raises CompileError: ocr_missing, too_long, damaged."""
    engine = _engine()
    try:
        document = pypdfium2.PdfDocument(path)
        if len(document) > MAX_SCAN_PAGES:
            raise CompileError("too_long")
        pages = [_lines(engine, document[i].render(scale=_SCALE).to_numpy()) for i in range(len(document))]
    except pypdfium2.PdfiumError as fault:
        raise CompileError("damaged") from fault
    return "\n\n".join(pages)


def _lines(engine: _Engine, image: object) -> str:
    found, _ = engine(image)
    return "\n".join(text for _, text, _ in found or [])
