"""What becomes of a reading: scale, range, report rule, lane."""

import math

import pytest

from bihuan.gateway.collector import Collector
from bihuan.gateway.samples import Event, Grade, Reading
from bihuan.gateway.tests.factories import T0, a_point
from bihuan.wire.batch import Lane
from bihuan.wire.quality import Quality


def read(collector, *values, start=T0, step=1000, address="CO-01", quality=0):
    for number, value in enumerate(values):
        at = start + number * step
        collector.take("d", [Reading(address, at, value, quality)], at)


def out(collector, at=T0 + 10**6):
    return [
        (group.lane, value, quality)
        for group in collector.due(at)
        for value, quality in zip(group.values, group.qualities, strict=True)
    ]


def test_scale_and_offset_come_before_range_and_limits():
    collector = Collector([a_point(scale=0.1, offset=-5, low=0, high=100, alarm_high=50)])
    read(collector, 100.0)
    assert out(collector) == [(Lane.LIVE, 5.0, Quality.GOOD)]
    read(collector, 551.0, start=T0 + 1)
    assert out(collector) == [(Lane.ALARM, pytest.approx(50.1), Quality.GOOD)]


def test_a_quiet_point_is_reported_by_period_and_a_change_at_once():
    collector = Collector([a_point(low=0, high=100)])
    read(collector, *[20.0] * 25, 20.9, 21.1)
    assert [value for _, value, _ in out(collector)] == [20.0, 20.0, 20.0, 21.1]


def test_the_sample_that_crosses_and_the_one_that_returns_take_the_alarm_lane():
    collector = Collector([a_point(alarm_high=24, low=0, high=1000, report_s=100)])
    read(collector, 23.9, 24.0, 24.1, 23.0)
    assert sorted(out(collector)) == [(Lane.ALARM, 23.0, 0), (Lane.ALARM, 24.0, 0), (Lane.LIVE, 23.9, 0)]
    collector = Collector([a_point(alarm_low=19.5, report_s=100)])
    read(collector, 20.0, 19.5)
    assert (Lane.ALARM, 19.5, 0) in out(collector)


def test_over_range_is_never_no_data():
    collector = Collector([a_point(low=0, high=1000, alarm_high=160)])
    read(collector, 1015.0)
    assert out(collector) == [(Lane.ALARM, 1015.0, Quality.BAD_RANGE)]


def test_a_missing_value_is_never_of_good_quality():
    collector = Collector([a_point()])
    read(collector, math.nan)
    ((lane, value, quality),) = out(collector)
    assert (lane, math.isnan(value), quality) == (Lane.LIVE, True, Quality.BAD_SENSOR)


def test_a_lost_source_is_told_at_once_and_old_values_are_not_repeated():
    collector = Collector([a_point(), a_point("CO-02")])
    collector.connection("d", True, T0)
    read(collector, 1.0)
    collector.connection("d", False, T0 + 5000)
    groups = collector.due(T0 + 10_000)
    bad = [(g.points[n], q) for g in groups for n, q in enumerate(g.qualities) if q == Quality.BAD_COMM]
    assert sorted(bad) == [("CO-01", Quality.BAD_COMM), ("CO-02", Quality.BAD_COMM)]
    assert [event.kind for group in groups for event in group.events] == ["source_up", "source_down"]
    assert not any(group.source_connected for group in groups)
    collector.connection("d", False, T0 + 6000)
    assert not collector.due(T0 + 20_000)


def test_vital_samples_wait_one_second_others_five_alarms_not_at_all():
    points = [a_point("A"), a_point("B", safety="S2"), a_point("C", safety="S3")]
    collector = Collector(points)
    collector.take("d", [Reading(point.code, T0, 1.0) for point in points], T0)
    assert not collector.due(T0 + 999)
    assert [group.points for group in collector.due(T0 + 1000)] == [["A"]]
    assert [group.grade for group in collector.due(T0 + 5000)] == [Grade.S2, Grade.S3]
    collector.happened(Event(T0, "bypass_on"), T0)
    assert len(collector.due(T0)) == 1


def test_an_untrusted_clock_marks_every_sample():
    collector = Collector([a_point()])
    collector.clock_offset_ms = -61_000
    read(collector, 1.0)
    assert out(collector)[0][2] == Quality.UNC_CLOCK


def test_readings_of_unknown_points_are_counted():
    collector = Collector([a_point()])
    read(collector, 1.0, address="other")
    assert collector.unknown == 1
    assert not out(collector)


def test_what_the_disk_refused_waits_in_memory_if_vital():
    collector = Collector([a_point("A"), a_point("B", safety="S3")])
    collector.take("d", [Reading("A", T0, 1.0), Reading("B", T0, 2.0)], T0)
    groups = collector.due(T0 + 10_000)
    assert len(groups) == 2
    collector.put_back(groups, T0 + 10_000)
    assert out(collector, T0 + 11_000) == [(Lane.LIVE, 1.0, 0)]


def test_committed_readings_pass_the_report_rule():
    collector = Collector([a_point()])
    groups = collector.group_all("d", [Reading("CO-01", T0 + n, 1.0) for n in range(5)], Lane.BACKFILL)
    assert [len(group.points) for group in groups] == [5]
    assert groups[0].lane is Lane.BACKFILL
    assert collector.latest["CO-01"].time == T0 + 4
