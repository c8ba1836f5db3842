"""The five links of the closed loop (五环节), and which kinds of records make each: higher apps name theirs (J25-031, P24-032)."""

from __future__ import annotations

STAGES = (
    ("base", "基础信息"), ("grade", "分类分级"), ("monitoring", "监测预警"), ("inspection", "执法检查"), ("rectification", "隐患整改"),
)  # fmt: skip
_stages: dict[str, str] = {"enterprises.enterprise": "base", "enterprises.graderesult": "grade"}


def register_stage(kind: str, stage: str) -> None:
    """Say to which link records of a kind belong (`hazards.hazard` → `rectification`); called in the app's ready()."""
    if stage not in dict(STAGES):
        raise ValueError(f"{stage!r} is none of {', '.join(key for key, _ in STAGES)}")
    _stages[kind] = stage


def stage_of(kind: str) -> str:
    """The link of a kind of record; "" when it makes none by itself."""
    return _stages.get(kind, "")
