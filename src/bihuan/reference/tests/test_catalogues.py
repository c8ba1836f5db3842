"""The shipped tables answer for a firm: its sector, its features, its criteria, its county."""

from __future__ import annotations

from datetime import date

import pytest

from bihuan.foundation.access.actor import ANONYMOUS, system_actor
from bihuan.reference.models import (
    CatalogueEntry,
    CriterionVersion,
    Division,
    Industry,
    PenaltyBand,
    RiskFeature,
)
from bihuan.reference.tests.factories import load_shipped

DAY = date(2025, 1, 10)


@pytest.fixture(autouse=True)
def _shipped(db: None) -> None:
    load_shipped()


@pytest.mark.parametrize(
    ("code", "sector", "verified"),
    [
        ("C3110", "metallurgy", True),
        ("3252", "nonferrous", False),
        ("3011", "building_materials", True),
        ("3054", "light", True),
        ("3074", "light", True),
        ("3071", "building_materials", False),
        ("3620", "machinery", True),
        ("1310", "light", False),
        ("2521", "outside", False),
    ],
)
def test_sector_of_an_industry(code: str, sector: str, verified: bool, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(1):
        match = Industry.objects.sector_of(code)
    assert match is not None
    assert (match.sector, match.verified) == (sector, verified)


def features(code: str, *processes: str, on: date = DAY) -> dict[str, tuple[bool, str]]:
    tags = CatalogueEntry.objects.features_for(code, processes, on=on, table=Industry.objects.table())
    return {tag.feature: (tag.automatic, tag.citation) for tag in tags}


@pytest.mark.requirement("P24-009")
def test_a_process_in_the_catalogue_sets_the_smelting_feature_with_citation() -> None:
    assert features("3120")["F-SMELT"] == (True, "《金属冶炼目录（2015版）》：炼钢，行业代码312")
    assert features("3670", "铝冶炼")["F-SMELT"] == (True, "《金属冶炼目录（2015版）》：铝冶炼，行业代码3216")
    assert features("1310")["F-CONF"][0]
    assert "有限空间重点监管目录" in features("1310")["F-CONF"][1]
    assert "F-SMELT" not in features("3670")
    assert not features("3120", on=date(2014, 12, 31)).get("F-SMELT", (False, ""))[0]


def test_rolling_is_not_smelting() -> None:
    assert "F-SMELT" not in features("3130")
    assert features("3252")["F-ALCAST"][0] is False


def test_a_firm_of_a_sector_gets_general_own_and_special_criteria() -> None:
    library = CriterionVersion.objects.effective_on(DAY)
    assert library.for_sector("metallurgy").count() == 3 + 8 + 14
    assert library.for_sector("commerce").count() == 3 + 14
    assert set(library.for_sector("light").values_list("article", flat=True)) == {3, 8, 11, 12, 13}


def test_features_name_existing_criteria() -> None:
    library = CriterionVersion.objects.effective_on(DAY)
    for feature in RiskFeature.objects.all():
        for reference in feature.criteria:
            assert library.for_features([reference]).exists(), (feature.code, reference)
    assert library.for_features(["MEM10-11-*"]).count() == 10
    assert library.for_features([]).count() == 0


def test_search_in_the_library() -> None:
    library = CriterionVersion.objects.effective_on(DAY)
    assert library.search("深井铸造 液位").count() == 3
    assert library.search("mem10-13-2").get().scope == "confined_space"
    assert library.search("第四条").count() == 8


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("xfq", {"140902"}),
        ("忻府", {"140902"}),
        ("fsx", {"140924", "141027"}),
        ("htx", {"141024"}),
        ("zzx", {"140428"}),
        ("czs", {"140400"}),
        ("14098", {"140981"}),
        ("忻州市原平", {"140981"}),
        ("yuanping", {"140981"}),
    ],
)
def test_divisions_are_found_by_initials_pinyin_name_and_code(text: str, codes: set[str]) -> None:
    assert codes <= set(Division.objects.search(text).values_list("code", flat=True))


def test_division_names_that_repeat_are_told_apart() -> None:
    names = Division.objects.filter(name="城区").values_list("full_name", flat=True)
    assert set(names) == {"阳泉市城区", "晋城市城区"}
    assert Division.objects.beneath("140900").official().count() == 15
    assert Division.objects.get(code="140971").is_statistical_zone


def test_unverified_and_superseded_bands_are_not_usable() -> None:
    usable = set(PenaltyBand.objects.effective_on(DAY).usable().values_list("code", flat=True))
    assert "PEN-102" in usable
    assert not usable & {"PEN-MEM14-14", "PEN-493-37", "PEN-MEM6-28"}
    assert not PenaltyBand.objects.effective_on(date(2023, 12, 31)).filter(code="PEN-MEM13-19").exists()
    assert PenaltyBand.objects.get(code="PEN-102").citation == "安全生产法（2021）第一百零二条"


def test_the_tables_are_open_to_the_signed_in_only() -> None:
    assert Division.objects.visible_to(system_actor("test")).exists()
    assert not Division.objects.visible_to(ANONYMOUS).exists()
    assert not CriterionVersion.objects.visible_to(ANONYMOUS).exists()
