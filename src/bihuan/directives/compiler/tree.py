"""The clause tree: headings of any numbering habit, and the stretches of body text beneath each."""

import re
from dataclasses import dataclass, field

from .model import Section
from .packs import rule
from .paragraphs import ATTACHMENT, STYLES, Block, numbering
from .sentences import Piece, mask

_END = re.compile(
    r"^(?:抄送|联系人|（联系人|联系电话|附件[：\d]|（此件|此件)|印发$|^主题词|^(?:上一篇|下一篇|主办单位|承办单位：|分享到|打印|版权所有|网站地图|责任编辑|扫一扫|来源：)"
)
_NOTE = re.compile(r"^(?:填表|填报|填写)?(?:说明|须知|注|备注)[：:]")
_MODAL = re.compile(
    r"(?<![主重必首紧需])要(?!求|点|素|领|害)|应当|必须|务必|不得|\d月|20\d\d年|每[年月季周半]"
)
_FULL_TITLE = 42
_ASSIGNED = re.compile(r"（?(?:责任|牵头|配合|落实|负责)(?:单位|部门|主体)：|（?(?:完成)?(?:时限|时间)：")


@dataclass(slots=True)
class Clause:
    """A stretch of text under one heading: where it stands, and its paragraphs' pieces."""

    number: str
    path: str
    titles: tuple[str, ...]
    region: str  # preamble, body, note (attachment rule), table
    pieces: list[tuple[Block, Piece]] = field(default_factory=list)
    section: int | None = None
    heading: tuple[Block, Piece] | None = None


@dataclass(slots=True)
class Outline:
    """Sections in order, clauses in order, and the attachments' block ranges."""

    sections: list[Section] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    attachments: list[tuple[str, int, int]] = field(default_factory=list)
    tables: list[tuple[str, Block]] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)


class _Walker:
    def __init__(self, blocks: list[Block], body: int) -> None:
        self.blocks, self.body = blocks, body
        self.out = Outline()
        self.stack: list[tuple[str, str, str]] = []  # (style, label, title)
        self.base = ""
        self.mode = "preamble"
        self.listing = False
        self.current: Clause | None = None

    def walk(self) -> Outline:
        has_headings = any(not b.rows and numbering(b.text) for b in self.blocks[self.body :])
        self.mode = "preamble" if has_headings else "body"
        for index in range(self.body, len(self.blocks)):
            block = self.blocks[index]
            if block.rows:
                self.out.tables.append((self.base, block))
            else:
                self._paragraph(index, block)
        self._close_attachment(len(self.blocks))
        return self.out

    def _paragraph(self, index: int, block: Block) -> None:
        text = block.text
        label = ATTACHMENT.match(text)
        if label:
            self._open_attachment(index, text)
            return
        if self._attachment_list(text):
            return
        if _END.search(text):
            if re.search(r"抄送|印发$", text):
                self._close_attachment(index)
                self.mode = "done"
            self.current = None
            return
        if self.base and _NOTE.match(text):
            self.mode, self.stack = "note", []
            self._add_clause(self.base, self.base, ())
        number = numbering(text)
        if number and self.mode not in ("form", "done") and self.mode != "note":
            self._heading(index, block, number[0], number[1])
        elif self.mode == "form" and number and number[0] in ("cn", "part"):
            self.mode = "body"
            self._heading(index, block, number[0], number[1])
        else:
            self._body(block, Piece(0, len(text)))

    def _attachment_list(self, text: str) -> bool:
        if re.match(r"附件：", text) or (re.match(r"附件[：]?1[.、]", text)):
            self.listing = True
            self._list(re.sub(r"^附件：?", "", text))
            return True
        if self.listing and "。" not in text and len(text) < 60 and re.match(r"\d{1,2}[.、]", text):
            self._list(text)
            return True
        self.listing = False
        return False

    def _list(self, text: str) -> None:
        names = [n for n in re.split(r"(?<!\d)\d{1,2}[.、](?!\d)", text) if n.strip()]
        self.out.listed += [name.strip("；。，") for name in names]

    def _open_attachment(self, index: int, text: str) -> None:
        self._close_attachment(index)
        self.base = "附件" + "".join(
            re.findall(r"\d+", text)[:1] or re.findall("[一二三四五六七八九十]", text)[:1]
        )
        self.out.attachments.append((self.base, index, index))
        self.stack, self.mode, self.current, self.listing = [], "form", None, False

    def _close_attachment(self, index: int) -> None:
        if self.base and self.out.attachments:
            label, start, _ = self.out.attachments[-1]
            self.out.attachments[-1] = (label, start, index)
            self.base = ""

    def _heading(self, index: int, block: Block, style: str, found: re.Match[str]) -> None:
        following = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        title, body_start = heading_title(block, found.end(), following)
        if self.mode == "preamble":
            self.mode = "body"
        label = next(g for g in found.groups() if g)
        label = "一" if label == "—" else label
        shown = f"({label})" if "paren" in style else label
        styles = [s for s, _, _ in self.stack]
        if style in styles:
            del self.stack[styles.index(style) :]
        self.stack.append((style, shown, title or ""))
        path = "/".join([*([self.base] if self.base else []), *(part for _, part, _ in self.stack)])
        start, end = block.folded.span(0, max(body_start, found.end()))
        self.out.sections.append(Section(found[0], title, len(self.stack), path, start, end))
        titles = tuple(t for _, _, t in self.stack if t)
        self._add_clause(found[0], path, titles, len(self.out.sections) - 1)
        if self.current:
            self.current.heading = (block, Piece(0, max(body_start, found.end())))
        if body_start < len(block.text):
            self._body(block, Piece(body_start, len(block.text)))

    def _add_clause(
        self, number: str, path: str, titles: tuple[str, ...], section: int | None = None
    ) -> None:
        region = "note" if self.mode == "note" else self.mode
        self.current = Clause(number, path, titles, region, section=section)
        self.out.clauses.append(self.current)

    def _body(self, block: Block, piece: Piece) -> None:
        text = piece.of(block.text)
        if self.mode in ("form", "done") or (len(text) < 8 and "。" not in text):
            return
        if not re.search(r"[。，；：]", text):
            if not (self.mode == "body" and re.search(r"[要应须]", text) and len(text) > 12):
                return
        if self.current is None or (self.mode == "preamble" and self.current.region != "preamble"):
            self._add_clause("", self.base or "", ())
        assert self.current is not None
        self.current.pieces.append((block, piece))


