"""How to make one record of each kind, belonging to the county or its firm.

A kind without a maker here is filled in by `anything`: its required fields by type. Add a maker where that does not give
a record as the pages expect it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from PIL import Image

from bihuan.administration.models import Appointment, TrailEntry
from bihuan.foundation.access.scoping import ScopedQuerySet
from bihuan.foundation.accounts.models import ApiToken
from bihuan.foundation.attachments.services import attach
from bihuan.foundation.audit.models import Ref
from bihuan.foundation.audit.services import record
from bihuan.foundation.documents.services import issue_copy
from bihuan.foundation.jobs.models import JobRun
from bihuan.foundation.lib.times import utc_now
from bihuan.foundation.messages import todos
from bihuan.foundation.messages.services import notify
from bihuan.foundation.tenancy.tests.factories import BUILDER, SINCE
from bihuan.hazards.services.double_report import notify_employees
from tests.access_matrix.world import Sample, World

Maker = Callable[[World], "Sample | models.Model"]


def api_token(world: World) -> Sample:
    """The county officer's key for a program; nobody else sees it."""
    return Sample(filled(world, ApiToken, digest="x").pk, insider=world.officer)


def attachment(world: World) -> Sample:
    """A photo on a hazard of the county's firm."""
    picture = BytesIO()
    Image.new("RGB", (8, 8), "white").save(picture, "PNG")
    upload = ContentFile(picture.getvalue(), name="现场.png")
    row = attach(BUILDER, hazard(world), upload, purpose="before", at=utc_now())
    return Sample(row.pk, insider=world.officer)


def campaign(world: World) -> Sample:
    """The city's campaign: all its counties see it, another city's do not."""
    return Sample(world.board.campaign.pk, level="city", stranger_side="far")


def campaign_unit(world: World) -> models.Model:
    """The county's place in the campaign."""
    return world.board.campaign.units.get(unit=world.cast.county)


def criterion(world: World) -> Sample:
    """A criterion, which everybody reads."""
    return Sample(world.stage.criterion.criterion_id, public=True)


def enterprise(world: World) -> models.Model:
    """The county's firm."""
    return world.stage.firm


def hazard(world: World) -> Any:
    """A confirmed major hazard under listed supervision."""
    found = world.stage.firm.organisation_id
    known = apps.get_model("hazards.hazard").objects.filter(organisation_id=found, level="major").first()
    if known is None:
        known = world.stage.at_work(level="major", reporter="principal", origin="self")
        notify_employees(world.cast.actor("principal"), known, text="除尘器停用，请绕行", at=world.stage.now)
    return known


def issued_copy(world: World) -> models.Model:
    """A letter that the county issued."""
    return issue_copy(BUILDER, kind="test", subject=Ref("test.record", 1), organisation_id=world.cast.county.pk, title="督办通知",
                      filename="a.docx", content=b"x", at=SINCE)  # fmt: skip


def job(world: World) -> Sample:
    """A job of the county's officer, finished with a file to fetch; nobody else sees it."""
    default_storage.save("matrix/result.csv", ContentFile(b"x"))
    row = JobRun.objects.create(title="导出", task_path="x.y", owner_id=world.officer.pk, owner_name="张勇", created_at=SINCE, not_before=SINCE,
                                result_file="matrix/result.csv", result_name="结果.csv")  # fmt: skip
    return Sample(row.pk, insider=world.officer)


def notice(world: World) -> Sample:
    """A message to the county's officer."""
    row = notify(BUILDER, key="matrix", title="提醒", at=SINCE, to_user_id=world.officer.pk)
    return Sample(row.pk, insider=world.officer)


def problem_list(world: World) -> models.Model:
    """A list of problems with nothing on it."""
    return filled(world, apps.get_model("inspections.problemlist"), content={"rows": [], "enterprise": world.stage.firm.name}, digest="x")


def proposal(world: World) -> models.Model:
    """A letter of urging, proposed."""
    return filled(world, apps.get_model("hazards.proposal"), hazard=hazard(world), rung="urge", days_overdue=4)


def quarterly_report(world: World) -> models.Model:
    """The firm's report of a quarter that there is."""
    return filled(world, apps.get_model("hazards.quarterlyreport"), year=2024, quarter=4)


def workshop(world: World) -> Sample:
    """A workshop of the firm: its head alone sees it."""
    head = world.in_role("workshop_head", "own")
    row = filled(world, apps.get_model("hazards.workshop"), head=head)
    return Sample(row.pk, insider=head)


def delivery(world: World) -> models.Model:
    """A message that went out to the county's officer."""
    return filled(world, apps.get_model("notices.delivery"), organisation=world.cast.county)


