"""Unified social credit code (统一社会信用代码), GB 32100-2015: 18 characters, the last one a check character.

The division part (places 3 to 8) names the registering authority and may be historic: nothing here checks it
against the division table, and nobody may derive an enterprise's present place from it.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18

_VALUE = {character: place for place, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def normalise(text: str) -> str:
    """Return `text` in half-width capitals without blanks and hyphens, as people paste codes in groups."""
    return "".join(
        c for c in text.translate(_FULL_WIDTH).upper() if not c.isspace() and c not in "-\u2010\u2013\u2014"
    )


def check(code: str) -> str | None:
    """Return the fault of `code` as a Chinese sentence that says what to do, or None when it is right.

    The code is normalised first. GB 32100-2015, 4.2: the check value is (31 − Σ value × weight mod 31) mod 31.
    """
    code = normalise(code)
    if not code:
        return "请填写统一社会信用代码。"
    strange = sorted({character for character in code if character not in _VALUE})
    if strange:
        hint = (
            "（I、O、S、V、Z 不使用，请核对是否与数字 1、0、5、2 混淆）"
            if set(strange) & set("IOSVZ")
            else ""
        )
        return f"统一社会信用代码含有不允许的字符“{'、'.join(strange)}”{hint}，请按营业执照重新填写。"
    if len(code) != LENGTH:
        return f"统一社会信用代码应为18位，现为{len(code)}位，请按营业执照补齐或删去多余字符。"
    if code[-1] != _check_character(code[:-1]):
        return "统一社会信用代码的校验位不正确，可能有字符填错或顺序颠倒，请对照营业执照逐位核对。"
    return None


def with_check_character(first_17: str) -> str:
    """Return the full code for its first 17 characters (for generated and test data).

    Raises ValueError when they are not 17 characters of the standard's alphabet.
    """
    code = normalise(first_17)
    if len(code) != LENGTH - 1 or any(character not in _VALUE for character in code):
        raise ValueError(f"统一社会信用代码前17位不合规则：{first_17!r}")
    return code + _check_character(code)


def organisation_code_warning(code: str) -> str | None:
    """Return a Chinese warning when the inner organisation code (GB 11714, places 9 to 17) fails its own check.

    A warning only: some codes issued early are known to deviate. Call it for codes that passed `check`.
    """
    inner = normalise(code)[8:17]
    if len(inner) != 9:
        return None
    total = sum(int(c, 36) * weight for c, weight in zip(inner, _INNER_WEIGHTS, strict=False))
    value = 11 - total % 11
    expected = {10: "X", 11: "0"}.get(value, str(value))
    if inner[8] == expected:
        return None
    return "统一社会信用代码第9至17位（组织机构代码）的校验位不符，部分早期代码存在此情况，请与营业执照核对。"


def grouped(code: str) -> str:
    """Return `code` for the eye: authority and kind, division, organisation code, check character.

    A text of another length comes back unchanged.
    """
    plain = normalise(code)
    if len(plain) != LENGTH:
        return code
    return f"{plain[:2]} {plain[2:8]} {plain[8:17]} {plain[17]}"


def _check_character(first_17: str) -> str:
    total = sum(_VALUE[character] * weight for character, weight in zip(first_17, _WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]
