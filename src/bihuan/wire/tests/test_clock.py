"""Wall times on the wire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.wire import clock
from bihuan.wire.batch import LATEST_MS
from bihuan.wire.errors import WireError

instants = st.integers(0, LATEST_MS - 8 * 3_600_000)


def test_beijing_wall_time_is_eight_hours_ahead_of_utc():
    assert clock.to_beijing(0) == "1970-01-01 08:00:00"
    assert clock.from_beijing("2025-10-09 16:53:20") == 1_760_000_000_000
    assert clock.from_compact("20160801085857223") == 1_470_013_137_223


@given(instants)
def test_round_trips(ms):
    second = ms // 1000 * 1000
    assert clock.from_beijing(clock.to_beijing(ms)) == second
    assert clock.from_compact(clock.to_compact(ms)) == second
    assert clock.from_compact(clock.to_compact(ms, millis=True)) == ms
    assert clock.from_iso(clock.to_iso(ms)) == second


@pytest.mark.parametrize(
    "text", ["", "2025-10-09T16:53:20", "2025-13-01 00:00:00", "2025-10-09 16:53:2x", "1969-12-31 00:00:00"]
)
def test_other_wall_times_are_refused(text):
    with pytest.raises(WireError):
        clock.from_beijing(text)


@pytest.mark.parametrize(
    "text", ["", "2016080108585", "20161301085857", "2016080108585722３", "00000000000000"]
)
def test_other_compact_times_are_refused(text):
    with pytest.raises(WireError):
        clock.from_compact(text)


@pytest.mark.parametrize("text", ["2025-10-09T16:53:20", "yesterday", "0001-01-01T00:00:00+08:00"])
def test_iso_times_need_an_offset_and_a_date(text):
    with pytest.raises(WireError):
        clock.from_iso(text)
