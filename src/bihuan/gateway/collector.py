"""From readings to groups: scale, range check, report rule, alarm lane; groups wait for their deadline and are stored."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bihuan.gateway.config import Point
from bihuan.gateway.samples import Event, Grade, Reading
from bihuan.gateway.store import Group
from bihuan.wire.batch import LATEST_MS, Lane
from bihuan.wire.quality import Quality

VITAL_HOLD_MS = 1_000  # longest time an S0/S1 sample or event waits in memory
HOLD_MS = 5_000
VITAL_REPORT_S, REPORT_S = 10.0, 60.0
CHANGE_SHARE = 0.01  # of the span
RANGE_MARGIN = 0.01  # of the span
UNTRUSTED_MS = 60_000  # clock offset beyond which times are marked


@dataclass(slots=True)
class Latest:
    """Last reading of a point, for the console and the report rule."""

    time: int = 0
    value: float = math.nan
    quality: int = Quality.BAD_COMM
    in_alarm: bool = False
    reported_at: int | None = None
    reported_value: float = math.nan
    count: int = 0


@dataclass(slots=True)
class _Open:
    """Samples waiting to be stored together."""

    since: int
    points: list[str] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    qualities: list[int] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


class Collector:
    """Takes readings in and gives groups out when they are due. Time is passed in (ms UTC)."""

    def __init__(self, points: Sequence[Point]) -> None:
        self._points = {(point.driver, point.address): point for point in points}
        self.latest: Mapping[str, Latest] = {point.code: Latest() for point in points}
        self.unknown = 0
        self._open: dict[tuple[Lane, Grade], _Open] = {}
        self._connected: dict[str, bool] = {}
        self.clock_offset_ms = 0

    def take(self, driver: str, readings: Iterable[Reading], at: int) -> None:
        """Take live readings of a driver. What is worth sending waits in a group."""
        for reading in readings:
            point = self._points.get((driver, reading.address))
            if point is None:
                self.unknown += 1
                continue
            self._one(point, reading, at)

    def group_all(self, driver: str, readings: Iterable[Reading], lane: Lane) -> list[Group]:
        """Groups of every reading, past the report rule: for sources that repeat nothing (replay, HJ 212)."""
        found: dict[Grade, _Open] = {}
        for reading in readings:
            point = self._points.get((driver, reading.address))
            if point is None:
                self.unknown += 1
                continue
            value, quality = self._measure(point, reading)
            latest = self.latest[point.code]
            if reading.time >= latest.time:
                latest.time, latest.value, latest.quality = reading.time, value, quality
            latest.count += 1
            _add(
                found.setdefault(_group_grade(point.grade), _Open(0)),
                point.code,
                reading.time,
                value,
                quality,
            )
        return [self._close(lane, grade, group) for grade, group in found.items()]

    def happened(self, event: Event, at: int) -> None:
        """An event; it goes with the alarm lane."""
        self._group(Lane.ALARM, Grade.S0, at).events.append(event)

    def connection(self, driver: str, up: bool, at: int) -> None:
        """A driver has gained or lost its source. Lost: every point reads BAD_COMM instead of its old value."""
        if self._connected.get(driver) is up:
            return
        self._connected[driver] = up
        self.happened(Event(at, "source_up" if up else "source_down", text=driver), at)
        if up:
            return
        for point in self._points.values():
            if point.driver == driver:
                self._one(point, Reading(point.address, at, math.nan, Quality.BAD_COMM), at)

    @property
    def connections(self) -> Mapping[str, bool]:
        """Which drivers have their source."""
        return self._connected

    def due(self, at: int, *, everything: bool = False) -> list[Group]:
        """Groups whose deadline has come. They leave the collector: store them at once."""
        ready = [key for key, group in self._open.items() if everything or at - group.since >= _hold(key)]
        return [self._close(lane, grade, self._open.pop((lane, grade))) for lane, grade in ready]

    def put_back(self, groups: Sequence[Group], at: int) -> None:
        """Take groups back that could not be stored (disk full); vital ones only, as memory is finite."""
        for group in groups:
            if not group.grade.is_vital and group.lane is not Lane.ALARM:
                continue
            open_group = self._group(group.lane, group.grade, at)
            for row in zip(group.points, group.times, group.values, group.qualities, strict=True):
                _add(open_group, *row)
            open_group.events.extend(group.events)

    def _one(self, point: Point, reading: Reading, at: int) -> None:
        value, quality = self._measure(point, reading)
        latest = self.latest[point.code]
        was, now = latest.in_alarm, _in_alarm(point, value, quality)
        changed_quality = quality != latest.quality
        latest.time, latest.value, latest.quality, latest.in_alarm = reading.time, value, quality, now
        latest.count += 1
        vital = was != now or (now and quality == Quality.BAD_RANGE and changed_quality)
        if not (vital or changed_quality or _worth_sending(point, latest, at)):
            return
        latest.reported_at, latest.reported_value = at, value
        lane, grade = (Lane.ALARM, Grade.S0) if was or now else (Lane.LIVE, _group_grade(point.grade))
        _add(self._group(lane, grade, at), point.code, reading.time, value, quality)

    def _measure(self, point: Point, reading: Reading) -> tuple[float, int]:
        value = reading.value * point.scale + point.offset
        quality = reading.quality
        if not math.isfinite(value):
            return math.nan, max(quality, Quality.BAD_SENSOR)
        if quality <= Quality.UNC_CLOCK and _beyond_range(point, value):
            return value, Quality.BAD_RANGE
        if quality == Quality.GOOD and abs(self.clock_offset_ms) > UNTRUSTED_MS:
            return value, Quality.UNC_CLOCK
        return value, quality

    def _group(self, lane: Lane, grade: Grade, at: int) -> _Open:
        return self._open.setdefault((lane, grade), _Open(at))

    def _close(self, lane: Lane, grade: Grade, group: _Open) -> Group:
        connected = all(self._connected.values())
        return Group(
            lane, grade, group.points, group.times, group.values, group.qualities, group.events, connected
        )


def _add(group: _Open, code: str, time: int, value: float, quality: int) -> None:
    group.points.append(code)
    group.times.append(min(max(time, 0), LATEST_MS))
    group.values.append(value)
    group.qualities.append(quality)


def _hold(key: tuple[Lane, Grade]) -> int:
    lane, grade = key
    if lane is Lane.ALARM:
        return 0
    return VITAL_HOLD_MS if grade.is_vital else HOLD_MS


def _group_grade(grade: Grade) -> Grade:
    """S0 and S1 share a group; S2 and S3 are apart, as they are thinned at different times."""
    return Grade.S0 if grade.is_vital else grade


def _beyond_range(point: Point, value: float) -> bool:
    low, high = point.low, point.high
    margin = RANGE_MARGIN * (high - low) if low is not None and high is not None else 0.0
    return (high is not None and value > high + margin) or (low is not None and value < low - margin)


def _in_alarm(point: Point, value: float, quality: int) -> bool:
    """Whether the sample should overtake others. Over-range on a limited point is never "no data".

    The platform's alarm engine decides what is an alarm; this only chooses the lane.
    """
    if quality == Quality.BAD_RANGE:
        return point.grade.is_vital
    if quality > Quality.BAD_RANGE or math.isnan(value):
        return False
    return (point.alarm_high is not None and value >= point.alarm_high) or (
        point.alarm_low is not None and value <= point.alarm_low
    )


def _worth_sending(point: Point, latest: Latest, at: int) -> bool:
    period = point.report_s or (VITAL_REPORT_S if point.grade.is_vital else REPORT_S)
    if latest.reported_at is None or at - latest.reported_at >= period * 1000:
        return True
    if math.isnan(latest.value) or math.isnan(latest.reported_value):
        return math.isnan(latest.value) != math.isnan(latest.reported_value)
    return abs(latest.value - latest.reported_value) > _change(point)


def _change(point: Point) -> float:
    if point.change is not None:
        return point.change
    if point.low is not None and point.high is not None:
        return CHANGE_SHARE * (point.high - point.low)
    return math.inf
