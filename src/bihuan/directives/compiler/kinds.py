"""Kind (类型) and strength (力度) of an obligation, first rule that fits."""

import re
from dataclasses import dataclass
from datetime import date

from .model import Quantity
from .packs import rule, words
from .parts import Part

AUTHORITIES = {
    "province_bureau",
    "city_bureau",
    "county_bureau",
    "department",
    "committee",
    "leading_group",
    "other",
    "town",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A value with the rule and words that gave it."""

    value: str
    rule: str
    words: str


def kind(
    cores: list[Part],
    text: str,
    actors: tuple[str, ...],
    day: date | None,
    period: str | None,
    quantity: tuple[Quantity, ...],
) -> Verdict:
    """Return the kind: reporting, quota, prohibition, recurring, one_off, else standing."""
    report = next((p.reporting for p in cores if p.reporting), None)
    if (
        report
        and not cores[0].reporting
        and not day
        and not period
        and re.search(r"指定|明确专人|确定专人", cores[0].masked)
    ):
        report = None
    if report and "备查" not in text[-6:] and not any(p.check for p in cores):
        return Verdict("reporting", "送交另一机关", report)
    counted = next(
        (q for q in quantity if q.unit in words("quantities", "counted") and q.bound in ("exact", "min")),
        None,
    )
    target = re.search("|".join(words("quantities", "targets")), text)
    if counted and target and actors and set(actors) <= AUTHORITIES:
        return Verdict("quota", "对机关的计数目标", target[0])
    sampled = next(
        (
            q
            for q in quantity
            if q.bound == "min" and (q.unit == "%" or (q.unit in ("次", "遍") and not period))
        ),
        None,
    )
    checked = (
        re.search(r"抽查|抽检|检查|覆盖率", text)
        if sampled and sampled.unit != "%"
        else re.search(r"抽查|抽检|抽取|检查比例", text)
    )
    if sampled and checked and actors and set(actors) <= AUTHORITIES:
        return Verdict("quota", "检查抽样的下限", checked[0])
    bad = _prohibited(cores, text)
    if bad:
        return bad
    check = next((p for p in cores if p.check), None)
    irregular = next((p.irregular for p in cores if p.irregular), None)
    if period or (irregular and not re.search(r"定期[^，。；]{0,8}(?:责任制|校验)", text)):
        return Verdict("recurring", "有周期或定期", period or irregular or "")
    if day:
        return Verdict("one_off", "有时限", day.isoformat())
    if check:
        return Verdict("standing", "检查清单项背后的义务", check.check or "")
    return _undated(cores, text)


def _prohibited(cores: list[Part], text: str) -> Verdict | None:
    check = next((p for p in cores if p.check), None)
    if check:
        if rule("actions", "checklist_bad").search(check.masked) and not rule(
            "actions", "checklist_should"
        ).search("".join(p.masked for p in cores)):
            return Verdict("prohibition", "检查项：禁止的行为或状态", check.check or "")
        return (
            Verdict("prohibition", "检查项：违规", "违规")
            if re.search(r"是否(?:违规|违法|非法|超)", text)
            else None
        )
    first = cores[0]
    hit = next((p for p in cores if p.prohibited), None)
    if hit and (
        hit is first
        or (len(cores) <= 2 and not rule("actions", "formula").search(hit.masked))
        or re.search(r"方可|方能|一律不", hit.masked)
    ):
        found = rule("actions", "prohibition").search(hit.masked)
        return Verdict("prohibition", "禁止用语", found[0] if found else "")
    return None


def _undated(cores: list[Part], text: str) -> Verdict:
    loop = rule("actions", "loop_words").search(
        "".join(p.masked for p in cores[:3] if not re.match(r"(?:逐步)?实现", p.masked))
    )
    for index, part in enumerate(cores[:3]):
        act = next((m for p in words("actions", "one_off_acts") if (m := re.search(p, part.masked))), None)
        if act:
            return Verdict("one_off", "一次性行动", act[0])
        if (
            part.deliverable
            and not part.encouraged
            and not re.match(r"(?:推动|引导|鼓励)", part.oversight_words)
        ):
            written = _written(part)
            if (
                written
                and not loop
                and not re.match(r"(?:要|应)?(?:持续)?(?:完善|健全|落实|明确)", part.deliverable)
                and (index == 0 or not part.masked.startswith("研究"))
            ):
                return Verdict("one_off", "一份书面成果", written)
    return Verdict("standing", "其余", "")


def _written(part: Part) -> str | None:
    noun = rule("actions", "written")
    what = part.deliverable or ""
    if re.search(r"标准化|责任制|机制|体系|规范化|方案审批", what[-8:]):
        return None
    found = noun.search(what)
    return found[0] if found else what if "《" in what else None


def strength(cores: list[Part]) -> Verdict:
    """Return must, should (争取, 原则上) or encouraged (鼓励)."""
    for part in cores:
        found = (
            rule("actions", "encouraged").match(part.masked.lstrip("，、并要还也"))
            if part.encouraged
            else None
        )
        if found:
            return Verdict("encouraged", "鼓励性用语", found[0])
    for part in cores:
        found = re.search("|".join(words("actions", "should")), part.masked)
        if found:
            return Verdict("should", "弱化用语", found[0])
    for part in cores:
        found = rule("actions", "must").search(part.masked)
        if found:
            return Verdict("must", "刚性用语", found[0])
    return Verdict("must", "未写弱化用语", "")
