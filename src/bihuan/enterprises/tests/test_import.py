"""Importing firms from a county's sheet: columns, errors, formulas, merged cells, differences, nothing by halves."""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bihuan.enterprises import cli
from bihuan.enterprises.imports import checking
from bihuan.enterprises.models import ColumnMemory, Enterprise, EnterpriseImport, ImportRow
from bihuan.enterprises.services import importing, update_enterprise
from bihuan.enterprises.tests.factories import AT, BUILDER, Stage, code_of
from bihuan.enterprises.tests.sheets import HEADERS, row, workbook
from bihuan.foundation.audit.services import verify
from bihuan.foundation.jobs.services import drain
from bihuan.foundation.lib.problems import Conflict, NotFound, Problem
from bihuan.foundation.tenancy.models import Ancestry
from bihuan.foundation.tenancy.tests.factories import Cast

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[str], Client]


def checked(people: Cast, content: bytes, *, name: str = "名单.xlsx", who: str = "county_officer", mapping: list[str] | None = None) -> EnterpriseImport:
    actor = people.actor(who)
    source = checking.receive_bytes(actor, name, content, default_supervisor=people.county)
    importing.map_columns(actor, source, mapping=mapping or source.mapping, at=AT, start=lambda: checking.start_check(actor, source))
    drain()
    source.refresh_from_db()
    return source


def loaded(people: Cast, source: EnterpriseImport, who: str = "county_officer") -> EnterpriseImport:
    actor = people.actor(who)
    importing.confirm_import(actor, source, at=AT, start=lambda: checking.start_load(actor, source))
    drain()
    source.refresh_from_db()
    return source


def errors_of(source: EnterpriseImport) -> dict[int, str]:
    return {r.number: "；".join(r.errors) for r in source.rows.filter(kind="faulty")}


def test_a_good_sheet_becomes_files_with_valid_history(people: Cast) -> None:
    source = checked(people, workbook([row(1), row(2), row(3)]))
    assert source.counts == {"new": 3, "changed": 0, "same": 0, "faulty": 0}
    assert not Enterprise.objects.exists()
    assert loaded(people, source).state == "done"
    firm = Enterprise.objects.get(credit_code=code_of(1001))
    assert (firm.name, firm.sector, firm.headcount, firm.principal_phone) == ("定襄县第1铸造厂", "machinery", 21, "13800000001")
    assert firm.supervisor == people.county
    assert Ancestry.objects.filter(ancestor=people.city, descendant=firm.organisation).exists()
    assert firm.supervision_periods.get().until is None
    assert verify().fault is None


def test_columns_are_guessed_and_remembered_for_the_organisation(people: Cast) -> None:
    headers = [*HEADERS[:5], "厂里几个人", *HEADERS[6:]]
    content = workbook([row(1)], headers=headers)
    actor = people.actor("county_officer")
    first = checking.receive_bytes(actor, "a.xlsx", content, default_supervisor=None)
    assert first.mapping == ["", "name", "credit_code", "supervisor", "sector", "", "principal_name", "principal_phone", "status"]
    mapping = [*first.mapping[:5], "headcount", *first.mapping[6:]]
    importing.map_columns(actor, first, mapping=mapping, at=AT, start=lambda: checking.start_check(actor, first))
    assert checking.receive_bytes(actor, "b.xlsx", content, default_supervisor=None).mapping == mapping
    assert ColumnMemory.objects.get().organisation == people.county


