"""CAP 1.2 messages for publishing a warning (预警信息发布), with identifiers as in annex A of GB/T 35965.1.

Only out: the bureau drafts, reviews, signs and publishes elsewhere; here the signed facts become XML. Every message is
checked by `cap_rules` before it leaves, so what `encode` returns follows the schema's structure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from xml.etree import ElementTree as ET

from bihuan.wire import cap_rules, clock
from bihuan.wire.cap_rules import NAMESPACE
from bihuan.wire.errors import WireError
from bihuan.wire.levels import Colour, LevelMap

HOUR_MS = 3_600_000
LONGEST_HEADLINE, LONGEST_TEXT = 160, 500

# Colour to severity, urgency, certainty.
COLOURS: Mapping[Colour, tuple[str, str, str]] = {
    Colour.RED: ("Extreme", "Immediate", "Observed"),
    Colour.ORANGE: ("Severe", "Immediate", "Observed"),
    Colour.YELLOW: ("Moderate", "Expected", "Likely"),
    Colour.BLUE: ("Minor", "Future", "Possible"),
}
# How long a warning stands when its publisher names no end.
EXPIRES_MS: Mapping[Colour, int] = {
    Colour.RED: 6 * HOUR_MS,
    Colour.ORANGE: 12 * HOUR_MS,
    Colour.YELLOW: 24 * HOUR_MS,
    Colour.BLUE: 72 * HOUR_MS,
}
LEVELS = LevelMap(
    "cap", {"Red": Colour.RED, "Orange": Colour.ORANGE, "Yellow": Colour.YELLOW, "Blue": Colour.BLUE}
)
_IDENTIFIER = re.compile(r"\d{6}[0-9A-Z]{3}[0-9A-Z]{3}[0-9A-Z]{2}_\d{14}_\d")
# Characters XML 1.0 cannot carry at all (section 2.2).
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Status(StrEnum):
    """Drills carry EXERCISE only, never ACTUAL."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class MessageKind(StrEnum):
    """Updates and cancels name every earlier message of the warning."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Issuing unit (发布单位): division (GB/T 2260), institution (GB/T 4657), internal unit, extension."""

    division: str
    institution: str
    unit: str = "000"
    extension: str = "00"

    @property
    def code(self) -> str:
        """The 14 characters that are both sender code and start of every identifier."""
        return f"{self.division}{self.institution}{self.unit}{self.extension}"


def identifier(issuer: Issuer, entered: int, serial: int) -> str:
    """31 characters: issuer code, entry time (Beijing), serial 0 to 9 within the second. `entered` in ms UTC."""
    if not 0 <= serial <= 9:
        raise WireError("out_of_range", "ten messages a second is the most an identifier can tell apart")
    text = f"{issuer.code}_{clock.to_compact(entered)}_{serial}"
    if not _IDENTIFIER.fullmatch(text):
        raise WireError("bad_field", "issuer code is not made of 6 + 3 + 3 + 2 digits or capitals")
    return text


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier message."""

    sender: str
    identifier: str
    sent: int

    def text(self) -> str:
        """As written in `references`."""
        return f"{self.sender},{self.identifier},{clock.to_iso(self.sent)}"


@dataclass(frozen=True, slots=True)
class Area:
    """Where. `polygon` is closed, `circle` is latitude, longitude, radius in km; both in WGS 84."""

    description: str
    division: str
    polygon: Sequence[tuple[float, float]] = ()
    circle: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One CAP message about one warning. Times in ms UTC."""

    identifier: str
    sender: str
    sent: int
    kind: MessageKind
    colour: Colour
    event: str
    headline: str
    description: str
    area: Area
    is_drill: bool = False
    status: Status = Status.ACTUAL
    scope: str = "Restricted"
    restriction: str = "仅限预警接收单位"
    categories: Sequence[str] = ("Safety",)
    response_types: Sequence[str] = ("Monitor",)
    certainty: str = ""
    event_code: str = ""
    instruction: str = ""
    sender_name: str = ""
    contact: str = ""
    onset: int | None = None
    expires: int | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    references: Sequence[Reference] = ()

    def reference(self) -> Reference:
        """How later messages name this one."""
        return Reference(self.sender, self.identifier, self.sent)


