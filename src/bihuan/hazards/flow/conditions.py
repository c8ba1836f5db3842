"""Guards and effects of the hazard loop: what must hold, and what a step sets. Nothing here queries other tables but clocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from bihuan.foundation.deadlines import services as deadlines
from bihuan.foundation.deadlines.calendar import add_working_days
from bihuan.foundation.deadlines.models import Clock
from bihuan.foundation.lib.times import end_of_day, local_date
from bihuan.foundation.workflow.flow import Step
from bihuan.hazards.parameters import parameter
from bihuan.hazards.rules.plans import due_fault, missing_owners, missing_parts
from bihuan.hazards.rules.reporting import own_loop

PLAN_FIELDS = ("plan_person", "plan_measures", "plan_amount_fen", "plan_due_on", "plan_contingency", "plan_owners")


def is_own(record: Any) -> bool:
    """Whether the firm itself confirms and re-checks this hazard."""
    return own_loop(record.origin, record.level)


def for_regulator(record: Any, step: Step) -> str | None:
    """Refuse the regulator's variant on a firm's own general hazard."""
    if is_own(record):
        return "企业自查的一般隐患由企业自行办理；如认为应定为重大，请先改判等级。"
    return None


def for_firm(record: Any, step: Step) -> str | None:
    """Refuse the firm's variant on everything else."""
    return None if is_own(record) else "该隐患由监管部门办理，企业不能自行办结。"


def _level(record: Any, step: Step) -> str:
    return str(step.get("level") or record.level)


def has_criterion(record: Any, step: Step) -> str | None:
    """A major hazard needs a criterion in force on the day it was found."""
    if _level(record, step) != "major":
        return None
    criterion = step.get("criterion") or record.criterion
    if criterion is None:
        return "判定为重大事故隐患须选择判定标准条款。"
    day = local_date(record.found_at)
    if criterion.effective_from > day or (criterion.effective_to is not None and criterion.effective_to < day):
        return f"所选判定条款在发现当日（{day.isoformat()}）不在有效期内，请选择当日有效的版本。"
    return None


def same_level(record: Any, step: Step) -> str | None:
    """The firm's own confirmation cannot end as a major hazard: that is reported to the bureau first."""
    if _level(record, step) == "major":
        return "重大事故隐患由监管部门判定；请先改报为重大，系统会立即报告属地应急管理部门。"
    return None


def only_upwards(record: Any, step: Step) -> str | None:
    """A firm may raise its own finding to major, never lower it."""
    if record.origin != "self":
        return "只能改报本企业自查登记的隐患。"
    return None if step.get("level") == "major" else "企业不能把已上报的重大隐患改为一般；请由监管部门判定。"


def due_is_ahead(record: Any, step: Step) -> str | None:
    """The time limit lies neither before today nor before the finding."""
    due_on: date = step.inputs["due_on"]
    today = local_date(step.at)
    if due_on < today:
        return f"整改期限不能早于今天（{today.isoformat()}）。"
    return None


def plan_pending(record: Any, step: Step) -> str | None:
    """There is a plan to decide on."""
    return None if record.plan_submitted_at else "企业尚未报送整改方案。"


def plan_not_pending(record: Any, step: Step) -> str | None:
    """A plan under review is not replaced."""
    return "方案已报送，正在等待核准；如需修改，请监管部门先退回。" if record.plan_submitted_at else None


def plan_fits(record: Any, step: Step) -> str | None:
    """All five parts, each with an owner, and a time limit within the ordered one."""
    missing = missing_parts(step.inputs)
    if missing:
        return f"整改方案缺少：{'、'.join(missing)}。五落实须齐全。"
    ownerless = missing_owners(step.get("plan_owners") or {})
    if ownerless:
        return f"请为以下要素明确责任人：{'、'.join(ownerless)}。"
    if int(step.inputs["plan_amount_fen"]) < 0:
        return "整改资金不能为负数。"
    limit = local_date(record.due_at) if record.due_at else None
    return due_fault(step.inputs["plan_due_on"], local_date(step.at), limit)


def plan_complete(record: Any, step: Step) -> str | None:
    """Approval blocks on a missing part, however the plan came in."""
    values = {name: getattr(record, name) for name in PLAN_FIELDS}
    missing = missing_parts(values)
    missing += [f"{title}责任人" for title in missing_owners(record.plan_owners or {})]
    return f"整改方案缺少：{'、'.join(missing)}，不能核准。" if missing else None


def not_due(record: Any, step: Step) -> str | None:
    """Never for the day after it is due."""
    if record.due_at is not None and record.due_at <= step.at and record.paused_at is None:
        return f"整改期限已于 {local_date(record.due_at).isoformat()} 届满，到期后不能再延期或中止，按逾期处理。"
    return None


def not_paused(record: Any, step: Step) -> str | None:
    """The clock must be running."""
    return "整改计时已中止，请先恢复计时。" if record.paused_at else None


def is_paused(record: Any, step: Step) -> str | None:
    """The clock must be paused."""
    return None if record.paused_at else "整改计时没有中止，无需恢复。"


def later_date(record: Any, step: Step) -> str | None:
    """An extension asks for a later day."""
    if record.due_at is not None and step.inputs["new_due_on"] <= local_date(record.due_at):
        return f"申请延至的日期须晚于现整改期限 {local_date(record.due_at).isoformat()}。"
    return None


