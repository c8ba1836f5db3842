"""The hazard loop (隐患闭环) as one table. States and words: the interface guide, section 6."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bihuan.foundation.workflow.flow import Flow, Guard, Input, StartClock, State, Transition
from bihuan.hazards.choices import Level
from bihuan.hazards.flow import conditions as c

ORDER10 = "应急管理部令第10号"
CLOSED_LOOP = "忻应急发〔2024〕216号 三(二)"
DOUBLE_PREVENTION = "安全生产法第四十一条"
FIVE_PARTS = "忻应急发〔2024〕216号 附件2 说明"

FOUND, PLANNING, RECTIFYING, STOPPED = "found", "planning", "rectifying", "stopped"
RECHECK, REJECTED, EXTENSION, CLOSED, WITHDRAWN = "recheck", "rejected", "extension", "closed", "withdrawn"
AT_WORK = (RECTIFYING, STOPPED, REJECTED)
OPEN = (FOUND, PLANNING, *AT_WORK, RECHECK, EXTENSION)

DUE_ON = Input("due_on", "整改期限", required=True, kind="date")
CRITERION = Input("criterion", "判定标准条款", kind="record")
LEVEL = Input("level", "隐患等级", required=True, kind="choice", choices=tuple(Level.choices))
RECTIFY = StartClock("rectify", "整改期限", c.due)
PLAN_CLOCK = StartClock("plan", "方案报送期限", lambda r, s: c.within_days("plan_days")(r, s) if r.needs_plan else None)
TO_RECHECK = StartClock("recheck", "复查时限", c.within_working_days("recheck_working_days"))

STATES = (
    State(FOUND, "待判定", "gray", todo="hazards.confirm", todo_title="判定隐患"),
    State(PLANNING, "待核准方案", "yellow", todo="hazards.approve_plan", todo_title="核准整改方案"),
    State(RECTIFYING, "整改中", "orange", todo="hazards.fix", todo_title="整改隐患并申请复查"),
    State(STOPPED, "停产整改", "red", todo="hazards.fix", todo_title="停产整改并申请复查"),
    State(RECHECK, "待复查", "blue", todo="hazards.recheck", todo_title="组织复查"),
    State(REJECTED, "复查不通过", "orange", todo="hazards.fix", todo_title="按复查意见继续整改"),
    State(EXTENSION, "延期待批", "yellow", todo="hazards.decide_extension", todo_title="审批延期申请"),
    State(CLOSED, "已销号", "green", final=True),
    State(WITHDRAWN, "已撤销", "gray", final=True),
)


def both(name: str, title: str, capability: str, own_capability: str, **parts: Any) -> tuple[Transition, Transition]:
    """One step in its two variants: the regulator's, and the firm's for its own general hazards."""
    guards: tuple[Guard, ...] = parts.pop("guards", ())
    return (
        Transition(name, title, capability=capability, guards=(Guard(c.for_regulator), *guards), **parts),
        Transition(f"self_{name}", title, capability=own_capability, guards=(Guard(c.for_firm, DOUBLE_PREVENTION), *guards), **parts),
    )


JUDGING = (
    Transition(
        "confirm", "判定", (FOUND,), c.after_confirmation, "hazards.confirm", primary=True,
        inputs=(LEVEL, CRITERION, DUE_ON, Input("assignee", "整改责任人"), Input("needs_plan", "要求报送五落实方案", kind="boolean")),
        guards=(Guard(c.for_regulator), Guard(c.has_criterion, ORDER10), Guard(c.due_is_ahead)),
        effect=c.apply_confirmation, stamps=("confirmed_at",), signs=("confirmed_by",), stops=("confirm",),
        starts=(RECTIFY, PLAN_CLOCK), announces="hazards.confirmed",
    ),
    Transition(
        "self_confirm", "判定", (FOUND,), RECTIFYING, "hazards.self_confirm", primary=True,
        inputs=(DUE_ON, Input("assignee", "整改责任人")),
        guards=(Guard(c.for_firm, DOUBLE_PREVENTION), Guard(c.same_level), Guard(c.due_is_ahead)),
        effect=c.apply_confirmation, stamps=("confirmed_at",), signs=("confirmed_by",), stops=("confirm",),
        starts=(RECTIFY,), announces="hazards.confirmed",
    ),
    Transition(
        "reclassify", "改判等级", (FOUND,), FOUND, "hazards.confirm", inputs=(LEVEL, CRITERION),
        guards=(Guard(c.has_criterion, ORDER10),), effect=c.apply_level, needs_note=True,
    ),
    Transition(
        "self_reclassify", "改报重大", (FOUND,), FOUND, "hazards.self_confirm", inputs=(LEVEL, CRITERION),
        guards=(Guard(c.only_upwards), Guard(c.has_criterion, ORDER10)), effect=c.apply_level, needs_note=True,
    ),
    *both("withdraw", "撤销", "hazards.confirm", "hazards.self_confirm", source=(FOUND,), target=WITHDRAWN, needs_note=True,
          danger=True, effect=c.end_clocks, stamps=("withdrawn_at",)),
)  # fmt: skip

PLAN = (
    Transition(
        "submit_plan", "报送方案", (PLANNING,), PLANNING, "hazards.plan", primary=True,
        inputs=(
            Input("plan_person", "责任", required=True), Input("plan_measures", "措施", required=True, kind="longtext"),
            Input("plan_amount_fen", "资金", required=True, kind="money"), Input("plan_due_on", "时限", required=True, kind="date"),
            Input("plan_contingency", "预案", required=True, kind="longtext"), Input("plan_owners", "各要素责任人", required=True),
        ),
        guards=(Guard(c.plan_not_pending), Guard(c.plan_fits, FIVE_PARTS)),
        effect=c.keep_plan, stamps=("plan_submitted_at",), signs=("plan_submitted_by",), stops=("plan",),
    ),
    Transition(
        "return_plan", "退回方案", (PLANNING,), PLANNING, "hazards.approve_plan", guards=(Guard(c.plan_pending),),
        effect=c.drop_submission, starts=(PLAN_CLOCK,), needs_note=True,
    ),
    Transition(
        "approve_plan", "核准方案", (PLANNING,), c.after_approval, "hazards.approve_plan", primary=True,
        inputs=(Input("stop_production", "停产整改", kind="boolean"),),
        guards=(Guard(c.plan_pending), Guard(c.plan_complete, FIVE_PARTS)), not_by=("plan_submitted_by",),
        stamps=("plan_approved_at",), signs=("plan_approved_by",),
    ),
)  # fmt: skip

WORK = (
    Transition("order_stop", "责令停产整改", (RECTIFYING, REJECTED), STOPPED, "hazards.supervise", needs_note=True, danger=True),
    Transition("lift_stop", "解除停产", (STOPPED,), RECTIFYING, "hazards.supervise", needs_note=True),
    Transition(
        "report_fix", "申请复查", AT_WORK, RECHECK, "hazards.fix", primary=True,
        inputs=(Input("summary", "整改情况", required=True, kind="longtext"), Input("photos", "整改后照片", kind="files"),
                Input("no_photo_reason", "无照片原因")),
        guards=(Guard(c.photo_or_reason, CLOSED_LOOP),), effect=c.keep_fix, stamps=("fixed_at",), signs=("rectified_by",),
        stops=("rectify",), starts=(TO_RECHECK,),
    ),
    *both("accept", "复查通过，销号", "hazards.recheck", "hazards.self_recheck", source=(RECHECK,), target=CLOSED, primary=True,
          inputs=(Input("opinion", "复查意见", required=True, kind="longtext"),), not_by=("rectified_by",),
          effect=c.keep_opinion, stamps=("rechecked_at",), signs=("rechecked_by",), stops=("recheck",), announces="hazards.closed"),
    *both("reject", "复查不通过", "hazards.recheck", "hazards.self_recheck", source=(RECHECK,), target=REJECTED,
          inputs=(DUE_ON,), guards=(Guard(c.due_is_ahead),), not_by=("rectified_by",), effect=c.set_new_due,
          stamps=("rechecked_at",), signs=("rechecked_by",), stops=("recheck",), starts=(RECTIFY,), needs_note=True),
)  # fmt: skip

TIME = (
    Transition(
        "ask_extension", "申请延期", AT_WORK, EXTENSION, "hazards.ask_extension",
        inputs=(Input("new_due_on", "申请延至", required=True, kind="date"),),
        guards=(Guard(c.not_paused), Guard(c.not_due), Guard(c.later_date)), effect=c.remember_state,
        signs=("extension_asked_by",), needs_note=True,
    ),
    *both("grant_extension", "批准延期", "hazards.decide_extension", "hazards.self_supervise", source=(EXTENSION,), target=c.back,
          guards=(Guard(c.not_due),), not_by=("extension_asked_by",), effect=c.extend, primary=True),
    *both("refuse_extension", "不予延期", "hazards.decide_extension", "hazards.self_supervise", source=(EXTENSION,), target=c.back,
          not_by=("extension_asked_by",), effect=c.drop_request, needs_note=True),
    Transition(
        "take_back_request", "撤回延期申请", (EXTENSION,), c.back, "hazards.ask_extension", effect=c.drop_request,
    ),
    *both("pause", "中止计时", "hazards.decide_extension", "hazards.self_supervise", source=AT_WORK, target=c.stay,
          guards=(Guard(c.not_paused), Guard(c.not_due)), effect=c.pause, needs_note=True),
    *both("resume", "恢复计时", "hazards.decide_extension", "hazards.self_supervise", source=AT_WORK, target=c.stay,
          guards=(Guard(c.is_paused),), effect=c.resume, needs_note=True),
)  # fmt: skip

LINKS = (
    Transition(
        "merge", "并案", OPEN, WITHDRAWN, "hazards.link", inputs=(Input("primary", "并入的隐患", required=True, kind="record"),),
        guards=(Guard(c.is_other_record),), effect=c.merge, needs_note=True, hidden=True, announces="hazards.merged",
    ),
)  # fmt: skip

HAZARD_FLOW = Flow(
    name="hazards.hazard",
    title="隐患",
    states=STATES,
    transitions=(*JUDGING, *PLAN, *WORK, *TIME, *LINKS),
    opening=(StartClock("confirm", "判定时限", c.within_working_days("confirm_working_days")),),
)

NAMES = frozenset(t.name for t in HAZARD_FLOW.transitions)
OWN_TODOS = {
    FOUND: ("hazards.self_confirm", "判定隐患"),
    RECHECK: ("hazards.self_recheck", "组织复查"),
    EXTENSION: ("hazards.self_supervise", "审批延期申请"),
}


def state_of(record: Any) -> State:
    """The record's state with its next handler: the firm itself for its own general hazards and for an unsent plan."""
    state = HAZARD_FLOW.state(record.status)
    if record.status == PLANNING and not record.plan_submitted_at:
        return replace(state, todo="hazards.plan", todo_title="报送五落实整改方案")
    if record.status in OWN_TODOS and c.is_own(record):
        todo, title = OWN_TODOS[record.status]
        return replace(state, todo=todo, todo_title=title)
    return state


def fits(record: Any, name: str) -> bool:
    """Whether a step belongs to this record at all: which of the two variants, and paused or not."""
    own = c.is_own(record)
    if name in ("self_reclassify", "reclassify"):
        return record.level == "general" if name == "self_reclassify" else True
    if name.startswith("self_") and not own:
        return False
    if not name.startswith("self_") and own and f"self_{name}" in NAMES:
        return False
    plain = name.removeprefix("self_")
    if plain in ("pause", "ask_extension"):
        return record.paused_at is None
    if plain == "resume":
        return record.paused_at is not None
    if name in ("approve_plan", "return_plan"):
        return record.plan_submitted_at is not None
    return name != "submit_plan" or record.plan_submitted_at is None
