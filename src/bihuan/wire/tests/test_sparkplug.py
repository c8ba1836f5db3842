"""Sparkplug B: protobuf, topics, and what a node's messages mean together."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.wire import protobuf, sparkplug, sparkplug_node
from bihuan.wire.batch import Batch, Lane
from bihuan.wire.errors import WireError
from bihuan.wire.quality import Quality
from bihuan.wire.sparkplug import DataType, MessageType, Metric, Payload, Topic
from bihuan.wire.sparkplug_node import EdgeNode
from bihuan.wire.tests.factories import T0, a_batch, rows

GOLDEN = bytes.fromhex(
    # timestamp 1, metric {name "a", alias 5, timestamp 2, Double 1.5}, seq 7; written by hand from the schema
    "080112120a016110051802200a69000000000000f83f1807"
)


@pytest.mark.parametrize(
    ("value", "data"), [(0, "00"), (1, "01"), (150, "9601"), (300, "ac02"), (-1, "ff" * 9 + "01")]
)
def test_varints_as_in_the_encoding_guide(value, data):
    assert protobuf.varint(value).hex() == data
    assert protobuf.read_varint(bytes.fromhex(data), 0)[0] == value % 2**64


def test_bytes_of_a_payload():
    payload = Payload(1, [Metric(1.5, DataType.DOUBLE, "a", 5, 2)], 7)
    assert sparkplug.encode(payload).hex() == GOLDEN.hex()
    assert sparkplug.decode(GOLDEN) == payload


def singles() -> st.SearchStrategy[float]:
    return st.floats(width=32, allow_nan=False)


VALUES = {
    DataType.INT8: st.integers(-128, 127),
    DataType.INT16: st.integers(-(2**15), 2**15 - 1),
    DataType.INT32: st.integers(-(2**31), 2**31 - 1),
    DataType.INT64: st.integers(-(2**63), 2**63 - 1),
    DataType.UINT8: st.integers(0, 255),
    DataType.UINT16: st.integers(0, 2**16 - 1),
    DataType.UINT32: st.integers(0, 2**32 - 1),
    DataType.UINT64: st.integers(0, 2**64 - 1),
    DataType.FLOAT: singles(),
    DataType.DOUBLE: st.floats(allow_nan=False),
    DataType.BOOLEAN: st.booleans(),
    DataType.STRING: st.text(),
    DataType.DATETIME: st.integers(0, 2**63),
    DataType.TEXT: st.text(),
    DataType.UUID: st.uuids().map(str),
    DataType.DATASET: st.binary(),
    DataType.BYTES: st.binary(),
    DataType.FILE: st.binary(),
    DataType.TEMPLATE: st.binary(),
}


@st.composite
def metrics(draw: st.DrawFn) -> Metric:
    datatype = draw(st.sampled_from(sorted(VALUES)))
    return Metric(
        draw(VALUES[datatype]),
        datatype,
        draw(st.text(max_size=8)),
        draw(st.none() | st.integers(0, 2**64 - 1)),
        draw(st.none() | st.integers(0, 2**64 - 1)),
        draw(st.booleans()),
        quality=draw(st.none() | st.sampled_from([0, 192, 500])),
    )


@given(
    st.none() | st.integers(0, 2**63),
    st.lists(metrics(), max_size=5),
    st.none() | st.integers(0, 255),
    st.text(),
)
def test_payloads_round_trip(timestamp, found, seq, uuid):
    payload = Payload(timestamp, found, seq, uuid)
    assert sparkplug.decode(sparkplug.encode(payload)) == payload


@pytest.mark.parametrize(
    ("value", "datatype", "code"),
    [(200, DataType.INT8, "out_of_range"), (-1, DataType.UINT32, "out_of_range"), ("x", DataType.INT8, "bad_field"),
     (1, DataType.BOOLEAN, "bad_field"), (1.5, DataType.INT8, "bad_field"), (1, 99, "bad_field"), (1e300, DataType.FLOAT, "out_of_range")],
)  # fmt: skip
def test_a_value_must_fit_its_type(value, datatype, code):
    with pytest.raises(WireError) as caught:
        sparkplug.encode(Payload(metrics=[Metric(value, datatype)]))
    assert caught.value.code == code


@pytest.mark.parametrize("kind", MessageType)
def test_topics_round_trip(kind):
    topic = Topic("140105", kind, "14010500000101", "炉1" if kind.value.startswith("D") else "")
    assert sparkplug.parse_topic(sparkplug.format_topic(topic)) == topic


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "spAv1.0/g/NDATA/n",
        "spBv1.0/g/NDATA/n/d",
        "spBv1.0/g/DDATA/n",
        "spBv1.0/g/XDATA/n",
        "spBv1.0//NDATA/n",
    ],
)
def test_other_topics_are_refused(topic):
    with pytest.raises(WireError, match="bad_topic"):
        sparkplug.parse_topic(topic)


def test_host_state():
    state = sparkplug.HostState(True, T0)
    assert sparkplug.decode_state(sparkplug.encode_state(state)) == state
    assert sparkplug.state_topic("bihuan") == "spBv1.0/STATE/bihuan"


# The node as its host sees it

ALIASES = {"CO-01": 1, "CO-02": 2}


def send(node: EdgeNode, kind: MessageType, payload: Payload, device: str = "") -> sparkplug_node.Outcome:
    back = sparkplug.decode(sparkplug.encode(payload))
    return node.receive(Topic("140105", kind, "14010500000101", device), back, T0)


def born(bdseq: int = 3) -> EdgeNode:
    node = EdgeNode("140105", "14010500000101")
    outcome = send(
        node, MessageType.NBIRTH, sparkplug_node.birth(T0, bdseq, ALIASES, {"CO-01": 1.0, "CO-02": 2.0})
    )
    assert [row[:1] + row[2:] for row in rows(outcome.batches[0])] == [
        ("CO-01", "1.0", 0),
        ("CO-02", "2.0", 0),
    ]
    return node


def a_data(seq: int, batch: Batch | None = None) -> Payload:
    return sparkplug_node.data(batch or a_batch(), ALIASES, seq, T0)


def test_data_by_alias_become_a_batch():
    batch = a_batch(values=(12.5, math.nan), qualities=(0, Quality.BAD_SENSOR), times=(T0, T0 + 1))
    outcome = send(born(), MessageType.NDATA, a_data(1, batch))
    assert rows(outcome.batches[0]) == rows(batch)
    assert outcome.batches[0].gateway == "14010500000101"


def test_historical_values_come_on_the_backfill_lane():
    outcome = send(born(), MessageType.NDATA, a_data(1, a_batch(lane=Lane.BACKFILL)))
    assert [batch.lane for batch in outcome.batches] == [Lane.BACKFILL]


def test_a_hole_in_the_sequence_asks_for_a_rebirth_and_takes_nothing_until_it():
    node = born()
    assert send(node, MessageType.NDATA, a_data(2)).rebirth
    later = send(node, MessageType.NDATA, a_data(3))
    assert later.rebirth
    assert not later.batches
    send(node, MessageType.NBIRTH, sparkplug_node.birth(T0, 4, ALIASES))
    assert send(node, MessageType.NDATA, a_data(1)).batches


def test_sequence_runs_over_255():
    node = born()
    for seq in range(1, 600):
        assert not send(node, MessageType.NDATA, a_data(seq)).rebirth


def test_death_makes_all_points_stale_but_an_older_one_is_ignored():
    node = born(bdseq=3)
    assert send(node, MessageType.NDEATH, sparkplug_node.death(2)).ignored
    assert node.online
    assert set(send(node, MessageType.NDEATH, sparkplug_node.death(3)).stale) >= set(ALIASES)
    assert not node.online
    assert send(node, MessageType.NDATA, a_data(1)).rebirth


def test_device_metrics_are_named_with_their_device():
    node = born()
    birth = Payload(T0, [Metric(-3, DataType.INT8, "level", 9, T0)], 1)
    assert rows(send(node, MessageType.DBIRTH, birth, "line1").batches[0]) == [("line1/level", T0, "-3.0", 0)]
    assert send(node, MessageType.DDEATH, Payload(T0, [], 2), "line1").stale == ["line1/level"]


def test_an_untyped_integer_gets_its_sign_from_the_birth():
    node = born()
    send(node, MessageType.DBIRTH, Payload(T0, [Metric(0, DataType.INT32, "level", 9, T0)], 1), "line1")
    metric = protobuf.integer(2, 9) + protobuf.integer(3, T0) + protobuf.integer(10, -3 & 0xFFFFFFFF)
    payload = sparkplug.decode(protobuf.chunk(2, metric) + protobuf.integer(3, 2))
    outcome = node.receive(Topic("140105", MessageType.DDATA, "14010500000101", "line1"), payload, T0)
    assert rows(outcome.batches[0]) == [("line1/level", T0, "-3.0", 0)]


def test_an_unknown_alias_asks_for_a_rebirth_and_texts_are_no_samples():
    node = born()
    assert send(node, MessageType.NDATA, Payload(T0, [Metric(1.0, DataType.DOUBLE, alias=77)], 1)).rebirth
    assert not send(node, MessageType.NDATA, Payload(T0, [Metric("x", DataType.STRING, alias=1)], 2)).batches


def test_a_birth_without_bdseq_and_a_foreign_node_are_refused():
    node = EdgeNode("140105", "14010500000101")
    with pytest.raises(WireError, match="bad_birth"):
        send(node, MessageType.NBIRTH, Payload(T0, [], 0))
    with pytest.raises(WireError, match="bad_topic"):
        node.receive(Topic("g", MessageType.NDATA, "n"), Payload(), T0)
    with pytest.raises(WireError, match="bad_field"):
        sparkplug_node.data(a_batch(["other"], [1], [0]), ALIASES, 1, T0)
    assert sparkplug_node.rebirth_command(T0).metrics[0].name == sparkplug.REBIRTH
