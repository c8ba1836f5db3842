"""Tables: the address decides; a wrong address is said, never guessed."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.db.models import Q
from django.test import RequestFactory

from bihuan.foundation.accounts.models import User
from bihuan.foundation.web.formats import Due
from bihuan.foundation.web.models import ColumnChoice
from bihuan.foundation.web.services import save_columns
from bihuan.foundation.web.tables import Column, Filter, Tab, TableState
from bihuan.foundation.web.tables.files import csv_lines, write_xlsx
from bihuan.foundation.web.tables.filters import parse_date

NOW = datetime(2025, 3, 7, 4, 0, tzinfo=UTC)
COLUMNS = (
    Column("username", "登录名", sort="username", phone="title"),
    Column("created_at", "建立", kind="datetime", sort="created_at"),
    Column("phone", "手机", hidden=True),
)
FILTERS = (
    Filter("q", "姓名", kind="search", fields=("name", "username")),
    Filter("active", "启用", kind="boolean", field="is_active"),
    Filter("name", "姓名", kind="multi", choices=(("甲", "甲"), ("乙", "乙"))),
    Filter("created", "建立日期", kind="dates", field="created_at"),
    Filter("unit", "属地", kind="unit", choices=lambda request: [(1, "某县")], apply=lambda queryset, pk: queryset.filter(name="甲")),
)
TABS = (Tab("all", "全部"), Tab("off", "停用", when=lambda request: Q(is_active=False)))


def state(query: str = "", **kwargs: Any) -> TableState:
    settings: dict[str, Any] = {"key": "t", "columns": COLUMNS, "filters": FILTERS, "tabs": TABS, "now": NOW} | kwargs
    return TableState.from_request(RequestFactory().get(f"/people/?{query}"), **settings)


@pytest.fixture
def people(db: None) -> None:
    for name, active, day in (("甲", True, 1), ("乙", False, 6), ("丙", True, 7)):
        user = User.objects.create_user(f"u{day}", name=name)
        # 17:00 UTC on the 6th is the 7th in China.
        User.objects.filter(pk=user.pk).update(is_active=active, created_at=datetime(2025, 3, day, 17 if day == 6 else 2, tzinfo=UTC))


def names(query: str) -> list[str]:
    return [user.name for user in state(query).apply(User.objects.all()).order_by("id")]


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", "甲乙丙"), ("q=u7", "丙"), ("q=u 乙", "乙"), ("active=1", "甲丙"), ("active=0", "乙"), ("name=甲&name=乙", "甲乙"),
            ("created_from=2025-03-07", "乙丙"), ("created_to=20250306", "甲"), ("created_from=2025-03-01&created_to=2025-03-01", "甲"),
            ("unit=1", "甲"), ("tab=off", "乙"), ("tab=off&q=甲", ""),
        ],
    )  # fmt: skip
    def test_narrow(self, people: None, query: str, found: str) -> None:
        assert names(query) == list(found)

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("created_from=明天", "“明天”不是日期，请写作 2025-03-07"), ("created_from=2025-02-30", "不是日期"),
            ("created_from=2025-03-07&created_to=2025-03-01", "开始日期晚于结束日期"), ("active=maybe", "请选择是或否"),
            ("name=丁", "没有“丁”这个选项"), ("unit=99", "没有“99”这个选项"),
        ],
    )  # fmt: skip
    def test_a_wrong_value_is_named_and_shows_nothing_rather_than_everything(self, people: None, query: str, words: str) -> None:
        wrong = state(query)
        assert words in wrong.errors[0]
        assert list(wrong.apply(User.objects.all())) == []

    def test_what_was_typed_is_kept(self) -> None:
        bound = next(item for item in state("created_from=明天").filters if item.filter.key == "created")
        assert bound.first == "明天"

    @pytest.mark.parametrize("query", ["sort=phone", "sort=password", "page=-1", "page=x", "size=7", "tab=secret"])
    def test_other_nonsense_is_named_too(self, query: str) -> None:
        assert len(state(query).errors) == 1

    def test_a_filter_may_not_take_a_name_of_the_table(self) -> None:
        with pytest.raises(ValueError, match="reserved"):
            state(filters=(Filter("sort", "排序"),))

    @pytest.mark.parametrize("text", ["2025-03-07", "2025-3-7", "2025/3/7", "20250307", "2025年3月7日", "2025.3.7"])
    def test_dates_as_people_type_them(self, text: str) -> None:
        assert parse_date(text) == date(2025, 3, 7)


class TestOrderAndPages:
    def test_a_header_turns_the_order_round(self, people: None) -> None:
        page = state("sort=username").page_of(User.objects.all())
        assert [row.record.username for row in page.rows] == ["u1", "u6", "u7"]
        head = page.headers[0]
        assert (head.order, head.url) == ("ascending", "/people/?sort=-username")
        assert [row.record.username for row in state("sort=-username").page_of(User.objects.all()).rows] == ["u7", "u6", "u1"]

    def test_addresses_keep_the_rest_of_the_view(self) -> None:
        current = state("q=%E5%8E%82&page=3&name=甲&name=乙")
        assert current.url(sort="username", page=None) == "/people/?q=%E5%8E%82&name=%E7%94%B2&name=%E4%B9%99&sort=username"
        assert current.clear_url == "/people/"

    def test_tabs_are_counted_under_the_filters_in_one_query(self, people: None, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(3):
            page = state("active=1").page_of(User.objects.all())
        assert [(tab.tab.key, tab.count) for tab in page.tabs] == [("all", 2), ("off", 0)]

    def test_a_page_beyond_the_end_is_the_last_one(self, people: None) -> None:
        assert state("page=9").page_of(User.objects.all()).page.number == 1


class TestColumns:
    def test_chosen_ones_are_shown_in_declared_order(self) -> None:
        assert [column.key for column in state(chosen=["phone", "username", "gone"]).columns] == ["username", "phone"]
        assert [column.key for column in state(chosen=["gone"]).columns] == ["username", "created_at"]

    def test_a_choice_is_kept_and_dropped(self, db: None) -> None:
        save_columns(7, "t", keys=["a"])
        save_columns(7, "t", keys=["b"])
        assert ColumnChoice.objects.keys_for(7, "t") == ["b"]
        assert ColumnChoice.objects.keys_for(8, "t") is None
        assert ColumnChoice.objects.keys_for(None, "t") is None
        save_columns(7, "t", keys=[])
        assert ColumnChoice.objects.keys_for(7, "t") is None

    def test_text_is_escaped(self) -> None:
        cell = Column("name", "名称", sub="name").cell(SimpleNamespace(name="<script>"), NOW)
        assert "<script>" not in cell.html

    def test_a_misspelt_attribute_is_an_error(self) -> None:
        with pytest.raises(AttributeError):
            Column("nmae", "名称").cell(SimpleNamespace(name="x"), NOW)

    def test_nothing_on_the_way_is_a_dash(self) -> None:
        assert "—" in Column("firm", "企业", value="firm.name").cell(SimpleNamespace(firm=None), NOW).html

    def test_a_late_row_is_marked_even_when_the_column_is_hidden(self) -> None:
        due = Column("due", "期限", kind="due", hidden=True)
        table = state(columns=(Column("name", "名称"), due), filters=(), tabs=())
        assert table._row(SimpleNamespace(name="x", due=date(2025, 3, 1))).late
        assert not table._row(SimpleNamespace(name="x", due=Due(date(2025, 3, 1), done=True))).late


class TestFiles:
    columns = (
        Column("name", "企业"), Column("fine", "罚款", kind="money"), Column("day", "日期", kind="date"),
        Column("at", "时间", kind="datetime"), Column("state", "状态", kind="status"), Column("count", "件数", kind="number"),
    )  # fmt: skip
    records = (
        SimpleNamespace(name="=1+1", fine=3_205_000, day=date(2025, 3, 7), at=datetime(2025, 3, 6, 18, 0, tzinfo=UTC), state=("整改中", "orange"), count=3),
        SimpleNamespace(name="甲厂", fine=None, day=None, at=None, state="", count=0),
    )

    def test_xlsx_keeps_types_and_runs_no_formula(self) -> None:
        target = io.BytesIO()
        assert write_xlsx(target, "台账[1]", self.columns, self.records) == 2
        sheet = openpyxl.load_workbook(target).active
        rows = list(sheet.values)
        assert rows[0] == ("企业", "罚款（万元）", "日期", "时间", "状态", "件数")
        assert rows[1] == ("=1+1", 3.21, datetime(2025, 3, 7), datetime(2025, 3, 7, 2, 0), "整改中", 3)
        assert sheet["A2"].data_type == "s"
        assert rows[2] == ("甲厂", None, None, None, None, 0)

    def test_csv_defuses_formulas(self) -> None:
        lines = list(csv_lines(self.columns, self.records))
        assert lines[0].startswith("\ufeff企业,")
        assert lines[1] == "'=1+1,3.21,2025-03-07,2025-03-07 02:00:00,整改中,3\r\n"
        assert lines[2] == "甲厂,,,,,0\r\n"

    def test_money_in_files_is_exact(self) -> None:
        assert self.columns[1].exported(SimpleNamespace(fine=3_205_000)) == Decimal("3.21")
