"""Writing history, anchoring it, and checking it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import models, transaction
from django.db.models import Max

from bihuan.foundation.audit.models import Anchor, Entry, Head, Ref, reference
from bihuan.foundation.lib.canonical import canonical_json, plain_json
from bihuan.foundation.lib.merkle import merkle_root
from bihuan.foundation.lib.sm3 import sm3_hex

# Entries younger than this are left to the next anchor: an id may be handed out before a slower transaction commits.
SETTLED = timedelta(minutes=10)
BATCH = 500


class Acting(Protocol):
    """Whoever acts: a person, a token, or the system."""

    @property
    def kind(self) -> str: ...
    @property
    def user_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def home(self) -> int | None: ...


def entry_hash(entry: Entry) -> str:
    """SM3 over the canonical content of an entry and the hash before it."""
    return sm3_hex(
        canonical_json(
            {
                "kind": entry.kind, "subject": entry.subject_id, "seq": entry.seq, "action": entry.action,
                "actor": [entry.actor_kind, entry.actor_id, entry.actor_name, entry.organisation_id],
                "at": entry.at, "captured_at": entry.captured_at, "before": entry.before, "after": entry.after,
                "detail": entry.detail, "note": entry.note, "previous": entry.previous_hash,
            }
        )
    )  # fmt: skip


def build_entry(
    actor: Acting, action: str, ref: Ref, *, seq: int, previous_hash: str, at: datetime,
    before: dict[str, Any] | None = None, after: dict[str, Any] | None = None, note: str = "",
    captured_at: datetime | None = None, detail: dict[str, Any] | None = None, recorded_at: datetime | None = None,
) -> Entry:  # fmt: skip
    """An unsaved entry with its hash; bulk loaders build chains with it, everyone else calls `record`."""
    entry = Entry(
        kind=ref.kind, subject_id=ref.id, seq=seq, action=action, actor_kind=actor.kind, actor_id=actor.user_id,
        actor_name=actor.name, organisation_id=actor.home, at=at, captured_at=captured_at,
        before=None if before is None else plain_json(before), after=None if after is None else plain_json(after),
        detail=None if detail is None else plain_json(detail), note=note, previous_hash=previous_hash,
        recorded_at=recorded_at or at,
    )  # fmt: skip
    entry.hash = entry_hash(entry)
    return entry


def record(
    actor: Acting, action: str, subject: models.Model | Ref, *, at: datetime,
    before: dict[str, Any] | None = None, after: dict[str, Any] | None = None, note: str = "",
    captured_at: datetime | None = None, detail: dict[str, Any] | None = None,
) -> Entry:  # fmt: skip
    """Append one entry to the record's chain, in the caller's transaction."""
    ref = reference(subject)
    with transaction.atomic():
        Head.objects.get_or_create(kind=ref.kind, subject_id=ref.id)
        head = Head.objects.select_for_update().get(kind=ref.kind, subject_id=ref.id)
        entry = build_entry(
            actor, action, ref, seq=head.seq + 1, previous_hash=head.hash, at=at, before=before, after=after,
            note=note, captured_at=captured_at, detail=detail,
        )  # fmt: skip
        entry.save(force_insert=True)
        head.seq, head.hash = entry.seq, entry.hash
        head.save(update_fields=["seq", "hash"])
    return entry


@dataclass(frozen=True)
class Note:
    """One entry of `record_many`."""

    subject: models.Model | Ref
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    note: str = ""


def record_many(actor: Acting, action: str, notes: Sequence[Note], *, at: datetime) -> None:
    """As `record` for many records at once (imports, rounds): a few queries for thousands; each record at most once."""
    pairs = [(reference(n.subject), n) for n in notes]
    with transaction.atomic():
        heads = _heads_of([ref for ref, _ in pairs])
        entries = []
        for ref, n in pairs:
            head = heads[ref]
            entry = build_entry(
                actor, action, ref, seq=head.seq + 1, previous_hash=head.hash, at=at, before=n.before, after=n.after, note=n.note
            )
            head.seq, head.hash = entry.seq, entry.hash
            entries.append(entry)
        Entry.objects.bulk_create(entries, batch_size=BATCH)
        fresh, known = [h for h in heads.values() if h.pk is None], [h for h in heads.values() if h.pk is not None]
        Head.objects.bulk_create(fresh, batch_size=BATCH)
        Head.objects.bulk_update(known, ["seq", "hash"], batch_size=BATCH)


def _heads_of(refs: Sequence[Ref]) -> dict[Ref, Head]:
    """The locked heads of these records; unsaved ones for records without history."""
    if len(set(refs)) != len(refs):
        raise ValueError("record_many takes each record once")
    heads = {ref: Head(kind=ref.kind, subject_id=ref.id) for ref in refs}
    for start in range(0, len(refs), BATCH):
        part = refs[start : start + BATCH]
        for kind in {ref.kind for ref in part}:
            rows = Head.objects.select_for_update().filter(kind=kind, subject_id__in=[r.id for r in part if r.kind == kind])
            heads.update({Ref(kind, row.subject_id): row for row in rows})
    return heads


def _heads_between(first: int, last: int) -> list[str]:
    """Hashes of the latest entry of each record changed in the id range, ordered by record."""
    span = Entry.objects.filter(id__gte=first, id__lte=last)
    latest = span.values("kind", "subject_id").annotate(last=Max("id")).order_by("kind", "subject_id")
    hashes = dict(span.values_list("id", "hash"))
    return [hashes[row["last"]] for row in latest]


def anchor(*, at: datetime) -> Anchor | None:
    """Seal everything settled since the last anchor under one Merkle root; None when there is nothing new."""
    with transaction.atomic():
        previous = Anchor.objects.order_by("-id").first()
        first = previous.last_entry_id + 1 if previous else 1
        last = Entry.objects.filter(id__gte=first, recorded_at__lte=at - SETTLED).aggregate(last=Max("id"))["last"]
        if last is None:
            return None
        heads = _heads_between(first, last)
        prior = previous.root if previous else ""
        return Anchor.objects.create(
            at=at, first_entry_id=first, last_entry_id=last, leaves=len(heads), previous_root=prior,
            root=merkle_root([prior, *heads]),
        )  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """The first place where the history does not hold."""

    where: str
    what: str


@dataclass(frozen=True)
class Verdict:
    """Outcome of a verification."""

    entries: int
    records: int
    anchors: int
    fault: Fault | None


def _entry_fault(entry: Entry, seq: int, previous: str) -> str | None:
    if entry.seq != seq:
        return f"第 {seq} 条缺失或次序被改动"
    if entry.previous_hash != previous:
        return "与上一条的链接被改动"
    if entry_hash(entry) != entry.hash:
        return "内容被改动"
    return None


def verify(*, entries: Iterable[Entry] | None = None) -> Verdict:
    """Walk every chain and every anchor; stop at the first altered, missing or inserted row and name it."""
    heads = {(h.kind, h.subject_id): h for h in Head.objects.iterator()}
    rows: Iterator[Entry] = iter(entries if entries is not None else Entry.objects.in_chain_order().iterator(2000))
    count, here, seq, previous = 0, None, 0, ""
    seen: set[tuple[str, int]] = set()

    def tail_fault() -> Fault | None:
        if here is None:
            return None
        head = heads.get(here)
        if head is None or (head.seq, head.hash) != (seq, previous):
            return Fault(f"{here[0]}:{here[1]}#{seq}", "链尾与登记的链头不符：末尾的记录被删除或改动")
        return None

    for entry in rows:
        key = (entry.kind, entry.subject_id)
        if key != here:
            if (fault := tail_fault()) is not None:
                return Verdict(count, len(seen), 0, fault)
            here, seq, previous = key, 0, ""
            seen.add(key)
        what = _entry_fault(entry, seq + 1, previous)
        if what:
            return Verdict(count, len(seen), 0, Fault(f"{entry.kind}:{entry.subject_id}#{entry.seq}", what))
        seq, previous, count = entry.seq, entry.hash, count + 1
    if (fault := tail_fault()) is not None:
        return Verdict(count, len(seen), 0, fault)
    lost = next((key for key in heads if key not in seen), None)
    if lost is not None:
        return Verdict(count, len(seen), 0, Fault(f"{lost[0]}:{lost[1]}", "整条历史被删除"))
    return _verify_anchors(count, len(seen))


def _verify_anchors(entries: int, records: int) -> Verdict:
    prior, checked = "", 0
    for sealed in Anchor.objects.order_by("id"):
        heads = _heads_between(sealed.first_entry_id, sealed.last_entry_id)
        if sealed.previous_root != prior or merkle_root([prior, *heads]) != sealed.root:
            return Verdict(entries, records, checked, Fault(f"存证锚点 {sealed.at:%Y-%m-%d}", "与所封存的历史不符"))
        prior, checked = sealed.root, checked + 1
    return Verdict(entries, records, checked, None)
