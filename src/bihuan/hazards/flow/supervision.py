"""The loops of listed supervision (挂牌督办) and of escalation proposals (督办升级建议)."""

from __future__ import annotations

from typing import Any

from bihuan.foundation.lib.times import cn_date, local_date
from bihuan.foundation.workflow.flow import Flow, Guard, Input, StartClock, State, Step, Transition
from bihuan.hazards.flow.conditions import end_clocks, within_days

LISTING = "晋市应急工贸发〔2025〕39号 四(十八)"


def hazard_closed(record: Any, step: Step) -> str | None:
    """A plate comes down only after the hazard is closed by re-check."""
    return None if record.hazard.status == "closed" else "隐患尚未复查销号，不能摘牌。"


def higher_body(record: Any, step: Step) -> str | None:
    """Raising the level goes upwards only."""
    body = step.inputs["body"]
    above = {o.pk for o in type(body).objects.ancestors_of(record.body_id)} - {record.body_id}
    return None if body.pk in above else "提级督办只能交由现督办单位的上级单位。"


def raise_body(record: Any, step: Step) -> None:
    """Hand the supervision to the higher body."""
    record.body = step.inputs["body"]


def publish(record: Any, step: Step) -> None:
    """What is published on removal."""
    record.publicity = step.get("publicity") or f"该隐患已于{cn_date(local_date(record.hazard.closed_at))}复查销号。"


SUPERVISION_FLOW = Flow(
    name="hazards.supervision",
    title="挂牌督办",
    states=(
        State("listed", "挂牌督办中", "orange"),
        State("clearing", "待摘牌", "blue", todo="hazards.delist", todo_title="办理摘牌"),
        State("removed", "已摘牌", "green", final=True),
        State("void", "已并案", "gray", final=True),
    ),
    transitions=(
        Transition("raise_level", "提级督办", ("listed",), "listed", "hazards.list", inputs=(Input("body", "督办单位", required=True, kind="record"),),
                   guards=(Guard(higher_body),), effect=raise_body, needs_note=True),
        Transition("hazard_closed", "隐患销号", ("listed",), "clearing", "hazards.recheck", guards=(Guard(hazard_closed),), hidden=True,
                   starts=(StartClock("delist", "摘牌时限", within_days("delist_days")),)),
        Transition("remove", "摘牌", ("clearing",), "removed", "hazards.delist", inputs=(Input("publicity", "销号公示内容", kind="longtext"),),
                   guards=(Guard(hazard_closed, LISTING),), effect=publish, stamps=("removed_at",), stops=("delist",), primary=True),
        Transition("void", "随隐患并案", ("listed", "clearing"), "void", "hazards.link", effect=end_clocks, hidden=True, needs_note=True),
    ),
)  # fmt: skip

PROPOSAL_FLOW = Flow(
    name="hazards.proposal",
    title="督办升级建议",
    states=(
        State("proposed", "待决定", "yellow", todo="hazards.escalate", todo_title="决定督办措施"),
        State("adopted", "已采纳", "green", final=True),
        State("declined", "不采纳", "gray", final=True),
        State("lapsed", "已失效", "gray", final=True),
    ),
    transitions=(
        Transition("adopt", "采纳", ("proposed",), "adopted", "hazards.escalate", signs=("decided_by",), stamps=("decided_at",), primary=True),
        Transition("decline", "不采纳", ("proposed",), "declined", "hazards.escalate", signs=("decided_by",), stamps=("decided_at",), needs_note=True),
        Transition("lapse", "失效", ("proposed",), "lapsed", "hazards.escalate", hidden=True, needs_note=True),
    ),
)  # fmt: skip
