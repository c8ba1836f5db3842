"""The clause compiler (通知编译): reads a notice and returns its clause tree and obligations.

Pure Python, no Django. ``compile_text`` and ``compile_file`` are the two doors. From file to obligation:

    reading/       .txt .docx .pdf .ofd, scans → text
    folding        text without blanks and width differences; every character knows its offset in the source
    paragraphs     lines → paragraphs (breaks inside words healed) and tables
    document       number, title, issuer, dates, recipients, basis, campaign window
    tree           headings of any numbering habit → clauses
    sentences      sentences and the parts between commas; brackets and quotes stay whole
    parts          what a part says: subject, time, polarity, deliverable, or mere framing
    grouping       which parts make one obligation (every cut has a named rule)
    duties         sentence → drafts; slogans, permissions and narration fall away
    responsible    who: subject, 督促 object, the sentence before, the level addressed
    dates, quantities, conditions, kinds    the other fields
    obligations    a draft with all its fields, reasons and confidence
    reader         walks the clauses, attachment notes and task tables

Vocabulary (actors, verbs, conditions, date phrases, units) is data in ``directives/packs``; grammar is here.
"""

from .engine import compile_file, compile_text
from .errors import CompileError
from .model import CompiledNotice, Document, Obligation, Quantity, Reason, Section, Share

__all__ = [
    "CompileError", "CompiledNotice", "Document", "Obligation", "Quantity", "Reason", "Section", "Share", "compile_file",
    "compile_text",
]  # fmt: skip
