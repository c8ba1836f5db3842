"""The loop of one weekly return (周调度): draft, submitted, returned or accepted; the city's own is reported and locked."""

from __future__ import annotations

from typing import Any

from bihuan.foundation.workflow.flow import Flow, Guard, Input, StartClock, State, Step, Transition

CLAUSE = "忻应急发〔2024〕216号 四(三)"


def _is_city(record: Any, step: Step) -> str | None:
    return None if record.kind == "city" else "只有市级汇总表才能上报省级"


def _is_unit(record: Any, step: Step) -> str | None:
    return "市级汇总表由市级直接签字上报" if record.kind == "city" else None


def _has_snapshot(record: Any, step: Step) -> str | None:
    return None if step.get("snapshot_id") else "提交须先生成本期快照"


def _sign(record: Any, step: Step) -> None:
    record.snapshot_id = step.get("snapshot_id")
    record.submitted_at = step.at
    record.submitted_by_id = step.actor.user_id
    record.return_reason = ""


def _send_back(record: Any, step: Step) -> None:
    record.return_reason = step.note


SNAPSHOT = Input("snapshot_id", "快照", required=True, kind="record")

FLOW = Flow(
    name="campaigns.return",
    title="周调度统计表",
    states=(
        State("draft", "草稿", tone="gray", todo="campaigns.submit_return", todo_title="编写并提交周调度统计表"),
        State("submitted", "待审核", tone="blue", todo="campaigns.review_return", todo_title="审核周调度统计表"),
        State("returned", "已退回", tone="orange", todo="campaigns.submit_return", todo_title="修改后重新提交周调度统计表"),
        State("accepted", "已审核", tone="green", final=True),
        State("reported", "已上报并锁定", tone="gray", final=True),
    ),
    transitions=(
        Transition(
            "submit", "提交", source=("draft", "returned"), target="submitted", capability="campaigns.submit_return", primary=True,
            inputs=(SNAPSHOT,), guards=(Guard(_is_unit), Guard(_has_snapshot, cites=CLAUSE)), effect=_sign, stops=("return",),
            announces="campaigns.return_submitted", hidden=True,
        ),
        Transition(
            "send_back", "退回", source=("submitted",), target="returned", capability="campaigns.review_return", needs_note=True,
            effect=_send_back, starts=(StartClock("return", "重新提交周调度统计表", due=lambda record, step: max(record.due_at, step.at)),),
            announces="campaigns.return_sent_back",
        ),
        Transition("accept", "审核通过", source=("submitted",), target="accepted", capability="campaigns.review_return", primary=True),
        Transition(
            "report", "签字上报", source=("draft",), target="reported", capability="campaigns.report_up", primary=True,
            inputs=(SNAPSHOT,), guards=(Guard(_is_city), Guard(_has_snapshot, cites=CLAUSE)), effect=_sign, stops=("return",),
            announces="campaigns.return_submitted", hidden=True,
        ),
    ),
    opening=(StartClock("return", "提交周调度统计表", due=lambda record, step: record.due_at),),
)  # fmt: skip
