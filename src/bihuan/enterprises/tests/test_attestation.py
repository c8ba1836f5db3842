"""The half-year round: every firm confirms or corrects, signed; it ends only when all are done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.enterprises.models import Attestation, Enterprise
from bihuan.enterprises.rules.attestation import digest_of
from bihuan.enterprises.services import (
    accept_correction,
    attest,
    attest_many,
    close_round,
    open_round,
    propose_correction,
    reject_correction,
    update_enterprise,
)
from bihuan.enterprises.tests.factories import AT, BUILDER, Stage
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.audit.services import verify
from bihuan.foundation.lib.problems import Conflict, Forbidden, NotFound, Problem
from bihuan.foundation.messages.models import Todo
from bihuan.foundation.tenancy.services import appoint

pytestmark = pytest.mark.django_db


def principal(stage: Stage) -> Actor:
    """The principal of the registered firm."""
    user = stage.people.user["worker"]
    appoint(BUILDER, user=user, organisation=stage.firm.organisation, role="principal", at=AT)
    return Actor.of(user, at=AT + timedelta(days=1))


@pytest.mark.requirement("J25-072")
def test_the_round_ends_only_when_every_firm_is_attested_and_lists_the_stale(stage: Stage) -> None:
    city = stage.people.actor("city_officer")
    opened = open_round(city, organisation=stage.people.city, half_year="2025H1", at=AT)
    assert opened.attestations.count() == 2
    assert Todo.objects.filter(capability="enterprises.attest_own").count() == 2
    own = opened.attestations.get(enterprise=stage.firm)
    attest(principal(stage), own, at=AT + timedelta(days=2))
    assert own.signed_by == stage.people.user["worker"]
    assert own.digest == digest_of(own.content)
    with pytest.raises(Problem, match="还有 1 家企业未核定"):
        close_round(city, opened, at=AT + timedelta(days=3))
    assert [a.enterprise for a in opened.attestations.all().missing()] == [stage.other]
    assert attest_many(stage.people.actor("sibling_officer"), opened.attestations.all().missing(), at=AT + timedelta(days=4)) == 1
    assert close_round(city, opened, at=AT + timedelta(days=5)).status == "closed"
    assert verify().fault is None


@pytest.mark.requirement("J25-072")
def test_the_next_round_shows_what_changed_since_the_last(stage: Stage) -> None:
    city = stage.people.actor("city_officer")
    first = open_round(city, organisation=stage.people.city, half_year="2025H1", at=AT)
    attest_many(city, first.attestations.all(), at=AT)
    update_enterprise(city, stage.firm, at=AT, headcount=150)
    second = open_round(city, organisation=stage.people.city, half_year="2025H2", at=AT + timedelta(days=180))
    assert second.attestations.get(enterprise=stage.firm).changes() == {"headcount": (186, 150)}
    assert second.attestations.get(enterprise=stage.other).changes() == {}


def test_a_correction_is_decided_by_the_bureau_and_written_with_the_attestation(stage: Stage) -> None:
    city = stage.people.actor("city_officer")
    opened = open_round(city, organisation=stage.people.city, half_year="2025H1", at=AT)
    record: Attestation = opened.attestations.get(enterprise=stage.firm)
    boss, later = principal(stage), AT + timedelta(days=2)
    propose_correction(boss, record, changes={"headcount": 170, "sector": "machinery"}, reason="年初减员", at=later)
    assert record.proposal == {"headcount": 170}
    with pytest.raises(Forbidden):
        accept_correction(boss, record, at=later)
    officer = stage.people.actor("county_officer")
    reject_correction(officer, record, reason="请附花名册", at=later)
    assert record.status == "open"
    propose_correction(boss, record, changes={"headcount": 171}, reason="年初减员，附花名册", at=later)
    accept_correction(officer, record, at=later)
    assert Enterprise.objects.get(pk=stage.firm.pk).headcount == 171
    assert record.content["headcount"] == 171


def test_refusals(stage: Stage) -> None:
    city = stage.people.actor("city_officer")
    opened = open_round(city, organisation=stage.people.city, half_year="2025H1", at=AT)
    with pytest.raises(Conflict):
        open_round(city, organisation=stage.people.city, half_year="2025H1", at=AT)
    with pytest.raises(NotFound):
        attest(stage.people.actor("sibling_officer"), opened.attestations.get(enterprise=stage.firm), at=AT)
    with pytest.raises(Problem, match="没有与现档案不同"):
        propose_correction(principal(stage), opened.attestations.get(enterprise=stage.firm), changes={"headcount": 186}, reason="无变化", at=AT)
