"""Deadlines (时限), periods and weekdays in a stretch of folded text.

Rules of the annotation guideline: 月底 = last day of the month; 年底 / 年内 / a bare year = 31 December; no year
printed = the first such date on or after the issue date; 三年内 = end of the campaign; 及时 / 定期 have no date.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from .numerals import number
from .packs import pack, rule, words

_YEAR = r"(?P<year>20\d\d|今|本|当|明|次|翌)年(?!度)"
_BEFORE = r"(?:(?:\d{1,2}[时点]|\d{1,2}：\d\d|下班|中午|上午|下午)*(?:之前|以前|前|止|截止|为止))"
_DATE = re.compile(
    rf"(?:{_YEAR}(?:的)?)?(?P<month>\d{{1,2}}|十[一二]|[一二三四五六七八九十])月(?:(?P<day>\d{{1,2}})[日号]|(?P<part>底|末|份|初|上旬|中旬|下旬|中))?"
    rf"(?:（[^）]{{1,6}}）)?(?P<before>{_BEFORE})?"
)
_YEAR_END = re.compile(
    rf"(?:(?P<year>20\d\d|今|本|当|明|次|翌)?年)(?P<part>底|末|内|终)(?P<before>{_BEFORE})?"
)
_HALF = re.compile(
    rf"(?:{_YEAR})?(?P<what>上半年|下半年|全年(?!度)|第?[一二三四1234]季度)(?P<part>底|末|内)?(?P<before>{_BEFORE})?"
)
_BARE_YEAR = re.compile(
    r"(?P<year>20\d\d|今|本|当|明)年(?=[\u4e00-\u9fa5“]|、20\d\d年)(?!度|底|末|内|以来|起|版|的|开始|全省|全市|调查|上半|下半|第|[一二三四]季)"
)
_BARE_YEAR_BEFORE = re.compile(r"(?:[在自从至的]|[—、\d]|《[^》]*)$")
_START = re.compile(r"(?:自|从|于?即日起?|由)$")
_RANGE_TAIL = re.compile(r"^(?:起)?(?:至|到|—|-)")
_AT = re.compile(r"(?:在|于|至|到|截至|截止|截止到|截止至|定于|[—-])$")
_RELATIVE = re.compile(
    r"(?:自?[^，。；]{0,14}(?:之日起|后))?(?<![\d每第])(?P<n>\d{1,3}|[一二两三五七十]{1,3})个?(?P<u>工作日|日|天|小时|个月|月|周)(?:之)?内"
)
_DAY_OF = re.compile(r"(?P<day>\d{1,2})[日号](?P<before>之前|以前|前)?")
_HALF_ACT = re.compile(r"(?:要|应|，)?(?:举办|组织|开展|完成|召开|全市|全省|全县|集中)")
_QUARTERS = {"一": 3, "二": 6, "三": 9, "四": 12, "1": 3, "2": 6, "3": 9, "4": 12}


@dataclass(frozen=True, slots=True)
class Context:
    """What dates without a year, and 三年内, are inferred from."""

    issued: date | None
    campaign_end: date | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as printed, and what was inferred; ``day`` is None for 定期, 及时 and the like."""

    start: int
    end: int
    text: str
    day: date | None
    rule: str


@dataclass(frozen=True, slots=True)
class Period:
    """A stated interval; ``frequency`` is how often in it."""

    start: int
    end: int
    text: str
    code: str
    frequency: int | None
    weekday: str | None


def month_end(year: int, month: int) -> date:
    """Return the last day of the month."""
    return date(year, month, monthrange(year, month)[1])


def _year(token: str | None, context: Context) -> int | None:
    if token and token.isdigit():
        return int(token)
    if context.issued is None or token is None:
        return None
    return context.issued.year + (1 if token in "明次翌" else 0)


def _resolve(year: int | None, month: int, day: int | None, context: Context) -> tuple[date | None, str]:
    if not 1 <= month <= 12:
        return None, "月份有误"
    stated = year is not None
    base = year if year is not None else (context.issued.year if context.issued else None)
    if base is None:
        return None, "没有年份，也没有成文日期"
    try:
        found = date(base, month, day) if day else month_end(base, month)
    except ValueError:
        return None, "日期有误"
    if not stated and context.issued and found < context.issued:
        found = found.replace(year=base + 1) if (month, found.day) != (2, 29) else month_end(base + 1, 2)
        return found, "未写年份，取成文日期之后第一个"
    return found, "按原文" if stated else "未写年份，取成文日期当年"


def deadlines(text: str, masked: str, context: Context) -> list[Deadline]:
    """Return the deadlines named in ``text``, in order; starts of a window (自…起) are left out."""
    found: list[Deadline] = []
    carried: int | None = None
    for match in _DATE.finditer(masked):
        part, day, before = match["part"], match["day"], match["before"]
        lead, tail = masked[: match.start()], masked[match.end() :]
        year = _year(match["year"], context) or carried
        if _RANGE_TAIL.match(tail) and not before:
            carried = year
            continue
        if _START.search(lead) or (tail.startswith("起") and not before):
            continue
        carried = year if re.search(r"(?:、|和|及|—|至|到)$", lead) else None
        if not (
            before
            or _AT.search(lead)
            or part in ("底", "末", "份", "上旬", "中旬", "下旬", "初", "中")
            or match["year"]
            or re.search(r"每年[\d月日底前、和]*$", lead)
        ):
            continue
        if day and not before and not _AT.search(lead):
            continue
        if not day and not part and not before and re.match(r"[“”的号印]", tail):
            continue
        shown = {"初": 10, "上旬": 10, "中旬": 20, "中": 15}.get(part or "")
        resolved, how = _resolve(year, int(number(match["month"]) or 0), int(day) if day else shown, context)
        if resolved is None:
            continue
        name = "月底=当月最后一日；" if not day and not shown else ""
        found.append(Deadline(match.start(), match.end(), match[0], resolved, name + how))
    taken = [(d.start, d.end) for d in found]
    found += [d for d in _year_ends(masked, context) if not _inside(d, taken)]
    if not found:
        found += _bare_years(masked, context)
    if not found:
        found += _vague(masked, context)
    return sorted(found, key=lambda d: d.start)


