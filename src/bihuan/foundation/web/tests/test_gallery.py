"""The gallery draws every component, and is closed in production."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client, override_settings

from bihuan.foundation.web import nav

COMPONENTS = Path(__file__).parents[1] / "templates" / "components"
# Drawn by list pages, whose tests are in access/tests/test_pages.py, or as answers to htmx.
ELSEWHERE = {"filter.html", "filter_bar.html", "table.html", "pagination.html", "combo_options.html", "records.html", "card.html"}


@pytest.fixture(autouse=True)
def _open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_UI_GALLERY", "1")


@pytest.mark.django_db
def test_every_component_has_a_place_in_it() -> None:
    response = Client().get("/_ui/")
    assert response.status_code == 200
    drawn = {template.name.removeprefix("components/") for template in response.templates if template.name}
    assert {file.name for file in COMPONENTS.glob("*.html")} - drawn - ELSEWHERE == set()


@pytest.mark.django_db
def test_its_form_shows_what_is_wrong() -> None:
    response = Client().post("/_ui/", {"name": "甲"})
    page = response.content.decode()
    assert 'id="form-errors"' in page
    assert 'href="#id_code"' in page
    assert page.index('id="form-errors"') < page.index('name="name"')


@pytest.mark.django_db
@override_settings(DEBUG=False)
def test_it_is_closed_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BIHUAN_UI_GALLERY")
    assert Client().get("/_ui/").status_code == 404


class TestNavigation:
    class Somebody:
        def can(self, capability: str) -> bool:
            return capability == "a.view"

    @pytest.fixture(autouse=True)
    def _empty(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(nav, "_items", {})

    def item(self, title: str, capability: str | None, url: str = "web:gallery", group: str = "总览") -> nav.NavItem:
        return nav.NavItem(group, title, url, capability, "bell")

    def test_only_what_one_may_open_is_drawn(self) -> None:
        nav.register(self.item("甲", "a.view"), self.item("乙", "b.view"), self.item("丙", None, group="隐患治理"))
        entries = nav.entries_for(self.Somebody(), "/_ui/sub/")
        assert [(entry.item.title, entry.current) for entry in entries] == [("甲", True), ("丙", True)]
        assert [group for group, _ in nav.grouped(entries)] == ["总览", "隐患治理"]
        assert nav.entries_for(None, "/") == []

    def test_an_unknown_group_is_refused(self) -> None:
        with pytest.raises(ValueError, match="not a navigation group"):
            nav.register(self.item("甲", None, group="其他"))

    def test_the_system_check_names_an_entry_that_leads_nowhere(self) -> None:
        nav.register(self.item("甲", None, url="nowhere:list"))
        assert [fault.id for fault in nav.check_addresses()] == ["web.E001"]
