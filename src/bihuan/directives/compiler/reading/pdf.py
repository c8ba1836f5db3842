"""PDF with a text layer. A document of pictures returns None: it needs the OCR extra."""

from pathlib import Path

import pypdfium2

from ..errors import CompileError

_TEXT_PER_PAGE = 12  # fewer characters on an average page: the pages are pictures
MAX_PAGES = 2000


def read(path: Path) -> str | None:
    """Return the text page by page, or None for a scan. Raises CompileError: encrypted, damaged, too_long."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as fault:
        raise CompileError("encrypted" if "password" in str(fault).lower() else "damaged") from fault
    try:
        if len(document) > MAX_PAGES:
            raise CompileError("too_long")
        pages = [_page(document, index) for index in range(len(document))]
    except pypdfium2.PdfiumError as fault:
        raise CompileError("damaged") from fault
    finally:
        document.close()
    if not pages or sum(len(p.strip()) for p in pages) < _TEXT_PER_PAGE * len(pages):
        return None
    return "\n\n".join(pages)


def _page(document: pypdfium2.PdfDocument, index: int) -> str:
    page = document[index]
    try:
        text = page.get_textpage()
        try:
            return str(text.get_text_range()).replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "")
        finally:
            text.close()
    finally:
        page.close()
