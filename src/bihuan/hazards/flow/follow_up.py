"""The loops of difficult hazards going up a level (疑难隐患逐级上报) and of investigations (溯源调查)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bihuan.foundation.workflow.flow import Flow, Guard, Input, StartClock, State, Step, Transition
from bihuan.hazards.flow.conditions import end_clocks, within_days, within_working_days

LEVEL_BY_LEVEL = "吕应急发〔2022〕41号 二"
TRACING = "晋市应急工贸发〔2025〕39号 四(十八)"


def body_answers(record: Any, step: Step) -> str | None:
    """Only the level that was asked (or one above it) answers."""
    if step.actor.holds("hazards.answer_difficult", record.to_body_id):
        return None
    return f"该疑难隐患已上报{record.to_body}，由其答复。"


def keep_answer(record: Any, step: Step) -> None:
    """The answer given."""
    record.answer = step.inputs["answer"]


def keep_findings(record: Any, step: Step) -> None:
    """Causes and measures of the investigation."""
    record.findings, record.causes, record.measures = step.inputs["findings"], step.inputs["causes"], step.inputs["measures"]


def firm_owns(record: Any, step: Step) -> str | None:
    """The firm's variant."""
    return None if record.owner == "enterprise" else "该隐患由监管部门组织调查。"


def regulator_owns(record: Any, step: Step) -> str | None:
    """The regulator's variant."""
    return None if record.owner == "regulator" else "企业自查发现的反复隐患由企业自行调查；监管部门负责核验。"


DIFFICULTY_FLOW = Flow(
    name="hazards.difficulty",
    title="疑难隐患上报",
    states=(
        State("asked", "待上级答复", "yellow"),
        State("answered", "已答复", "green", final=True),
        State("passed_on", "已转报上级", "blue", final=True),
    ),
    transitions=(
        Transition("answer", "答复", ("asked",), "answered", "hazards.answer_difficult", inputs=(Input("answer", "答复意见", required=True, kind="longtext"),),
                   guards=(Guard(body_answers, LEVEL_BY_LEVEL),), effect=keep_answer, stamps=("answered_at",), signs=("answered_by",),
                   stops=("answer",), primary=True),
        Transition("pass_on", "转报上级", ("asked",), "passed_on", "hazards.answer_difficult", guards=(Guard(body_answers, LEVEL_BY_LEVEL),),
                   stops=("answer",), needs_note=True),
    ),
    opening=(StartClock("answer", "疑难隐患答复时限", within_working_days("difficult_answer_working_days")),),
)  # fmt: skip

FINDINGS = (
    Input("findings", "调查情况", required=True, kind="longtext"), Input("causes", "原因分析", required=True, kind="longtext"),
    Input("measures", "防范措施", required=True, kind="longtext"),
)  # fmt: skip

INVESTIGATION_FLOW = Flow(
    name="hazards.investigation",
    title="隐患溯源调查",
    states=(
        State("open", "调查中", "orange", todo="hazards.investigate", todo_title="开展溯源调查"),
        State("reported", "待核验", "blue", todo="hazards.investigate", todo_title="核验调查报告"),
        State("closed", "已办结", "green", final=True),
    ),
    transitions=(
        Transition("self_report", "提交调查报告", ("open",), "reported", "hazards.self_investigate", inputs=FINDINGS, guards=(Guard(firm_owns, TRACING),),
                   effect=keep_findings, stamps=("reported_at",), signs=("reported_by",), stops=("investigate",), primary=True),
        Transition("report", "提交调查报告", ("open",), "reported", "hazards.investigate", inputs=FINDINGS, guards=(Guard(regulator_owns, TRACING),),
                   effect=keep_findings, stamps=("reported_at",), signs=("reported_by",), stops=("investigate",), primary=True),
        Transition("return", "退回补充", ("reported",), "open", "hazards.investigate", not_by=("reported_by",), needs_note=True,
                   starts=(StartClock("investigate", "调查时限", within_days("investigation_days")),)),
        Transition("accept", "核验通过", ("reported",), "closed", "hazards.investigate", not_by=("reported_by",), primary=True, effect=end_clocks),
    ),
    opening=(StartClock("investigate", "调查时限", within_days("investigation_days")),),
)  # fmt: skip


def investigation_state(record: Any) -> State:
    """The state with its handler: the firm where it owns the investigation."""
    state = INVESTIGATION_FLOW.state(record.status)
    if record.status == "open" and record.owner == "enterprise":
        return replace(state, todo="hazards.self_investigate", todo_title="开展溯源调查")
    return state
