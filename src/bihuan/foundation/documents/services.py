"""Writes: keeping the file that was issued, and replacing templates."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage
from django.db import IntegrityError, models, transaction

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.registry import title_of
from bihuan.foundation.audit.models import Ref, reference
from bihuan.foundation.audit.services import Acting, record
from bihuan.foundation.documents import registry
from bihuan.foundation.documents.models import IssuedCopy, TemplateChange
from bihuan.foundation.documents.overrides import Trial, try_template
from bihuan.foundation.documents.render import MIME as DOCX
from bihuan.foundation.lib.problems import Conflict, Forbidden
from bihuan.foundation.lib.sm3 import sm3_hex

TEMPLATE_LEVELS = frozenset({"province", "city"})


def issue_copy(
    actor: Acting, *, kind: str, subject: models.Model | Ref, organisation_id: int, title: str, filename: str,
    content: bytes, at: datetime, number: str = "", mime: str = DOCX,
) -> IssuedCopy:  # fmt: skip
    """Keep the file as issued, as the next edition for (subject, kind). The calling service has checked the right.

    The file is stored under its SM3 before the row: a crash leaves at most a file that nothing names.
    Conflict when two people issue the same document at once.
    """
    ref, digest = reference(subject), sm3_hex(content)
    path = f"issued/{digest[:2]}/{digest}{Path(filename).suffix}"
    keep_file(default_storage, path, content)
    before = IssuedCopy.objects.of(ref).of_kind(kind).aggregate(last=models.Max("edition"))["last"] or 0
    try:
        with transaction.atomic():
            copy: IssuedCopy = IssuedCopy.objects.create(
                organisation_id=organisation_id, kind=kind, title=title, number=number, subject_kind=ref.kind,
                subject_id=ref.id, edition=before + 1, filename=filename, mime=mime, size=len(content), sm3=digest,
                file=path, issued_at=at, issued_by_id=actor.user_id, issued_by_name=actor.name,
            )  # fmt: skip
            record(actor, "documents.issue", copy, at=at,
                   after={"number": number, "title": title, "sm3": digest, "subject": list(ref), "edition": copy.edition})  # fmt: skip
    except IntegrityError as fault:
        raise Conflict("documents.issued_meanwhile", "这份文书刚刚已由他人制发，请刷新后核对。") from fault
    return copy


def keep_file(storage: Storage, path: str, content: bytes) -> None:
    """Store content under its own name once, and force it to disk where the storage is one."""
    if storage.exists(path):
        return
    saved = storage.save(path, ContentFile(content))
    try:
        place = storage.path(saved)
    except NotImplementedError:  # an object store is durable by itself
        return
    for target in (place, os.path.dirname(place)):
        handle = os.open(target, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def fault_of(copy: IssuedCopy) -> str | None:
    """Return in Chinese what is wrong with the stored file of a copy, or None."""
    path = str(copy.file.name)
    if not default_storage.exists(path):
        return "存档文件缺失"
    with default_storage.open(path, "rb") as stored:
        return None if sm3_hex(stored.read()) == copy.sm3 else "存档文件与制发时的 SM3 不符"


def replace_template(actor: Actor, *, key: str, content: bytes, at: datetime) -> Trial:
    """Put an official's own template in force on this installation, after it has filled its sample without fault.

    Province and city level only: it changes the document of every unit. The file before it is kept beside it.
    """
    _require_template_right(actor)
    template = registry.get(key)
    trial = try_template(template, content)
    digest = sm3_hex(content)
    with transaction.atomic():
        _note_change(actor, key, digest, at)
        _set_aside(template)
        folder = registry.override_dir()
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f".{key}.{os.getpid()}.part"
        part.write_bytes(content)
        part.replace(template.override)
    return trial


def restore_template(actor: Actor, *, key: str, at: datetime) -> None:
    """Put the shipped template back in force; nothing happens when it is."""
    _require_template_right(actor)
    template = registry.get(key)
    if not template.override.exists():
        return
    with transaction.atomic():
        _note_change(actor, key, "", at)
        _set_aside(template)


def _require_template_right(actor: Actor) -> None:
    capability = "documents.replace_template"
    levels = {assignment.organisation_kind for assignment in actor.granting(capability)}
    if actor.kind != "system" and not levels & TEMPLATE_LEVELS:
        raise Forbidden("access.forbidden", f"“{title_of(capability)}”影响全部单位，只能由省、市两级办理。")


def _note_change(actor: Actor, key: str, digest: str, at: datetime) -> None:
    before = (
        TemplateChange.objects.filter(key=key).order_by("-id").values_list("sm3", flat=True).first() or ""
    )
    change = TemplateChange.objects.create(key=key, sm3=digest, changed_at=at, changed_by_name=actor.name)
    record(
        actor,
        "documents.replace_template",
        change,
        at=at,
        before={"sm3": before},
        after={"key": key, "sm3": digest},
    )


def _set_aside(template: registry.Template) -> None:
    """Keep the file in force under its hash, so that an earlier version can be found again."""
    if template.override.exists():
        kept = (
            registry.override_dir()
            / "former"
            / f"{template.key}.{sm3_hex(template.override.read_bytes())[:12]}.docx"
        )
        kept.parent.mkdir(parents=True, exist_ok=True)
        template.override.replace(kept)
