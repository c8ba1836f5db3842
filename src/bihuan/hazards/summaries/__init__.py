"""Figures over hazards: found and fixed by origin, level and checking level. One covering index serves them all."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from bihuan.foundation.figures.registry import Base, Count, Distinct, Figure, figure
from bihuan.hazards.choices import Channel, CheckingLevel, Level, Origin
from bihuan.hazards.models import Hazard, SelfCheckPlan

NOTICE = "忻应急发〔2024〕216号"
ANNEX1_ROW = {"self": "附件1 第2行", "inspection": "附件1 第3行", "cross": "附件1 第4行"}

# A withdrawn or merged record counts until that moment and no longer after it, so that a past week stays reproducible.
HAZARDS = Base(
    "hazards.hazard", title="隐患", queryset=lambda: Hazard.objects.all(), unit="unit_id", window="found_at", link="hazards:list",
    ends=("withdrawn_at",), recorded="opened_at",
)  # fmt: skip
DECIDED = Q(confirmed_at__isnull=False)
COUNTING_RULE = "多渠道发现的同一隐患只计最早发现的一条；等级以判定结论为准"


def _pair(key: str, title: str, when: Q, source: str, **parts: Any) -> tuple[Figure, Figure]:
    """The figures 发现 and 已整改 of one cell; fixed never exceeds found."""
    part_of = parts.pop("part_of", "")
    found = figure(
        f"{key}.found", f"{title}（发现）", unit="条", base=HAZARDS, when=when, at="confirmed_at", measure=Count(),
        definition=f"发现时间在统计期内、截至统计时点已判定的{title}数。{COUNTING_RULE}。", source=source,
        part_of=f"{part_of}.found" if part_of else "",
    )  # fmt: skip
    fixed = figure(
        f"{key}.fixed", f"{title}（已整改）", unit="条", base=HAZARDS, when=when & DECIDED, at="closed_at", measure=Count(),
        definition=f"发现时间在统计期内、截至统计时点经他人复查通过并销号的{title}数。{COUNTING_RULE}。", source=source,
        not_above=f"{key}.found", part_of=f"{part_of}.fixed" if part_of else "",
    )  # fmt: skip
    return found, fixed


PAIRS: dict[str, tuple[Figure, Figure]] = {}
for _level in Level:
    PAIRS[f"hazards.all.{_level.value}"] = _pair(
        f"hazards.all.{_level.value}", f"各环节{_level.label}", Q(level=_level.value), f"{NOTICE} 附件2"
    )
    for _origin in Origin:
        _key = f"hazards.{_origin.value}.{_level.value}"
        _source = f"{NOTICE} {ANNEX1_ROW.get(_origin.value, '附件2 检查环节')}"
        _condition = Q(origin=_origin.value, level=_level.value)
        PAIRS[_key] = _pair(_key, f"{_origin.label}发现{_level.label}", _condition, _source, part_of=f"hazards.all.{_level.value}")
    _key = f"hazards.self.helped.{_level.value}"
    PAIRS[_key] = _pair(
        _key, f"结对帮扶发现{_level.label}", Q(origin="self", level=_level.value, channel=Channel.PAIRED_HELP.value),
        f"{NOTICE} 附件1 第2行", part_of=f"hazards.self.{_level.value}",
    )  # fmt: skip
    for _at in (CheckingLevel.PROVINCE, CheckingLevel.CITY, CheckingLevel.COUNTY):
        _key = f"hazards.inspection.{_at.value}.{_level.value}"
        PAIRS[_key] = _pair(
            _key, f"{_at.label}检查发现{_level.label}", Q(origin="inspection", level=_level.value, checking_level=_at.value),
            f"{NOTICE} 附件1 第3行", part_of=f"hazards.inspection.{_level.value}",
        )  # fmt: skip

MAJOR_FIRMS = figure(
    "hazards.major.firms", "有重大事故隐患的企业", unit="家", base=HAZARDS, when=Q(level="major"), at="confirmed_at",
    measure=Distinct("enterprise_id"), definition="统计期内判定有重大事故隐患的企业数，同一企业只计一家。", source=f"{NOTICE} 附件2",
)  # fmt: skip


def found(key: str) -> Figure:
    """The 发现 figure of a cell, e.g. found("self.general")."""
    return PAIRS[f"hazards.{key}"][0]


def fixed(key: str) -> Figure:
    """The 已整改 figure of a cell."""
    return PAIRS[f"hazards.{key}"][1]


SELF_CHECK_PLANS = Base(
    "hazards.self_check_plan", title="自查自改工作方案", queryset=lambda: SelfCheckPlan.objects.all(), unit="unit_id", window="made_at",
    link="hazards:plans", ends=("void_at",), recorded="recorded_at",
)  # fmt: skip
PLANNED_FIRMS = figure(
    "hazards.self_check.plans", "制定自查自改工作方案的企业", unit="家", base=SELF_CHECK_PLANS, at="made_at", measure=Distinct("enterprise_id"),
    definition="专项行动期间登记了自查自改工作方案的企业，一家企业计一次。", source=f"{NOTICE} 附件1 第2行",
)  # fmt: skip
