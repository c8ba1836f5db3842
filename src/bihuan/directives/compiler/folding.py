"""Folded text: blanks and markdown dropped, widths and punctuation made one, every character traceable.

The grammar works on folded text only; ``origin`` leads back to the offsets of the source.
"""

from dataclasses import dataclass

_PUNCTUATION = str.maketrans({
    ",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "!": "！", "?": "？", "．": ".", "﹙": "（", "﹚": "）",
    "［": "〔", "］": "〕", "[": "〔", "]": "〕", "【": "〔", "】": "〕", "％": "%", "﹪": "%", "—": "—", "–": "—",
    "～": "—", "~": "—", "─": "—", "｡": "。", "､": "、", "﹐": "，", "﹔": "；", "﹕": "：", "「": "“", "」": "”",
    "『": "“", "』": "”", "〝": "“", "〞": "”", "＂": '"', "〈": "〈", "＜": "〈", "＞": "〉", "«": "《", "»": "》",
})  # fmt: skip
_DROPPED = set("*#`\ufeff\u200b\u200c\u200d\u00ad\x00")


def _fold(char: str) -> str:
    code = ord(char)
    if 0xFF10 <= code <= 0xFF19 or 0xFF21 <= code <= 0xFF3A or 0xFF41 <= code <= 0xFF5A:
        return chr(code - 0xFEE0)
    if char in "，；：（）！？":
        return char
    if 0xFF01 <= code <= 0xFF5E:
        char = chr(code - 0xFEE0)
    return char.translate(_PUNCTUATION)


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded characters and, for each, its offset in the source."""

    text: str
    origin: tuple[int, ...]

    @classmethod
    def of(cls, source: str, start: int = 0, end: int | None = None) -> "Folded":
        """Fold ``source[start:end]``."""
        chars: list[str] = []
        origin: list[int] = []
        for offset in range(start, len(source) if end is None else end):
            char = source[offset]
            if char.isspace() or char in _DROPPED:
                continue
            chars.append(_fold(char))
            origin.append(offset)
        _restore_number_commas(chars)
        _restore_full_stops(chars)
        return cls("".join(chars), tuple(origin))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the source offsets (half open) of folded characters ``start``..``end``."""
        return self.origin[start], self.origin[end - 1] + 1


def _restore_full_stops(chars: list[str]) -> None:
    """A half-width dot after a Chinese word is a full stop; after a numeral it belongs to a heading or number."""
    for i in range(1, len(chars)):
        if chars[i] != "." or not ("\u4e00" <= chars[i - 1] <= "\u9fa5" or chars[i - 1] in '”）》"%'):
            continue
        following = chars[i + 1] if i + 1 < len(chars) else ""
        if chars[i - 1] not in "一二三四五六七八九十" and not (
            following.isascii() and following.isalnum() and following not in "123456789"
        ):
            chars[i] = "。"


def _restore_number_commas(chars: list[str]) -> None:
    """A comma between a digit and three digits groups a number; it is no punctuation."""
    for i in range(1, len(chars) - 3):
        if chars[i] == "，" and chars[i - 1].isdigit() and all(c.isdigit() for c in chars[i + 1 : i + 4]):
            if i + 4 >= len(chars) or not chars[i + 4].isdigit():
                chars[i] = ","
