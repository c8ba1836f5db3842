"""What stands in `CP` of an HJ 212 frame: measured data as a batch, and the small answers of both sides.

A point is the pollutant or parameter code; statistics carry their suffix (`a34013` for the live value, `a34013-Avg` for
the mean). The device number MN is the gateway.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from bihuan.wire import clock
from bihuan.wire.batch import Batch, Lane
from bihuan.wire.errors import WireError
from bihuan.wire.hj212 import USUAL_SEGMENT, ExecutionResult, Flag, Frame, RequestResult
from bihuan.wire.quality import Quality, from_hj212_flag, to_hj212_flag

LIVE, DAY, MINUTE, HOUR = "2011", "2031", "2051", "2061"
HISTORICAL = frozenset({DAY, MINUTE, HOUR})
WORKING_CONDITION = "45"  # ST of the stream whose values are marks, not numbers (edition 2025)
_VALUE_FIELDS = frozenset({"Rtd", "Min", "Avg", "Max", "Cou", "ZsRtd", "ZsMin", "ZsAvg", "ZsMax"})
_FORBIDDEN = set(";,=&-\r\n")


def groups(cp: str) -> list[dict[str, str]]:
    """The groups of a CP section: parted by `;`, their items by `,`, each `name=value`."""
    found = []
    for part in filter(None, cp.split(";")):
        group: dict[str, str] = {}
        for item in filter(None, part.split(",")):
            name, mark, value = item.partition("=")
            if not mark or not name or name in group:
                raise WireError("bad_field", "CP item without value or given twice")
            group[name] = value
        found.append(group)
    return found


def read_values(frame: Frame) -> Batch:
    """Samples of a data frame (2011, 2031, 2051, 2061). A missing data flag means normal, as it is optional."""
    if not frame.is_data:
        raise WireError("bad_command", f"{frame.cn} carries no measured data")
    points: list[str] = []
    times: list[int] = []
    values: list[float] = []
    qualities: list[int] = []
    data_time: int | None = None
    for group in groups(frame.cp):
        if "DataTime" in group:
            data_time = clock.from_compact(group["DataTime"])
        for point, value, quality, own_time in _samples(group):
            moment = own_time if own_time is not None else data_time
            if moment is None:
                raise WireError("bad_time", "DataTime is missing")
            points.append(point)
            times.append(moment)
            values.append(value)
            qualities.append(quality)
    message = frame.qn or f"{frame.mn}-{frame.cn}-{data_time or 0}"
    lane = Lane.BACKFILL if frame.cn in HISTORICAL else Lane.LIVE
    return Batch.of(frame.mn, message, points, times, values, qualities, lane=lane)


def read_marks(frame: Frame) -> list[tuple[str, str, int]]:
    """Working-condition marks of a frame of ST 45: code, mark, time."""
    if frame.st != WORKING_CONDITION:
        raise WireError("wrong_system", "only ST 45 carries marks")
    marks, moment = [], None
    for group in groups(frame.cp):
        if "DataTime" in group:
            moment = clock.from_compact(group["DataTime"])
        for name, value in group.items():
            code, _, kind = name.partition("-")
            if kind != "Rtd":
                continue
            if moment is None:
                raise WireError("bad_time", "DataTime is missing")
            marks.append((code, value, moment))
    return marks


def write_values(
    batch: Batch, *, st: str, pw: str, qn: str, cn: str = LIVE, edition: int = 1, limit: int = USUAL_SEGMENT
) -> list[Frame]:
    """Frames for a batch: one per second of source time, split into numbered packets where over `limit` bytes."""
    by_second: dict[int, list[int]] = {}
    for index, time in enumerate(batch.times):
        by_second.setdefault(time // 1000, []).append(index)
    frames: list[Frame] = []
    for second, indices in sorted(by_second.items()):
        head = f"DataTime={clock.to_compact(second * 1000)}"
        parts = [_group(batch, index) for index in indices]
        shell = Frame(st=st, cn=cn, mn=batch.gateway, pw=pw, qn=qn, flag=Flag(edition))
        frames += _packets(shell, head, parts, limit)
        qn = clock.to_compact(clock.from_compact(qn) + 1, millis=True)
    return frames


def request_reply(frame: Frame, result: RequestResult = RequestResult.READY) -> Frame:
    """9011: what became of a request, before it is carried out."""
    return _answer(frame, "9011", f"QnRtn={int(result)}")


def execution_reply(frame: Frame, result: ExecutionResult = ExecutionResult.DONE) -> Frame:
    """9012: how carrying out the request ended."""
    return _answer(frame, "9012", f"ExeRtn={int(result)}")


def notice_reply(frame: Frame) -> Frame:
    """9013: a notice was received."""
    return _answer(frame, "9013", "")


def data_reply(frame: Frame) -> Frame:
    """9014: data were received. The sender may then drop what it kept."""
    return _answer(frame, "9014", "")


def time_setting(frame: Frame, at: int, qn: str) -> Frame:
    """1012: set the device's clock, in answer to its request 1013. `at` in ms UTC."""
    return Frame(
        "91" if frame.st == "91" else frame.st,
        "1012",
        frame.mn,
        frame.pw,
        qn,
        Flag(frame.flag.edition if frame.flag else 1),
        cp=f"SystemTime={clock.to_compact(at)}",
    )