def encode(message: Message) -> bytes:
    """The message as XML. WireError names every rule it would break."""
    _check(message)
    root = ET.Element("alert", {"xmlns": NAMESPACE})
    status = Status.EXERCISE if message.is_drill else message.status
    _add(root, "identifier", message.identifier)
    _add(root, "sender", message.sender)
    _add(root, "sent", clock.to_iso(message.sent))
    _add(root, "status", status.value)
    _add(root, "msgType", message.kind.value)
    _add(root, "scope", message.scope)
    _add(root, "restriction", message.restriction if message.scope == "Restricted" else "")
    _add(root, "references", " ".join(earlier.text() for earlier in message.references))
    _info(ET.SubElement(root, "info"), message)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    problems = cap_rules.problems(body)
    if problems:
        raise WireError("bad_cap", "; ".join(problems[:5]))
    return body


def _check(message: Message) -> None:
    if message.is_drill and message.status not in (Status.ACTUAL, Status.EXERCISE):
        raise WireError("bad_field", "a drill is published as Exercise")
    if not _IDENTIFIER.fullmatch(message.identifier) or message.sender != message.identifier[:14]:
        raise WireError("bad_field", "identifier has 31 characters and begins with the sender code")
    linked = message.kind in (MessageKind.UPDATE, MessageKind.CANCEL)
    if linked != bool(message.references):
        raise WireError("bad_field", "updates and cancels, and only they, name earlier messages")
    if any(earlier.identifier == message.identifier for earlier in message.references):
        raise WireError("bad_field", "a message cannot refer to itself")
    if message.scope == "Private":
        raise WireError("bad_field", "private messages need addresses and are not issued here")
    texts = (message.headline, LONGEST_HEADLINE), (message.description, LONGEST_TEXT)
    for text, longest in (*texts, (message.instruction, LONGEST_TEXT)):
        if len(text) > longest:
            raise WireError("too_large", f"text of more than {longest} characters")


def _info(info: ET.Element, message: Message) -> None:
    severity, urgency, certainty = COLOURS[message.colour]
    expires = message.expires if message.expires is not None else message.sent + EXPIRES_MS[message.colour]
    _add(info, "language", "zh-CN")
    for category in message.categories:
        _add(info, "category", category)
    _add(info, "event", message.event)
    for response in message.response_types:
        _add(info, "responseType", response)
    _add(info, "urgency", urgency)
    _add(info, "severity", severity)
    _add(info, "certainty", message.certainty or certainty)
    if message.event_code:
        _pair(info, "eventCode", "GB/T 35561", message.event_code)
    _add(info, "effective", clock.to_iso(message.sent))
    if message.onset is not None:
        _add(info, "onset", clock.to_iso(message.onset))
    _add(info, "expires", clock.to_iso(expires))
    for name, text in (
        ("senderName", message.sender_name),
        ("headline", message.headline),
        ("description", message.description),
        ("instruction", message.instruction),
        ("contact", message.contact),
    ):
        _add(info, name, text)
    _pair(info, "parameter", "color", LEVELS.encode(message.colour))
    for name, value in message.parameters.items():
        _pair(info, "parameter", name, value)
    _area(ET.SubElement(info, "area"), message.area)


def _area(element: ET.Element, area: Area) -> None:
    _add(element, "areaDesc", area.description)
    if area.polygon:
        _add(element, "polygon", " ".join(f"{lat:.6f},{lon:.6f}" for lat, lon in area.polygon))
    if area.circle:
        lat, lon, radius = area.circle
        _add(element, "circle", f"{lat:.6f},{lon:.6f} {radius:.3f}")
    _pair(element, "geocode", "GB/T 2260", area.division)


def _add(parent: ET.Element, name: str, text: str) -> None:
    if _NOT_XML.search(text):
        raise WireError("bad_field", f"{name} has characters XML cannot carry")
    if text:
        ET.SubElement(parent, name).text = text


def _pair(parent: ET.Element, name: str, key: str, value: str) -> None:
    pair = ET.SubElement(parent, name)
    _add(pair, "valueName", key)
    _add(pair, "value", value)
