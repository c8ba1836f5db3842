"""Loading: shown before, done once, never rewriting what someone was judged by."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bihuan.foundation.access.actor import ANONYMOUS, system_actor
from bihuan.foundation.audit.models import Entry
from bihuan.foundation.lib.packs import PackError
from bihuan.foundation.lib.problems import Forbidden
from bihuan.reference.choices import DivisionLevel
from bihuan.reference.models import (
    CatalogueEntry,
    Criterion,
    CriterionVersion,
    Division,
    Industry,
    PackLoad,
    PenaltyBand,
    RiskFeature,
)
from bihuan.reference.services import LoadReport, load_packs
from bihuan.reference.tests.factories import NOW, criteria_pack, load_shipped

pytestmark = pytest.mark.django_db


def load(folder: Path, *, dry_run: bool = False) -> LoadReport:
    return load_packs(system_actor("test"), at=NOW, directory=folder, dry_run=dry_run)


def titles_on(day: date) -> dict[str, str]:
    rows = CriterionVersion.objects.effective_on(day).select_related("criterion")
    return {row.criterion.code: row.title for row in rows}


def test_the_shipped_packs_fill_every_table() -> None:
    report = load_shipped()
    assert report.changed
    levels = [Division.objects.filter(level=level).count() for level in DivisionLevel]
    assert levels == [1, 11, 117, 5]
    assert Division.objects.filter(parent_id="140900", level="county").count() == 14
    assert Industry.objects.count() == 81
    assert RiskFeature.objects.count() == 25
    assert PenaltyBand.objects.count() == 36
    assert CatalogueEntry.objects.filter(catalogue="metal_smelting").count() == 15


@pytest.mark.requirement("EXT-008")
def test_order_10_is_seeded_with_id_article_and_sector() -> None:
    load_shipped()
    in_force = CriterionVersion.objects.effective_on(date(2023, 5, 15)).select_related("criterion")
    assert in_force.count() == 64
    assert not CriterionVersion.objects.effective_on(date(2023, 5, 14)).exists()
    by_article = {article: in_force.filter(article=article).count() for article in range(3, 14)}
    assert by_article == {3: 3, 4: 8, 5: 13, 6: 8, 7: 7, 8: 7, 9: 2, 10: 2, 11: 10, 12: 2, 13: 2}
    assert {row.standard for row in in_force} == {"应急管理部令第10号"}
    assert all(
        row.criterion.code == f"MEM10-{row.article}-{row.item}" and row.scope and row.title
        for row in in_force
    )
    general = in_force.filter(scope="general").values_list("title", flat=True)
    assert [any(word in title for title in general) for word in ("承包", "特种作业", "考核")] == [True] * 3
    assert in_force.get(criterion__code="MEM10-4-1").citation == "应急管理部令第10号第四条第一项"


def test_loading_twice_changes_and_writes_nothing() -> None:
    load_shipped()
    loads, entries = PackLoad.objects.count(), Entry.objects.count()
    assert loads == entries == 7
    second = load_shipped()
    assert not second.changed
    assert (PackLoad.objects.count(), Entry.objects.count()) == (loads, entries)
    assert all("无变化" in line for line in second.lines())


def test_a_preview_shows_the_same_and_writes_nothing() -> None:
    preview = load_packs(system_actor("test"), at=NOW, dry_run=True)
    assert preview.changed
    assert not Division.objects.exists()
    assert not Entry.objects.exists()
    assert load_shipped().lines() == preview.lines()


def test_a_changed_criterion_becomes_a_new_version_and_the_old_one_stays(tmp_path: Path) -> None:
    load(
        criteria_pack(
            tmp_path, version="2024", effective_from="2024-01-01", titles={"T-01": "甲", "T-02": "乙"}
        )
    )
    old = CriterionVersion.objects.get(criterion__code="T-01")
    criteria_pack(
        tmp_path, version="2025", effective_from="2025-07-01", titles={"T-01": "甲改", "T-03": "丙"}
    )
    report = load(tmp_path)
    assert titles_on(date(2025, 6, 30)) == {"T-01": "甲", "T-02": "乙"}
    assert titles_on(date(2025, 7, 1)) == {"T-01": "甲改", "T-03": "丙"}
    old.refresh_from_db()
    assert (old.title, old.number, old.effective_to) == ("甲", 1, date(2025, 6, 30))
    assert Criterion.objects.get(code="T-01").versions.count() == 2
    text = "\n".join(report.lines())
    assert "~ T-01 title：'甲' → '甲改'" in text
    assert "+ T-03" in text
    assert "- T-02" in text
    assert not load(tmp_path).changed


def test_a_rule_in_force_cannot_be_rewritten_in_place(tmp_path: Path) -> None:
    load(criteria_pack(tmp_path, version="2024", effective_from="2024-01-01", titles={"T-01": "甲"}))
    criteria_pack(tmp_path, version="2024", effective_from="2024-01-01", titles={"T-01": "篡改"})
    with pytest.raises(PackError, match=r"2024\.yaml：T-01 的内容（title）.*不可改写"):
        load(tmp_path)
    assert titles_on(date(2025, 1, 1)) == {"T-01": "甲"}


def test_a_standard_that_ends_closes_its_versions(tmp_path: Path) -> None:
    load(criteria_pack(tmp_path, version="2024", effective_from="2024-01-01", titles={"T-01": "甲"}))
    titles = {"T-01": "甲"}
    criteria_pack(
        tmp_path, version="2024", effective_from="2024-01-01", titles=titles, effective_to="2026-12-31"
    )
    load(tmp_path)
    assert titles_on(date(2026, 12, 31)) == titles
    assert titles_on(date(2027, 1, 1)) == {}
    assert not load(tmp_path).changed


def test_one_fault_stops_the_whole_load(tmp_path: Path) -> None:
    criteria_pack(tmp_path, version="2024", effective_from="2024-01-01", titles={"T-01": "甲"})
    (tmp_path / "bad.yaml").write_text("kind: criteria\n", encoding="utf-8")
    with pytest.raises(PackError, match=r"bad\.yaml"):
        load(tmp_path)
    assert not CriterionVersion.objects.exists()


def test_a_catalogue_may_not_name_an_unknown_feature(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(
        'kind: catalogue\nkey: c\ntitle: 目录\nversion: "1"\neffective_from: 2024-01-01\nsource: 某目录\n'
        "items: [{code: C-1, industry: '311', feature: F-NONE}]\n",
        encoding="utf-8",
    )
    with pytest.raises(PackError, match="没有定义的风险特征 F-NONE"):
        load(tmp_path)


def division_pack(folder: Path, *, version: str, names: dict[str, str]) -> None:
    items = "\n".join(f'  - {{code: "{code}", name: {name}, level: county}}' for code, name in names.items())
    (folder / f"{version}.yaml").write_text(
        f'kind: divisions\nkey: trial\ntitle: 区划\nversion: "{version}"\neffective_from: {version}-01-01\n'
        f"source: GB/T 2260\nitems:\n{items}\n",
        encoding="utf-8",
    )


def test_of_a_plain_table_the_latest_pack_in_force_counts(tmp_path: Path) -> None:
    division_pack(tmp_path, version="2023", names={"150101": "旧县", "150102": "留县"})
    load(tmp_path)
    division_pack(tmp_path, version="2024", names={"150101": "新县", "150103": "增县"})
    division_pack(tmp_path, version="2030", names={"150104": "未来县"})
    report = load(tmp_path)
    assert [pack.skipped[:3] for pack in report.packs] == ["已被2", "", "203"]
    assert set(Division.objects.current().values_list("name", flat=True)) == {"新县", "增县"}
    assert Division.objects.get(code="150102").retired_on == date(2025, 1, 10)
    assert not load(tmp_path).changed


def test_loading_needs_the_right() -> None:
    with pytest.raises(Forbidden, match="加载数据包"):
        load_packs(ANONYMOUS, at=NOW)


def test_every_load_stands_in_the_history_with_its_diff() -> None:
    load_shipped()
    load_row = PackLoad.objects.get(kind="criteria")
    entry = Entry.objects.of(load_row).get()
    assert entry.action == "reference.load_pack"
    assert len(entry.detail["added"]) == 64