def confirmed(frame: Frame) -> str:
    """Request number an answer 9011 to 9014 belongs to. The QN of an answer is that of the request."""
    if frame.cn not in ("9011", "9012", "9013", "9014"):
        raise WireError("bad_command", f"{frame.cn} is no answer")
    return frame.qn


def _answer(frame: Frame, cn: str, cp: str) -> Frame:
    edition = frame.flag.edition if frame.flag else 0
    return Frame("91", cn, frame.mn, frame.pw, frame.qn, Flag(edition, reply=False), cp=cp)


def _samples(group: Mapping[str, str]) -> list[tuple[str, float, int, int | None]]:
    found = []
    for name, text in group.items():
        code, mark, field = name.partition("-")
        if not mark or field not in _VALUE_FIELDS or not code:
            continue
        flag = group.get(f"{code}-Flag")
        quality = from_hj212_flag(flag) if flag is not None else Quality.GOOD
        value = _value(text)
        if math.isnan(value) and quality <= Quality.GOOD_MANUAL:
            quality = Quality.BAD_SENSOR
        sampled = group.get(f"{code}-SampleTime")
        own_time = clock.from_compact(sampled) if sampled else None
        found.append((code if field == "Rtd" else name, value, int(quality), own_time))
    return found


def _value(text: str) -> float:
    if not text:
        return math.nan
    try:
        value = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise WireError("bad_field", "a value is no number")
    return value


def _group(batch: Batch, index: int) -> str:
    code, _, field = batch.points[index].partition("-")
    if not code or set(code + field) & _FORBIDDEN or (field and field not in _VALUE_FIELDS):
        raise WireError("bad_field", "point code cannot be written in HJ 212")
    value = batch.values[index]
    text = repr(value).removesuffix(".0") if math.isfinite(value) else ""
    return f"{code}-{field or 'Rtd'}={text},{code}-Flag={to_hj212_flag(batch.qualities[index])}"


def _packets(shell: Frame, head: str, parts: list[str], limit: int) -> list[Frame]:
    # 120 bytes hold QN, ST, CN, PW, MN, Flag, PNUM, PNO and the marks around CP.
    room = limit - 120 - len(head)
    bodies: list[list[str]] = [[]]
    used = 0
    for part in parts:
        size = len(part.encode()) + 1
        if size > room:
            raise WireError("too_large", "one value does not fit into a packet")
        if bodies[-1] and used + size > room:
            bodies.append([])
            used = 0
        bodies[-1].append(part)
        used += size
    if len(bodies) == 1:
        return [_with_body(shell, head, bodies[0])]
    edition = shell.flag.edition if shell.flag else 1
    return [
        Frame(
            shell.st,
            shell.cn,
            shell.mn,
            shell.pw,
            shell.qn,
            Flag(edition, numbered=True),
            len(bodies),
            number,
            ";".join([head, *body]),
        )
        for number, body in enumerate(bodies, 1)
    ]


def _with_body(shell: Frame, head: str, body: list[str]) -> Frame:
    return Frame(shell.st, shell.cn, shell.mn, shell.pw, shell.qn, shell.flag, cp=";".join([head, *body]))
