"""The loop of one visit: under way, concluded with signatures, or void with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bihuan.foundation.workflow.flow import Flow, Guard, Input, State, Step, Transition

CLOCK_SLACK = timedelta(minutes=5)


def _has_signatures(record: Any, step: Step) -> str | None:
    reason: str | None = record.unsigned_reason()
    return reason


def _ends_within(record: Any, step: Step) -> str | None:
    ended = step.get("ended_at")
    if ended < record.started_at:
        return "检查结束时间不能早于开始时间，请核对"
    return "检查结束时间不能晚于现在，请核对" if ended > step.at + CLOCK_SLACK else None


FLOW = Flow(
    name="inspections.visit",
    title="现场检查",
    states=(
        State("under_way", "检查中", tone="orange", todo="inspections.sign", todo_title="签字并生成问题隐患清单"),
        State("concluded", "已签字", tone="green", final=True),
        State("void", "已作废", tone="gray", final=True),
    ),
    transitions=(
        Transition(
            "conclude", "签字办结", source=("under_way",), target="concluded", capability="inspections.sign", primary=True,
            inputs=(Input("ended_at", "检查结束时间", required=True, kind="datetime"),),
            guards=(Guard(_has_signatures, cites="忻应急发〔2024〕216号 附件5"), Guard(_ends_within)),
            effect=lambda record, step: setattr(record, "ended_at", step.get("ended_at")),
        ),
        Transition(
            "void", "作废", source=("under_way",), target="void", capability="inspections.sign", needs_note=True, danger=True,
            stamps=("void_at",),
        ),
    ),
)  # fmt: skip
