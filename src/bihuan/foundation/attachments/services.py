"""Attaching, withdrawing, redacting and verifying files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.db import IntegrityError, models, transaction

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require
from bihuan.foundation.attachments import content, images, media, registry, storage
from bihuan.foundation.attachments.choices import PURPOSES, Group, Source
from bihuan.foundation.attachments.models import Attachment
from bihuan.foundation.audit.models import Entry, Ref, reference
from bihuan.foundation.audit.services import record as record_entry
from bihuan.foundation.lib.problems import Conflict, Forbidden, NotFound, Problem

Location = tuple[float, float]


def attach(
    actor: Actor, record: models.Model | Ref, upload: File[bytes], *, purpose: str, at: datetime,
    captured_at: datetime | None = None, location: Location | None = None, captured_monotonic_ms: int | None = None,
) -> Attachment:  # fmt: skip
    """Check a file, keep it under its SM3 and hang it on the record.

    `captured_at`, `location` (latitude, longitude in degrees, WGS 84) and the device's monotonic clock come from the
    capturing device (the time also as `upload.captured_at`, where a photo field has put it); where they are missing
    the camera's own notes are used. The same file for the same purpose is
    attached once: a phone that sends it again gets the first one back. Raises NotFound for a record out of sight,
    Forbidden without attachments.add, Problem for a file that is not acceptable.
    """
    ref = reference(record)
    _may_add(actor, ref)
    return _attach(
        actor, ref, upload, purpose=purpose, at=at, captured_at=captured_at or getattr(upload, "captured_at", None),
        location=location, captured_monotonic_ms=captured_monotonic_ms,
    )  # fmt: skip


def _may_add(actor: Actor, ref: Ref) -> None:
    registry.owner_of_kind(ref.kind)
    if not registry.sees(actor, ref.kind, ref.id):
        raise NotFound("attachments.owner_not_found")
    if not actor.can("attachments.add"):
        raise Forbidden("attachments.forbidden", "您没有“上传附件”的权限；如需办理，请联系本单位系统运维人员授权。")


def _attach(
    actor: Actor, ref: Ref, upload: File[bytes], *, purpose: str, at: datetime, captured_at: datetime | None,
    location: Location | None, captured_monotonic_ms: int | None, redacts: Attachment | None = None, note: str = "",
) -> Attachment:  # fmt: skip
    _check_place(location)
    with storage.received(upload) as incoming:
        kind, picture = content.inspect(incoming.path, incoming.name, incoming.size)
        _check_purpose(purpose, kind, incoming.name)
        if picture is not None:
            storage.derived("thumbs", incoming.sm3, lambda: iter([images.thumbnail(incoming.path)]))
        storage.keep(incoming)
    taken_at = captured_at or (picture.taken_at if picture else None)
    place = location or (picture.location if picture else None)
    row = Attachment(
        owner_kind=ref.kind, owner_id=ref.id, purpose=purpose, name=incoming.name, extension=kind.extension,
        content_type=kind.content_type, group=kind.group, size=incoming.size, sm3=incoming.sm3,
        width=picture.width if picture else None, height=picture.height if picture else None, exif=picture.noted if picture else {},
        captured_at=taken_at, captured_source=_source(captured_at, taken_at), captured_monotonic_ms=captured_monotonic_ms,
        latitude=_micro(place[0]) if place else None, longitude=_micro(place[1]) if place else None,
        location_source=_source(location, place), redacts=redacts, uploaded_by_id=actor.user_id,
        uploaded_by_name=actor.name, organisation_id=actor.home, uploaded_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            record_entry(actor, "attachments.add", row, at=at, captured_at=taken_at, after=_facts(row), note=note)
    except IntegrityError:
        first = Attachment.objects.history_of(ref).filter(purpose=purpose, sm3=incoming.sm3, withdrawn_at__isnull=True).first()
        if first is None:
            raise
        return first  # type: ignore[no-any-return]
    return row


def _source(given: object, known: object) -> str:
    return Source.DEVICE if given is not None else Source.EXIF if known is not None else ""


def _micro(degrees: float) -> Decimal:
    return Decimal(str(degrees)).quantize(Decimal("0.000001"))


def _check_place(location: Location | None) -> None:
    if location is not None and not (abs(location[0]) <= 90 and abs(location[1]) <= 180):
        raise Problem("attachments.bad_location", "拍摄位置的经纬度超出范围，请重新定位。", field="location")


def _check_purpose(purpose: str, kind: content.Kind, name: str) -> None:
    title, groups = PURPOSES.get(purpose, (purpose, tuple(Group)))
    if kind.group not in groups:
        wanted = "、".join(group.label for group in groups)
        raise Problem("attachments.wrong_kind", f"“{title}”只接受{wanted}；“{name}”实际是{kind.group.label}（{kind.extension}）。", field="file")


def _facts(row: Attachment) -> dict[str, object]:
    """What the history seals about a file."""
    return {
        "owner": list(row.owner), "purpose": row.purpose, "name": row.name, "size": row.size, "sm3": row.sm3,
        "captured_at": row.captured_at, "captured_monotonic_ms": row.captured_monotonic_ms,
        "latitude": row.latitude, "longitude": row.longitude, "redacts": row.redacts_id,
    }  # fmt: skip


def visible(actor: Actor, attachment_id: int) -> Attachment:
    """The attachment if its owning record lies in sight; NotFound otherwise."""
    row: Attachment | None = Attachment.objects.filter(pk=attachment_id).first()
    if row is None or not registry.sees(actor, row.owner_kind, row.owner_id):
        raise NotFound("attachments.not_found", "没有找到该附件，或它不在您的管辖范围内。")
    return row


def read_original(actor: Actor, attachment_id: int, *, at: datetime) -> Attachment:
    """The attachment, for one who may have its original with place and camera notes; the reading is recorded."""
    row = visible(actor, attachment_id)
    owners = registry.owner_of_kind(row.owner_kind).visible_to(actor)
    require(actor, "attachments.original", owners.get(pk=row.owner_id))
    record_entry(actor, "attachments.original_read", row, at=at)
    return row


def withdraw(actor: Actor, attachment: Attachment, *, at: datetime, reason: str) -> Attachment:
    """Take a file out of use (撤回): it stays stored and readable in the history, and counts no more."""
    _may_add(actor, attachment.owner)
    if not reason.strip():
        raise Problem("attachments.reason_missing", "请填写撤回原因。", field="reason")
    with transaction.atomic():
        mine = Attachment.objects.filter(pk=attachment.pk, withdrawn_at__isnull=True)
        if not mine.update(withdrawn_at=at, withdrawn_by_name=actor.name, withdrawn_reason=reason):
            raise Conflict("attachments.already_withdrawn", "该附件已被撤回。")
        attachment.refresh_from_db()
        record_entry(actor, "attachments.withdraw", attachment, at=at, after={"withdrawn_at": at}, note=reason)
    return attachment


def redact(actor: Actor, attachment: Attachment, *, boxes: Sequence[images.Box], at: datetime, reason: str) -> Attachment:
    """Make a copy for publication in which the boxes (parts of 1 of the upright picture) are unreadable (脱敏)."""
    _may_add(actor, attachment.owner)
    if not attachment.is_image:
        raise Problem("attachments.not_an_image", "只有图片可以打码；请上传已处理的文件。")
    if not boxes or any(not (0 <= left < right <= 1 and 0 <= top < bottom <= 1) for left, top, right, bottom in boxes):
        raise Problem("attachments.bad_boxes", "请在图片上框选需要遮盖的区域。", field="boxes")
    pixels = images.mosaic(stored(attachment), boxes)
    stem = attachment.name.rpartition(".")[0] or attachment.name
    return _attach(
        actor, attachment.owner, ContentFile(pixels, name=f"{stem}（已脱敏）.jpg"), purpose=attachment.purpose, at=at,
        captured_at=attachment.captured_at, location=None, captured_monotonic_ms=None, redacts=attachment, note=reason,
    )  # fmt: skip


def public_copy(attachment: Attachment) -> Attachment | None:
    """The newest redacted copy in use; None when there is none: then it must not be published."""
    copies = Attachment.objects.filter(redacts=attachment, withdrawn_at__isnull=True)
    return copies.order_by("-pk").first()


def stored(attachment: Attachment) -> Path:
    """Where the file as received lies; Problem attachments.file_missing (410) when the store has lost it."""
    path = storage.original_path(attachment.sm3)
    if not path.exists():
        raise Problem("attachments.file_missing", f"附件“{attachment.name}”的文件缺失，请联系系统运维人员核查存储。", status=410)
    return path


def served_path(attachment: Attachment) -> Path:
    """The file that people are given: pictures, films and recordings without place and camera notes, others as they are."""
    source = stored(attachment)
    if attachment.is_image:
        return storage.derived("clean", attachment.sm3, lambda: _one(images.clean_copy(source)))
    if attachment.group in (Group.VIDEO, Group.AUDIO):
        return storage.derived("clean", attachment.sm3, lambda: media.clean_chunks(source))
    return source


def _one(data: bytes) -> Iterator[bytes]:
    yield data


def thumbnail_path(attachment: Attachment) -> Path:
    """The small picture of an image."""
    source = stored(attachment)
    return storage.derived("thumbs", attachment.sm3, lambda: _one(images.thumbnail(source)))


def stripped_bytes(attachment: Attachment) -> bytes:
    """What exports put into documents: the file without EXIF and place."""
    return served_path(attachment).read_bytes()


@dataclass(frozen=True)
class Verdict:
    """Whether a file is still the one that was attached."""

    sound: bool
    message: str


def verify(attachment: Attachment) -> Verdict:
    """Compare the stored file with its row, and the row with the sealed history entry of its attaching."""
    entry = Entry.objects.of(attachment).filter(action="attachments.add").first()
    if entry is None:
        return Verdict(False, "审计日志中没有该附件的上传记录")
    if entry.after.get("sm3") != attachment.sm3:
        return Verdict(False, "附件登记的摘要与审计日志不一致，登记信息被改动")
    path = storage.original_path(attachment.sm3)
    if not path.exists():
        return Verdict(False, "文件缺失")
    found = storage.digest_of(path)
    if found != attachment.sm3:
        return Verdict(False, f"文件内容被改动：登记摘要 {attachment.sm3[:16]}…，现为 {found[:16]}…")
    return Verdict(True, "文件完好，与上传时一致")
