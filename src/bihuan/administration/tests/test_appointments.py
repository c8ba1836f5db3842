"""Appointing: nobody grants what they lack; deputies and hand-over; an office that reports is never left vacant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from bihuan.administration import services
from bihuan.administration.models import Appointment
from bihuan.foundation.access.actor import Actor, system_actor
from bihuan.foundation.access.scoping import who_may
from bihuan.foundation.accounts.models import User
from bihuan.foundation.lib.problems import Conflict, Forbidden, Invalid, NotFound, Problem
from bihuan.foundation.messages.models import Notice, Todo
from bihuan.foundation.messages.todos import hand_over as hand_over_todo
from bihuan.foundation.tenancy.models import Membership
from bihuan.foundation.tenancy.tests.factories import Cast, cast

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def newcomer() -> User:
    return User.objects.create_user("newcomer", name="新人")


def reporter_of(people: Cast) -> Membership:
    return Membership.objects.get(user=people.user["reporter"])


def holds(user: User, at: datetime) -> bool:
    return Actor.of(user, at=at).can("campaigns.submit_return")


def test_a_county_officer_appoints_a_colleague_in_the_own_county_only(people: Cast, newcomer: User) -> None:
    actor = people.actor("county_officer")
    made = services.appoint(actor, user=newcomer, organisation=people.county, role="county_officer", at=NOW)
    assert Actor.of(newcomer, at=NOW).can("hazards.confirm")
    with pytest.raises(Conflict):
        services.appoint(actor, user=newcomer, organisation=people.county, role="county_officer", at=NOW)
    with pytest.raises(NotFound):
        services.appoint(actor, user=newcomer, organisation=people.sibling_county, role="county_officer", at=NOW)
    services.dismiss(actor, made, reason="调离", at=NOW + DAY)
    assert not Actor.of(newcomer, at=NOW + DAY).can("hazards.confirm")


@pytest.mark.parametrize(
    ("who", "role", "where"),
    [
        ("county_officer", "auditor", "county"), ("county_officer", "legal_reviewer", "county"), ("county_officer", "reporter", "county"),
        ("it_operator", "city_officer", "city"), ("principal", "county_officer", "enterprise"),
    ],
)  # fmt: skip
def test_nobody_grants_what_they_lack(people: Cast, newcomer: User, who: str, role: str, where: str) -> None:
    with pytest.raises(Problem) as caught:
        services.appoint(people.actor(who), user=newcomer, organisation=getattr(people, where), role=role, at=NOW)
    assert caught.value.code in {"administration.beyond_own", "tenancy.wrong_level"}
    assert not Membership.objects.filter(user=newcomer).exists()


def test_nobody_appoints_themselves_and_workers_appoint_nobody(people: Cast, newcomer: User) -> None:
    with pytest.raises(Forbidden, match="自己"):
        services.appoint(people.actor("county_officer"), user=people.user["county_officer"], organisation=people.county, role="expert", at=NOW)
    with pytest.raises(Forbidden):
        services.appoint(people.actor("worker"), user=newcomer, organisation=people.enterprise, role="worker", at=NOW)


def test_a_principal_appoints_in_the_own_firm(people: Cast, newcomer: User) -> None:
    services.appoint(people.actor("principal"), user=newcomer, organisation=people.enterprise, role="worker", at=NOW)
    with pytest.raises(NotFound):
        services.appoint(people.actor("principal"), user=newcomer, organisation=people.other_enterprise, role="worker", at=NOW)


def test_a_token_of_an_officer_appoints_nobody(people: Cast, newcomer: User) -> None:
    narrow = Actor.of(people.user["county_officer"], at=NOW, scopes=["administration.appoint"])
    with pytest.raises(Forbidden):
        services.appoint(narrow, user=newcomer, organisation=people.county, role="county_officer", at=NOW)


def test_a_reporter_names_a_deputy_for_a_time(people: Cast, newcomer: User) -> None:
    mine = reporter_of(people)
    services.name_deputy(people.actor("reporter"), mine, user=newcomer, since=NOW, until=NOW + 5 * DAY, at=NOW)
    assert holds(newcomer, NOW)
    assert holds(people.user["reporter"], NOW)
    assert not holds(newcomer, NOW + 5 * DAY)
    assert newcomer in who_may("campaigns.submit_return", people.county.pk, at=NOW)
    assert Notice.objects.filter(to_user=newcomer).count() == 1
    with pytest.raises(Invalid):
        services.name_deputy(people.actor("reporter"), mine, user=newcomer, since=NOW, until=NOW + 2 * DAY, at=NOW)
    deputy = Membership.objects.get(user=newcomer)
    with pytest.raises(Problem, match="代理人不能再"):
        services.name_deputy(Actor.of(newcomer, at=NOW), deputy, user=people.user["worker"], since=NOW, until=NOW + DAY, at=NOW)


@pytest.mark.parametrize(("since", "until"), [(0, 0), (2, 1), (-3, 2), (0, 400)])
def test_a_deputy_has_a_sensible_time(people: Cast, newcomer: User, since: int, until: int) -> None:
    with pytest.raises(Invalid):
        services.name_deputy(people.actor("reporter"), reporter_of(people), user=newcomer, since=NOW + since * DAY, until=NOW + until * DAY, at=NOW)


def test_somebody_elses_office_is_not_mine_to_give(people: Cast, newcomer: User) -> None:
    for who in ("sibling_officer", "worker", "other_principal"):
        with pytest.raises((NotFound, Forbidden)):
            services.hand_over(people.actor(who), reporter_of(people), to=newcomer, note="x", at=NOW)


def test_the_office_of_a_reporter_is_handed_over_never_left_vacant(people: Cast, newcomer: User) -> None:
    mine = reporter_of(people)
    with pytest.raises(Problem) as caught:
        services.dismiss(people.actor("county_officer"), mine, reason="调离", at=NOW)
    assert caught.value.code == "administration.vacant"
    hand_over_todo(people.county, capability="campaigns.submit_return", title="签报周调度表", organisation_id=people.county.pk, at=NOW)
    services.name_deputy(people.actor("reporter"), mine, user=newcomer, since=NOW, until=NOW + 5 * DAY, at=NOW)
    services.hand_over(people.actor("reporter"), mine, to=newcomer, note="第3周在填", at=NOW + DAY)
    at = NOW + DAY
    assert holds(newcomer, NOW + 30 * DAY)
    assert not holds(people.user["reporter"], at)
    assert Todo.objects.for_actor(Actor.of(newcomer, at=at)).count() == 1, "what was to do follows the office"
    assert Membership.objects.valid(at).filter(user=newcomer).count() == 1, "the deputy's own time is over"
    with pytest.raises(Conflict):
        services.hand_over(people.actor("county_officer"), mine, to=people.user["worker"], note="again", at=at)


def test_the_pages_show_the_sentence_and_keep_what_was_typed(people: Cast, newcomer: User) -> None:
    client = Client()
    client.force_login(people.user["county_officer"], backend="django.contrib.auth.backends.ModelBackend")
    typed = {"user": "newcomer", "organisation": people.county.pk, "organisation_text": "", "role": "auditor", "until": ""}
    refused = client.post("/administration/appointments/new/", typed)
    assert refused.status_code == 403
    assert "您自己没有的权限" in refused.content.decode()
    assert "newcomer" in refused.content.decode()
    assert client.post("/administration/appointments/new/", typed | {"role": "county_officer"}).status_code == 302
    row = Appointment.objects.get(user=newcomer)
    other = Client()
    other.force_login(people.user["sibling_officer"], backend="django.contrib.auth.backends.ModelBackend")
    assert other.get(f"/administration/appointments/{row.pk}/").status_code == 404
    assert other.post(f"/administration/appointments/{row.pk}/dismiss/", {"reason": "调离"}).status_code == 404


def test_the_system_may_appoint_anybody(people: Cast, newcomer: User) -> None:
    services.appoint(system_actor("命令行"), user=newcomer, organisation=people.city, role="auditor", at=NOW)
    assert Actor.of(newcomer, at=NOW).can("audit.trail")
