"""The five kinds of page: door, scope, form errors, exports, htmx parts."""

from __future__ import annotations

import io
from typing import Any, ClassVar

import openpyxl
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from bihuan.foundation.access import pages
from bihuan.foundation.access.actor import system_actor
from bihuan.foundation.access.pages import exports
from bihuan.foundation.access.tests import sample_pages
from bihuan.foundation.accounts.models import User
from bihuan.foundation.jobs.models import JobRun
from bihuan.foundation.lib.problems import Forbidden
from bihuan.foundation.lib.times import utc_now
from bihuan.foundation.tenancy.models import Membership, Organisation
from bihuan.foundation.tenancy.roles import Role
from bihuan.foundation.tenancy.services import create_organisation
from bihuan.foundation.web import nav

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.foundation.access.tests.sample_pages")]

READER = Role(key="reader", title="读者", level=("county",), patterns=("sample.view",))
EDITOR = Role(key="editor", title="编辑", level=("county",), patterns=("sample.view", "sample.edit"))
ROLES = {"reader": READER, "editor": EDITOR}


@pytest.fixture(autouse=True)
def _sample_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nav, "_items", {})  # the product's entries lead to addresses that these tests do not have
    monkeypatch.setattr(nav, "_slots", {})
    monkeypatch.setattr("bihuan.foundation.access.actor.role", ROLES.__getitem__)


@pytest.fixture
def tree() -> dict[str, Organisation]:
    system, at = system_actor("test"), utc_now()

    def node(kind: str, name: str, code: str, parent: Organisation | None) -> Organisation:
        return create_organisation(system, kind=kind, name=name, code=code, parent=parent, at=at)

    city = node("city", "某市", "1409", None)
    east, west = node("county", "东县", "140921", city), node("county", "西县", "140931", city)
    return {
        "city": city, "east": east, "west": west,
        "firm": node("enterprise", "东县铸造厂", "E1", east), "other": node("enterprise", "西县铁合金厂", "E2", west),
    }  # fmt: skip


def signed_in(tree: dict[str, Organisation], role: str | None, at: str = "east") -> Client:
    user = User.objects.create_user(f"u-{role}-{at}", name="李岩")
    if role:
        Membership.objects.create(user=user, organisation=tree[at], role=role, valid_from=utc_now())
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


class TestDoor:
    def test_a_stranger_is_sent_to_sign_in_and_back(self) -> None:
        response = Client().get("/units/?tab=firms")
        assert (response.status_code, response.url) == (302, "/accounts/login/?next=/units/%3Ftab%3Dfirms")

    def test_htmx_moves_the_whole_window_to_sign_in(self) -> None:
        response = Client().get("/units/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/units/?q=x"})
        assert response.status_code == 401
        assert response.headers["HX-Redirect"] == "/accounts/login/?next=/units/%3Fq%3Dx"

    def test_a_person_without_the_capability_is_refused_in_chinese(self, tree: dict[str, Organisation]) -> None:
        response = signed_in(tree, "reader").get("/units/new/")
        assert response.status_code == 403
        assert "您没有“sample.edit”的权限" in text(response)

    def test_a_page_for_anybody_signed_in(self, tree: dict[str, Organisation]) -> None:
        assert signed_in(tree, None).get("/units/own/").status_code == 200
        assert Client().get("/units/own/").status_code == 302

    def test_one_can_sign_out_from_every_page(self, tree: dict[str, Organisation]) -> None:
        assert 'method="post" action="/accounts/logout/"' in text(signed_in(tree, None).get("/units/own/"))

    def test_a_public_page_needs_nobody(self) -> None:
        assert Client().get("/units/notice/").status_code == 200

    def test_a_page_without_capability_cannot_answer(self, rf: RequestFactory) -> None:
        forgotten = type("Forgotten", (pages.BlankPage,), {"abstract": True, "template_name": "bare.html"})
        with pytest.raises(ImproperlyConfigured, match="names no capability"):
            forgotten.as_view()(rf.get("/"))

    def test_the_registry_lists_pages_but_no_base_class(self) -> None:
        known = pages.pages()
        assert sample_pages.UnitList in known
        assert pages.ListPage not in known


def test_every_page_of_the_project_names_its_door() -> None:
    missing = [page for page in pages.pages() if not hasattr(page, "capability")]
    assert missing == []


