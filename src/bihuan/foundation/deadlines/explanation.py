"""One sentence that explains a clock (时限说明): start, calendar, pauses, extensions, who, and how it stands."""

from __future__ import annotations

from datetime import datetime

from bihuan.foundation.deadlines import calendar
from bihuan.foundation.deadlines.choices import Basis, EventKind
from bihuan.foundation.deadlines.models import Clock, ClockEvent
from bihuan.foundation.deadlines.rules import is_end_of_day
from bihuan.foundation.lib.times import cn_date, local_date, shanghai


def explain(clock: Clock, at: datetime) -> str:
    """Explain the clock as it stands at `at`, in one Chinese sentence. Reads its events (one query)."""
    events = [event for event in clock.events.all() if event.at <= at]
    parts = [_start(clock, events), *(_event(event) for event in events[1:] if event.kind != EventKind.STOP), _standing(clock, at, events)]
    return "；".join(parts) + "。"


def moment_words(moment: datetime) -> str:
    """A date, with the time where the moment is not the end of its day."""
    day = cn_date(local_date(moment))
    return day if is_end_of_day(moment) else f"{day}{shanghai(moment):%H:%M}"


def _start(clock: Clock, events: list[ClockEvent]) -> str:
    who = f"由{events[0].who_name}设定，" if events else ""
    return f"“{clock.title}”{who}自{cn_date(local_date(clock.started_at))}起算，{_period(clock, events)}"


def _period(clock: Clock, events: list[ClockEvent]) -> str:
    first_due = events[0].due_after if events else clock.due_at
    words = events[0].due_words if events else clock.due_words
    named = f"文件要求“{words}”完成，" if words else ""
    if first_due is None:
        return f"{named}未设具体到期日"
    if clock.basis == Basis.WORKING:
        assumed = "，其中节假日安排尚未公布的年份暂按周一至周五推算" if clock.calendar_assumed else ""
        return f"{named}期限{clock.length}个工作日（扣除法定节假日，计入调休上班日{assumed}），至{moment_words(first_due)}"
    if clock.length is not None:
        return f"{named}期限{clock.length}日（自然日，当日不计），至{moment_words(first_due)}"
    return f"{named}至{moment_words(first_due)}"


def _event(event: ClockEvent) -> str:
    reason = f"（原因：{event.reason.strip().rstrip('。；;.')}）" if event.reason.strip() else ""
    day = cn_date(local_date(event.at))
    if event.kind == EventKind.PAUSE:
        return f"{day}由{event.who_name}中止{reason}"
    if event.kind == EventKind.RESUME:
        moved = f"，顺延至{moment_words(event.due_after)}" if event.due_after and event.due_after != event.due_before else ""
        return f"{day}由{event.who_name}恢复{moved}{reason}"
    words = f"（“{event.due_words}”）" if event.due_words else ""
    return f"{day}由{event.who_name}延期至{moment_words(event.due_after) if event.due_after else '未定'}{words}{reason}"


def _standing(clock: Clock, at: datetime, events: list[ClockEvent]) -> str:
    last = events[-1] if events else None
    due = last.due_after if last else clock.due_at
    if last and last.kind == EventKind.STOP:
        late = f"，逾期{_late(due, last.at)}" if due and due < last.at and not _was_paused(events) else ""
        in_time = "，未逾期" if due and not late else ""
        return f"{cn_date(local_date(last.at))}由{last.who_name}办结{late or in_time}"
    if last and last.kind == EventKind.PAUSE:
        return f"目前中止计时{'，剩余' + _left(clock, due, last.at) if due else ''}"
    if due is None:
        return "不计逾期"
    if due < at:
        return f"到期日为{moment_words(due)}，截至{cn_date(local_date(at))}已逾期{_late(due, at)}"
    return f"到期日为{moment_words(due)}，截至{cn_date(local_date(at))}还剩{_left(clock, due, at)}"


def _was_paused(events: list[ClockEvent]) -> bool:
    return len(events) > 1 and events[-2].kind == EventKind.PAUSE


def _late(due: datetime, end: datetime) -> str:
    days = (local_date(end) - local_date(due)).days
    return f"{days}天" if days else "（当日）"


def _left(clock: Clock, due: datetime, at: datetime) -> str:
    if clock.basis == Basis.WORKING:
        left = calendar.working_days_between(local_date(at), local_date(due), assume_weekdays=True)
        return f"{max(left, 0)}个工作日"
    days = (local_date(due) - local_date(at)).days
    if days or clock.basis == Basis.DAYS:
        return f"{days}天"
    hours, minutes = divmod(int((due - at).total_seconds()) // 60, 60)
    return f"{hours}小时{minutes}分钟"
