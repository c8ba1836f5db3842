"""Sites, tenants and the agreement on safety."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bihuan.enterprises.models import HazardCandidate
from bihuan.enterprises.services import add_party, add_site, check_agreements, end_party, sign_agreement
from bihuan.enterprises.tests.factories import AT, Stage
from bihuan.foundation.lib import events
from bihuan.foundation.lib.problems import Conflict, NotFound, Problem

pytestmark = pytest.mark.django_db
SINCE = date(2025, 1, 1)


@pytest.mark.requirement("J25-048")
def test_a_tenant_without_agreement_is_a_candidate_for_a_hazard_until_it_signs(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setitem(events._subscribers, "enterprises.tenant_without_agreement", [lambda **payload: told.append(payload["candidate"].title)])
    officer = stage.people.actor("county_officer")
    site = add_site(officer, stage.firm, name="河边镇一号厂房", since=SINCE, at=AT)
    inner = add_site(officer, stage.firm, name="东跨车间", since=SINCE, at=AT, within=site, shared_facilities="配电室、消防泵房")
    party = add_party(officer, inner, enterprise=stage.other, role="tenant", since=SINCE, at=AT, business="仓储")
    candidate = HazardCandidate.objects.get()
    assert candidate.enterprise == stage.firm
    assert "东跨车间的承租方五台县云岭法兰有限公司没有有效的安全生产管理协议" in candidate.title
    assert "第四十九条" in candidate.basis
    assert told == [candidate.title]
    sign_agreement(officer, party, signed_on=date(2025, 1, 5), until=date(2025, 12, 31), at=AT)
    candidate.refresh_from_db()
    assert candidate.cleared_reason == "已签订协议"


@pytest.mark.requirement("J25-048")
def test_an_agreement_that_ran_out_opens_a_candidate_again(stage: Stage) -> None:
    officer = stage.people.actor("county_officer")
    site = add_site(officer, stage.firm, name="厂区", since=SINCE, at=AT)
    party = add_party(officer, site, enterprise=stage.other, role="contractor", since=SINCE, at=AT, agreement_signed_on=SINCE,
                      agreement_until=date(2025, 1, 31))  # fmt: skip
    assert check_agreements(at=AT) == 0
    later = AT + timedelta(days=40)
    assert check_agreements(at=later) == 1
    assert check_agreements(at=later) == 1
    assert HazardCandidate.objects.count() == 1
    end_party(officer, party, until=date(2025, 2, 1), at=later)
    assert check_agreements(at=later) == 0


def test_refusals(stage: Stage) -> None:
    officer = stage.people.actor("county_officer")
    site = add_site(officer, stage.firm, name="厂区", since=SINCE, at=AT)
    with pytest.raises(Problem, match="自己场所"):
        add_party(officer, site, enterprise=stage.firm, role="tenant", since=SINCE, at=AT)
    add_party(officer, site, enterprise=stage.other, role="tenant", since=SINCE, at=AT)
    with pytest.raises(Conflict):
        add_party(officer, site, enterprise=stage.other, role="tenant", since=SINCE, at=AT)
    with pytest.raises(NotFound):
        add_site(stage.people.actor("sibling_officer"), stage.firm, name="x", since=SINCE, at=AT)