def test_errors_come_back_in_the_same_sheet_and_the_mended_sheet_goes_in(people: Cast) -> None:
    wrong = code_of(1002)[:-1] + ("A" if code_of(1002)[-1] != "A" else "B")
    content = workbook([row(1), row(2, 统一社会信用代码=wrong, 职工人数="许多"), row(3, 行业类别="航天"), row(4, 统一社会信用代码=code_of(1001))])
    source = checked(people, content)
    assert source.counts["faulty"] == 3
    found = errors_of(source)
    assert "校验位不正确" in found[4]
    assert "从业人数：“许多”不是整数" in found[4]
    assert "冶金、有色、建材" in found[5]
    assert "与第 3 行重复" in found[6]
    with pytest.raises(Problem, match="3 行有错误"):
        importing.confirm_import(people.actor("county_officer"), source, at=AT, start=lambda: pytest.fail("must not start"))
    book = openpyxl.load_workbook(checking.stored_path(source).parents[1] / source.error_file.removeprefix("imports/"))
    sheet = book.active
    assert [sheet.cell(2, i).value for i in (2, 10)] == ["单位名称", "导入错误"]
    assert sheet.cell(3, 10).value is None
    assert "校验位不正确" in sheet.cell(4, 10).value
    sheet["C4"], sheet["F4"], sheet["E5"], sheet["C6"] = code_of(1002), 22, "机械", code_of(1004)
    target = io.BytesIO()
    book.save(target)
    again = checked(people, target.getvalue(), name="名单_错误.xlsx")
    assert again.counts["faulty"] == 0, errors_of(again)
    loaded(people, again)
    assert Enterprise.objects.count() == 4


def test_known_firms_are_shown_as_differences_and_updated(stage: Stage) -> None:
    people = stage.people
    same = row(1, "定襄县晋昌锻造有限公司", 统一社会信用代码=stage.firm.credit_code, 职工人数=200, 法定代表人=None, 联系电话=None)
    source = checked(people, workbook([same]))
    assert source.counts["changed"] == 1
    assert source.rows.get().changes == {"headcount": [186, 200]}
    loaded(people, source)
    stage.firm.refresh_from_db()
    assert (stage.firm.headcount, stage.firm.version) == (200, 2)
    assert verify().fault is None
    assert checked(people, workbook([same])).counts["same"] == 1


def test_a_change_in_between_refuses_the_whole_file(stage: Stage) -> None:
    people = stage.people
    known = row(1, "定襄县晋昌锻造有限公司", 统一社会信用代码=stage.firm.credit_code, 职工人数=200)
    source = checked(people, workbook([known, row(2)]))
    update_enterprise(BUILDER, stage.firm, at=AT, headcount=5)
    assert loaded(people, source).state == "uploaded"
    assert Enterprise.objects.count() == 2
    source.job.refresh_from_db()
    assert "请重新检查后再导入" in source.job.error


def test_a_firm_of_another_county_is_not_touched(stage: Stage) -> None:
    foreign = row(1, 统一社会信用代码=stage.other.credit_code)
    source = checked(stage.people, workbook([foreign, row(2, 县区="五台县")]))
    found = errors_of(source)
    assert "不在您的管辖范围内" in found[3]
    assert stage.other.name not in found[3]
    assert "没有找到“五台县”" in found[4]
    city = checked(stage.people, workbook([row(2, 县区="五台县")]), who="city_officer")
    assert city.counts["new"] == 1


def test_formulas_count_with_their_stored_result_or_are_told(people: Cast) -> None:
    source = checked(people, workbook([row(1, 职工人数="=10+5")]))
    assert "是公式但文件里没有计算结果" in errors_of(source)[3]
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADERS)
    sheet.write_row(1, 0, row(1))
    sheet.write_formula(1, 5, "=10+5", None, 15)
    book.close()
    stored = checked(people, target.getvalue())
    assert stored.counts["faulty"] == 0, errors_of(stored)
    assert stored.rows.get().values["headcount"] == 15
    assert "1 个公式单元格" in stored.warnings[0]


def test_merged_cells_are_spread_or_told(people: Cast) -> None:
    spread = checked(people, workbook([row(1), row(2, 行业类别=None)], merge=["E3:E4"]))
    assert spread.counts["new"] == 2, errors_of(spread)
    assert "第 3 至 4 行的“监管行业”是合并单元格" in spread.warnings[0]
    told = checked(people, workbook([row(3), row(4)], merge=["B3:B4"]))
    assert set(errors_of(told)) == {3, 4}
    assert "请取消合并" in errors_of(told)[3]


