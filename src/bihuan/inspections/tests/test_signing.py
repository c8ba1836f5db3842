"""Signatures: who may sign what, tampering, and two people at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.enterprises.tests.factories import AT
from bihuan.foundation.attachments.models import Attachment
from bihuan.foundation.lib.canonical import canonical_json
from bihuan.foundation.lib.problems import Conflict, Invalid, Problem
from bihuan.foundation.lib.sm3 import sm3_hex
from bihuan.inspections.models import ProblemList, ProblemListSignature, Visit
from bihuan.inspections.services import (
    conclude_visit,
    make_problem_list,
    record_finding,
    rows_of_findings,
    sign_problem_list,
    verify_problem_list,
)
from bihuan.inspections.tests.factories import Stage, handwriting

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


def list_of(stage: Stage) -> ProblemList:
    visit = stage.visit()
    stage.finding(visit)
    return make_problem_list(stage.actor("county_officer"), visit, rows=rows_of_findings(visit), at=AT)


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"role": "inspector", "name": "路人"}, "name"), ({"role": "firm", "name": "张勇"}, "name"), ({"role": "boss", "name": "周总"}, "name"),
        ({"role": "firm", "name": " "}, "name"), ({"role": "inspector", "name": "张勇", "refused": True, "reason": "无", "witness": "丁"}, "refused"),
        ({"role": "firm", "name": "周总", "refused": True, "reason": "不认可"}, "reason"),
        ({"role": "firm", "name": "周总", "refused": True, "reason": "不认可", "witness": "周总"}, "witness"),
    ],
)  # fmt: skip
def test_who_may_sign_as_what(stage: Stage, parts: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        sign_problem_list(stage.actor("county_officer"), list_of(stage), at=AT, **parts)  # type: ignore[arg-type]
    assert field in refused.value.errors
    assert not ProblemListSignature.objects.exists()


def test_nobody_signs_twice(stage: Stage) -> None:
    made, actor = list_of(stage), stage.actor("county_officer")
    sign_problem_list(actor, made, role="inspector", name="张勇", at=AT)
    with pytest.raises(Conflict, match="已在这一版清单上签过字"):
        sign_problem_list(actor, made, role="inspector", name="张勇", at=AT)


@pytest.mark.requirement("X24-076")
def test_a_refusal_with_reason_and_witness_concludes_and_handwriting_is_bound(stage: Stage) -> None:
    made, actor = list_of(stage), stage.actor("county_officer")
    mine = sign_problem_list(actor, made, role="inspector", name="张勇", at=AT, picture=handwriting())
    picture = Attachment.objects.get(pk=mine.picture_id)
    assert (mine.digest, mine.picture_sm3, picture.purpose) == (made.digest, picture.sm3, "signature")
    sign_problem_list(actor, made, role="firm", name="周总", at=AT, refused=True, reason="不认可第一条", witness="村委丁某")
    conclude_visit(actor, made.visit, ended_at=AT, at=AT)
    assert made.visit.status == "concluded"
    with pytest.raises(Problem, match="已办结"):
        make_problem_list(actor, made.visit, rows=[], at=LATER)
    with pytest.raises(Problem, match="已办结"):
        sign_problem_list(actor, made, role="witness", name="丁某", at=LATER)


@pytest.mark.parametrize("where", ["content", "digest", "both", "signature", "picture"])
@pytest.mark.requirement("X24-076")
def test_an_altered_list_is_found_out(stage: Stage, where: str) -> None:
    made, actor = list_of(stage), stage.actor("county_officer")
    signature = sign_problem_list(actor, made, role="inspector", name="张勇", at=AT, picture=handwriting())
    assert verify_problem_list(made).sound
    content = made.content | {"rows": [row | {"type": "重大"} for row in made.content["rows"]]}
    digest = sm3_hex(canonical_json(content))
    if where in ("content", "both"):
        ProblemList.objects.filter(pk=made.pk).update(content=content)
    if where in ("digest", "both"):
        ProblemList.objects.filter(pk=made.pk).update(digest=digest)
    if where == "signature":
        ProblemListSignature.objects.filter(pk=signature.pk).update(digest=digest)
    if where == "picture":
        ProblemListSignature.objects.filter(pk=signature.pk).update(picture_sm3=digest)
    found = verify_problem_list(ProblemList.objects.get(pk=made.pk))
    assert not found.sound
    if where in ("content", "digest"):
        with pytest.raises(Problem, match="不符"):
            sign_problem_list(actor, ProblemList.objects.get(pk=made.pk), role="firm", name="周总", at=AT)


def test_a_finding_after_the_list_asks_for_a_new_one(stage: Stage) -> None:
    visit = stage.visit()
    stage.finding(visit)
    stage.signed(visit)
    stage.finding(visit, at=LATER, title="第二条")
    with pytest.raises(Problem, match="又登记了 1 条隐患"):
        conclude_visit(stage.actor("county_officer"), visit, ended_at=LATER, at=LATER)
    stage.signed(visit, at=LATER)
    assert conclude_visit(stage.actor("county_officer"), visit, ended_at=LATER, at=LATER).status == "concluded"


def test_who_concludes_learns_of_a_finding_made_meanwhile(stage: Stage) -> None:
    visit = stage.visit()
    stage.signed(visit)
    seen = visit.version
    stage.finding(Visit.objects.get(pk=visit.pk))
    with pytest.raises(Conflict):
        conclude_visit(stage.actor("county_officer"), visit, ended_at=AT, at=AT, expect=seen)


def test_findings_after_the_end_are_refused(stage: Stage) -> None:
    visit = stage.visit()
    stage.signed(visit)
    conclude_visit(stage.actor("county_officer"), visit, ended_at=AT, at=AT)
    with pytest.raises(Problem, match="已办结"):
        record_finding(stage.actor("county_officer"), visit, level="general", title="积尘", description="积尘", basis="GB 15577", at=LATER)


def test_a_list_without_findings_says_so(stage: Stage) -> None:
    visit = stage.visit()
    made = stage.signed(visit)
    assert made.content["rows"] == []
    assert visit.unsigned_reason() is None
