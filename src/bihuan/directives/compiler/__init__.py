"""The clause compiler (通知编译): reads a notice and returns its clause tree and obligations.

Pure Python, no Django. ``compile_text`` and ``compile_file`` are the two doors.
"""

from .engine import compile_file, compile_text
from .errors import CompileError
from .model import CompiledNotice, Document, Obligation, Quantity, Reason, Section, Share

__all__ = [
    "CompileError", "CompiledNotice", "Document", "Obligation", "Quantity", "Reason", "Section", "Share", "compile_file",
    "compile_text",
]  # fmt: skip
