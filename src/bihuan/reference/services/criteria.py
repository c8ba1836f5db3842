"""Revising the criteria library (判定标准库): every change is a new version with its own effective date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.registry import title_of
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.packs import diff_fields
from bihuan.foundation.lib.problems import Conflict, Forbidden, Invalid, Problem
from bihuan.foundation.lib.times import cn_date, local_date
from bihuan.reference.choices import ControlType, CriterionScope, VersionOrigin
from bihuan.reference.models import Criterion, CriterionVersion
from bihuan.reference.rules import article_citation

CONTENT = ("article", "item", "scope", "title", "tags", "control_type", "facts", "monitor_refs", "verified")
LOCAL_KEY = "local"


def revise_criterion(
    actor: Actor,
    criterion: Criterion,
    *,
    content: Mapping[str, Any],
    effective_from: date,
    reason: str,
    at: datetime,
) -> CriterionVersion:
    """Add a version that holds from `effective_from` on; the one before ends the day before and is not touched else.

    `content` may hold `standard`, `standard_title` and the fields of `CONTENT`; what it leaves out stays as it was.
    Refused: no change, no reason, a first day that is past or not after the latest version's first day.
    """
    _require_editor(actor)
    with transaction.atomic():
        latest = _latest(criterion)
        names = ("standard", "standard_title", *CONTENT)
        before = {name: getattr(latest, name) for name in names}
        after = {**before, **{name: content[name] for name in names if name in content}}
        if not diff_fields(before, after) and latest.effective_to is None:
            raise Problem("reference.no_change", "内容与现行版本相同，没有需要修订之处。")
        _check(after, effective_from=effective_from, reason=reason, at=at, after_day=latest.effective_from)
        if latest.effective_to is None or latest.effective_to >= effective_from:
            CriterionVersion.objects.filter(pk=latest.pk).update(
                effective_to=effective_from - timedelta(days=1)
            )
        version = _create(actor, criterion, after, effective_from=effective_from, reason=reason, at=at)
        changed = diff_fields(before, after)
        record(
            actor, "reference.revise_criterion", criterion, at=at, note=reason,
            before={"number": latest.number, **{name: pair[0] for name, pair in changed.items()}},
            after={"number": version.number, "effective_from": effective_from, **{n: p[1] for n, p in changed.items()}},
        )  # fmt: skip
    return version


def add_criterion(
    actor: Actor, *, code: str, content: Mapping[str, Any], effective_from: date, reason: str, at: datetime
) -> CriterionVersion:
    """Add a criterion of the province's or city's own list (一行业一清单) with its first version."""
    _require_editor(actor)
    code = code.strip().upper()
    if not code or Criterion.objects.filter(code=code).exists():
        fault = "请填写编号。" if not code else f"编号“{code}”已被使用，编号不得重复，请换一个。"
        raise Invalid({"code": [fault]}, code="reference.criterion_code")
    values = {"item": None, "tags": [], "facts": {}, "monitor_refs": [], "verified": False, **content}
    _check(values, effective_from=effective_from, reason=reason, at=at)
    with transaction.atomic():
        criterion = Criterion.objects.create(code=code, pack_key=LOCAL_KEY)
        version = _create(actor, criterion, values, effective_from=effective_from, reason=reason, at=at)
        record(actor, "reference.add_criterion", criterion, at=at, note=reason, after={"number": 1, **values})
    return version


def retire_criterion(
    actor: Actor, criterion: Criterion, *, last_day: date, reason: str, at: datetime
) -> CriterionVersion:
    """End the latest version with `last_day`; new findings can no longer rest on it, old ones keep it."""
    _require_editor(actor)
    with transaction.atomic():
        latest = _latest(criterion)
        errors: dict[str, list[str]] = {}
        if latest.effective_to is not None:
            raise Conflict(
                "reference.retired", f"该情形已定于{cn_date(latest.effective_to)}停用，无需重复办理。"
            )
        if last_day < max(latest.effective_from, local_date(at)):
            errors["last_day"] = ["最后施行日不得早于今天，也不得早于现行版本的生效日期。"]
        if not reason.strip():
            errors["reason"] = ["请说明停用的依据。"]
        if errors:
            raise Invalid(errors, code="reference.retire")
        CriterionVersion.objects.filter(pk=latest.pk).update(effective_to=last_day)
        record(
            actor, "reference.retire_criterion", criterion, at=at, note=reason,
            before={"number": latest.number, "effective_to": None}, after={"effective_to": last_day},
        )  # fmt: skip
    latest.effective_to = last_day
    return latest


def next_number(criteria: Iterable[Criterion]) -> dict[int, int]:
    """The next version number of each criterion, by its id; one query."""
    ids = [criterion.pk for criterion in criteria]
    rows = (
        CriterionVersion.objects.filter(criterion_id__in=ids)
        .values("criterion_id")
        .annotate(last=Max("number"))
    )
    last = {row["criterion_id"]: row["last"] for row in rows.order_by()}
    return {pk: last.get(pk, 0) + 1 for pk in ids}


def search_text(code: str, standard: str, values: Mapping[str, Any]) -> str:
    """What a search looks through: id, citation, title, tags and the points of fact."""
    citation = article_citation(standard, values["article"], values["item"])
    parts = [code, citation, values["title"], *values["tags"]]
    for fact in dict(values["facts"]).values():
        parts += [str(part) for part in fact] if isinstance(fact, list) else [str(fact)]
    return " ".join(parts)


def _require_editor(actor: Actor) -> None:
    # The library belongs to no organisation: the right is held where a role on a city or the province gives it.
    if not actor.can("reference.edit_criteria"):
        raise Forbidden(
            "reference.edit_criteria",
            f"您没有“{title_of('reference.edit_criteria')}”的权限，请由市级或省级监管人员办理。",
        )


def _latest(criterion: Criterion) -> CriterionVersion:
    rows = CriterionVersion.objects.select_for_update().filter(criterion=criterion)
    latest: CriterionVersion = rows.order_by("-effective_from")[:1].get()
    return latest


def _create(
    actor: Actor,
    criterion: Criterion,
    values: Mapping[str, Any],
    *,
    effective_from: date,
    reason: str,
    at: datetime,
) -> CriterionVersion:
    number = next_number([criterion])[criterion.pk]
    try:
        with transaction.atomic():
            return CriterionVersion.objects.create(
                criterion=criterion, number=number, effective_from=effective_from, origin=VersionOrigin.EDIT,
                reason=reason.strip(), created_at=at, created_by_id=actor.user_id, **values,
                search_text=search_text(criterion.code, values["standard"], values),
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict("reference.criterion_changed", "该情形刚刚被他人修订，请刷新后核对再办理。") from error


def _check(
    values: Mapping[str, Any],
    *,
    effective_from: date,
    reason: str,
    at: datetime,
    after_day: date | None = None,
) -> None:
    errors: dict[str, list[str]] = {}
    if not str(values.get("title") or "").strip():
        errors["title"] = ["请填写情形。"]
    for name, label in (("standard", "标准文号"), ("standard_title", "标准名称")):
        if not str(values.get(name) or "").strip():
            errors[name] = [f"请填写{label}。"]
    if values.get("scope") not in CriterionScope.values:
        errors["scope"] = ["请选择适用范围。"]
    if values.get("control_type") not in ControlType.values:
        errors["control_type"] = ["请选择管控类型。"]
    for name, label, least in (("article", "条", 1), ("item", "项", 1)):
        number = values.get(name)
        if not (number is None and name == "item") and not (
            isinstance(number, int) and least <= number <= 999
        ):
            errors[name] = [f"“{label}”应为1至999的整数。"]
    if not reason.strip():
        errors["reason"] = ["请说明修订的依据。"]
    if effective_from < local_date(at):
        errors["effective_from"] = ["生效日期不得早于今天：已作出的判定不受新版本影响。"]
    elif after_day is not None and effective_from <= after_day:
        errors["effective_from"] = [f"生效日期须晚于最近版本的生效日期（{cn_date(after_day)}）。"]
    if errors:
        raise Invalid(errors, code="reference.criterion_invalid")