def is_other_record(record: Any, step: Step) -> str | None:
    """A hazard is merged into another one of the same firm that is itself counted."""
    primary = step.inputs["primary"]
    if primary.pk == record.pk or primary.enterprise_id != record.enterprise_id:
        return "只能与同一企业的另一条隐患并案。"
    if primary.duplicate_of_id is not None or primary.withdrawn_at is not None:
        return "对方已撤销或已并入其他隐患，请选择仍在办理的那一条。"
    return None


def apply_confirmation(record: Any, step: Step) -> None:
    """Fix level, criterion, time limit and who is responsible."""
    record.level = _level(record, step)
    record.criterion = (step.get("criterion") or record.criterion) if record.level == "major" else None
    record.due_at = record.first_due_at = end_of_day(step.inputs["due_on"])
    record.assignee = step.get("assignee") or record.assignee
    record.needs_plan = record.level == "major" or bool(step.get("needs_plan"))


def after_confirmation(record: Any, step: Step) -> str:
    """To the plan where one is required, else straight to rectification."""
    return "planning" if record.needs_plan or _level(record, step) == "major" or step.get("needs_plan") else "rectifying"


def apply_level(record: Any, step: Step) -> None:
    """Set the proposed level anew."""
    record.level = step.inputs["level"]
    record.criterion = step.get("criterion") if record.level == "major" else None


def keep_plan(record: Any, step: Step) -> None:
    """Store the five parts."""
    for name in PLAN_FIELDS:
        setattr(record, name, step.inputs[name])


def drop_submission(record: Any, step: Step) -> None:
    """The plan goes back; its text stays for correction."""
    record.plan_submitted_at = None


def after_approval(record: Any, step: Step) -> str:
    """Production stops where the approval says so."""
    return "stopped" if step.get("stop_production") else "rectifying"


def keep_fix(record: Any, step: Step) -> None:
    """What was done; a paused clock ends with it."""
    record.fix_summary = step.inputs["summary"]
    record.no_photo_reason = step.get("no_photo_reason") or ""
    record.paused_at = record.rechecked_by_id = None


def keep_opinion(record: Any, step: Step) -> None:
    """The re-checker's words."""
    record.recheck_opinion = step.inputs["opinion"]


def set_new_due(record: Any, step: Step) -> None:
    """A rejected re-check sets the next time limit."""
    record.due_at = end_of_day(step.inputs["due_on"])
    record.reject_count += 1


def remember_state(record: Any, step: Step) -> None:
    """Where the hazard returns to, and what is asked for."""
    record.returns_to = record.status
    record.asked_due_at = end_of_day(step.inputs["new_due_on"])
    record.extension_reason = step.note.strip()


def stay(record: Any, step: Step) -> str:
    """The state does not change; only the clock does."""
    return str(record.status)


def back(record: Any, step: Step) -> str:
    """The state before the request."""
    return str(record.returns_to)


def extend(record: Any, step: Step) -> None:
    """Move the running clock; refused by the clock itself once due."""
    clock = deadlines.extend_clock(
        step.actor, record, "rectify", at=step.at, due_at=record.asked_due_at, reason=step.note.strip() or record.extension_reason
    )
    record.due_at, record.asked_due_at = clock.due_at, None
    record.extension_count += 1


def drop_request(record: Any, step: Step) -> None:
    """The request is refused."""
    record.asked_due_at = None


def pause(record: Any, step: Step) -> None:
    """Freeze the rectification clock."""
    deadlines.pause_clock(step.actor, record, "rectify", at=step.at, reason=step.note)
    record.paused_at = step.at


def resume(record: Any, step: Step) -> None:
    """Let it run on; the due date moves by what the pause took."""
    clock = deadlines.resume_clock(step.actor, record, "rectify", at=step.at, reason=step.note)
    record.paused_at, record.due_at = None, clock.due_at


def end_clocks(record: Any, step: Step) -> None:
    """Stop whatever still counts: the record leaves the loop."""
    for kind in list(Clock.objects.of(record).open().values_list("kind", flat=True)):
        deadlines.stop_clock(step.actor, record, kind, at=step.at)
    record.paused_at = None


def merge(record: Any, step: Step) -> None:
    """Link to the record that counts."""
    record.duplicate_of = step.inputs["primary"]
    record.withdrawn_at = step.at
    end_clocks(record, step)


def photo_or_reason(record: Any, step: Step) -> str | None:
    """A fix is shown, or it is said why it cannot be shown."""
    if step.get("photos") or str(step.get("no_photo_reason") or "").strip():
        return None
    return "请上传整改后照片；确实无法拍摄的，请写明原因。"


def due(record: Any, step: Step) -> datetime | None:
    """The rectification time limit."""
    due_at: datetime | None = record.due_at
    return due_at


def within_working_days(key: str) -> Callable[[Any, Step], datetime]:
    """Due at the end of the n-th working day, n a parameter of the bureau."""
    return lambda record, step: end_of_day(add_working_days(local_date(step.at), parameter(key), assume_weekdays=True))


def within_days(key: str) -> Callable[[Any, Step], datetime]:
    """Due at the end of the n-th day."""
    return lambda record, step: end_of_day(local_date(step.at) + timedelta(days=parameter(key)))


