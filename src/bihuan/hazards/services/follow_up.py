"""Difficult hazards go up a level; repeated and long-standing ones are investigated."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from bihuan.foundation.access.actor import Actor, system_actor
from bihuan.foundation.access.scoping import require
from bihuan.foundation.lib.problems import Invalid, Problem
from bihuan.foundation.messages import todos
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.workflow.engine import open_loop, perform
from bihuan.hazards.choices import InvestigationKind
from bihuan.hazards.models import Difficulty, Hazard, Investigation
from bihuan.hazards.parameters import parameter, parameters
from bihuan.hazards.rules.supervision import investigator

SYSTEM = system_actor("隐患溯源")


def ask_for_help(actor: Actor, hazard: Hazard, *, reason: str, question: str, at: datetime) -> Difficulty:
    """Put a hazard that this level cannot solve to the next one; owner and clock of the hazard stay as they are."""
    require(actor, "hazards.ask_help", hazard)
    errors = {name: [f"请填写{word}"] for name, word, text in (("reason", "难点", reason), ("question", "请求协调事项", question)) if not text.strip()}
    if errors:
        raise Invalid(errors)
    if not hazard.is_open:
        raise Problem("hazards.not_open", "该隐患已办结，无需上报。", status=409)
    here = actor.home_organisation or hazard.enterprise.supervisor
    return _put_to_next(actor, hazard, here, reason=reason, question=question, at=at, follows=None)


def _put_to_next(
    actor: Actor, hazard: Hazard, here: Organisation, *, reason: str, question: str, at: datetime, follows: Difficulty | None
) -> Difficulty:
    above = here.parent
    if above is None:
        raise Problem("hazards.no_level_above", f"{here}没有上级单位，请在本级研究解决。", status=409)
    difficulty = Difficulty(
        organisation_id=hazard.organisation_id, hazard=hazard, from_body=here, to_body=above, reason=reason.strip(),
        question=question.strip(), follows=follows,
    )  # fmt: skip
    try:
        with transaction.atomic():
            open_loop(actor, difficulty, at=at, capability="hazards.ask_help" if follows is None else "hazards.answer_difficult")
            todos.hand_over(difficulty, capability="hazards.answer_difficult", title="答复疑难隐患", organisation_id=above.pk, at=at)
    except IntegrityError:
        raise Problem("hazards.already_asked", "该隐患已上报，正在等待上级答复。", status=409) from None
    return difficulty


def answer_difficulty(actor: Actor, difficulty: Difficulty, *, answer: str, at: datetime) -> Difficulty:
    """The upper level answers."""
    return perform(actor, difficulty, "answer", at=at, answer=answer)


def pass_on_difficulty(actor: Actor, difficulty: Difficulty, *, reason: str, at: datetime) -> Difficulty:
    """The upper level cannot solve it either: on to the next, which must answer."""
    with transaction.atomic():
        perform(actor, difficulty, "pass_on", at=at, note=reason)
        return _put_to_next(actor, difficulty.hazard, difficulty.to_body, reason=reason, question=difficulty.question, at=at, follows=difficulty)


def earlier_alike(hazard: Hazard) -> list[Hazard]:
    """Earlier confirmed findings of the same criterion, place and firm within the look-back period."""
    since = hazard.found_at - timedelta(days=parameter("repeat_window_days"))
    criterion_id = hazard.criterion.criterion_id if hazard.criterion else None
    alike = Hazard.objects.counted().confirmed().alike(
        enterprise_id=hazard.enterprise_id, criterion_id=criterion_id, place=hazard.place_key, basis=hazard.basis
    )  # fmt: skip
    return list(alike.filter(found_at__gte=since, found_at__lt=hazard.found_at).exclude(pk=hazard.pk).order_by("found_at"))


def investigate_repeat(hazard: Hazard, *, at: datetime) -> Investigation | None:
    """Open an investigation when a confirmed hazard has come back; None when it has not."""
    earlier = earlier_alike(hazard)
    if not earlier:
        return None
    days = parameters()["repeat_window_days"]
    reason = f"{days.value} 日内同一企业、部位和条款第 {len(earlier) + 1} 次出现，上一次为 {earlier[-1].number}"
    return _open(hazard, InvestigationKind.REPEATED, reason, at)


def investigate_long_standing(at: datetime) -> int:
    """Open an investigation for each hazard that has stood too long; safe to run twice. Returns how many are new."""
    days = parameter("long_standing_days")
    old = Hazard.objects.counted().open().filter(confirmed_at__lt=at - timedelta(days=days)).exclude(investigations__kind="long_standing")
    return sum(
        _open(hazard, InvestigationKind.LONG_STANDING, f"判定后超过 {days} 日仍未销号", at) is not None
        for hazard in old.order_by("pk").iterator(500)
    )


def _open(hazard: Hazard, kind: InvestigationKind, reason: str, at: datetime) -> Investigation | None:
    if Investigation.objects.filter(hazard=hazard, kind=kind).exists():
        return None
    investigation = Investigation(
        organisation_id=hazard.organisation_id, hazard=hazard, kind=kind, owner=investigator([hazard.origin]), reason=reason
    )
    return open_loop(SYSTEM, investigation, at=at, capability="hazards.investigate")


def report_investigation(
    actor: Actor, investigation: Investigation, *, findings: str, causes: str, measures: str, at: datetime, expect: int | None = None
) -> Investigation:
    """Hand in what was found, why, and what will prevent it."""
    name = "self_report" if investigation.owner == "enterprise" else "report"
    return perform(actor, investigation, name, at=at, expect=expect, findings=findings, causes=causes, measures=measures)


def accept_investigation(actor: Actor, investigation: Investigation, *, at: datetime, note: str = "", expect: int | None = None) -> Investigation:
    """The regulator accepts it; another person than the one who reported."""
    return perform(actor, investigation, "accept", at=at, note=note, expect=expect)