def test_a_code_stored_as_a_number_is_told_as_such(people: Cast) -> None:
    source = checked(people, workbook([row(1, 统一社会信用代码=9.11409e17)]))
    assert "设为文本格式" in errors_of(source)[3]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_of_both_encodings(people: Cast, encoding: str) -> None:
    text = f"企业名称,统一社会信用代码,行业\n某铸造厂,{code_of(2001)},机械行业\n"
    assert checked(people, text.encode(encoding), name="表.csv").counts["new"] == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("a.exe", b"MZ\x90", "只能导入 xlsx"), ("a.xlsx", b"PK\x03\x04broken", "无法打开"), ("a.csv", "甲,乙\n1,2\n".encode(), "没有找到表头")],
)
def test_other_files_are_refused_in_words(people: Cast, name: str, content: bytes, words: str) -> None:
    with pytest.raises(Problem, match=words):
        checking.receive_bytes(people.actor("county_officer"), name, content, default_supervisor=None)


def test_a_fault_in_the_middle_leaves_nothing_behind(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    source = checked(people, workbook([row(1), row(2)]))

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the power fails here")

    monkeypatch.setattr(importing, "update_many", fail)
    loaded(people, source)
    assert not Enterprise.objects.exists()
    assert source.state == "loading"
    monkeypatch.undo()
    source.job.refresh_from_db()
    drain(at=source.job.not_before)
    source.refresh_from_db()
    assert (source.state, Enterprise.objects.count()) == ("done", 2)
    with pytest.raises(Conflict):
        importing.load_import(people.actor("county_officer"), source, at=AT)


def test_the_pages_from_upload_to_done(people: Cast, browser_of: BrowserOf) -> None:
    client = browser_of("county_officer")
    file = SimpleUploadedFile("名单.xlsx", workbook([row(1), row(2, 职工人数="x")]))
    answer = client.post(reverse("enterprises:import-new"), {"file": file, "supervisor": str(people.county.pk)})
    source = EnterpriseImport.objects.get()
    assert answer.headers["Location"] == reverse("enterprises:import-columns", kwargs={"pk": source.pk})
    page = client.get(answer.headers["Location"]).content.decode()
    assert "例：定襄县第1铸造厂；定襄县第2铸造厂" in page
    columns = {f"column_{i}": key for i, key in enumerate(source.mapping)}
    assert client.post(answer.headers["Location"], columns | {"column_1": ""}).status_code == 422
    client.post(answer.headers["Location"], columns)
    own = reverse("enterprises:import", kwargs={"pk": source.pk})
    assert "排队中" in client.get(own).content.decode()
    drain()
    page = client.get(own).content.decode()
    assert "下载错误表" in page
    assert "确认导入" not in page
    errors = client.get(reverse("enterprises:import-errors", kwargs={"pk": source.pk}))
    assert errors.status_code == 200
    sibling = browser_of("sibling_officer")
    assert sibling.get(own).status_code == 404
    assert sibling.get(reverse("enterprises:import-errors", kwargs={"pk": source.pk})).status_code == 404
    client.post(reverse("enterprises:import-drop", kwargs={"pk": source.pk}))
    assert not ImportRow.objects.exists()


def test_the_command_checks_loads_and_its_export_reads_back_unchanged(people: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    cli.register(parser.add_subparsers())

    def run(*words: str) -> Any:
        args = parser.parse_args(words)
        args.actor = people.actor("county_officer")
        return args.func(args)

    sheet = tmp_path / "名单.xlsx"
    sheet.write_bytes(workbook([row(1), row(2, 职工人数="x")]))
    assert run("import", "enterprises", str(sheet)) == 1
    assert (tmp_path / "名单_错误.xlsx").exists()
    sheet.write_bytes(workbook([row(1), row(2)]))
    assert run("import", "enterprises", str(sheet)) == 0
    assert "新建 2 家" in capsys.readouterr().out
    run("export", "enterprises", str(tmp_path / "导出.xlsx"))
    assert run("import", "enterprises", str(tmp_path / "导出.xlsx")) == 0
    assert "无变化 2 行" in capsys.readouterr().out


def test_nobody_imports_for_a_bureau_that_is_not_theirs(people: Cast) -> None:
    with pytest.raises(NotFound):
        checking.receive_bytes(people.actor("county_officer"), "a.xlsx", workbook([row(1)]), default_supervisor=people.sibling_county)
