"""The loop of the quarterly report (季度统计分析报告), 晋市应急工贸发〔2025〕39号 四(十八)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bihuan.foundation.workflow.flow import Flow, Input, StartClock, State, Step, Transition


def bind(record: Any, step: Step) -> None:
    """Freeze the numbers and the words under one hash."""
    record.conclusions, record.numbers, record.digest = step.inputs["conclusions"], step.inputs["numbers"], step.inputs["digest"]


def report_due(record: Any, step: Step) -> datetime | None:
    """The day limit of the report."""
    due: datetime = record.due_at
    return due


QUARTER_FLOW = Flow(
    name="hazards.quarterlyreport",
    title="季度统计分析报告",
    states=(State("draft", "待签发", "yellow", todo="hazards.sign_report", todo_title="签发季度报告"), State("signed", "已签发报送", "green", final=True)),
    transitions=(
        Transition("sign", "签发报送", ("draft",), "signed", "hazards.sign_report", stamps=("signed_at",), signs=("signed_by",), stops=("sign",), primary=True,
                   inputs=(Input("conclusions", "分析结论", required=True, kind="longtext"), Input("numbers", "数据", required=True), Input("digest", "摘要", required=True)),
                   effect=bind),
    ),
    opening=(StartClock("sign", "季度报告报送期限", report_due),),
)  # fmt: skip
