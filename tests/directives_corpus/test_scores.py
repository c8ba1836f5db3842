"""Scores on the shared notices (the aims of the issue) and on our own (a floor against slipping back)."""

from typing import Any

import pytest

from tests.directives_corpus.scoring import ABSENT, OWN, SHARED, Case, cases, score, scorer

SCORER = scorer()
needs_scorer = pytest.mark.skipif(SCORER is None, reason=ABSENT)
OWN_FLOORS = {
    "101": 0.90,
    "102": 0.95,
    "103": 0.78,
    "104": 0.93,
    "105": 0.90,
    "106": 0.95,
    "107": 0.92,
    "108": 0.95,
    "109": 0.93,
}


def shared_cases() -> list[Any]:
    found = [pytest.param(case, id=case.name) for case in cases(SHARED)]
    return found or [pytest.param(None, marks=pytest.mark.skip(reason=ABSENT))]


@needs_scorer
@pytest.mark.parametrize("case", shared_cases())
def test_the_aims_on_the_shared_notices(case: Case) -> None:
    assert SCORER is not None
    result = score(case, SCORER)
    everything, dated = result["all"], result["dated"]
    assert everything["f1"] >= 0.88
    assert dated["precision"] >= 0.95
    assert dated["recall"] >= 0.95
    assert dated["deadline"] >= 0.98
    assert dated["period_frequency"] >= 0.95
    assert everything["actors_jaccard"] >= 0.80
    assert everything["kind"] >= 0.85
    assert everything["quantity_where_gold_has_one"] >= 0.9


@needs_scorer
@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in cases(OWN)])
def test_own_notices_do_not_slip_back(case: Case) -> None:
    assert SCORER is not None
    result = score(case, SCORER)
    assert result["all"]["f1"] >= OWN_FLOORS[case.name]
    assert result["dated"]["precision"] >= 0.95
    assert result["all"]["actors_jaccard"] >= 0.80


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in cases(OWN)])
def test_own_gold_anchors_stand_once_in_their_notice(case: Case) -> None:
    source = "".join(case.text.split()).replace("*", "").replace("#", "")
    for item in case.gold["obligations"]:
        assert source.count("".join(item["text_anchor"].split())) == 1, item["id"]
