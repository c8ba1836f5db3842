"""Registering firms and the one lead supervising body."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from bihuan.enterprises.models import SupervisionPeriod
from bihuan.enterprises.services import register_enterprise, transfer_supervision
from bihuan.foundation.access.actor import system_actor
from bihuan.foundation.access.scoping import owner_of
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.tenancy.models import Ancestry, Organisation
from bihuan.foundation.tenancy.services import create_organisation

pytestmark = pytest.mark.django_db
AT = datetime(2025, 1, 6, 2, 0, tzinfo=UTC)
ACTOR = system_actor("test")


@pytest.fixture
def city() -> Organisation:
    province = create_organisation(ACTOR, kind="province", name="山西省应急管理厅", code="140000", parent=None, at=AT)
    return create_organisation(ACTOR, kind="city", name="忻州市应急管理局", code="140900", parent=province, at=AT)


def county(city: Organisation, code: str) -> Organisation:
    return create_organisation(ACTOR, kind="county", name=f"{code}应急管理局", code=code, parent=city, at=AT)


def test_a_faulty_code_is_refused_with_its_fault(city: Organisation) -> None:
    with pytest.raises(Problem) as caught:
        register_enterprise(ACTOR, name="某厂", code="91140500MA0H1X2Y94", supervisor=county(city, "140921"),
                            division_code="140921", sector="metallurgy", at=AT)  # fmt: skip
    assert caught.value.code == "enterprises.credit_code"


@pytest.mark.requirement("INV-12")
def test_exactly_one_lead_supervisor_through_a_transfer(city: Organisation) -> None:
    first, second = county(city, "140921"), county(city, "140922")
    firm = register_enterprise(ACTOR, name="某厂", code="91140500MA0H1X2Y93", supervisor=first,
                               division_code="140921", sector="metallurgy", at=AT)  # fmt: skip
    later = AT + timedelta(days=30)
    firm = transfer_supervision(ACTOR, firm, to=second, at=later, reason="属地调整")
    periods = list(SupervisionPeriod.objects.filter(enterprise=firm).order_by("since").values_list("supervisor_id", "since", "until"))
    assert periods == [(first.pk, AT, later), (second.pk, later, None)]
    assert firm.reporting_unit_id == second.pk
    assert not Ancestry.objects.filter(ancestor=first, descendant=owner_of(firm)).exists()
    assert Ancestry.objects.filter(ancestor=second, descendant=owner_of(firm)).exists()
    assert Ancestry.objects.filter(ancestor=city, descendant=owner_of(firm)).exists()
    # Neither a second open period nor none can be left behind.
    with pytest.raises(IntegrityError), transaction.atomic():
        SupervisionPeriod.objects.create(enterprise=firm, supervisor=first, since=later)
    with pytest.raises(Problem):
        transfer_supervision(ACTOR, firm, to=second, at=later, reason="重复")
    assert SupervisionPeriod.objects.filter(enterprise=firm, until__isnull=True).count() == 1
