"""The pages of a return: every number leads to its records, the right people see the right things."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from bihuan.campaigns.exports import annex1_context, annex1_docx, annex2_xlsx
from bihuan.campaigns.layout import annex1
from bihuan.campaigns.ledger import COLUMNS
from bihuan.campaigns.models import Return
from bihuan.campaigns.services import returns
from bihuan.campaigns.services.compile import compile_return
from bihuan.campaigns.tests.factories import Board, board
from bihuan.foundation.accounts.models import User
from bihuan.hazards.models import Hazard

pytestmark = pytest.mark.django_db


@pytest.fixture
def b() -> Board:
    made = board()
    made.stage.closed()
    made.stage.at_work(level="major")
    return made


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_every_page_of_a_return_opens_for_the_city_and_not_for_a_sibling(b: Board) -> None:
    rows = b.week(1)
    city, sibling, stranger = (client_of(b.stage.cast.user[n]) for n in ("city_officer", "sibling_officer", "other_city_officer"))
    returns.submit_return(b.stage.cast.actor("reporter"), rows["140921"], signer="报送甲", at=b.friday(1))
    county = rows["140921"].pk
    for path in ("", "ledger/", "compare/", "print/", "annex1.docx", "annex2.docx", "annex1.xlsx", "annex2.xlsx"):
        assert city.get(f"/campaigns/returns/{county}/{path}").status_code == 200, path
        assert sibling.get(f"/campaigns/returns/{county}/{path}").status_code == 404, path
        assert stranger.get(f"/campaigns/returns/{county}/{path}").status_code == 404, path
    assert city.get(f"/campaigns/returns/{rows['140900'].pk}/").status_code == 200
    assert sibling.get(f"/campaigns/returns/{rows['140900'].pk}/").status_code == 404
    assert city.get(f"/campaigns/{b.campaign.pk}/").status_code == 200
    assert "邻县" not in stranger.get("/campaigns/").content.decode()


def test_every_figure_of_the_page_opens_as_many_records_as_it_says(b: Board) -> None:
    weekly = b.week(1)["140921"]
    weekly.cutoff = b.friday(1)
    client = client_of(b.stage.cast.user["county_officer"])
    returns.submit_return(b.stage.cast.actor("reporter"), weekly, signer="报送甲", at=b.friday(1))
    for figure in annex1().figures():
        value = weekly.snapshot.figures[figure.key]
        page = client.get(f"/campaigns/returns/{weekly.pk}/?fig={figure.key}")
        assert page.status_code == 200
        if figure.measure.kind == "count" and value is not None:
            assert page.context["figure"]["passport"].value == value
            listed = client.get(f"/campaigns/returns/{weekly.pk}/figures/{figure.key}/")
            assert listed.context["table"].total == value, figure.key


def test_the_county_has_no_field_for_a_number(b: Board) -> None:
    weekly = b.week(1)["140921"]
    client = client_of(b.stage.cast.user["reporter"])
    for path in ("text/", "sign/", "correct/"):
        html = client.get(f"/campaigns/returns/{weekly.pk}/{path}").content.decode()
        assert 'type="number"' not in html


@pytest.mark.requirement("X24-068")
def test_annex_2_has_exactly_the_official_columns(b: Board, tmp_path: object) -> None:
    weekly = b.week(1)["140921"]
    at = b.friday(1) - timedelta(minutes=1)
    file = f"{tmp_path}/annex2.xlsx"
    with open(file, "wb") as out:
        out.write(annex2_xlsx(weekly, at=at))
    sheet = load_workbook(file).active
    heads = ["序号", *(title for _, title in COLUMNS)]
    rows = [[c.value for c in row] for row in sheet.iter_rows()]
    assert heads in rows
    assert rows[rows.index(heads) + 1][1] == "定襄县砺川锻造有限公司"


def test_the_document_carries_the_value_of_every_figure(b: Board) -> None:
    weekly = b.week(1)["140921"]
    at = b.friday(1) - timedelta(minutes=1)
    values = compile_return(weekly, at=at).values
    context = annex1_context(weekly, at=at)
    for slot in annex1().slots:
        group, name = slot.name.split(".")
        assert context[group][name] == values[slot.figure]
    assert annex1_docx(weekly, at=at)[:2] == b"PK"


def test_every_unit_of_the_campaign_opens_its_cockpit_and_a_stranger_does_not(b: Board) -> None:
    address = b.campaign.get_absolute_url()
    for name in ("city_officer", "county_officer", "reporter", "principal", "auditor"):
        answer = client_of(b.stage.cast.user[name]).get(address)
        assert answer.status_code == 200, name
        assert ("五台县" in answer.content.decode()) is (name in ("city_officer", "auditor"))
    assert client_of(b.stage.cast.user["other_city_officer"]).get(address).status_code == 404


@pytest.mark.requirement("X24-002")
def test_the_cockpit_says_what_the_returns_and_records_say(b: Board, time_machine: Any) -> None:
    rows = b.week(1)
    returns.submit_return(b.stage.cast.actor("reporter"), rows["140921"], signer="报送甲", at=b.friday(1))
    time_machine.move_to(b.friday(1) + timedelta(hours=1), tick=False)
    context = client_of(b.stage.cast.user["city_officer"]).get(f"/campaigns/{b.campaign.pk}/").context
    missing = set(Return.objects.of_week(rows["140921"].week).missing().values_list("organisation_id", flat=True))
    assert {unit.unit_id for unit in context["missing"]} == missing == {b.stage.cast.sibling_county.pk}
    assert {item["unit"].unit_id: item["row"].status for item in context["units"]} == dict(Return.objects.values_list("organisation_id", "status"))
    confirmed = Hazard.objects.filter(confirmed_at__isnull=False)
    told = {kpi["title"]: int(kpi["value"]) for kpi in context["kpis"]}
    assert told["各环节一般隐患（发现）"] == confirmed.filter(level="general").count() == 1
    assert told["各环节重大事故隐患（发现）"] == confirmed.filter(level="major").count() == 1
