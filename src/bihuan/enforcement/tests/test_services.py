"""Penalties and orders: basis, safe harbour, double penalty, lifting, withdrawing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bihuan.enforcement.models import Order, PenaltyDecision
from bihuan.enforcement.services import lift_order, void_act
from bihuan.enforcement.tests.factories import WAN, order, penalty
from bihuan.enterprises.tests.factories import AT
from bihuan.foundation.audit.models import Entry
from bihuan.foundation.lib.problems import Invalid, NotFound, Problem
from bihuan.inspections.tests.factories import Stage

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


@pytest.mark.parametrize(
    ("parts", "field", "words"),
    [
        ({"amount_fen": 0}, "amount_fen", "大于 0"), ({"target": "principal"}, "person", "姓名"), ({"target": "worker"}, "target", "只能是"),
        ({"violation": " "}, "violation", "违法事实"), ({"decided_at": AT + timedelta(hours=1)}, "decided_at", "不能晚于现在"),
        ({"decided_at": AT - timedelta(days=8)}, "decided_at", "超过 7 天"), ({"basis_code": "PEN-999"}, "basis_code", "没有 PEN-999"),
        ({"basis_code": ""}, "basis_code", "请选择处罚依据"), ({"amount_fen": 6 * WAN}, "basis_note", "6 万元不在该依据对单位的法定幅度内"),
        ({"target": "principal", "person": "周总", "amount_fen": 3 * WAN}, "basis_note", "加重5至10万元"),
        ({"basis_code": "PEN-MEM6-29"}, "basis_note", "待核对"), ({"basis_code": "", "basis_text": "山西省安全生产条例第四十条"}, "basis_note", "待核对"),
        ({"basis_code": "PEN-493-37"}, "basis_code", "已被上位法取代"),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(stage: Stage, parts: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        penalty(stage, **parts)
    assert words in " ".join(refused.value.errors[field])
    assert not PenaltyDecision.objects.exists()


def test_a_doubtful_basis_is_registered_with_words_and_marked(stage: Stage) -> None:
    sound = penalty(stage)
    assert (sound.basis_text, sound.tag) == ("安全生产法（2021）第一百零二条 未采取措施消除事故隐患", ("有效", "green"))
    outside = penalty(stage, amount_fen=6 * WAN, basis_note="拒不执行，经集体讨论从重")
    assert (outside.within_band, outside.tag) == (False, ("幅度外", "orange"))
    unread = penalty(stage, basis_code="PEN-MEM6-29", basis_note="已与法规原文逐条比对")
    assert (unread.basis_verified, unread.tag) == (False, ("依据待核对", "yellow"))
    other = penalty(stage, basis_code="", basis_text="山西省安全生产条例第四十条", basis_note="地方性法规，已核对")
    assert (other.basis_verified, other.within_band) == (False, None)


def test_a_self_reported_hazard_is_not_penalised_and_the_sealed_time_is_shown(stage: Stage) -> None:
    found = stage.self_report()
    with pytest.raises(Problem, match="企业自报封存时间 2025-01-06 10:00") as refused:
        penalty(stage, hazard=found, at=LATER)
    assert refused.value.code == "enforcement.safe_harbour"
    inspected = stage.finding(stage.visit())
    assert penalty(stage, hazard=inspected).hazard_id == inspected.pk


def test_a_hazard_of_another_firm_is_refused(stage: Stage) -> None:
    visit = stage.visit("city_officer", enterprise=stage.other, level="city", body=stage.people.city)
    theirs = stage.finding(visit, "city_officer")
    for register in (penalty, order):
        with pytest.raises(Invalid, match="不是该企业的"):
            register(stage, hazard=theirs)


@pytest.mark.requirement("X24-045")
def test_double_penalty_links_the_respondents(stage: Stage) -> None:
    first = penalty(stage)
    second = penalty(stage, target="principal", person="周总", basis_code="PEN-094", amount_fen=2 * WAN, linked=first)
    assert second.linked == first
    assert list(first.linked_to.all()) == [second]
    for parts in ({"target": "firm", "linked": first}, {"target": "principal", "person": "吴总", "basis_code": "PEN-094", "enterprise": stage.other,
                                                       "linked": first}):  # fmt: skip
        with pytest.raises(Invalid, match="同案处罚须是"):
            penalty(stage, "city_officer", amount_fen=2 * WAN, **{"target": "firm"} | parts)


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"due_at": None}, "due_at"), ({"due_at": AT}, "due_at"), ({"kind": "warn"}, "kind"), ({"content": ""}, "content"),
        ({"issued_at": AT - timedelta(days=8)}, "issued_at"),
    ],
)  # fmt: skip
def test_orders_refused(stage: Stage, parts: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        order(stage, **parts)
    assert field in refused.value.errors


def test_lifting(stage: Stage) -> None:
    actor, stop = stage.actor("county_officer"), order(stage, kind="stop", due_at=None)
    with pytest.raises(Invalid):
        lift_order(actor, stop, lifted_at=AT - timedelta(days=1), note="复查合格", at=LATER)
    assert lift_order(actor, stop, lifted_at=LATER, note="复查合格", at=LATER).tag == ("已解除", "green")
    with pytest.raises(Problem, match="已解除或已撤销"):
        lift_order(actor, stop, lifted_at=LATER, note="复查合格", at=LATER)
    with pytest.raises(Problem, match="取缔关闭不能解除"):
        lift_order(actor, order(stage, kind="close", due_at=None), lifted_at=LATER, note="复查合格", at=LATER)


def test_withdrawing_once_with_a_reason_and_history(stage: Stage) -> None:
    actor, act = stage.actor("county_officer"), penalty(stage)
    with pytest.raises(Invalid):
        void_act(actor, act, at=LATER, reason=" ")
    void_act(actor, act, at=LATER, reason="登记错误")
    with pytest.raises(Problem, match="已经撤销"):
        void_act(actor, act, at=LATER, reason="登记错误")
    assert [e.action for e in Entry.objects.of(act)] == ["enforcement.penalty", "enforcement.void"]
    assert not PenaltyDecision.objects.in_force().exists()


def test_a_sibling_county_registers_nothing(stage: Stage) -> None:
    mine, stop = penalty(stage), order(stage)
    other = stage.actor("sibling_officer")
    for deed in (lambda: penalty(stage, "sibling_officer"), lambda: order(stage, "sibling_officer"),
                 lambda: void_act(other, mine, at=LATER, reason="登记错误"), lambda: void_act(other, stop, at=LATER, reason="登记错误"),
                 lambda: lift_order(other, stop, lifted_at=LATER, note="复查合格", at=LATER)):  # fmt: skip
        with pytest.raises(NotFound):
            deed()
    assert (PenaltyDecision.objects.count(), Order.objects.count()) == (1, 1)
