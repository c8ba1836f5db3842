"""Structure of a CAP 1.2 message, checked against the facts of the OASIS schema and the normative notes beside it.

Checked: namespace; every element known, in the schema's order and number; code values; date-times with their numeric
offset and real dates; language, integers, decimals; pairs of valueName and value; polygons closed and of four points at
least, circles, latitude and longitude in range; no character of `identifier` and `sender` that the standard forbids;
`references` as triples; restriction with scope Restricted, addresses with scope Private.
Not checked: content of a `Signature`, reachability or form of addresses beyond plain URI characters, and event codes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
SIGNATURE_NAMESPACE = "http://www.w3.org/2000/09/xmldsig#"
LARGEST = 1_000_000
MANY = 1_000_000_000

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-,+]\d\d:\d\d")
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_INTEGER = re.compile(r"[+-]?\d+")
_PAIR = re.compile(r"-?\d{1,3}(\.\d+)?,-?\d{1,3}(\.\d+)?")
_URI = re.compile(r"[^\s<>\"{}|\\^`]+")

Check = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One child of an element: how often it may stand, and what it holds (a check of its text, or children)."""

    name: str
    least: int = 1
    most: int = 1
    check: Check | None = None
    children: Sequence[Rule] = ()


def _one_of(*codes: str) -> Check:
    allowed = frozenset(codes)
    return lambda text: None if text in allowed else "not one of its code values"


def _form(pattern: re.Pattern[str], what: str) -> Check:
    return lambda text: None if pattern.fullmatch(text) else f"not {what}"


def _date(text: str) -> str | None:
    if not _DATE.fullmatch(text) or text[19] == ",":
        return "not a date-time with numeric offset"
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return "no such date or time"
    return None


def _plain(text: str) -> str | None:
    return "empty, or with a space, comma, < or &" if not text or set(text) & set(" ,<&\t\n\r") else None


def _not_empty(text: str) -> str | None:
    return None if text.strip() else "empty"


def _references(text: str) -> str | None:
    for triple in text.split():
        parts = triple.split(",")
        if len(parts) != 3 or not all(parts) or _date(parts[2]):
            return "not made of sender,identifier,sent"
    return None


def _polygon(text: str) -> str | None:
    pairs = text.split(" ")
    if len(pairs) < 4 or pairs[0] != pairs[-1]:
        return "not closed, or of fewer than four points"
    return next(filter(None, map(_coordinates, pairs)), None)


def _circle(text: str) -> str | None:
    centre, _, radius = text.partition(" ")
    return "no radius in km" if not _DECIMAL.fullmatch(radius) or radius[0] == "-" else _coordinates(centre)


def _coordinates(pair: str) -> str | None:
    if not _PAIR.fullmatch(pair):
        return "not latitude,longitude"
    latitude, longitude = map(float, pair.split(","))
    return None if abs(latitude) <= 90 and abs(longitude) <= 180 else "outside the earth's coordinates"


def _maybe(name: str, check: Check | None = None) -> Rule:
    return Rule(name, 0, 1, check)


def _many(name: str, check: Check | None = None, children: Sequence[Rule] = (), least: int = 0) -> Rule:
    return Rule(name, least, MANY, check, children)


