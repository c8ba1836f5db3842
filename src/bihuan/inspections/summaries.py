"""Figures of visits (检查)."""

from __future__ import annotations

from django.db.models import Q

from bihuan.foundation.figures.registry import Base, Distinct, figure
from bihuan.inspections.models import Visit

ANNEX1 = "忻应急发〔2024〕216号 附件1"

VISITS = Base(
    "inspections.visit", "现场检查", queryset=lambda: Visit.objects.all(), unit="unit_id", window="started_at", link="inspections:list",
    ends=("void_at",), recorded="opened_at",
)
CITY_FIRMS = figure(
    "inspections.city.firms", "市本级检查企业", unit="家", base=VISITS, at="started_at", measure=Distinct("enterprise_id"),
    when=Q(kind__in=("joint", "routine"), level="city"), source=f"{ANNEX1} 行3",
    definition="专项行动期间市级部门检查过的企业，同一企业检查多次计一家。",
)  # fmt: skip
COUNTY_FIRMS = figure(
    "inspections.county.firms", "县级检查企业", unit="家", base=VISITS, at="started_at", measure=Distinct("enterprise_id"),
    when=Q(kind__in=("joint", "routine"), level="county"), source=f"{ANNEX1} 行3",
    definition="专项行动期间县级部门检查过的企业，同一企业检查多次计一家。",
)  # fmt: skip
JOINT_FIRMS = figure(
    "inspections.joint.firms", "市县检查企业（去重）", unit="家", base=VISITS, at="started_at", measure=Distinct("enterprise_id"),
    when=Q(kind__in=("joint", "routine"), level__in=("city", "county")), source=f"{ANNEX1} 行3",
    definition="市县两级检查过的不同企业；两级都检查过的企业只计一次。",
)  # fmt: skip
CROSS_FIRMS = figure(
    "inspections.cross.firms", "交叉检查企业", unit="家", base=VISITS, at="started_at", measure=Distinct("enterprise_id"),
    when=Q(kind="cross"), source=f"{ANNEX1} 行4", definition="县级异地交叉检查抽检的企业，计入受检县。",
)  # fmt: skip
CROSS_COUNTIES = figure(
    "inspections.cross.counties", "受交叉检查的县", unit="个", base=VISITS, at="started_at", measure=Distinct("unit_id"),
    when=Q(kind="cross"), source=f"{ANNEX1} 行4", definition="已接受县级异地交叉检查的县（市、区）。",
)  # fmt: skip
