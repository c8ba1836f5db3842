"""Pages of sites, grade and attestation, each through the browser's doors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.enterprises.models import Attestation, AttestationRound, HazardCandidate, Site, SiteParty
from bihuan.enterprises.services import update_enterprise
from bihuan.enterprises.tests.factories import AT, BUILDER, Stage
from bihuan.enterprises.tests.test_pages import text
from bihuan.foundation.tenancy.services import appoint

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[str], Client]


def test_a_site_with_a_tenant_is_drawn_and_the_missing_agreement_told(stage: Stage, browser_of: BrowserOf) -> None:
    client, own = browser_of("city_officer"), stage.firm.get_absolute_url()
    client.post(reverse("enterprises:site-new", kwargs={"pk": stage.firm.pk}), {"name": "一号厂房", "since": "2025-01-01"})
    site = Site.objects.get()
    address = reverse("enterprises:party-new", kwargs={"pk": site.pk})
    answer = client.post(address, {"enterprise": str(stage.other.pk), "role": "tenant", "business": "仓储", "since": "2025-01-01"})
    assert answer.status_code == 302, answer.content.decode()[:500]
    page = text(client, own)
    assert "<svg" in page
    assert "承租方·仓储：五台县云岭法兰有限公司（缺安全协议）" in page
    assert "隐患线索" in page
    assert HazardCandidate.objects.get().title in text(client, reverse("enterprises:candidates"))
    party = SiteParty.objects.get()
    county = text(browser_of("county_officer"), own)
    assert stage.other.get_absolute_url() not in county  # a firm outside one's sight is named, not linked
    browser_of("county_officer").post(reverse("enterprises:party-agreement", kwargs={"pk": party.pk}), {"signed_on": "2025-01-03"})
    party.refresh_from_db()
    assert party.agreement_signed_on == date(2025, 1, 3)
    text(browser_of("sibling_officer"), reverse("enterprises:party-agreement", kwargs={"pk": party.pk}), expected=404)


def test_the_grade_is_explained_with_what_would_lower_it(stage: Stage, browser_of: BrowserOf) -> None:
    update_enterprise(BUILDER, stage.firm, at=AT, dust_workers=30)
    page = text(browser_of("county_officer"), stage.firm.get_absolute_url())
    assert "涉粉作业人数" in page
    assert "将同时涉粉作业人数降到10人以下" in page
    assert "五环节闭环" in page


def test_a_round_through_the_pages(stage: Stage, browser_of: BrowserOf) -> None:
    city = browser_of("city_officer")
    data = {"organisation": str(stage.people.city.pk), "half_year": "2025H1"}
    opened = city.post(reverse("enterprises:round-new"), data)
    record = AttestationRound.objects.get()
    assert opened.headers["Location"] == record.get_absolute_url()
    assert city.post(reverse("enterprises:round-new"), data).status_code == 409
    assert stage.firm.name in text(city, record.get_absolute_url())
    refused = city.post(reverse("enterprises:round-close", kwargs={"pk": record.pk}))
    assert refused.status_code == 409
    assert "还有 2 家企业未核定" in refused.content.decode()
    appoint(BUILDER, user=stage.people.user["worker"], organisation=stage.firm.organisation, role="principal", at=AT)
    boss = browser_of("worker")
    own = Attestation.objects.get(enterprise=stage.firm)
    page = text(boss, own.get_absolute_url())
    assert "确认无误并签字" in page
    form = reverse("enterprises:attest-propose", kwargs={"pk": own.pk})
    typed = {"name": stage.firm.name, "ownership": "private", "scale": "small", "status": "stopped", "headcount": "160", "dust_workers": "0",
             "reason": "春节后停产检修"}  # fmt: skip
    assert "提出更正" in text(boss, form)
    assert boss.post(form, typed).status_code == 302
    county = browser_of("county_officer")
    assert "停产" in text(county, own.get_absolute_url())
    assert county.post(reverse("enterprises:attest-accept", kwargs={"pk": own.pk})).status_code == 302
    stage.firm.refresh_from_db()
    assert (stage.firm.headcount, stage.firm.status) == (160, "stopped")
    assert text(county, record.get_absolute_url()).count("五台县云岭") == 0
    bulk = reverse("enterprises:round-bulk", kwargs={"pk": record.pk})
    sibling = browser_of("sibling_officer")
    assert sibling.post(bulk, {"unit": str(stage.people.sibling_county.pk)}).status_code == 302
    assert Attestation.objects.get(enterprise=stage.other).status == "attested"
    assert city.post(reverse("enterprises:round-close", kwargs={"pk": record.pk})).status_code == 302
    text(boss, Attestation.objects.get(enterprise=stage.other).get_absolute_url(), expected=404)
    assert "半年更新" in text(county, reverse("enterprises:rounds"))
