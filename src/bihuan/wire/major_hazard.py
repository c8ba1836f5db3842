"""Local push of major-hazard sources (重大危险源数据对接, profile P5): plain JSON arrays, no cipher.

Two calls: alarm state (every minute while normal, every ten seconds while alarming) and parameter values (every five
minutes). Fields are those seen in a public description of one bureau's interface. `grade` has two digits whose table is
not known: the level map is empty until the bureau's table fills it.
"""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass

import msgspec

from bihuan.wire import clock, jsontext
from bihuan.wire.batch import Batch, require_value
from bihuan.wire.errors import WireError
from bihuan.wire.levels import Colour, LevelMap, Severity

LEVELS = LevelMap("major-hazard", {})


@dataclass(frozen=True, slots=True)
class AlarmState:
    """State of one detector. Outside an alarm only the first four fields are told."""

    enterprise: str
    tank: str
    detector: str
    risk: str
    alarming: bool
    since: int | None = None
    level: Severity | Colour | None = None
    value: float = math.nan


class Reply(msgspec.Struct, frozen=True):
    """Answer of the receiver."""

    result: bool | int | str
    msg: str = ""


class _Alarm(msgspec.Struct, omit_defaults=True):
    qyid: str
    tankno: str
    detectorno: str
    riskname: str
    flag: int | str
    starttime: str = ""
    grade: str = ""
    monitor_value: float | None = None


class _Value(msgspec.Struct):
    qyid: str
    tankno: str
    detectorno: str
    monitor_value: float


_ALARMS = msgspec.json.Decoder(list[_Alarm])
_VALUES = msgspec.json.Decoder(list[_Value])
_REPLY = msgspec.json.Decoder(Reply)


def point_of(tank: str, detector: str) -> str:
    """Our point code for a detector of a tank."""
    return f"{tank}/{detector}"


def encode_values(batch: Batch) -> bytes:
    """Body of a parameter call. The gateway is the enterprise; the format has no time: send it at once."""
    rows = []
    for point, value in zip(batch.points, batch.values, strict=True):
        tank, mark, detector = point.partition("/")
        if not mark:
            raise WireError("bad_field", "point code is not tank/detector")
        rows.append(_Value(batch.gateway, tank, detector, require_value(value)))
    return jsontext.encode(rows)


def decode_values(body: bytes, message_id: str, at: int) -> Batch:
    """Read a parameter call. The format has neither id nor time: the receiver gives both (`at` in ms UTC)."""
    rows = jsontext.decode(_VALUES, body)
    enterprises = {row.qyid for row in rows}
    if len(enterprises) > 1:
        raise WireError("wrong_enterprise", "rows of several enterprises in one call")
    batch = Batch(
        enterprises.pop() if enterprises else "",
        message_id,
        [point_of(row.tankno, row.detectorno) for row in rows],
        array("q", [at]) * len(rows),
        array("d", [row.monitor_value for row in rows]),
        bytes(len(rows)),
    )
    batch.check()
    return batch


def encode_alarms(states: list[AlarmState], levels: LevelMap = LEVELS) -> bytes:
    """Body of an alarm-state call."""
    rows = []
    for state in states:
        row = _Alarm(state.enterprise, state.tank, state.detector, state.risk, int(state.alarming))
        if state.alarming:
            if state.since is None or state.level is None:
                raise WireError("bad_field", "an alarm has a start and a level")
            row.starttime = clock.to_beijing(state.since)
            row.grade = levels.encode(state.level)
            row.monitor_value = require_value(state.value)
        rows.append(row)
    return jsontext.encode(rows)


def decode_alarms(body: bytes, levels: LevelMap = LEVELS) -> list[AlarmState]:
    """Read an alarm-state call."""
    return [_state(row, levels) for row in jsontext.decode(_ALARMS, body)]


def decode_reply(body: bytes) -> Reply:
    """Read the receiver's answer."""
    return jsontext.decode(_REPLY, body)


def _state(row: _Alarm, levels: LevelMap) -> AlarmState:
    flag = str(row.flag)
    if flag not in ("0", "1"):
        raise WireError("bad_field", "flag is 0 or 1")
    if flag == "0":
        return AlarmState(row.qyid, row.tankno, row.detectorno, row.riskname, False)
    value = math.nan if row.monitor_value is None else row.monitor_value
    since, level = clock.from_beijing(row.starttime), levels.decode(row.grade)
    return AlarmState(row.qyid, row.tankno, row.detectorno, row.riskname, True, since, level, value)