class TestList:
    def test_shows_only_what_lies_in_sight(self, tree: dict[str, Organisation]) -> None:
        page = text(signed_in(tree, "reader").get("/units/"))
        assert "东县铸造厂" in page
        assert "西县铁合金厂" not in page

    def test_buttons_follow_the_rights(self, tree: dict[str, Organisation]) -> None:
        assert "/units/new/" not in text(signed_in(tree, "reader").get("/units/"))
        assert "/units/new/" in text(signed_in(tree, "editor").get("/units/"))

    def test_search_and_tab_narrow_and_counts_follow(self, tree: dict[str, Organisation]) -> None:
        response = signed_in(tree, "reader", "city").get("/units/?q=县&tab=firms")
        table = response.context["table"]
        assert [row.record.code for row in table.rows] == ["E1", "E2"]
        assert [tab.count for tab in table.tabs] == [4, 2]

    def test_htmx_gets_the_table_alone(self, tree: dict[str, Organisation]) -> None:
        response = signed_in(tree, "reader").get("/units/", headers={"HX-Request": "true"})
        assert "<html" not in text(response)
        assert text(response).count('id="list"') == 1
        assert "HX-Request" in response.headers["Vary"]

    def test_the_back_button_gets_the_whole_page(self, tree: dict[str, Organisation]) -> None:
        headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
        assert "<html" in text(signed_in(tree, "reader").get("/units/", headers=headers))

    def test_an_empty_result_offers_to_clear_the_filter(self, tree: dict[str, Organisation]) -> None:
        page = text(signed_in(tree, "reader").get("/units/?q=没有这家"))
        assert "没有符合条件的记录" in page
        assert "清空筛选" in page

    def test_number_of_queries_does_not_grow_with_rows(self, tree: dict[str, Organisation]) -> None:
        client = signed_in(tree, "reader", "city")
        few = queries(client)
        for number in range(12):
            create_organisation(
                system_actor("test"), kind="enterprise", name=f"第{number}厂", code=f"N{number}", parent=tree["west"], at=utc_now()
            )
        assert queries(client) == few

    def test_chosen_columns_are_kept_per_person(self, tree: dict[str, Organisation]) -> None:
        client = signed_in(tree, "reader")
        response = client.post("/units/?q=%E5%8E%82", {"do": "columns", "columns": ["name", "order", "unknown"]})
        assert (response.status_code, response.url) == (302, "/units/?q=%E5%8E%82")
        assert [head.column.key for head in client.get("/units/").context["table"].headers] == ["name", "order"]
        other = signed_in(tree, "reader", "west").get("/units/")
        assert [head.column.key for head in other.context["table"].headers] == ["name", "kind"]


def queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/units/").status_code == 200
    return len(captured)


