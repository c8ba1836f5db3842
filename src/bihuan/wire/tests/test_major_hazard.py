"""Local push of major-hazard sources, profile P5."""

import json

import pytest

from bihuan.wire import major_hazard
from bihuan.wire.errors import WireError
from bihuan.wire.levels import LevelMap, Severity
from bihuan.wire.major_hazard import AlarmState
from bihuan.wire.tests.factories import T0, a_batch, rows

LEVELS = LevelMap("county", {"03": Severity.HI, "04": Severity.HIHI})
CALM = AlarmState("Q1", "T1", "D1", "储罐超压", False)
ALARM = AlarmState("Q1", "T1", "D1", "储罐超压", True, T0, Severity.HIHI, 1.6)


def test_values_round_trip_in_the_fields_of_the_interface():
    batch = a_batch(["T1/D1", "T2/D1"], gateway="Q1")
    body = major_hazard.encode_values(batch)
    assert json.loads(body)[0] == {"qyid": "Q1", "tankno": "T1", "detectorno": "D1", "monitor_value": 12.5}
    assert rows(major_hazard.decode_values(body, "m-1", T0)) == rows(batch)


def test_alarm_states_round_trip_and_a_calm_one_is_short():
    body = major_hazard.encode_alarms([CALM, ALARM], LEVELS)
    assert json.loads(body) == [
        {"qyid": "Q1", "tankno": "T1", "detectorno": "D1", "riskname": "储罐超压", "flag": 0},
        {
            "qyid": "Q1", "tankno": "T1", "detectorno": "D1", "riskname": "储罐超压", "flag": 1,
            "starttime": "2025-10-09 16:53:20", "grade": "04", "monitor_value": 1.6,
        },
    ]  # fmt: skip
    assert major_hazard.decode_alarms(body, LEVELS)[1] == ALARM
    assert not major_hazard.decode_alarms(body.replace(b'"flag":1', b'"flag":"0"'), LEVELS)[1].alarming


def test_an_unknown_grade_flag_or_mixed_call_is_an_error():
    body = major_hazard.encode_alarms([ALARM], LEVELS)
    with pytest.raises(WireError, match="unknown_level"):
        major_hazard.decode_alarms(body)
    with pytest.raises(WireError, match="bad_field"):
        major_hazard.decode_alarms(body.replace(b'"flag":1', b'"flag":2'), LEVELS)
    with pytest.raises(WireError, match="bad_field"):
        major_hazard.encode_alarms([AlarmState("Q1", "T1", "D1", "x", True)], LEVELS)
    mixed = major_hazard.encode_values(a_batch(["a/b"], [1], [0], gateway="Q1"))[:-1] + b","
    mixed += major_hazard.encode_values(a_batch(["a/b"], [1], [0], gateway="Q2"))[1:]
    with pytest.raises(WireError, match="wrong_enterprise"):
        major_hazard.decode_values(mixed, "m", T0)
    assert major_hazard.decode_reply(b'{"result":true,"msg":"ok"}').result is True
