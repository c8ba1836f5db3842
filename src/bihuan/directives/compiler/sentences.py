"""Paragraph → sentences → parts. Brackets, quotes and book titles are never cut."""

import re
from dataclasses import dataclass

_PAIRS = {'"': '"', "（": "）", "“": "”", "《": "》", "〈": "〉", "〔": "〕"}
_MAX_BRACKET = 120  # a bracket not closed within this many characters is OCR noise, not a bracket
_PLACES = re.compile(r"[市区县州旗街道、]{1,6}")
_ITEM = re.compile(r"(?<=[，。；：])(?:第?[一二三四五六七八九十]{1,2}(?:是|要)|[①②③④⑤⑥⑦⑧⑨⑩]|（\d{1,2}）)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A half-open range of a paragraph's folded text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the piece of ``text``."""
        return text[self.start : self.end]


def mask(text: str, *, places: bool = False) -> str:
    """Return ``text`` with everything inside brackets and quotes replaced by ``□`` (same length).

    县（市、区）reads as a word and stays open unless ``places`` asks to close it too.
    """
    out = list(text)
    i = 0
    while i < len(text):
        closer = _PAIRS.get(text[i])
        if closer:
            end = _closing(text, i, closer)
            if end > i and not places and _PLACES.fullmatch(text, i + 1, end):
                i = end
            elif end > i:
                out[i + 1 : end] = "□" * (end - i - 1)
                i = end
        i += 1
    return "".join(out)


def _closing(text: str, start: int, closer: str) -> int:
    depth = 0
    opener = text[start]
    if opener == closer:
        return text.find(closer, start + 1, start + 40)
    for i in range(start, min(len(text), start + _MAX_BRACKET)):
        if text[i] == opener:
            depth += 1
        elif text[i] == closer:
            depth -= 1
            if depth == 0:
                return i
    return -1


def split(text: str, masked: str, piece: Piece, marks: str) -> list[Piece]:
    """Cut ``piece`` after each of ``marks`` that stands outside brackets."""
    pieces: list[Piece] = []
    start = piece.start
    for i in range(piece.start, piece.end):
        if masked[i] in marks:
            pieces.append(Piece(start, i + 1))
            start = i + 1
    if start < piece.end:
        pieces.append(Piece(start, piece.end))
    return [p for p in pieces if p.of(text).strip("，。；、！？：")]


def sentences(text: str, masked: str, piece: Piece) -> list[Piece]:
    """Cut at full stops, semicolons, and before 一是 / 二是 / ① items."""
    out: list[Piece] = []
    for part in split(text, masked, piece, "。；！？"):
        cuts = [m.start() for m in _ITEM.finditer(masked, part.start, part.end) if m.start() > part.start]
        for a, b in zip([part.start, *cuts], [*cuts, part.end], strict=True):
            out.append(Piece(a, b))
    return out
