"""Every step by its everyday name and plain data: what pages, API and phones call; one place decides which service it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.lib.problems import Invalid, NotFound
from bihuan.hazards.models import Hazard, Supervision
from bihuan.hazards.services import double_report, follow_up, loop, report, supervision

Data = Mapping[str, Any]
Deed = Callable[[Actor, Hazard, datetime, int | None, Data], object]


def _confirm(actor: Actor, h: Hazard, at: datetime, expect: int | None, d: Data) -> object:
    return loop.confirm_hazard(
        actor, h, at=at, expect=expect, level=d.get("level"), criterion=d.get("criterion"), due_on=d["due_on"],
        assignee=d.get("assignee") or "", needs_plan=bool(d.get("needs_plan")), note=d.get("note") or "",
    )  # fmt: skip


def _plan(actor: Actor, h: Hazard, at: datetime, expect: int | None, d: Data) -> object:
    owners = d.get("owners") or {key.removeprefix("owner_"): value for key, value in d.items() if key.startswith("owner_") and value}
    return loop.submit_plan(
        actor, h, at=at, expect=expect, person=d.get("person") or "", measures=d.get("measures") or "", amount_fen=d.get("amount_fen"),
        due_on=d.get("due_on"), contingency=d.get("contingency") or "", owners=owners or None,
    )  # fmt: skip


def _fix(actor: Actor, h: Hazard, at: datetime, expect: int | None, d: Data) -> object:
    return loop.report_fix(actor, h, at=at, expect=expect, summary=d.get("summary") or "", photos=d.get("photos") or (), no_photo_reason=d.get("no_photo_reason") or "")


def _listed(h: Hazard) -> Supervision:
    found: Supervision | None = Supervision.objects.filter(hazard=h).first()
    if found is None:
        raise NotFound("hazards.not_listed", "该隐患没有挂牌督办。")
    return found


def _answer(actor: Actor, h: Hazard, at: datetime, expect: int | None, d: Data) -> object:
    asked = h.difficulties.filter(status="asked").first()
    if asked is None:
        raise NotFound("hazards.no_question", "没有待答复的疑难事项。")
    return follow_up.answer_difficulty(actor, asked, answer=d.get("text") or "", at=at)


def _reasoned(service: Callable[..., object]) -> Deed:
    return lambda actor, h, at, expect, d: service(actor, h, at=at, reason=d.get("reason") or "")


DEEDS: dict[str, Deed] = {
    "confirm": _confirm,
    "reclassify": lambda a, h, at, e, d: loop.reclassify_hazard(a, h, at=at, expect=e, level=d["level"], criterion=d.get("criterion"), reason=d.get("reason") or ""),
    "withdraw": _reasoned(loop.withdraw_hazard),
    "submit_plan": _plan,
    "return_plan": _reasoned(loop.return_plan),
    "approve_plan": lambda a, h, at, e, d: loop.approve_plan(a, h, at=at, expect=e, stop_production=bool(d.get("stop_production")), note=d.get("note") or ""),
    "order_stop": _reasoned(loop.order_stop),
    "lift_stop": _reasoned(loop.lift_stop),
    "report_fix": _fix,
    "accept": lambda a, h, at, e, d: loop.accept_recheck(a, h, at=at, expect=e, opinion=d.get("opinion") or "", photos=d.get("photos") or ()),
    "reject": lambda a, h, at, e, d: loop.reject_recheck(a, h, at=at, expect=e, due_on=d["due_on"], reason=d.get("reason") or ""),
    "ask_extension": lambda a, h, at, e, d: loop.ask_extension(a, h, at=at, expect=e, new_due_on=d["new_due_on"], reason=d.get("reason") or ""),
    "grant_extension": lambda a, h, at, e, d: loop.grant_extension(a, h, at=at, expect=e, note=d.get("note") or ""),
    "refuse_extension": _reasoned(loop.refuse_extension),
    "take_back_request": lambda a, h, at, e, d: loop.take_back_request(a, h, at=at, expect=e),
    "pause": _reasoned(loop.pause_rectification),
    "resume": _reasoned(loop.resume_rectification),
    "merge": lambda a, h, at, e, d: report.link_duplicates(a, h, d["primary"], at=at, note=d.get("reason") or ""),
    "recur": lambda a, h, at, e, d: report.report_recurrence(a, h, found_at=d["found_at"], description=d.get("description") or "", at=at),
    "receipt": lambda a, h, at, e, d: double_report.give_receipt(a, h, at=at),
    "notify": lambda a, h, at, e, d: double_report.notify_employees(a, h, text=d.get("text") or "", at=at),
    "help": lambda a, h, at, e, d: follow_up.ask_for_help(a, h, reason=d.get("reason") or "", question=d.get("question") or "", at=at),
    "answer": _answer,
    "progress": lambda a, h, at, e, d: supervision.add_progress(a, _listed(h), text=d.get("text") or "", percent=d.get("percent"), at=at),
    "remove": lambda a, h, at, e, d: supervision.remove_plate(a, _listed(h), at=at, publicity=d.get("text") or ""),
}


REQUIRED: dict[str, dict[str, str]] = {
    "confirm": {"due_on": "整改期限"}, "reclassify": {"level": "隐患等级"}, "reject": {"due_on": "再次整改期限"},
    "ask_extension": {"new_due_on": "申请延至"}, "merge": {"primary": "与哪一条重复"}, "recur": {"found_at": "发现时间"},
}  # fmt: skip


def take_step(actor: Actor, hazard: Hazard, name: str, data: Data, *, at: datetime, expect: int | None = None) -> object:
    """Take a step by name; NotFound for an unknown one. What it cannot do without is refused by field."""
    if name not in DEEDS:
        raise NotFound("hazards.unknown_step", "没有这个办理步骤。")
    missing = {key: [f"请填写{title}"] for key, title in REQUIRED.get(name, {}).items() if data.get(key) in (None, "")}
    if missing:
        raise Invalid(missing)
    return DEEDS[name](actor, hazard, at, expect, data)
