"""What must hold in a return (invariants 1–8 of the requirements), as pure functions over values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Values = Mapping[str, int | None]


@dataclass(frozen=True)
class Finding:
    """One result of checking: blocks the submission, or only warns; names the figures concerned."""

    code: str
    severity: Literal["block", "warn", "info"]
    message: str
    figures: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For a snapshot."""
        return {**asdict(self), "figures": list(self.figures)}


@dataclass(frozen=True)
class Shape:
    """What the rules need to know of a figure."""

    key: str
    title: str
    not_above: str = ""
    part_of: str = ""


def fixed_not_above_found(values: Values, shapes: Iterable[Shape]) -> list[Finding]:
    """Invariant 1: what is fixed was found."""
    out = []
    for shape in shapes:
        if not shape.not_above:
            continue
        fixed, found = values.get(shape.key), values.get(shape.not_above)
        if fixed is not None and found is not None and fixed > found:
            out.append(
                Finding("returns.fixed_above_found", "block", f"“{shape.title}”{fixed} 大于发现数 {found}，请打开记录核对。", (shape.key, shape.not_above))
            )
    return out


def parts_within_whole(values: Values, shapes: Iterable[Shape]) -> list[Finding]:
    """Invariant 4: a sub-total (其中) does not exceed its parent."""
    out = []
    for shape in shapes:
        if not shape.part_of:
            continue
        part, whole = values.get(shape.key), values.get(shape.part_of)
        if part is not None and whole is not None and part > whole:
            out.append(
                Finding("returns.part_above_whole", "block", f"“{shape.title}”{part} 大于总数 {whole}，“其中”不能超过总数。", (shape.key, shape.part_of))
            )
    return out


def never_falls(values: Values, last: Values, shapes: Iterable[Shape], corrected: Collection[str]) -> list[Finding]:
    """Invariant 2: cumulative figures do not fall unless a signed correction explains it."""
    out = []
    for shape in shapes:
        now, before = values.get(shape.key), last.get(shape.key)
        if before is None:
            continue
        if now is None or now < before:
            if shape.key in corrected:
                out.append(Finding("returns.fell_corrected", "info", f"“{shape.title}”由 {before} 更正为 {now}，已有签字更正说明。", (shape.key,)))
            else:
                out.append(
                    Finding(
                        "returns.fell", "block",
                        f"“{shape.title}”本期 {now if now is not None else '空'} 小于上期 {before}。累计数只增不减；如上期确有误，请先登记更正并签字。", (shape.key,),
                    )
                )  # fmt: skip
    return out


def city_is_sum(city: Values, units: Mapping[str, Values], additive: Collection[str], shapes: Iterable[Shape]) -> list[Finding]:
    """Invariant 3: the city's figure is the sum of its reporting units (each record belongs to exactly one unit)."""
    out = []
    for shape in shapes:
        if shape.key not in additive or city.get(shape.key) is None:
            continue
        total = sum(v.get(shape.key) or 0 for v in units.values())
        if total != city[shape.key]:
            out.append(
                Finding("returns.not_the_sum", "block", f"“{shape.title}”全市 {city[shape.key]}，各单位合计 {total}，两者不符。", (shape.key,))
            )
    return out


def ledger_reconciles(values: Values, ledger_rows: int, majors: Sequence[str], reconciling: Sequence[str]) -> list[Finding]:
    """Invariant 5: Annex 2 rows = majors on Annex 1 + city supervision + tip-offs."""
    on_form = sum(values.get(key) or 0 for key in majors)
    beside = sum(values.get(key) or 0 for key in reconciling)
    if on_form + beside != ledger_rows:
        return [
            Finding(
                "returns.ledger_differs", "block",
                f"附件2 台账 {ledger_rows} 条，附件1 重大事故隐患合计 {on_form} 条，市级督查与群众举报 {beside} 条，两表不符。", tuple(majors),
            )
        ]  # fmt: skip
    if beside:
        text = f"附件2 台账 {ledger_rows} 条 = 附件1 合计 {on_form} 条 + 市级督查、群众举报 {beside} 条（附件1 无此两行）。"
        return [Finding("returns.reconciled", "info", text, tuple(reconciling))]
    return []


def majors_complete(rows: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Invariant 6: criterion, supervision case, five parts and double report of every major hazard.

    Criterion and supervision are there from confirmation, so their absence blocks. The five parts and the double report have
    their own deadlines: they block once the hazard is past planning or closed without them, before that they warn.
    """
    out = []
    for row in rows:
        name = f"{row['number']}（{row['firm']}）"
        if not row["criterion"]:
            out.append(Finding("returns.no_criterion", "block", f"重大事故隐患 {name} 没有判定条款及版本。"))
        if not row["supervised"]:
            out.append(Finding("returns.not_listed", "block", f"重大事故隐患 {name} 没有挂牌督办。"))
        if not row["planned"]:
            hard = row["past_planning"]
            out.append(Finding("returns.no_plan", "block" if hard else "warn", f"重大事故隐患 {name} 的五落实方案{'缺失' if hard else '尚未核准'}。"))
        if row["self_found"] and not row["double_reported"]:
            hard = row["closed"]
            out.append(Finding("returns.not_double_reported", "block" if hard else "warn", f"重大事故隐患 {name} 的双报告{'缺失' if hard else '尚未完成'}。"))
    return out


def closed_by_another(numbers: Iterable[str]) -> list[Finding]:
    """Invariant 7: nobody closes what they themselves reported fixed."""
    return [Finding("returns.closed_by_self", "block", f"隐患 {n} 由报告整改的同一人销号，须由另一人复查。") for n in numbers]


def past_reproduces(stored: Values, recomputed: Values, titles: Mapping[str, str], explained: bool) -> list[Finding]:
    """Invariant 8: re-running the past week gives what was submitted, or later records explain the difference."""
    differing = [k for k, v in stored.items() if recomputed.get(k) != v]
    if not differing:
        return []
    text = "、".join(f"{titles.get(k, k)} {stored[k]}→{recomputed.get(k)}" for k in differing[:5])
    if explained:
        return [Finding("returns.past_differs", "info", f"上期按现有记录重算有变化：{text}；差异由提交后补录、撤销的记录造成，可在“往期对比”中逐条查看。", tuple(differing))]
    return [Finding("returns.past_unexplained", "block", f"上期按现有记录重算与已签数字不符：{text}，且没有补录记录可以解释，请核查存证链。", tuple(differing))]


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """Only what prevents the submission."""
    return [f for f in findings if f.severity == "block"]
