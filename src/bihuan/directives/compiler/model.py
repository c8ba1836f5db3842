"""What the compiler returns: plain frozen data, no behaviour but conversion to JSON."""

from dataclasses import asdict, dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a field has its value: the rule that fired and the words it fired on."""

    field: str
    rule: str
    words: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number the obligation names; ``bound`` is exact, min, max or threshold (a condition, no target)."""

    value: float
    unit: str
    what: str
    bound: str


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a target that falls to one place (按地区分解)."""

    place: str
    value: float
    what: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the clause tree; offsets point into the original text."""

    number: str
    title: str | None
    level: int
    path: str
    start: int
    end: int
    clause: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table as rows of cell texts, with its place in the original."""

    start: int
    end: int
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment (附件): its printed label, title and tables."""

    label: str
    title: str
    start: int
    end: int
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Campaign:
    """The window a notice runs in (行动期限)."""

    start: date | None
    end: date | None
    start_text: str
    end_text: str


@dataclass(frozen=True, slots=True)
class Document:
    """The head and foot of the notice."""

    doc_number: str | None = None
    title: str | None = None
    issuer: str | None = None
    letterhead: str | None = None
    issue_date: date | None = None
    issue_date_source: str | None = None
    print_date: date | None = None
    recipients: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    campaign: Campaign | None = None
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing some party must do, reach, report or not do; ``text == source[start:end]``."""

    id: str
    text: str
    start: int
    end: int
    section: str
    section_path: str
    actors: tuple[str, ...]
    action: str
    kind: str
    strength: str
    deadline: date | None = None
    deadline_text: str | None = None
    deadline_rule: str | None = None
    period: str | None = None
    frequency: int | None = None
    weekday: str | None = None
    quantity: tuple[Quantity, ...] = ()
    breakdown: tuple[Share, ...] = ()
    applies_to: tuple[str, ...] = ()
    source_basis: tuple[str, ...] = ()
    note: str | None = None
    confidence: float = 0.0
    confidence_reason: str = ""
    why: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledNotice:
    """The whole result for one source."""

    source_name: str
    text: str
    document: Document
    sections: tuple[Section, ...]
    obligations: tuple[Obligation, ...]
    attachments: tuple[Attachment, ...] = ()
    warnings: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, object]:
        """Return the result in the vocabulary of the annotation guideline (dates as ISO strings)."""
        plain = _plain(asdict(self))
        assert isinstance(plain, dict)
        return plain


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