_NAMED = (Rule("valueName", check=_not_empty), Rule("value"))
_RESOURCE = (
    Rule("resourceDesc"),
    Rule("mimeType", check=_not_empty),
    _maybe("size", _form(_INTEGER, "an integer")),
    _maybe("uri", _form(_URI, "a URI")),
    _maybe("derefUri"),
    _maybe("digest"),
)
_AREA = (
    Rule("areaDesc", check=_not_empty),
    _many("polygon", _polygon),
    _many("circle", _circle),
    _many("geocode", children=_NAMED),
    _maybe("altitude", _form(_DECIMAL, "a decimal")),
    _maybe("ceiling", _form(_DECIMAL, "a decimal")),
)
_CATEGORIES = [
    "Geo",
    "Met",
    "Safety",
    "Security",
    "Rescue",
    "Fire",
    "Health",
    "Env",
    "Transport",
    "Infra",
    "CBRNE",
    "Other",
]
_RESPONSES = ["Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"]
_INFO = (
    _maybe("language", _form(_LANGUAGE, "a language code")),
    _many("category", _one_of(*_CATEGORIES), least=1),
    Rule("event", check=_not_empty),
    _many("responseType", _one_of(*_RESPONSES)),
    Rule("urgency", check=_one_of("Immediate", "Expected", "Future", "Past", "Unknown")),
    Rule("severity", check=_one_of("Extreme", "Severe", "Moderate", "Minor", "Unknown")),
    Rule("certainty", check=_one_of("Observed", "Likely", "Possible", "Unlikely", "Unknown")),
    _maybe("audience"),
    _many("eventCode", children=_NAMED),
    _maybe("effective", _date),
    _maybe("onset", _date),
    _maybe("expires", _date),
    _maybe("senderName"),
    _maybe("headline"),
    _maybe("description"),
    _maybe("instruction"),
    _maybe("web", _form(_URI, "a URI")),
    _maybe("contact"),
    _many("parameter", children=_NAMED),
    _many("resource", children=_RESOURCE),
    _many("area", children=_AREA),
)
_ALERT = (
    Rule("identifier", check=_plain),
    Rule("sender", check=_plain),
    Rule("sent", check=_date),
    Rule("status", check=_one_of("Actual", "Exercise", "System", "Test", "Draft")),
    Rule("msgType", check=_one_of("Alert", "Update", "Cancel", "Ack", "Error")),
    _maybe("source"),
    Rule("scope", check=_one_of("Public", "Restricted", "Private")),
    _maybe("restriction"),
    _maybe("addresses"),
    _many("code"),
    _maybe("note"),
    _maybe("references", _references),
    _maybe("incidents"),
    _many("info", children=_INFO),
)


def problems(body: bytes) -> list[str]:
    """Every rule the message breaks, as `path: what`; empty if none."""
    if len(body) > LARGEST:
        return ["message: more than a megabyte"]
    if b"<!" in body.replace(b"<!--", b""):
        return ["message: document type and entities are not allowed"]
    try:
        root = ET.fromstring(body.decode("utf-8-sig").encode())
    except (ET.ParseError, ValueError, LookupError):
        return ["message: not well-formed XML"]
    if root.tag != f"{{{NAMESPACE}}}alert":
        return ["message: root is not alert of CAP 1.2"]
    while len(root) and root[-1].tag.startswith(f"{{{SIGNATURE_NAMESPACE}}}"):
        root.remove(root[-1])
    return [*_children(root, _ALERT, "alert"), *_scope(root)]


def _children(parent: ET.Element, rules: Sequence[Rule], path: str) -> list[str]:
    known: Mapping[str, int] = {f"{{{NAMESPACE}}}{rule.name}": at for at, rule in enumerate(rules)}
    counts = [0] * len(rules)
    found: list[str] = []
    if (parent.text or "").strip():
        found.append(f"{path}: text between elements")
    last = 0
    for child in parent:
        at = known.get(child.tag) if isinstance(child.tag, str) else None
        if at is None:
            found.append(f"{path}: an element that does not belong here")
            continue
        if at < last:
            found.append(f"{path}/{rules[at].name}: out of order")
        last = max(last, at)
        counts[at] += 1
        found += _element(child, rules[at], f"{path}/{rules[at].name}")
    for rule, count in zip(rules, counts, strict=True):
        if not rule.least <= count <= rule.most:
            found.append(f"{path}/{rule.name}: stands {count} times")
    return found


def _element(element: ET.Element, rule: Rule, path: str) -> list[str]:
    if element.attrib:
        return [f"{path}: has attributes"]
    if (element.tail or "").strip():
        return [f"{path}: text after the element"]
    if rule.children:
        return _children(element, rule.children, path)
    if len(element):
        return [f"{path}: has children"]
    wrong = rule.check(element.text or "") if rule.check else None
    return [f"{path}: {wrong}"] if wrong else []


def _scope(root: ET.Element) -> list[str]:
    def text(name: str) -> str:
        return (root.findtext(f"{{{NAMESPACE}}}{name}") or "").strip()

    found = []
    if text("scope") == "Restricted" and not text("restriction"):
        found.append("alert/restriction: needed with scope Restricted")
    if text("scope") == "Private" and not text("addresses"):
        found.append("alert/addresses: needed with scope Private")
    if text("msgType") in ("Update", "Cancel", "Ack", "Error") and not text("references"):
        found.append("alert/references: needed with this msgType")
    return found