def _inside(item: Deadline, taken: list[tuple[int, int]]) -> bool:
    return any(item.start < b and a < item.end for a, b in taken)


def _year_ends(text: str, context: Context) -> list[Deadline]:
    out: list[Deadline] = []
    for match in _YEAR_END.finditer(text):
        lead = text[: match.start()]
        if (
            re.search(r"[近每半一二三四五两岁\d]$", lead)
            or re.match(r"[—至]", text[match.end() :])
            or text[match.end() :].startswith("年初")
        ):
            continue
        year = _year(match["year"], context) or (context.issued.year if context.issued else None)
        if year:
            out.append(Deadline(match.start(), match.end(), match[0], date(year, 12, 31), "年底=12月31日"))
    for match in _HALF.finditer(text):
        lead, what = text[: match.start()], match["what"]
        if re.search(r"[每各]$", lead) or not (
            match["before"]
            or match["part"]
            or match["year"]
            or _AT.search(lead)
            or not lead
            or _HALF_ACT.match(text[match.end() :])
        ):
            continue
        month = {"上半年": 6, "下半年": 12, "全年": 12}.get(what) or _QUARTERS[re.sub("[第季度]", "", what)]
        resolved, how = _resolve(_year(match["year"], context), month, None, context)
        if resolved:
            out.append(
                Deadline(match.start(), match.end(), match[0], resolved, "季末、半年末最后一日；" + how)
            )
    return out


def _bare_years(text: str, context: Context) -> list[Deadline]:
    for match in _BARE_YEAR.finditer(text):
        lead = text[: match.start()]
        if _BARE_YEAR_BEFORE.search(lead) or "□" in lead[-1:]:
            continue
        year = _year(match["year"], context)
        if year:
            return [Deadline(match.start(), match.end(), match[0], date(year, 12, 31), "只写年份，取年末")]
    return []


def _vague(text: str, context: Context) -> list[Deadline]:
    for phrase in words("dates", "within_campaign"):
        at = text.find(phrase)
        if at >= 0 and context.campaign_end:
            return [Deadline(at, at + len(phrase), phrase, context.campaign_end, "行动期末")]
    match = _RELATIVE.search(text) or rule("dates", "vague").search(text)
    if match:
        return [Deadline(match.start(), match.end(), match[0], None, "没有具体日期")]
    return []


def periods(text: str, masked: str) -> list[Period]:
    """Return the stated intervals; words inside quotes and titles do not count."""
    found: list[Period] = []
    for entry in pack("dates")["periods"]:
        for match in re.finditer(entry["pattern"], masked):
            if any(p.start < match.end() and match.start() < p.end for p in found):
                continue
            found.append(_period(entry["code"], match, masked))
    for match in re.finditer(pack("dates")["every"], masked):
        if not any(p.start < match.end() and match.start() < p.end for p in found):
            unit = {
                "天": "days",
                "日": "days",
                "周": "weeks",
                "月": "months",
                "年": "years",
                "小时": "hours",
            }[match["u"]]
            found.append(_period(f"every_{int(number(match['n']) or 0)}_{unit}", match, masked))
    plan = re.search(pack("dates")["annual_plan"], masked)
    if plan and not found:
        at = masked.index("年度", plan.start())
        found.append(Period(at, at + 2, "年度", "annual", 1, None))
    return sorted(found, key=lambda p: p.start)


def _period(code: str, match: re.Match[str], text: str) -> Period:
    tail = text[match.end() :]
    end, weekday, frequency = match.end(), None, 1
    if code == "weekly":
        day = re.match(
            r"(?:星期)?([一二三四五六日天])(?!次)(?:\d{1,2}[时点：]\d{0,2}|下班|中午)*(?:之前|以前|前)?", tail
        )
        if day:
            weekday, end = str(pack("dates")["weekdays"][day[1]]), end + day.end()
    dates_of_year = re.match(r"(?:的)?((?:\d{1,2}月(?:\d{1,2}日|底|份)?前?[、和及])+\d{1,2}月)", tail)
    if code == "annual" and dates_of_year:
        frequency = len(re.findall("月", dates_of_year[1]))
        return Period(match.start(), end, text[match.start() : end], code, frequency, None)
    times = re.match(r"[^，。；每]{0,24}?(?<![第首])([\d一二两三四五六]{1,2})(?:次|轮|期|场)(?!性)", tail)
    if times:
        frequency = int(
            {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6}.get(times[1])
            or (times[1] if times[1].isdigit() else 1)
        )
    return Period(match.start(), end, text[match.start() : end], code, frequency, weekday)


def irregular(text: str) -> str | None:
    """Return 定期 or 不定期 when the text says so and names no interval."""
    match = rule("dates", "recurring_words").search(text)
    return match[0] if match else None
