"""The province is cast from moulds: its histories must be those that the engine writes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command

from bihuan.campaigns.layout import annex1
from bihuan.campaigns.models import Campaign
from bihuan.demo.province import build_province
from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor, system_actor
from bihuan.foundation.audit.models import Entry
from bihuan.foundation.audit.services import verify
from bihuan.foundation.deadlines.models import Clock
from bihuan.foundation.figures.evaluate import Scope, evaluate
from bihuan.foundation.lib.canonical import plain_json
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import local_date
from bihuan.foundation.messages.models import Todo
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.workflow import engine
from bihuan.foundation.workflow.flow import Step
from bihuan.hazards.models import Hazard
from bihuan.hazards.services.invariants import breaches
from bihuan.inspections.models import Visit
from bihuan.reference.services import load_packs

NOW = datetime(2025, 2, 19, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def province(django_db_setup: None, django_db_blocker: Any) -> Any:
    """One small province for all tests of this module."""
    with django_db_blocker.unblock():
        load_packs(system_actor("测试"), at=NOW)
        build_province(seed=7, at=NOW, hazards=1500, firms=234)
        yield
        call_command("flush", interactive=False, verbosity=0)


def _inputs(name: str, after: dict[str, Any], record: Hazard) -> dict[str, Any]:
    """What a person would have entered to cause this entry."""
    day = local_date(datetime.fromisoformat(after["due_at"])) if "due_at" in after else None
    if name in ("confirm", "self_confirm"):
        given = {"due_on": day, "assignee": after["assignee"]}
        return given if name == "self_confirm" else given | {"level": record.level, "criterion": record.criterion}
    if name == "submit_plan":
        return {k: v for k, v in after.items() if k.startswith("plan_") and not k.startswith("plan_submitted")} | {
            "plan_due_on": datetime.fromisoformat(after["plan_due_on"]).date()
        }
    if name == "approve_plan":
        return {"stop_production": after["status"] == "stopped"}
    if name == "report_fix":
        return {"summary": after.get("fix_summary", record.fix_summary), "no_photo_reason": "演示数据"}
    if name.endswith("reject"):
        return {"due_on": day}
    return {"opinion": after["recheck_opinion"]} if name.endswith("accept") else {}


def _replayed(record: Hazard) -> list[tuple[str, Any, Any]]:
    """The record's history taken through the engine again: (action, before, after) of each entry."""
    entries = list(Entry.objects.of(record).order_by("seq"))
    first = entries[0].after or {}
    columns = {f.attname: f for f in Hazard._meta.concrete_fields}
    again = Hazard(**{k: columns[k].to_python(v) for k, v in first.items() if k in columns}, version=1, stepped_at=entries[0].at)
    again.pk = record.pk
    lines: list[tuple[str, Any, Any]] = [(entries[0].action, None, plain_json({k: v for k, v in engine.field_values(again).items()
                                          if v not in (None, "") and k not in engine.ENGINE_FIELDS}))]  # fmt: skip
    for entry in entries[1:]:
        name = entry.action.removeprefix("hazards.hazard.")
        if name not in {t.name for t in Hazard.flow.transitions}:
            lines.append((entry.action, entry.before, entry.after))
            continue
        actor = Actor(kind="user", user_id=entry.actor_id, name=entry.actor_name, home=entry.organisation_id)
        step = Step(actor=actor, transition=name, at=entry.at, note=entry.note, inputs=_inputs(name, entry.after or {}, again))
        before = engine.advance(again, Hazard.flow.transition(name), step)
        changed = {k: v for k, v in engine.field_values(again).items() if v != before[k] and k not in engine.ENGINE_FIELDS}
        lines.append((entry.action, plain_json({k: before[k] for k in changed}), plain_json(changed)))
    assert engine.field_values(again) == engine.field_values(record)
    return lines


def test_size_and_units(province: None) -> None:
    assert Hazard.objects.count() == 1500
    assert Enterprise.objects.count() == 234
    assert Organisation.objects.filter(kind="county").count() == 117
    assert Organisation.objects.filter(kind="city").count() == 11
    assert Campaign.objects.get().units.filter(kind="county").count() == 117


def test_chains_hold_and_no_invariant_is_broken(province: None) -> None:
    assert verify().fault is None
    assert list(breaches(NOW)) == []


def test_histories_are_those_of_the_engine(province: None) -> None:
    """Of every kind of story that was told, a record is taken through the engine again and compared line by line."""
    seen: dict[tuple[Any, ...], Hazard] = {}
    stories: dict[int, list[str]] = {}
    for subject, action in Entry.objects.filter(kind="hazards.hazard").order_by("subject_id", "seq").values_list("subject_id", "action"):
        stories.setdefault(subject, []).append(action)
    for record in Hazard.objects.select_related("criterion"):
        seen.setdefault((record.origin, record.checking_level, record.level, *stories[record.pk]), record)
    assert len(seen) > 20
    for record in seen.values():
        entries = Entry.objects.of(record).order_by("seq")
        assert _replayed(record) == [(e.action, e.before, e.after) for e in entries]


def test_open_records_have_their_clock_and_todo(province: None) -> None:
    for record in Hazard.objects.open():
        todo = Todo.objects.of("hazards.hazard", record.pk).open().get()
        assert (todo.capability, todo.organisation_id, todo.link) == (record.state.todo, record.organisation_id, record.get_absolute_url())
        if record.status in ("rectifying", "rejected", "stopped"):
            assert Clock.objects.of(record).running().filter(kind="rectify").get().due_at == record.due_at
    assert not Todo.objects.filter(kind="hazards.hazard", subject_id__in=Hazard.objects.closed()).exists()


def test_visits_carry_signed_lists(province: None) -> None:
    visit = Visit.objects.filter(status="concluded").first()
    assert visit is not None
    assert visit.unsigned_reason() is None
    rows = visit.problem_lists.get().content["rows"]
    assert [r["note"] for r in rows] == list(Hazard.objects.from_source("inspections.visit", visit.pk).order_by("pk").values_list("number", flat=True))


def test_every_unit_has_figures(province: None) -> None:
    campaign = Campaign.objects.get()
    table = evaluate(annex1().figures(), Scope.of(cutoff=NOW, since=campaign.starts_at, until=campaign.ends_at))
    assert all(table.total(key) > 0 for key in ("hazards.self.general.found", "hazards.inspection.county.general.fixed", "inspections.county.firms"))


def test_a_filled_database_is_refused(province: None) -> None:
    with pytest.raises(Problem, match="空库"):
        build_province(seed=7, at=NOW, hazards=10, firms=10)
