"""Which stories the province tells: hazards, their plates, visits; each kind runs once through the engine."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from bihuan.demo.moulds import Marks, Mould, Story
from bihuan.demo.world import pack
from bihuan.hazards.models import Hazard, Supervision
from bihuan.inspections.models import Visit
from bihuan.reference.models import CriterionVersion

CONFIRM, PLAN, APPROVE, STOP, FIX, REJECT, ACCEPT, WITHDRAW = "confirm", "plan", "approve", "stop", "fix", "reject", "accept", "withdraw"
OWNERS = {"responsibility": "主要负责人", "measure": "设备负责人", "money": "财务负责人", "deadline": "安全总监", "contingency": "安全负责人"}
NO_PHOTO, NOTICE = "演示数据", "发现重大事故隐患，整改期间请勿靠近。"


@cache
def hazard_mould(origin: str, channel: str, checking_level: str, level: str, path: tuple[str, ...]) -> Mould:
    """A hazard of this kind that has come this far; its times are `found`, `open`, `receipt`, `notice`, `t1` … `tn`."""
    marks = Marks()
    own, major = origin == "self" and level == "general", level == "major"
    at_city = checking_level == "city"
    found, opened = marks.moment("found"), marks.moment("open")
    criterion = CriterionVersion(pk=marks.number("criterion"), effective_from=date(1990, 1, 1))
    record = Hazard(
        pk=marks.number("id"), organisation_id=marks.number("organisation"), enterprise_id=marks.number("enterprise"), unit_id=marks.number("unit"),
        origin=origin, channel=channel, checking_level=checking_level, checking_body_id=marks.number("body"), level=level,
        criterion=criterion if major else None, number=marks.word("number"), title=marks.word("title"), description=marks.word("text"),
        basis=marks.word("basis"), place=marks.word("place"), place_key=marks.word("place_key"), found_at=found, reported_at=opened,
        sealed_at=opened if origin == "self" else None,
    )  # fmt: skip
    if origin in ("inspection", "cross", "city_supervision"):
        record.source_kind, record.source_id = "inspections.visit", marks.number("visit")
    story = Story(marks, record)
    side = "city" if at_city else "county"
    judge, checker = ("manager", "director") if own else (f"{side}_officer", f"{side}_law")
    opener = "manager" if origin == "self" else "guest" if origin == "cross" else judge
    story.open(opener, "open")
    if major and origin == "self" and path:
        story.note("county_officer", "hazards.double_report.receipt", "receipt", {"received_at": marks.moment("receipt")}, detail={"title": "监管部门回执"})
        story.note("manager", "hazards.double_report.notice", "notice", {"noticed_at": marks.moment("notice"), "text": NOTICE}, detail={"title": "向职工通报"})
    for number, name in enumerate(path, 1):
        _take(story, name, f"t{number}", judge=judge, checker=checker, own=own, level=level, criterion=criterion)
    return story.mould()


def _take(story: Story, name: str, at: str, *, judge: str, checker: str, own: bool, level: str, criterion: CriterionVersion) -> None:
    marks, prefix = story.marks, "self_" if own else ""
    if name == CONFIRM:
        more: dict[str, Any] = {} if own else {"level": level} | ({"criterion": criterion} if level == "major" else {})
        marks.day("plan_due")
        story.step(judge, f"{prefix}confirm", at, due_on=marks.day("due"), assignee=marks.word("assignee"), **more)
    elif name == PLAN:
        story.step(
            "manager", "submit_plan", at, plan_person=marks.word("planner"), plan_measures="停用相关设备，按设计增设控制措施并组织验收",
            plan_amount_fen=marks.number("amount"), plan_due_on=marks.day("plan_due"), plan_contingency="整改期间撤出人员，设专人监护，备齐应急器材",
            plan_owners=OWNERS,
        )  # fmt: skip
    elif name in (APPROVE, STOP):
        stop: dict[str, Any] = {"stop_production": True} if name == STOP else {}
        story.step(judge, "approve_plan", at, **stop)
    elif name == FIX:
        story.step("manager", "report_fix", at, summary=marks.word(f"{at}.summary"), no_photo_reason=NO_PHOTO)
    elif name == REJECT:
        story.step(checker, f"{prefix}reject", at, note="整改不彻底，仍有积尘", due_on=marks.day("second_due"))
    elif name == ACCEPT:
        story.step(checker, f"{prefix}accept", at, opinion=marks.word("opinion"))
    else:
        story.step(judge, f"{prefix}withdraw", at, note="经核实不构成隐患")


@cache
def plate_mould(side: str, path: tuple[str, ...]) -> Mould:
    """The listed supervision of a confirmed major hazard; times `listed`, `t1`, `t2`."""
    marks = Marks()
    hazard = Hazard(pk=marks.number("hazard"), status="closed")
    record = Supervision(
        pk=marks.number("id"), organisation_id=marks.number("organisation"), hazard=hazard, body_id=marks.number("plate_body"), plate_number=marks.word("plate")
    )
    story = Story(marks, record)
    story.open("system", "listed", note=f"{marks.word('number')} 判定为重大事故隐患，自动挂牌督办")
    if path:
        story.step(f"{side}_law", "hazard_closed", "t1")
    if len(path) > 1:
        story.step(f"{side}_officer", "remove", "t2", publicity="已完成整改，现予摘牌公示")
    return story.mould()


@cache
def visit_mould(kind: str, level: str, concluded: bool) -> Mould:
    """A visit with its signed list; times `started`, `open`, `listed`, `ended`."""
    marks = Marks()
    record = Visit(
        pk=marks.number("id"), organisation_id=marks.number("organisation"), enterprise_id=marks.number("enterprise"), unit_id=marks.number("unit"),
        kind=kind, level=level, body_id=marks.number("body"), host_body_id=marks.number("host") if kind == "cross" else None,
        started_at=marks.moment("started"), inspectors=[marks.word("first"), marks.word("second")], basis="忻应急发〔2024〕216号 三(二)",
    )  # fmt: skip
    record.unsigned_reason = lambda: None  # type: ignore[method-assign]  # the list that the guard looks for is loaded beside
    story, who = Story(marks, record), "guest" if kind == "cross" else "city_officer" if level == "city" else "county_officer"
    story.open(who, "open")
    if concluded:
        digest = marks.word("digest")
        story.note(who, "inspections.problem_list", "listed", {"revision": 1, "digest": digest, "rows": marks.number("findings")})
        for role, name in (("inspector", marks.word("first")), ("firm", marks.word("principal.name"))):
            story.note(who, "inspections.signed", "listed", {"role": role, "name": name, "refused": False, "digest": digest})
        story.step(who, "conclude", "ended", ended_at=marks.moment("ended"))
    return story.mould()


def plain_texts() -> list[dict[str, str]]:
    """The general hazards of the region's pack with their places filled in."""
    return [{**h, "text": h["text"].format(place=h["place"])} for h in pack()["general_hazards"]]