def todo(world: World) -> Sample:
    """Something for the county to do."""
    row = todos.hand_over(hazard(world), capability="hazards.confirm", title="判定", organisation_id=world.cast.county.pk, at=SINCE)
    return Sample(row.pk, insider=world.officer)


def appointment(world: World) -> models.Model:
    """The county's reporter."""
    return Appointment.objects.get(user=world.cast.user["reporter"])


def node(world: World) -> Sample:
    """The county itself."""
    return Sample(world.cast.county.pk)


def person(world: World) -> Sample:
    """Somebody of the county."""
    return Sample(world.cast.user["county_colleague"].pk)


def trail_entry(world: World) -> Any:
    """Something that the county's officer did."""
    record(world.actor(world.officer), "matrix.act", Ref("test.record", 2), at=SINCE)
    return TrailEntry.objects.filter(action="matrix.act").first()


def pairing(world: World) -> models.Model:
    """The sibling's firm helps the county's."""
    return filled(world, apps.get_model("assistance.pairing"), helper=world.stage.other_firm)


def weekly_return(world: World) -> Any:
    """The county's return of the second week."""
    return world.board.week(2)[world.cast.county.code]


MAKERS: dict[str, Maker] = {
    "accounts.apitoken": api_token,
    "administration.appointment": appointment,
    "administration.node": node,
    "administration.person": person,
    "administration.trailentry": trail_entry,
    "assistance.pairing": pairing,
    "attachments.attachment": attachment,
    "campaigns.campaign": campaign,
    "campaigns.campaignunit": campaign_unit,
    "campaigns.return": weekly_return,
    "documents.issuedcopy": issued_copy,
    "enterprises.enterprise": enterprise,
    "hazards.hazard": hazard,
    "hazards.proposal": proposal,
    "hazards.quarterlyreport": quarterly_report,
    "hazards.workshop": workshop,
    "inspections.problemlist": problem_list,
    "jobs.jobrun": job,
    "notices.delivery": delivery,
    "notices.notice": notice,
    "notices.todo": todo,
    "reference.criterion": criterion,
}


def filled(world: World, model: type[models.Model], **given: Any) -> models.Model:
    """An instance of any model with its required fields filled by their types; related records are made on the way."""
    values: dict[str, Any] = dict(given)
    for spot in model._meta.concrete_fields:
        if spot.name in given or spot.primary_key or spot.has_default() or (spot.null and spot.name not in {"organisation", "unit", "body"}):
            continue
        values[spot.name] = _related(world, spot) if isinstance(spot, models.ForeignKey) else _plain(spot)
    related = {name: value for name, value in values.items() if isinstance(value, models.Model)}
    if related and (known := model._default_manager.filter(**related).first()):
        return known
    flow = getattr(model, "flow", None)
    if flow is not None:
        values["status"] = flow.states[0].key
    return model._default_manager.create(**values)


def _related(world: World, spot: models.ForeignKey[Any, Any]) -> Any:
    label = spot.related_model._meta.label_lower
    if label == "tenancy.organisation":
        return world.cast.county if spot.name in {"body", "unit", "supervisor", "host_body"} else world.cast.enterprise
    if label == "accounts.user":
        return world.officer
    pk = world.sample(label, all_makers()).pk
    return spot.related_model._default_manager.get(pk=pk)


def _plain(spot: models.Field[Any, Any]) -> Any:
    if spot.choices:
        return spot.choices[0][0]
    if isinstance(spot, models.DateTimeField):
        return SINCE + timedelta(days=400)
    if isinstance(spot, models.DateField):
        return (SINCE + timedelta(days=400)).date()
    if isinstance(spot, models.BooleanField):
        return False
    if isinstance(spot, models.IntegerField | models.DecimalField | models.FloatField):
        return 1
    if isinstance(spot, models.UUIDField):
        return uuid4()
    if isinstance(spot, models.DurationField):
        return timedelta(hours=1)
    if isinstance(spot, models.BinaryField):
        return b"x"
    if isinstance(spot, models.JSONField):
        return {}
    return "" if spot.blank else "测"


def anything(model: type[models.Model]) -> Maker:
    """The maker for a kind that has none of its own."""

    def make(world: World) -> Sample | models.Model:
        record = filled(world, model)
        rows = model._default_manager.all()
        return Sample(record.pk, public=isinstance(rows, ScopedQuerySet) and rows.view_capability is None)

    return make


def all_makers() -> dict[str, Maker]:
    """Every kind of record."""
    return {model._meta.label_lower: anything(model) for model in apps.get_models()} | MAKERS
