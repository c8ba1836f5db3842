"""CAP 1.2 messages: the colours, the chain of messages, and the structure check."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.wire import cap, cap_rules
from bihuan.wire.cap import Area, Issuer, Message, MessageKind
from bihuan.wire.errors import WireError
from bihuan.wire.levels import Colour
from bihuan.wire.tests.factories import T0

ISSUER = Issuer("140105", "450")
FIRST = Message(
    identifier=cap.identifier(ISSUER, T0, 0),
    sender=ISSUER.code,
    sent=T0,
    kind=MessageKind.ALERT,
    colour=Colour.RED,
    event="冶金煤气泄漏",
    headline="某钢铁企业一氧化碳红色预警",
    description="转炉平台一氧化碳浓度超过 160 ppm。",
    area=Area("小店区", "140105", circle=(37.7, 112.56, 0.5)),
    parameters={"point": "CO-01", "value": "165", "unit": "ppm", "limit": "160"},
)


def text(body: bytes, path: str) -> str | None:
    steps = "/".join(f"{{{cap.NAMESPACE}}}{step}" for step in path.split("/"))
    return ET.fromstring(body).findtext(steps)


@pytest.mark.scenario("48")
def test_issue_update_and_cancel():
    update = replace(
        FIRST, identifier=cap.identifier(ISSUER, T0 + 60_000, 1), sent=T0 + 60_000, kind=MessageKind.UPDATE,
        headline="升级", references=[FIRST.reference()],
    )  # fmt: skip
    cancel = replace(
        update, identifier=cap.identifier(ISSUER, T0 + 120_000, 0), sent=T0 + 120_000, kind=MessageKind.CANCEL,
        references=[FIRST.reference(), update.reference()],
    )  # fmt: skip
    bodies = [cap.encode(message) for message in (FIRST, update, cancel)]
    ids = [text(body, "identifier") for body in bodies]
    assert len(set(ids)) == 3
    assert {len(found or "") for found in ids} == {31}
    named = f"14010545000000,{ids[0]},2025-10-09T16:53:20+08:00"
    assert text(bodies[0], "references") is None
    assert all((text(body, "references") or "").startswith(named) for body in bodies[1:])
    drill = cap.encode(replace(FIRST, is_drill=True))
    assert text(drill, "status") == "Exercise"
    assert b"Actual" not in drill
    with pytest.raises(WireError, match="drill"):
        cap.encode(replace(FIRST, is_drill=True, status=cap.Status.TEST))


def test_identifier_has_its_published_form():
    assert cap.identifier(ISSUER, T0, 7) == "14010545000000_20251009165320_7"
    for issuer, serial in ((Issuer("14010", "450"), 0), (ISSUER, 10)):
        with pytest.raises(WireError):
            cap.identifier(issuer, T0, serial)


@pytest.mark.parametrize(
    ("colour", "words", "hours"),
    [
        (Colour.RED, ("Extreme", "Immediate", "Observed"), "22:53:20+08:00"),
        (Colour.ORANGE, ("Severe", "Immediate", "Observed"), "04:53:20+08:00"),
        (Colour.YELLOW, ("Moderate", "Expected", "Likely"), "16:53:20+08:00"),
        (Colour.BLUE, ("Minor", "Future", "Possible"), "16:53:20+08:00"),
    ],
)
def test_colours(colour, words, hours):
    body = cap.encode(replace(FIRST, colour=colour))
    assert tuple(text(body, f"info/{name}") for name in ("severity", "urgency", "certainty")) == words
    assert (text(body, "info/expires") or "").endswith(hours)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_comes_through_or_is_refused(headline, value):
    message = replace(FIRST, headline=headline, parameters={"value": value} if value else {})
    try:
        body = cap.encode(message)
    except WireError:
        return
    assert cap_rules.problems(body) == []
    if headline:
        assert (text(body, "info/headline") or "").replace("\n", "") == headline.replace("\r\n", "").replace(
            "\r", ""
        ).replace("\n", "")


@pytest.mark.parametrize(
    "change",
    [
        {"sender": "x"},
        {"identifier": "x"},
        {"kind": MessageKind.UPDATE},
        {"references": [FIRST.reference()]},
        {"kind": MessageKind.CANCEL, "references": [FIRST.reference()]},
        {"scope": "Private"},
        {"scope": "Secret"},
        {"restriction": ""},
        {"categories": ["Boom"]},
        {"categories": []},
        {"response_types": ["Run"]},
        {"certainty": "Surely"},
        {"event": ""},
        {"headline": "x" * 161},
        {"description": "x" * 501},
        {"headline": "a\0b"},
        {"area": Area("", "140105")},
        {"area": Area("x", "140105", polygon=[(1, 1), (2, 2), (1, 1)])},
        {"area": Area("x", "140105", circle=(91, 0, 1))},
        {"area": Area("x", "140105", circle=(1, 1, -1))},
    ],
)
def test_wrong_messages_do_not_leave(change):
    with pytest.raises(WireError):
        cap.encode(replace(FIRST, **change))


BODY = cap.encode(replace(FIRST, area=Area("x", "140105", polygon=[(1, 1), (2, 2), (3, 1), (1, 1)])))


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        (b"<status>Actual</status>", b"", "alert/status"),
        (b"<status>Actual</status>", b"<status>Actual</status>" * 2, "alert/status"),
        (b"<status>Actual</status>", b"<status>actual</status>", "alert/status"),
        (b"<status>Actual", b"<status a='1'>Actual", "alert/status"),
        (b"<status>Actual", b"<status><b/>Actual", "alert/status"),
        (b"<event>", b"<why/><event>", "alert/info"),
        (b"cap:1.2", b"cap:1.1", "message"),
        (b"+08:00</sent>", b"Z</sent>", "alert/sent"),
        (b"<sent>2025-10-09", b"<sent>2025-02-30", "alert/sent"),
        (b"<language>zh-CN", b"<language>z_h", "alert/info/language"),
        (b"<event>", b"text<event>", "alert/info/category"),
        (b"<valueName>color</valueName>", b"", "alert/info/parameter/valueName"),
        (b"1.000000,1.000000 2", b"9.000000,1.000000 2", "alert/info/area/polygon"),
        (b"<alert", b"<!DOCTYPE alert [<!ENTITY a 'b'>]><alert", "message"),
        (b"</alert>", b"", "message"),
        (b"<identifier>14", b"<identifier>1 4", "alert/identifier"),
    ],
)
def test_every_rule_of_the_structure_can_fail(old, new, path):
    assert cap_rules.problems(BODY) == []
    assert BODY.count(old) == 1
    found = cap_rules.problems(BODY.replace(old, new))
    assert found
    assert found[0].startswith(path + ":")


def test_elements_out_of_order():
    swapped = BODY.replace(b"<event>", b"<event>x</event><category>Fire</category><event>", 1)
    assert any("out of order" in found for found in cap_rules.problems(swapped))


def test_signature_may_follow_and_other_elements_may_not():
    signature = b"<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/></alert>"
    assert cap_rules.problems(BODY.replace(b"</alert>", signature)) == []
    assert cap_rules.problems(BODY.replace(b"</alert>", b"<Signature xmlns='x'/></alert>"))
