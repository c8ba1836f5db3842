"""Risk features set by the catalogues (P24-009) and changed by officers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.enterprises.services import add_tag, apply_catalogues, end_tag, update_enterprise
from bihuan.enterprises.tests.factories import AT, Stage, firm
from bihuan.foundation.lib.problems import Conflict, Forbidden, NotFound
from bihuan.foundation.tenancy.tests.factories import Cast
from bihuan.reference.tests.factories import load_shipped

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


@pytest.fixture(autouse=True)
def _shipped(db: None) -> None:
    load_shipped()


@pytest.mark.requirement("P24-009")
def test_a_process_in_the_catalogue_sets_the_smelting_tag_with_its_citation(people: Cast) -> None:
    made = firm(people.county, 21, processes=["炼钢"])
    tag = made.feature_links.get(code="F-SMELT")
    assert tag.automatic
    assert "金属冶炼目录" in tag.source
    assert "炼钢" in tag.source


@pytest.mark.requirement("P24-009")
def test_an_industry_in_the_catalogue_sets_it_too_and_leaving_it_ends_the_tag(people: Cast) -> None:
    made = firm(people.county, 22, industry_code="3110")
    assert "F-SMELT" in made.tags
    made = update_enterprise(people.actor("county_officer"), made, at=LATER, industry_code="3331")
    assert "F-SMELT" not in made.tags
    assert made.feature_links.get(code="F-SMELT").ended_at == LATER


def test_what_an_officer_ended_the_catalogue_does_not_set_again(people: Cast) -> None:
    made = firm(people.county, 23, processes=["炼钢"])
    officer = people.actor("county_officer")
    end_tag(officer, made, code="F-SMELT", reason="炼钢车间已拆除", at=LATER)
    apply_catalogues(officer, made, at=LATER)
    assert "F-SMELT" not in made.tags
    add_tag(officer, made, code="F-SMELT", reason="恢复炼钢生产", at=LATER)
    made.refresh_from_db()
    assert "F-SMELT" in made.tags


def test_who_may_change_features(stage: Stage) -> None:
    with pytest.raises(NotFound):
        add_tag(stage.people.actor("sibling_officer"), stage.firm, code="F-GAS", reason="现场核实", at=LATER)
    with pytest.raises(Forbidden):
        add_tag(stage.people.actor("reporter"), stage.firm, code="F-GAS", reason="现场核实", at=LATER)
    add_tag(stage.people.actor("county_officer"), stage.firm, code="F-GAS", reason="现场核实", at=LATER)
    with pytest.raises(Conflict):
        add_tag(stage.people.actor("county_officer"), stage.firm, code="F-GAS", reason="现场核实", at=LATER)
