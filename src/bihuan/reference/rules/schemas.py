"""What the packs of this app look like; item fields bear the names of the columns they fill."""

from __future__ import annotations

from bihuan.foundation.lib.packs import Field, Schema
from bihuan.reference.choices import (
    ControlType,
    CriterionScope,
    DefaultRisk,
    DivisionLevel,
    IndustryLevel,
    Sector,
)

_INDUSTRY = r"\d{2,4}"
_FEATURE = r"F-[A-Z0-9-]+"

DIVISIONS = Schema(
    "divisions",
    "code",
    (
        Field("code", required=True, pattern=r"\d{6}"),
        Field("name", required=True),
        Field("level", required=True, choices=tuple(DivisionLevel.values)),
        Field("parent", pattern=r"\d{6}"),
        Field("reading", pattern=r"[a-z ]+"),
        Field("note"),
    ),
)
RISK_FEATURES = Schema(
    "risk_features",
    "code",
    (
        Field("code", required=True, pattern=_FEATURE),
        Field("name", required=True),
        Field("risk", required=True, choices=tuple(DefaultRisk.values)),
        Field("definition"),
        Field("criteria", "texts"),
        Field("verified", "flag"),
    ),
)
INDUSTRIES = Schema(
    "industries",
    "code",
    (
        Field("code", required=True, pattern=_INDUSTRY),
        Field("name", required=True),
        Field("level", required=True, choices=tuple(IndustryLevel.values)),
        Field("parent_code", pattern=_INDUSTRY),
        Field("sector", choices=tuple(Sector.values)),
        Field("verified", "flag"),
        Field("exclude_children", "texts", pattern=_INDUSTRY),
        Field("typical_features", "texts", pattern=_FEATURE),
        Field("note"),
    ),
)
CATALOGUE = Schema(
    "catalogue",
    "code",
    (
        Field("code", required=True),
        Field("industry", pattern=_INDUSTRY),
        Field("process"),
        Field("feature", required=True, pattern=_FEATURE),
        Field("verified", "flag"),
        Field("effective_from", "date"),
    ),
)
CRITERIA = Schema(
    "criteria",
    "code",
    (
        Field("code", required=True, pattern=r"[A-Z0-9][A-Z0-9-]{2,39}"),
        Field("article", "int", required=True),
        Field("item", "int"),
        Field("scope", required=True, choices=tuple(CriterionScope.values)),
        Field("title", required=True),
        Field("tags", "texts"),
        Field("control_type", required=True, choices=tuple(ControlType.values)),
        Field("facts", "map"),
        Field("monitor_refs", "texts"),
        Field("verified", "flag"),
        Field("effective_from", "date"),
    ),
)
PENALTIES = Schema(
    "penalties",
    "code",
    (
        Field("code", required=True, pattern=r"PEN-[A-Z0-9-]+"),
        Field("law", required=True),
        Field("article", "int", required=True),
        Field("violation", required=True),
        Field("who", "texts", required=True),
        Field("first", "map"),
        Field("aggravated", "map"),
        Field("sub_items", "list"),
        Field("note"),
        Field("superseded_by"),
        Field("verified", "flag"),
        Field("effective_from", "date"),
    ),
)
# Features come before the tables that name them.
_ALL = (DIVISIONS, RISK_FEATURES, INDUSTRIES, CATALOGUE, CRITERIA, PENALTIES)
SCHEMAS = {schema.kind: schema for schema in _ALL}
KIND_ORDER = tuple(SCHEMAS)
KIND_TITLES = {
    "divisions": "行政区划",
    "risk_features": "风险特征",
    "industries": "国民经济行业",
    "catalogue": "监管目录",
    "criteria": "重大事故隐患判定标准",
    "penalties": "行政处罚幅度",
}
