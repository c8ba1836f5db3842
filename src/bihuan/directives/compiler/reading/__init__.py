"""Files → plain text: .txt, .docx, .pdf with a text layer, .ofd (GB/T 33190), scans through the OCR extra."""

from .files import Source, read_file

__all__ = ["Source", "read_file"]
