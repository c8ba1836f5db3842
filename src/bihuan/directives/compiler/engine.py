"""Text → compiled notice."""

from pathlib import Path

from . import dates
from .actors import Roles
from .conditions import theme
from .document import header_end, read_document
from .errors import CompileError
from .model import Attachment, CompiledNotice, Document, Section, Table
from .paragraphs import Block, blocks_of
from .reader import Reader
from .reading import read_file
from .tree import Outline, outline

MAX_CHARACTERS = 2_000_000


def compile_text(text: str, *, source_name: str = "") -> CompiledNotice:
    """Compile the notice ``text``. Raises CompileError (empty, too_long, not_a_notice)."""
    if not text.strip():
        raise CompileError("empty")
    if len(text) > MAX_CHARACTERS:
        raise CompileError("too_long")
    blocks = blocks_of(text)
    body = header_end(blocks)
    document = read_document(blocks, body)
    tree = outline(blocks, body)
    campaign_end = document.campaign.end if document.campaign else None
    context = dates.Context(document.issue_date, campaign_end)
    obligations = Reader(text, Roles.of(document), context, theme(document.title or "")).read(tree)
    if not obligations and not (document.doc_number and document.title):
        raise CompileError("not_a_notice")
    return CompiledNotice(
        source_name=source_name,
        text=text,
        document=_with_attachments(document, tree),
        sections=_numbered(tree, {o.section_path for o in obligations}),
        obligations=tuple(obligations),
        attachments=_attachments(blocks, tree),
        warnings=_warnings(document),
    )


def compile_file(path: str | Path) -> CompiledNotice:
    """Read and compile the file at ``path``. Raises CompileError with a stable code and a Chinese message."""
    path = Path(path)
    return compile_text(read_file(path).text, source_name=path.name)


def _with_attachments(document: Document, tree: Outline) -> Document:
    values = {name: getattr(document, name) for name in Document.__slots__}
    values["attachments"] = tuple(tree.listed)
    return Document(**values)


def _numbered(tree: Outline, used: set[str]) -> tuple[Section, ...]:
    out: list[Section] = []
    ordinal = 0
    for section in tree.sections:
        clause = None
        if section.path in used:
            ordinal += 1
            clause = ordinal
        out.append(
            Section(
                section.number, section.title, section.level, section.path, section.start, section.end, clause
            )
        )
    return tuple(out)


def _attachments(blocks: list[Block], tree: Outline) -> tuple[Attachment, ...]:
    out: list[Attachment] = []
    for label, start, end in tree.attachments:
        inside = blocks[start + 1 : end]
        title = next((b.text for b in inside if not b.rows), "")
        tables = tuple(
            Table(b.start, b.end, tuple(tuple(c.text for c in row) for row in b.rows))
            for b in inside
            if b.rows
        )
        last = inside[-1].end if inside else blocks[start].end
        out.append(Attachment(label, title, blocks[start].start, last, tables))
    return tuple(out)


def _warnings(document: Document) -> tuple[str, ...]:
    out: list[str] = []
    if document.issue_date is None:
        out.append("没有读出成文日期，未写年份的时限无法推定。")
    if not document.recipients:
        out.append("没有读出主送机关，无主语的条款按发文机关的下一级认定。")
    return tuple(out)
