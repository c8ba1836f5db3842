"""HJ 212: published frames, split packets, damaged streams."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.wire import hj212, hj212_data
from bihuan.wire.batch import Lane
from bihuan.wire.errors import WireError
from bihuan.wire.hj212 import CpCipher, ExecutionResult, Flag, Frame, RequestResult
from bihuan.wire.hj212_stream import Assembler, FrameSplitter
from bihuan.wire.quality import Quality
from bihuan.wire.tests.factories import T0, a_batch, rows

MN = "010000A8900016F000169DC0"
LIVE = (
    b"##0136ST=32;CN=2011;PW=000000;MN=LD130133000015;CP=&&DataTime=20160824003817;"
    b"011-Rtd=231.0,011-Flag=N;B01-Rtd=36.91;060-Rtd=1.803,060-Flag=N&&1dc0\r\n"
)
SETTING = (
    b"##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
    b"CP=&&RtdInterval=30&&1C80\r\n"
)
# Printed in a library's read-me with a checksum that does not hold (it is 3c00).
WRONG = (
    b"##0136ST=32;CN=2011;PW=123456;MN=LD130133000015;CP=&&DataTime=20160824003817;"
    b"B01-Rtd=36.91;011-Rtd=231.0,011-Flag=N;060-Rtd=1.803,060-Flag=N&&4980\r\n"
)


def modbus_crc(data: bytes) -> int:
    register = 0xFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ 0xA001 if register & 1 else register >> 1
    return register


@pytest.mark.scenario("47")
def test_published_frames():
    frame = hj212.decode(LIVE)
    assert (frame.st, frame.cn, frame.pw, frame.mn, frame.flag) == (
        "32",
        "2011",
        "000000",
        "LD130133000015",
        None,
    )
    assert rows(hj212_data.read_values(frame)) == [
        ("011", 1_471_970_297_000, "231.0", 0),
        ("B01", 1_471_970_297_000, "36.91", 0),
        ("060", 1_471_970_297_000, "1.803", 0),
    ]
    setting = hj212.decode(SETTING)
    assert setting.flag == Flag(edition=1, numbered=False, reply=True)
    assert hj212.encode(setting) == SETTING
    assert Flag.of(9) == Flag(edition=2, numbered=False, reply=True)
    with pytest.raises(WireError) as caught:
        hj212.decode(WRONG)
    assert caught.value.code == "bad_crc"
    assert hj212.result_for(caught.value) == RequestResult.BAD_CRC == 9
    assert hj212.crc(WRONG[6:-6]) == 0x3C00


def test_the_checksum_is_not_that_of_modbus():
    assert hj212.crc(LIVE[6:-6]) == 0x1DC0
    assert modbus_crc(LIVE[6:-6]) == 0xF0D7


@given(st.integers(0, 255))
def test_flag_is_its_byte(number):
    assert Flag.of(number).number == number


texts = st.text(st.characters(codec="utf-8", exclude_characters="&;\r\n"), max_size=30)


@given(texts, st.booleans(), st.sampled_from(["2011", "1062", "3020"]))
def test_frames_round_trip_with_chinese_text_and_cipher(text, sealed, cn):
    seal = CpCipher(b"k" * 16) if sealed else None
    frame = Frame("31", cn, MN, "123456", "20160801085857223", Flag(2), cp=f"Info={text.rstrip(chr(0))}")
    data = hj212.encode(frame, seal)
    assert hj212.decode(data, seal) == frame
    if sealed and cn != "1062" and len(text) > 4:
        assert text.encode() not in data


def test_older_devices_write_chinese_in_the_national_encoding():
    segment = "ST=32;CN=3020;PW=123456;MN=LD130133000015;CP=&&Info=除尘器&&".encode("gb18030")
    data = b"##%04d%b%04X\r\n" % (len(segment), segment, hj212.crc(segment))
    assert hj212.decode(data).cp == "Info=除尘器"


def test_flags_become_qualities_and_an_unknown_one_is_an_error():
    cp = "DataTime=20160824003817;" + ";".join(f"{f}1-Rtd=1,{f}1-Flag={f}" for f in "NSMCDTBF")
    batch = hj212_data.read_values(Frame("31", "2011", MN, cp=cp))
    assert [Quality(q).name for q in batch.qualities] == [
        "GOOD",
        "GOOD_MANUAL",
        "MAINT",
        "CALIB",
        "BAD_SENSOR",
        "BAD_RANGE",
        "BAD_COMM",
        "BAD_STOP",
    ]
    with pytest.raises(WireError, match="unknown_flag"):
        hj212_data.read_values(Frame("31", "2011", MN, cp="DataTime=20160824003817;a-Rtd=1,a-Flag=Z"))


def test_minute_data_are_statistics_on_the_backfill_lane():
    cp = "DataTime=20160824003800;a34013-Min=1,a34013-Avg=2,a34013-Max=3,a34013-Cou=4,a34013-Flag=N"
    batch = hj212_data.read_values(Frame("31", "2051", MN, cp=cp))
    assert list(batch.points) == ["a34013-Min", "a34013-Avg", "a34013-Max", "a34013-Cou"]
    assert batch.lane is Lane.BACKFILL


def test_own_sample_time_missing_value_and_marks():
    cp = "DataTime=20160824003817;w1-Rtd=,w1-Flag=N;w2-SampleTime=20160824003800,w2-Rtd=1"
    batch = hj212_data.read_values(Frame("32", "2011", MN, cp=cp))
    assert rows(batch)[0] == ("w1", 1_471_970_297_000, "nan", Quality.BAD_SENSOR)
    assert batch.times[1] == 1_471_970_280_000
    frame = Frame("45", "2011", MN, cp="DataTime=20160824003817;p99101-Rtd=St,p99101-Flag=N")
    assert hj212_data.read_marks(frame) == [("p99101", "St", 1_471_970_297_000)]
    with pytest.raises(WireError, match="bad_field"):
        hj212_data.read_values(frame)


codes = st.text("abcdefw0123456789", min_size=1, max_size=8)


@given(st.dictionaries(codes, st.floats(-1e9, 1e9), min_size=1, max_size=80), st.randoms())
def test_split_packets_come_together_in_any_order(values, chance):
    batch = a_batch(list(values), list(values.values()), bytes(len(values)), gateway=MN)
    frames = hj212_data.write_values(batch, st="31", pw="123456", qn="20160801085857223", limit=400)
    assert all(len(hj212.encode(frame)) <= 400 + hj212.OVERHEAD for frame in frames)
    assert all(frame.pnum == (len(frames) if len(frames) > 1 else 0) for frame in frames)
    chance.shuffle(frames)
    assembler, whole = Assembler(), []
    for frame in frames:
        joined = assembler.add(hj212.decode(hj212.encode(frame)), T0)
        whole += [joined] if joined else []
    (joined,) = whole
    assert sorted(rows(hj212_data.read_values(joined))) == sorted(rows(batch))


def test_times_apart_are_frames_apart_with_their_own_request_numbers():
    batch = a_batch(["a1", "a2"], times=(T0 + 1000, T0), gateway=MN)
    frames = hj212_data.write_values(batch, st="31", pw="123456", qn="20160801085857999")
    assert [frame.qn for frame in frames] == ["20160801085857999", "20160801085858000"]
    assert hj212_data.read_values(frames[0]).times[0] == T0


def test_an_unfinished_request_is_given_up_and_their_number_is_bounded():
    first = Frame("31", "2011", MN, qn="20160801085857223", flag=Flag(numbered=True), pnum=2, pno=1)
    assembler = Assembler(keep_ms=1000, limit=2)
    assert assembler.add(first, 0) is None
    assert assembler.add(replace(first, pno=2), 1001) is None
    assert assembler.dropped == 1
    assert assembler.add(replace(first, qn="20160801085857224"), 1001) is None
    with pytest.raises(WireError, match="too_large"):
        assembler.add(replace(first, qn="20160801085857225"), 1001)
    with pytest.raises(WireError, match="bad_request_number"):
        assembler.add(replace(first, qn=""), 1001)


@given(st.lists(st.integers(1, 200), max_size=8), st.binary(max_size=40).filter(lambda b: b"#" not in b))
def test_stream_may_be_cut_anywhere_and_begin_with_garbage(cuts, garbage):
    stream, splitter, found = garbage + LIVE + SETTING + garbage + LIVE, FrameSplitter(), []
    for cut in [*cuts, len(stream)]:
        found += splitter.feed(stream[:cut])
        stream = stream[cut:]
    assert found == [LIVE, SETTING, LIVE]
    assert splitter.skipped == 2 * len(garbage)


@pytest.mark.parametrize("garbage", [b"##", b"###", b"##12x4", b"##0004abcd", b"##0002ab\r\n1234##"])
def test_a_false_start_does_not_swallow_the_frame_after_it(garbage):
    assert FrameSplitter().feed(garbage + LIVE) == [LIVE]


def test_a_long_false_length_costs_waiting_but_not_the_frames():
    splitter = FrameSplitter(limit=1024)
    found = splitter.feed(b"##0900" + LIVE)
    for _ in range(8):
        found += splitter.feed(LIVE)
    assert found == [LIVE] * 9


def test_answers_carry_the_number_of_the_request():
    frame = hj212.decode(SETTING)
    ready, done = hj212_data.request_reply(frame), hj212_data.execution_reply(frame, ExecutionResult.NO_DATA)
    assert (ready.cn, ready.st, ready.cp) == ("9011", "91", "QnRtn=1")
    assert (done.cn, done.cp) == ("9012", "ExeRtn=100")
    for answer in (ready, done, hj212_data.notice_reply(frame), hj212_data.data_reply(frame)):
        assert hj212_data.confirmed(hj212.decode(hj212.encode(answer))) == frame.qn
        assert answer.flag == Flag(edition=1, reply=False)
    with pytest.raises(WireError, match="bad_command"):
        hj212_data.confirmed(frame)
    assert hj212_data.time_setting(frame, T0, frame.qn).cp == "SystemTime=20251009165320"


def test_device_and_password_are_checked():
    frame = hj212.decode(SETTING)
    hj212.check_device(frame, mn=MN, pw="100000")
    for mn, pw, result in ((MN, "x", RequestResult.BAD_PASSWORD), ("x", "100000", RequestResult.BAD_DEVICE)):
        with pytest.raises(WireError) as caught:
            hj212.check_device(frame, mn=mn, pw=pw)
        assert hj212.result_for(caught.value) is result


@pytest.mark.parametrize(
    ("segment", "code"),
    [
        (b"ST=32;CN=20x1;MN=A;CP=&&&&", "bad_command"),
        (b"ST=32;CN=2011;MN=A;QN=1;CP=&&&&", "bad_request_number"),
        (b"ST=32;CN=2011;MN=A;Flag=256;CP=&&&&", "bad_flag"),
        (b"ST=32;CN=2011;MN=A;Flag=7;PNUM=2;PNO=3;CP=&&&&", "bad_flag"),
        (b"ST=32;CN=2011;MN=;CP=&&&&", "wrong_device"),
        (b"ST=32;ST=32;CN=2011;MN=A;CP=&&&&", "bad_frame"),
        (b"ST=32;CN=2011;MN=A", "bad_frame"),
        (b"ST=32;CN=2011;MN=A;CP=&&a&&b&&", "bad_frame"),
        (b"\xff\xff", "bad_encoding"),
    ],
)
def test_wrong_segments_have_their_code(segment, code):
    with pytest.raises(WireError) as caught:
        hj212.decode(b"##%04d%b%04X\r\n" % (len(segment), segment, hj212.crc(segment)))
    assert caught.value.code == code


def test_what_cannot_be_written_is_refused():
    with pytest.raises(WireError, match="bad_field"):
        hj212.encode(Frame("31", "2011", "A;B"))
    with pytest.raises(WireError, match="too_large"):
        hj212.encode(Frame("31", "2011", "A", cp="x" * 10_000))
    with pytest.raises(WireError, match="unencodable_quality"):
        hj212_data.write_values(
            a_batch(["a1"], [1], [Quality.UNC_STUCK], gateway=MN), st="31", pw="1", qn="20160801085857223"
        )
    with pytest.raises(WireError, match="bad_field"):
        hj212_data.write_values(
            a_batch(["a;1"], [1], [0], gateway=MN), st="31", pw="1", qn="20160801085857223"
        )
