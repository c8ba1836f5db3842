"""The steps of the loop under their everyday names; each is one transition of the table in flow/hazard.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.attachments.models import Attachment
from bihuan.foundation.lib.problems import Invalid
from bihuan.foundation.workflow.engine import Offer, available, perform
from bihuan.hazards.choices import Origin
from bihuan.hazards.flow.hazard import fits
from bihuan.hazards.models import Hazard
from bihuan.hazards.rules.harbour import Harbour, harbour
from bihuan.hazards.rules.plans import PARTS
from bihuan.hazards.rules.reporting import own_loop
from bihuan.hazards.services.report import attach_photos
from bihuan.reference.models import CriterionVersion


def _variant(hazard: Hazard, name: str) -> str:
    """The firm's or the regulator's variant of a step."""
    return f"self_{name}" if own_loop(hazard.origin, hazard.level) else name


def confirm_hazard(
    actor: Actor, hazard: Hazard, *, at: datetime, due_on: date, level: str | None = None, criterion: CriterionVersion | None = None,
    assignee: str = "", needs_plan: bool = False, expect: int | None = None, note: str = "",
) -> Hazard:  # fmt: skip
    """Decide the level (判定) and set the time limit; general self-found ones by the firm itself, all others by the regulator."""
    if own_loop(hazard.origin, hazard.level) and level in (None, "general"):
        return perform(actor, hazard, "self_confirm", at=at, expect=expect, note=note, due_on=due_on, assignee=assignee)
    return perform(
        actor, hazard, "confirm", at=at, expect=expect, note=note, level=level or hazard.level, criterion=criterion,
        due_on=due_on, assignee=assignee, needs_plan=needs_plan,
    )  # fmt: skip


def reclassify_hazard(
    actor: Actor, hazard: Hazard, *, at: datetime, level: str, reason: str, criterion: CriterionVersion | None = None, expect: int | None = None
) -> Hazard:
    """Propose another level; only before confirmation."""
    own = hazard.origin == Origin.SELF and not actor.holds("hazards.confirm", hazard.organisation_id)
    name = "self_reclassify" if own else "reclassify"
    return perform(actor, hazard, name, at=at, expect=expect, note=reason, level=level, criterion=criterion)


def withdraw_hazard(actor: Actor, hazard: Hazard, *, at: datetime, reason: str, expect: int | None = None) -> Hazard:
    """It is no hazard (撤销); only before confirmation, with the reason."""
    return perform(actor, hazard, _variant(hazard, "withdraw"), at=at, expect=expect, note=reason)


def submit_plan(
    actor: Actor, hazard: Hazard, *, at: datetime, person: str, measures: str, amount_fen: int | None, due_on: date | None,
    contingency: str, owners: Mapping[str, str] | None = None, expect: int | None = None, note: str = "",
) -> Hazard:  # fmt: skip
    """Send in the five-part plan (五落实方案); Invalid names every missing part. Owners default to the responsible person."""
    values: dict[str, Any] = {
        "plan_person": person.strip(), "plan_measures": measures.strip(), "plan_amount_fen": amount_fen,
        "plan_due_on": due_on, "plan_contingency": contingency.strip(),
    }  # fmt: skip
    errors = {field: [f"请填写{title}"] for _, title, field in PARTS if values[field] in (None, "")}
    if errors:
        raise Invalid(errors, code="hazards.plan_incomplete")
    named = {key: (owners or {}).get(key, "" if owners else person).strip() for key, _, _ in PARTS}
    return perform(actor, hazard, "submit_plan", at=at, expect=expect, note=note, plan_owners=named, **values)


def return_plan(actor: Actor, hazard: Hazard, *, at: datetime, reason: str, expect: int | None = None) -> Hazard:
    """Send the plan back for correction."""
    return perform(actor, hazard, "return_plan", at=at, expect=expect, note=reason)


def approve_plan(
    actor: Actor, hazard: Hazard, *, at: datetime, stop_production: bool = False, expect: int | None = None, note: str = ""
) -> Hazard:
    """Approve the plan; another person than the one who sent it in."""
    return perform(actor, hazard, "approve_plan", at=at, expect=expect, note=note, stop_production=stop_production)


def order_stop(actor: Actor, hazard: Hazard, *, at: datetime, reason: str) -> Hazard:
    """Rectification with production stopped (停产整改)."""
    return perform(actor, hazard, "order_stop", at=at, note=reason)


def lift_stop(actor: Actor, hazard: Hazard, *, at: datetime, reason: str) -> Hazard:
    """Production may run again while rectification goes on."""
    return perform(actor, hazard, "lift_stop", at=at, note=reason)


def report_fix(
    actor: Actor, hazard: Hazard, *, at: datetime, summary: str, photos: Sequence[File[bytes]] = (), no_photo_reason: str = "",
    expect: int | None = None, captured_at: datetime | None = None,
) -> Hazard:  # fmt: skip
    """Report it fixed and ask for re-check; with after-photos (now, or sent since the last re-check), or the reason why there is none."""
    sent_before = Attachment.objects.of(hazard).with_purpose("after").filter(uploaded_at__gt=hazard.rechecked_at or hazard.reported_at)
    names = [getattr(photo, "name", "") for photo in photos] or list(sent_before.values_list("name", flat=True))
    with transaction.atomic():
        perform(
            actor, hazard, "report_fix", at=at, expect=expect, captured_at=captured_at, summary=summary,
            photos=names, no_photo_reason=no_photo_reason,
        )  # fmt: skip
        attach_photos(actor, hazard, photos, purpose="after", at=at)
    return hazard


def accept_recheck(
    actor: Actor, hazard: Hazard, *, at: datetime, opinion: str, photos: Sequence[File[bytes]] = (), expect: int | None = None,
    captured_at: datetime | None = None,
) -> Hazard:  # fmt: skip
    """Re-check passed: closed (销号). Never by the person who reported it fixed."""
    with transaction.atomic():
        perform(actor, hazard, _variant(hazard, "accept"), at=at, expect=expect, captured_at=captured_at, opinion=opinion)
        attach_photos(actor, hazard, photos, purpose="scene", at=at)
    return hazard


def reject_recheck(actor: Actor, hazard: Hazard, *, at: datetime, due_on: date, reason: str, expect: int | None = None) -> Hazard:
    """Re-check not passed: back to work until `due_on`."""
    return perform(actor, hazard, _variant(hazard, "reject"), at=at, expect=expect, note=reason, due_on=due_on)


def ask_extension(actor: Actor, hazard: Hazard, *, at: datetime, new_due_on: date, reason: str, expect: int | None = None) -> Hazard:
    """Ask for a later date; refused once it is due."""
    return perform(actor, hazard, "ask_extension", at=at, expect=expect, note=reason, new_due_on=new_due_on)


def grant_extension(actor: Actor, hazard: Hazard, *, at: datetime, note: str = "", expect: int | None = None) -> Hazard:
    """Approve the later date; refused once the old one has passed."""
    return perform(actor, hazard, _variant(hazard, "grant_extension"), at=at, expect=expect, note=note)


def refuse_extension(actor: Actor, hazard: Hazard, *, at: datetime, reason: str, expect: int | None = None) -> Hazard:
    """Refuse the later date."""
    return perform(actor, hazard, _variant(hazard, "refuse_extension"), at=at, expect=expect, note=reason)


def pause_rectification(actor: Actor, hazard: Hazard, *, at: datetime, reason: str) -> Hazard:
    """Stop the clock for a stated reason."""
    return perform(actor, hazard, _variant(hazard, "pause"), at=at, note=reason)


def resume_rectification(actor: Actor, hazard: Hazard, *, at: datetime, reason: str) -> Hazard:
    """Let the clock run on."""
    return perform(actor, hazard, _variant(hazard, "resume"), at=at, note=reason)


def offers(actor: Actor, hazard: Hazard, *, at: datetime) -> list[Offer]:
    """The steps that this person may take on this hazard now; buttons and the API's actions."""
    return [offer for offer in available(actor, hazard, at=at) if fits(hazard, offer.transition.name)]


def take_back_request(actor: Actor, hazard: Hazard, *, at: datetime, expect: int | None = None) -> Hazard:
    """The firm takes its extension request back."""
    return perform(actor, hazard, "take_back_request", at=at, expect=expect)


def penalty_barred(hazard: Hazard, at: datetime) -> Harbour:
    """Safe harbour: whether a penalty for this hazard is barred at `at`, with the reason. A merged one is judged by the record that counts."""
    judged = hazard.duplicate_of or hazard
    return harbour(
        origin=judged.origin, sealed_at=judged.sealed_at, fixed_at=judged.fixed_at, due_at=judged.due_at,
        paused=judged.paused_at is not None, open_now=judged.is_open, at=at,
    )  # fmt: skip