class TestExport:
    def test_xlsx_holds_the_filtered_rows_with_real_types(self, tree: dict[str, Organisation]) -> None:
        client = signed_in(tree, "reader", "city")
        client.post("/units/", {"do": "columns", "columns": ["name", "order"]})
        response = client.get("/units/?tab=firms&export=xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
        assert list(sheet.values) == [("名称", "排序"), ("东县铸造厂", 0), ("西县铁合金厂", 0)]

    def test_csv_begins_with_a_byte_order_mark(self, tree: dict[str, Organisation]) -> None:
        response = signed_in(tree, "reader").get("/units/?tab=firms&export=csv")
        content = b"".join(response.streaming_content).decode()
        assert content == "\ufeff名称,类别\r\n东县铸造厂,企业\r\n"
        assert "filename*=UTF-8''%E5%8D%95%E4%BD%8D_" in response.headers["Content-Disposition"]

    def test_the_file_never_holds_what_the_page_would_not_show(self, tree: dict[str, Organisation]) -> None:
        response = signed_in(tree, "reader").get("/units/?export=csv")
        assert "西县" not in b"".join(response.streaming_content).decode()

    def test_an_unknown_form_is_refused(self, tree: dict[str, Organisation]) -> None:
        assert signed_in(tree, "reader").get("/units/?export=exe").status_code == 400


class KeptRun:
    """What a job function gets, kept in memory."""

    def __init__(self, owner_id: int | None) -> None:
        self.owner_id = owner_id
        self.steps: list[tuple[int, int]] = []
        self.files: dict[str, bytes] = {}

    def progress(self, done: int, total: int) -> None:
        self.steps.append((done, total))

    def keep_file(self, name: str, chunks: Any) -> None:
        self.files[name] = b"".join(chunks)


class TestLongExport:
    arguments: ClassVar[dict[str, Any]] = {
        "page": "bihuan.foundation.access.tests.sample_pages.UnitList", "path": "/units/?tab=firms", "home": None, "arguments": {},
    }  # fmt: skip

    def test_many_rows_go_to_the_background(self, tree: dict[str, Organisation], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bihuan.foundation.access.pages.exports.JOB_ROWS", 1)
        response = signed_in(tree, "reader").get("/units/?export=xlsx")
        job = JobRun.objects.get()
        assert (response.status_code, response.url) == (302, f"/jobs/{job.pk}/")
        assert job.title == "导出单位"
        assert job.arguments["path"] == "/units/?export=xlsx"

    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_the_job_writes_what_its_owner_may_see(self, tree: dict[str, Organisation], form: str) -> None:
        signed_in(tree, "reader")
        run = KeptRun(User.objects.get().pk)
        exports.export_list(run, form=form, **self.arguments)  # type: ignore[arg-type]
        (name, content), = run.files.items()
        assert name.startswith("单位_")
        assert run.steps == [(1, 1)]
        found = content.decode() if form == "csv" else str(list(openpyxl.load_workbook(io.BytesIO(content)).active.values))
        assert "东县铸造厂" in found
        assert "西县" not in found

    def test_rights_are_those_of_the_moment_it_runs(self, tree: dict[str, Organisation]) -> None:
        signed_in(tree, "reader")
        Membership.objects.update(valid_to=utc_now())
        with pytest.raises(Forbidden):
            exports.export_list(KeptRun(User.objects.get().pk), form="csv", **self.arguments)  # type: ignore[arg-type]
        User.objects.update(is_active=False)
        with pytest.raises(Forbidden, match="已停用"):
            exports.export_list(KeptRun(User.objects.get().pk), form="csv", **self.arguments)  # type: ignore[arg-type]


class TestDetail:
    def test_out_of_sight_is_the_same_as_not_there(self, tree: dict[str, Organisation]) -> None:
        client = signed_in(tree, "reader")
        hidden, absent = client.get(f"/units/{tree['other'].pk}/"), client.get("/units/999999/")
        assert (hidden.status_code, absent.status_code) == (404, 404)
        assert "或它不在您的管辖范围内" in text(hidden)
        assert "西县铁合金厂" not in text(hidden)

    def test_in_sight_it_is_shown(self, tree: dict[str, Organisation]) -> None:
        response = signed_in(tree, "reader").get(f"/units/{tree['firm'].pk}/")
        assert "<h1 class=\"row-f\">东县铸造厂</h1>" in text(response)


class TestForm:
    def test_a_missing_field_is_named_and_nothing_is_done(self, tree: dict[str, Organisation]) -> None:
        response = signed_in(tree, "editor").post("/units/new/", {"name": ""})
        assert response.status_code == 422
        assert 'href="#id_name"' in text(response)
        assert 'aria-invalid="true"' in text(response)

    def test_a_problem_stands_beside_its_field_and_the_text_is_kept(self, tree: dict[str, Organisation]) -> None:
        response = signed_in(tree, "editor").post("/units/new/", {"name": "重名"})
        assert response.status_code == 422
        assert response.context["form"].errors == {"name": ["名称已被使用"]}
        assert 'value="重名"' in text(response)

    def test_a_conflict_is_shown_with_its_own_status(self, tree: dict[str, Organisation]) -> None:
        response = signed_in(tree, "editor").post("/units/new/", {"name": "冲突"})
        assert response.status_code == 409
        assert "刚刚被他人修改" in text(response)

    def test_success_goes_on_with_a_toast(self, tree: dict[str, Organisation]) -> None:
        client = signed_in(tree, "editor")
        response = client.post("/units/new/", {"name": "新厂"})
        assert (response.status_code, response.url) == (302, "/units/")
        assert "已保存" in text(client.get("/units/"))

    def test_an_action_needs_the_right_on_that_very_record(self, tree: dict[str, Organisation]) -> None:
        client = signed_in(tree, "editor")
        outside = client.post(f"/units/{tree['other'].pk}/rename/", {"name": "改"})
        assert outside.status_code == 404
        user = User.objects.get(username="u-editor-east")
        Membership.objects.create(user=user, organisation=tree["west"], role="reader", valid_from=utc_now())
        seen_only = client.post(f"/units/{tree['other'].pk}/rename/", {"name": "改"})
        assert seen_only.status_code == 403
        assert Organisation.objects.get(pk=tree["other"].pk).name == "西县铁合金厂"

    def test_an_action_is_done_and_leads_to_the_record(self, tree: dict[str, Organisation]) -> None:
        firm = tree["firm"]
        response = signed_in(tree, "editor").post(f"/units/{firm.pk}/rename/", {"name": "新名"})
        assert response.url == f"/units/{firm.pk}/"
        firm.refresh_from_db()
        assert firm.name == "新名"

    def test_htmx_is_told_where_to_go(self, tree: dict[str, Organisation]) -> None:
        response = signed_in(tree, "editor").post("/units/new/", {"name": "新厂"}, headers={"HX-Request": "true"})
        assert (response.status_code, response.headers["HX-Redirect"]) == (204, "/units/")


class TestBulk:
    def test_it_asks_then_does_all(self, tree: dict[str, Organisation]) -> None:
        client = signed_in(tree, "editor", "city")
        keys = [tree["firm"].pk, tree["other"].pk]
        asked = client.post("/units/close/", {"pk": keys})
        assert "批量停用：2 条" in text(asked)
        assert Organisation.objects.filter(is_active=False).count() == 0
        done = client.post("/units/close/", {"pk": keys, "go": "1", "name": "到期"})
        assert (done.status_code, done.url) == (302, "/units/")
        assert Organisation.objects.filter(is_active=False).count() == 2
        assert "已停用 2 条" in text(client.get("/units/"))

    def test_one_refusal_leaves_all_as_they_were(self, tree: dict[str, Organisation]) -> None:
        data = {"pk": [tree["firm"].pk, tree["other"].pk], "go": "1", "name": "拒绝"}
        response = signed_in(tree, "editor", "city").post("/units/close/", data)
        assert response.status_code == 422
        assert "西县铁合金厂不能停用" in text(response)
        assert Organisation.objects.filter(is_active=False).count() == 0

    def test_a_record_out_of_sight_stops_everything(self, tree: dict[str, Organisation]) -> None:
        data = {"pk": [tree["firm"].pk, tree["other"].pk], "go": "1", "name": "到期"}
        assert signed_in(tree, "editor").post("/units/close/", data).status_code == 404
        assert Organisation.objects.filter(is_active=False).count() == 0

    def test_nothing_chosen_is_said(self, tree: dict[str, Organisation]) -> None:
        response = signed_in(tree, "editor").post("/units/close/", {})
        assert response.status_code == 400
        assert "请先在列表中选择记录" in text(response)

    def test_boxes_are_drawn_for_those_who_may(self, tree: dict[str, Organisation]) -> None:
        assert 'name="pk"' in text(signed_in(tree, "editor").get("/units/"))
        assert 'name="pk"' not in text(signed_in(tree, "reader").get("/units/"))


class TestProblems:
    def test_a_problem_becomes_a_chinese_page(self) -> None:
        response = Client().get("/boom/")
        assert response.status_code == 409
        assert "此路不通，请走另一条。" in text(response)
        assert response.headers["X-Trace"] in text(response)

    def test_htmx_gets_a_note(self) -> None:
        response = Client().get("/boom/", headers={"HX-Request": "true"})
        assert response.headers["HX-Retarget"] == "#problem"
        assert "<html" not in text(response)

    def test_a_program_gets_problem_json(self) -> None:
        response = Client().get("/api/v1/boom")
        assert response.headers["Content-Type"].startswith("application/problem+json")
        body = response.json()
        assert (body["status"], body["code"], body["detail"]) == (409, "sample.boom", "此路不通，请走另一条。")
        assert body["trace"] == response.headers["X-Trace"]

    @pytest.mark.parametrize(("address", "status"), [("/api/v1/none", 404), ("/api/v1/crash", 500)])
    def test_no_answer_to_a_program_is_html(self, address: str, status: int) -> None:
        response = Client(raise_request_exception=False).get(address)
        assert response.status_code == status
        assert response.json()["code"] == f"http.{status}"

    def test_a_fault_shows_no_inside_but_a_trace_number(self, caplog: pytest.LogCaptureFixture) -> None:
        response = Client(raise_request_exception=False).get("/crash/")
        assert response.status_code == 500
        assert "a fault in the program" not in text(response)
        trace = response.headers["X-Trace"]
        assert trace in text(response)
        assert any(f"trace={trace}" in line for line in caplog.messages)

    def test_an_unknown_address_has_a_chinese_page(self) -> None:
        response = Client().get("/nowhere/")
        assert response.status_code == 404
        assert "没有这个地址" in text(response)

    def test_an_expired_page_says_that_nothing_is_lost(self) -> None:
        response = Client(enforce_csrf_checks=True).post("/units/notice/", {})
        assert response.status_code == 403
        assert "填写的内容会自动恢复" in text(response)

    def test_every_answer_carries_the_policy(self) -> None:
        for address in ("/boom/", "/nowhere/", "/units/notice/"):
            assert "script-src 'self'" in Client().get(address).headers["Content-Security-Policy"]


