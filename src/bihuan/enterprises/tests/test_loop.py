"""Completeness of the five links, from the graph of records."""

from __future__ import annotations

import pytest

from bihuan.enterprises.loops import _stages, register_stage
from bihuan.enterprises.services import link_records
from bihuan.enterprises.summaries import loop_scores, loop_scores_by_supervisor
from bihuan.enterprises.tests.factories import AT, Stage
from bihuan.foundation.audit.models import Ref

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("P24-032")
def test_a_link_counts_only_when_a_chain_leads_to_it_from_the_firm(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.enterprises.loops._stages", dict(_stages))
    for kind, name in (("t.alarm", "monitoring"), ("t.visit", "inspection"), ("t.hazard", "rectification")):
        register_stage(kind, name)
    firm = stage.firm
    assert loop_scores([firm.pk])[firm.pk].percent == 40
    link_records(firm, source=Ref("t.visit", 1), target=Ref("t.hazard", 1), at=AT)
    assert loop_scores([firm.pk])[firm.pk].percent == 40
    link_records(firm, source=firm, target=Ref("t.alarm", 1), at=AT)
    link_records(firm, source=Ref("t.alarm", 1), target=Ref("t.visit", 1), at=AT)
    score = loop_scores([firm.pk, stage.other.pk])[firm.pk]
    assert (score.percent, score.missing) == (100, [])
    assert loop_scores([stage.other.pk])[stage.other.pk].missing == ["监测预警", "执法检查", "隐患整改"]
    pairs = [(stage.firm.pk, stage.firm.supervisor_id), (stage.other.pk, stage.other.supervisor_id)]
    assert loop_scores_by_supervisor(pairs) == {stage.people.county.pk: 100, stage.people.sibling_county.pk: 40}


def test_a_circle_ends(stage: Stage) -> None:
    link_records(stage.firm, source=stage.firm, target=Ref("t.a", 1), at=AT)
    link_records(stage.firm, source=Ref("t.a", 1), target=stage.firm, at=AT)
    assert loop_scores([stage.firm.pk])[stage.firm.pk].percent == 40
