"""Counted targets (数量) with their bound, and their shares by place (分解)."""

import re

from .model import Quantity, Share
from .numerals import number
from .packs import words

_UNITS = "|".join(sorted(map(re.escape, words("quantities", "units")), key=len, reverse=True))
_CN_UNITS = "|".join(words("quantities", "chinese_units"))
_NUMBER = re.compile(
    rf"(?<![\d.第—-])(?<!每)(?P<n>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}(?:\.\d+)?)(?:余|多)?(?P<u>{_UNITS})"
)
_CHINESE = re.compile(
    rf"(?<![第同每一二三四五六七八九十])(?P<n>[一两二三四五六七八九十]{{1,3}})(?P<u>{_CN_UNITS})(?![批部票岗企厂])"
)
_PERCENT_CN = re.compile(r"百分之(?P<n>[一二三四五六七八九十百]{1,4})")
_LEFT = 12
PLACE = r"(?:市局|市本级|省局|城区|郊区|矿区|市辖区|开发区|经开区|高新区|示范区|[\u4e00-\u9fa5]{1,6}?(?:自治县|自治旗|林区|新区|开发区|经开区|高新区|管委会|县|市|区|旗|州))"
_SHARE = re.compile(
    rf"(?:^|[，、；：。和及（])(?:其中)?(?P<place>{PLACE})(?:(?:各|要|需|应|至少|不少于)?(?P<verb>[\u4e00-\u9fa5]{{0,6}}?))(?P<n>\d{{1,4}})(?P<u>{_UNITS})(?P<what>[\u4e00-\u9fa5]{{0,12}})"
)
_SHARE_SHORT = re.compile(
    rf"(?P<places>{PLACE}(?:、{PLACE})+)各(?P<verb>[\u4e00-\u9fa5]{{0,6}}?)(?P<n>\d{{1,4}})(?P<u>{_UNITS})(?P<what>[\u4e00-\u9fa5]{{0,12}})"
)
_NOT_PLACE = re.compile(r"^(?:各|本|全|所在|辖|[县市区]$|重点|每|有关|该|的)")


def quantities(text: str, masked: str) -> tuple[Quantity, ...]:
    """Return the quantities of one obligation's text; shares by place are left to ``breakdown``."""
    shares = [m.span() for m in _SHARE.finditer(masked)] if len(breakdown(text, masked)) > 1 else []
    found: dict[tuple[float, str], Quantity] = {}
    open_text = _open_brackets(text, masked)
    for match in [
        *_NUMBER.finditer(open_text),
        *_CHINESE.finditer(open_text),
        *_PERCENT_CN.finditer(open_text),
    ]:
        if any(a <= match.start() < b for a, b in shares) or not _counts(match, open_text):
            continue
        value = number(match["n"])
        if value is None:
            continue
        unit = "%" if match.re is _PERCENT_CN else match["u"]
        left, right = open_text[max(0, match.start() - _LEFT) : match.start()], open_text[match.end() :]
        quantity = Quantity(value, unit, _what(open_text, match, unit), _bound(left, right))
        found.setdefault((value, unit), quantity)
    return tuple(found.values())


def _open_brackets(text: str, masked: str) -> str:
    """Numbers inside round brackets count; those inside quotes and titles do not."""
    out = list(masked)
    for match in re.finditer(r"（□+）", masked):
        inner = text[match.start() + 1 : match.end() - 1]
        out[match.start() + 1 : match.end() - 1] = re.sub(
            r"[“《][^”》]*[”》]", lambda m: "□" * len(m[0]), inner
        )
    return "".join(out)


def _counts(match: re.Match[str], text: str) -> bool:
    left, right = text[max(0, match.start() - _LEFT) : match.start()], text[match.end() :]
    if match.re is _PERCENT_CN:
        return True
    unit = match["u"]
    if match.re is _CHINESE:
        bound = re.search("|".join(words("quantities", "min") + words("quantities", "max")), left)
        return bool(bound) or (
            unit in ("次", "轮") and "每" in text[max(0, match.start() - 20) : match.start()]
        )
    if unit == "年" and (float(match["n"].replace(",", "")) > 100 or not re.search(r"[近满超过]$", left)):
        return False
    if unit in ("天", "个工作日", "小时", "个月", "个小时", "分钟") and re.match(r"(?:之)?内", right):
        return False
    return not (
        re.search(r"附(?:件|表)$|[第号]$|(?<![每半])年$|(?<!每)月$", left)
        or (unit == "个" and re.match(r"[方大]面", right))
    )


def _bound(left: str, right: str) -> str:
    if re.search("(?:" + "|".join(words("quantities", "max")) + r")[^，。；]{0,3}$", left):
        return "max"
    if re.search("(?:" + "|".join(words("quantities", "min")) + r")[^，。；]{0,6}$", left):
        return "min"
    if re.match("(?:（含）)?(?:" + "|".join(words("quantities", "after_min")) + ")", right):
        return (
            "threshold"
            if re.match(r".{0,6}(?:的|企业|单位|矿|金属|人员|以上[\u4e00-\u9fa5]{2,})", right)
            else "min"
        )
    if re.match("|".join(words("quantities", "after_max")), right):
        return "threshold" if re.match(r".{0,4}的", right) else "max"
    if re.match(r"[^，。；]{0,30}(?:的(?:县|市|区|企业|单位|地区|，)|事故)", right) and re.search(
        r"发生|内$|连续|累计", left
    ):
        return "threshold"
    return "exact"


def _what(text: str, match: re.Match[str], unit: str) -> str:
    after = re.match(r"[^，。；、（）□]{0,14}", text[match.end() :])
    noun = after[0] if after else ""
    if unit == "%" or not noun or re.match(r"以上|以下|以内|的", noun):
        before = re.search(
            r"([^，。；、（）□]{1,14}?)(?:至少|不少于|不低于|不超过|达到|达|要|为)*$", text[: match.start()]
        )
        noun = before[1][-12:] if before else noun
    return noun


def breakdown(text: str, masked: str) -> tuple[Share, ...]:
    """Return the shares by place; fewer than two places make no breakdown."""
    shares: list[Share] = []
    for match in _SHARE_SHORT.finditer(masked):
        for place in match["places"].split("、"):
            shares.append(Share(place, float(match["n"]), match["what"]))
    known = {share.place for share in shares}
    at = 0
    while found := _SHARE.search(masked, at):
        at = found.end()
        place = found["place"]
        if place not in known and not _NOT_PLACE.match(place):
            shares.append(Share(place, float(found["n"]), found["what"]))
    return tuple(shares) if len(shares) > 1 else ()