def outline(blocks: list[Block], body: int) -> Outline:
    """Build the clause tree from ``blocks[body:]``."""
    return _Walker(blocks, body).walk()


def heading_title(block: Block, after: int, following: Block | None) -> tuple[str | None, int]:
    """Return a heading's title (None: the whole paragraph is text) and where its body begins."""
    text = block.text
    rest = text[after:]
    if not rest:
        return None, len(text)
    masked = mask(rest)
    stop = masked.find("。")
    if stop > 0 and (
        _ASSIGNED.match(rest[stop + 1 :]) or (following is not None and _ASSIGNED.match(following.text))
    ):
        return None, after
    colon = masked.find("：")
    if (
        0 < colon <= 22
        and (stop < 0 or colon < stop)
        and colon < len(rest) - 1
        and "，" not in masked[:colon]
    ):
        return rest[:colon], after + colon + 1
    if 0 < stop <= _FULL_TITLE and stop < len(rest) - 1 and not _speaks(masked[:stop]):
        return rest[:stop], after + stop + 1
    if stop < 0 and len(rest) <= 60 and not re.search(r"[；]", masked) and not _speaks(masked, strict=True):
        return rest.rstrip("：；，"), len(text)
    if (
        stop == len(rest) - 1
        and stop <= 30
        and not _speaks(masked)
        and following is not None
        and not following.rows
    ):
        if not numbering(following.text) or _deeper(text, following.text):
            return rest[:stop], len(text)
    gap = _spaced_title(block, after)
    if gap:
        return text[after:gap], gap
    return None, after


def _deeper(text: str, following: str) -> bool:
    mine, theirs = numbering(text), numbering(following)
    order = [name for name, _ in STYLES]
    return bool(mine and theirs and order.index(theirs[0]) > order.index(mine[0]))


def _speaks(text: str, *, strict: bool = False) -> bool:
    """Whether a short first sentence is itself an order, not a title."""
    if strict:
        return bool(re.search(r"[，].*(?:要|应|必须)|\d月\d{0,2}日?前|每[年月季周]", text))
    return bool(_MODAL.search(text)) or bool(rule("actors", "enterprise_heads").match(text) and "，" in text)


def _spaced_title(block: Block, after: int) -> int | None:
    origin, text = block.folded.origin, block.text
    for i in range(after + 4, min(after + 24, len(text) - 12)):
        if text[i - 1] in "，。、；：“（":
            return None
        if origin[i] - origin[i - 1] in (2, 3, 4) and "。" in text[i:] and not _speaks(text[after:i]):
            return i
    return None
