"""Clocks: start, pause, resume, extend, stop, and what they say of themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.foundation.audit.models import Entry, Ref
from bihuan.foundation.deadlines import services
from bihuan.foundation.deadlines.models import Clock
from bihuan.foundation.deadlines.tests.factories import OFFICER, RECORD, moment, organisation
from bihuan.foundation.lib.problems import Conflict, Problem
from bihuan.foundation.lib.times import end_of_day

pytestmark = pytest.mark.django_db


def start(kind: str = "rectify", at: str = "2025-03-07 10:00", record: Ref = RECORD, **terms) -> Clock:
    return services.start_clock(
        OFFICER, record, kind, at=moment(at), title="整改期限", organisation_id=organisation().pk, **terms
    )


def refused(code: str):
    return pytest.raises(Problem, check=lambda fault: fault.code == code)


def test_working_days_end_with_the_last_day() -> None:
    clock = start(working_days=10, at="2025-09-26 10:00")
    assert clock.due_at == end_of_day(moment("2025-10-16 00:00").date())


def test_days_do_not_count_the_first_one() -> None:
    assert start(days=7).due_at == end_of_day(moment("2025-03-14 00:00").date())


def test_a_record_has_one_open_clock_of_a_kind_and_a_new_round_is_a_new_clock() -> None:
    first = start(days=7)
    with refused("deadlines.already_running"):
        start(days=7)
    services.stop_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-08 10:00"))
    second = start(days=7, at="2025-03-09 10:00")
    assert [clock.pk for clock in Clock.objects.of(RECORD)] == [second.pk, first.pk]
    start("plan", days=3)


def test_pause_keeps_working_days_left_and_resume_moves_the_due_day() -> None:
    start(working_days=10)  # Friday 7 March; due Friday 21 March
    services.pause_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-11 09:00"), reason="停产检修")
    clock = services.resume_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-18 16:00"))
    assert clock.due_at == end_of_day(moment("2025-03-28 00:00").date())  # 8 working days after the 18th


def test_an_exact_clock_moves_by_the_length_of_the_pause() -> None:
    start(due_at=moment("2025-03-07 12:00"))
    services.pause_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-07 11:30"), reason="核实")
    clock = services.resume_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-08 08:00"))
    assert clock.due_at == moment("2025-03-08 08:30")


def test_resuming_after_the_due_time_of_day_gives_one_day_more_instead_of_an_overdue_clock() -> None:
    start(working_days=1)
    services.extend_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-07 11:00"), due_at=moment("2025-03-11 12:00"), reason="核实")
    services.pause_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-11 10:00"), reason="停产")
    clock = services.resume_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-14 15:00"))
    assert clock.due_at == moment("2025-03-17 12:00")  # the next working day, a Monday


def test_a_pause_never_makes_the_due_day_earlier() -> None:
    start(working_days=1)
    saturday = end_of_day(moment("2025-03-15 00:00").date())
    services.extend_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-07 11:00"), due_at=saturday, reason="核实")
    services.pause_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-11 10:00"), reason="停产")
    assert services.resume_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-11 11:00")).due_at == saturday


def test_at_the_very_moment_of_falling_due_it_is_too_late_to_extend_and_not_yet_overdue() -> None:
    clock = start(due_at=moment("2025-03-08 15:00"))
    assert not clock.is_overdue(moment("2025-03-08 15:00"))
    with refused("deadlines.already_due"):
        services.extend_clock(
            OFFICER, RECORD, "rectify", at=moment("2025-03-08 15:00"), due_at=moment("2025-04-01 00:00"), reason="设备"
        )


def test_a_paused_clock_is_not_overdue() -> None:
    clock = start(days=1)
    services.pause_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-08 09:00"), reason="停产检修")
    later = moment("2026-01-01 00:00")
    assert not Clock.objects.overdue(later).exists()
    clock.refresh_from_db()
    assert not clock.is_overdue(later)
    assert services.sweep(later) == 0


def test_extension_is_refused_once_due_and_keeps_the_clock_as_it_was() -> None:
    clock = start(days=1)
    with refused("deadlines.already_due"):
        services.extend_clock(
            OFFICER, RECORD, "rectify", at=moment("2025-03-09 00:00"), due_at=moment("2025-04-01 00:00"), reason="设备未到货"
        )
    before = clock.due_at
    clock.refresh_from_db()
    assert clock.due_at == before
    services.extend_clock(
        OFFICER, RECORD, "rectify", at=moment("2025-03-08 23:59"), due_at=moment("2025-04-01 00:00"), reason="设备未到货"
    )


def test_extension_must_be_later_and_reasoned_and_not_while_paused() -> None:
    start(days=10)
    args = {"at": moment("2025-03-08 09:00"), "due_at": moment("2025-03-10 09:00")}
    with refused("deadlines.not_later"):
        services.extend_clock(OFFICER, RECORD, "rectify", reason="设备未到货", **args)
    with refused("deadlines.reason_missing"):
        services.extend_clock(OFFICER, RECORD, "rectify", reason=" ", **args)
    services.pause_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-08 09:00"), reason="核实")
    with refused("deadlines.paused"):
        services.extend_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-08 10:00"), due_at=moment("2025-05-01 09:00"), reason="设备")


def test_an_overdue_clock_cannot_be_paused_to_hide_it() -> None:
    start(days=1)
    with refused("deadlines.already_due"):
        services.pause_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-10 09:00"), reason="停产")


def test_a_clock_without_due_date_never_falls_due_and_keeps_its_words() -> None:
    clock = start(due_words="6月底")
    assert clock.due_at is None
    assert services.sweep(moment("2099-01-01 00:00")) == 0
    assert not clock.is_overdue(moment("2099-01-01 00:00"))
    assert "文件要求“6月底”完成，未设具体到期日" in services.explain(clock, moment("2025-07-05 09:00"))
    fixed = services.extend_clock(
        OFFICER, RECORD, "rectify", at=moment("2025-05-01 09:00"), due_at=end_of_day(moment("2025-06-30 00:00").date()),
        reason="明确日期", due_words="6月底",
    )  # fmt: skip
    assert fixed.is_overdue(moment("2025-07-01 00:00"))
    assert fixed.overdue_days(moment("2025-07-01 00:00")) == 1


def test_backdating_behind_the_last_event_is_refused() -> None:
    start(days=10)
    services.pause_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-09 09:00"), reason="核实")
    with refused("deadlines.backdated"):
        services.resume_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-08 09:00"))


def test_servers_whose_clocks_differ_by_minutes_do_not_refuse_each_other() -> None:
    start(days=10)
    services.pause_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-09 09:00"), reason="核实")
    clock = services.resume_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-09 08:57"))
    assert [event.at for event in clock.events.all()][-1] == moment("2025-03-09 09:00")


def test_two_officers_at_once_the_second_is_told(monkeypatch) -> None:
    clock = start(days=10)
    stale = Clock.objects.get(pk=clock.pk)
    services.pause_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-08 09:00"), reason="核实")
    monkeypatch.setattr(services, "_open_clock", lambda record, kind, at: (stale, at))
    with pytest.raises(Conflict):
        services.pause_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-08 09:00"), reason="核实")


def test_every_step_leaves_an_event_and_an_audit_entry() -> None:
    clock = start(days=10)
    services.pause_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-08 09:00"), reason="核实")
    services.resume_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-10 09:00"))
    services.extend_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-11 09:00"), due_at=moment("2025-04-11 09:00"), reason="设备")
    services.stop_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-12 09:00"))
    kinds = ["start", "pause", "resume", "extend", "stop"]
    assert [event.kind for event in clock.events.all()] == kinds
    assert [entry.action for entry in Entry.objects.of(clock)] == [f"deadlines.{kind}" for kind in kinds]
    with pytest.raises(TypeError):
        clock.events.first().delete()
    with refused("deadlines.not_running"):
        services.stop_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-13 09:00"))


def test_the_explanation_is_one_sentence_with_everything_in_it() -> None:
    start(working_days=10)
    services.pause_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-11 09:00"), reason="停产检修。")
    services.resume_clock(OFFICER, RECORD, "rectify", at=moment("2025-03-18 16:00"))
    clock = services.extend_clock(
        OFFICER, RECORD, "rectify", at=moment("2025-03-20 09:00"), due_at=end_of_day(moment("2025-04-10 00:00").date()), reason="设备未到货"
    )
    assert services.explain(clock, moment("2025-03-21 09:00")) == (
        "“整改期限”由张三设定，自2025年3月7日起算，期限10个工作日（扣除法定节假日，计入调休上班日），至2025年3月21日；"
        "2025年3月11日由张三中止（原因：停产检修）；2025年3月18日由张三恢复，顺延至2025年3月28日；"
        "2025年3月20日由张三延期至2025年4月10日（原因：设备未到货）；到期日为2025年4月10日，截至2025年3月21日还剩13个工作日。"
    )
    assert "目前中止计时，剩余8个工作日" in services.explain(clock, moment("2025-03-12 09:00"))
    assert "已逾期2天" in services.explain(clock, moment("2025-04-12 09:00"))
    stopped = services.stop_clock(OFFICER, RECORD, "rectify", at=moment("2025-04-13 09:00"))
    assert services.explain(stopped, moment("2025-05-01 09:00")).endswith("2025年4月13日由张三办结，逾期3天。")


def test_a_year_without_published_holidays_is_named_in_the_explanation() -> None:
    clock = start(working_days=10, at="2098-12-29 10:00")
    assert clock.calendar_assumed
    assert "节假日安排尚未公布的年份暂按周一至周五推算" in services.explain(clock, clock.started_at)
    with refused("deadlines.calendar_unknown"):
        start("strict", working_days=10, at="2098-12-29 10:00", assume_weekdays=False)


def test_overdue_is_one_day_on_the_day_after() -> None:
    clock = start(days=23)  # due 30 March
    assert not clock.is_overdue(moment("2025-03-30 23:59"))
    assert clock.overdue_days(moment("2025-03-31 00:00")) == 1
    assert clock.overdue_days(moment("2025-03-30 23:59") + timedelta(minutes=1)) == 1
