"""Plays the sixteen weeks with a small cast: two counties and one key firm that reports for itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bihuan.assistance.services import choose_benchmark, pair
from bihuan.campaigns import rules
from bihuan.campaigns.models import Campaign, Return, Snapshot
from bihuan.campaigns.services import returns, setup
from bihuan.campaigns.services.compile import check, compile_return
from bihuan.campaigns.tests.factories import PACK, START
from bihuan.enforcement.services import issue_order, record_penalty
from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.accounts.models import User
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.tenancy.services import appoint, create_organisation
from bihuan.foundation.tenancy.tests.factories import BUILDER, SINCE
from bihuan.hazards import services as hazards
from bihuan.hazards.models import Hazard
from bihuan.hazards.services.self_check import make_self_check_plan
from bihuan.hazards.tests.factories import Stage, firm_at, stage
from bihuan.inspections.services import start_visit

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEKS = 16
CROSS_FROM = 13  # 县级交叉检查 in March: its first Friday is 2025-03-07
MERGED_IN = 10
COUNTY_GENERAL = "hazards.inspection.county.general.found"
# Beyond the standing cast: name: (role, organisation, 姓名)
MORE = {
    "sibling_reporter": ("reporter", "sibling", "邻县报送"), "sibling_law": ("enforcement_officer", "sibling", "邻县执法"),
    "other_director": ("safety_director", "other", "邻县总监"), "plant_principal": ("principal", "plant", "秦总"),
    "plant_manager": ("safety_manager", "plant", "秦安"), "plant_director": ("safety_director", "plant", "秦总监"),
    "plant_reporter": ("reporter", "plant", "秦报送"), "city_law": ("enforcement_officer", "city", "市执法"),
}  # fmt: skip


@dataclass
class Friday:
    """What one Friday left behind."""

    number: int
    cutoff: datetime
    units: dict[str, Return]
    findings: dict[str, list[rules.Finding]]

    @property
    def city(self) -> Return:
        """The city's table."""
        return self.units["140900"]


@dataclass
class Season:
    """The campaign with its people and firms, and what every Friday left behind."""

    stage: Stage
    campaign: Campaign
    plant: Enterprise
    people: dict[str, User]
    fridays: list[Friday] = field(default_factory=list)
    works: list[tuple[int, Callable[[], None]]] = field(default_factory=list)
    week: int = 0

    def who(self, name: str) -> Actor:
        """A person of the cast or of MORE."""
        return Actor.of(self.people[name], at=SINCE) if name in self.people else self.stage.cast.actor(name)

    def at(self, days: float) -> datetime:
        """A moment of this week: 0 is Monday 09:00, 4 Friday 09:00; the first week begins on Wednesday."""
        friday = self.campaign.cutoff_of(self.campaign.fridays()[self.week - 1])
        return max(friday - 6 * HOUR + (days - 4) * DAY, self.campaign.starts_at + 9 * HOUR)

    def later(self, weeks: int, what: Callable[[], None]) -> None:
        """Do it in a later week."""
        self.works.append((self.week + weeks, what))


def begin() -> Season:
    """The cast, the firms and the campaign with its true dates."""
    scene = stage()
    cast = scene.cast
    node = create_organisation(BUILDER, kind="enterprise", name="晋北铝业有限公司", code="91140921MA0CCCCC14", parent=cast.city, at=SINCE)
    # The plant lies in the county but is supervised by the city and reports beside the counties (X24-053).
    plant = firm_at(node, division_code=cast.county.code, reporting_unit=node, direct_reporting=True)
    where: dict[str, Organisation] = {"sibling": cast.sibling_county, "other": cast.other_enterprise, "plant": node, "city": cast.city}
    people = {}
    for name, (role, place, title) in MORE.items():
        user = User(username=name, name=title)
        user.set_unusable_password()
        user.save()
        appoint(BUILDER, user=user, organisation=where[place], role=role, at=SINCE)
        people[name] = user
    scene.now = START
    campaign = setup.set_up_campaign(
        cast.actor("city_officer"), host=cast.city, pack=setup.read_pack(PACK), units=[cast.county, cast.sibling_county, node], at=START
    )
    for unit in campaign.units.all():
        setup.organise_unit(cast.actor("city_officer"), unit, leader="组长甲", contact="联系人甲", at=START)
    return Season(scene, campaign, plant, people)


def play() -> Season:
    """All sixteen weeks."""
    season = begin()
    for number in range(1, WEEKS + 1):
        season.week = number
        _events(season)
        _friday(season)
    return season


# ---- what happens in a week ----

def found(s: Season, who: str, firm: Enterprise, *, days: float, where: str = "", found_at: datetime | None = None, level: str = "general", **parts: Any) -> Hazard:
    """Someone finds something, at a place of its own, so that no two are alike."""
    at = s.at(days)
    return hazards.report_hazard(
        s.who(who), enterprise=firm, level=level, title="积尘", description="除尘风管弯头处积尘", found_at=found_at or at, at=at, basis="GB 15577-2018 8.1",
        place=f"第{s.week}周{where}{firm.pk}{parts['origin']}{level}", criterion=s.stage.criterion if level == "major" else None, **parts,
    )  # fmt: skip


def own_general(s: Season, firm: Enterprise, manager: str, director: str, *, days: float, takes: int = 1) -> None:
    """The firm finds, judges, fixes; its director re-checks so many weeks later."""
    hazard = found(s, manager, firm, days=days, origin="self")
    _confirm(s, hazard, manager, days)
    s.later(takes, lambda: _close(s, hazard, manager, director))


def _confirm(s: Season, hazard: Hazard, who: str, days: float) -> None:
    hazards.confirm_hazard(s.who(who), hazard, at=s.at(days) + HOUR, due_on=(s.at(days) + 30 * DAY).date())


def inspected(s: Season, firm: Enterprise, officer: str, checker: str, manager: str, *, days: float, takes: int | None = 1, **parts: Any) -> Hazard:
    """An officer finds and confirms; the firm fixes and another officer re-checks so many weeks later."""
    hazard = found(s, officer, firm, days=days, **({"origin": "inspection"} | parts))
    _confirm(s, hazard, officer, days)
    if takes is not None:
        s.later(takes, lambda: _close(s, hazard, manager, checker))
    return hazard


def _close(s: Season, hazard: Hazard, manager: str, checker: str) -> None:
    hazards.report_fix(s.who(manager), hazard, at=s.at(1), summary="已整改", no_photo_reason="测试无图")
    hazards.accept_recheck(s.who(checker), hazard, at=s.at(2), opinion="现场核实已整改")


def major(s: Season, firm: Enterprise, finder: str, judge: str, planner: str, checker: str, manager: str, *, days: float, takes: int, **parts: Any) -> Hazard:
    """A major hazard with plan and double report; closed so many weeks later."""
    hazard = found(s, finder, firm, days=days, level="major", **parts)
    at = s.at(days)
    if hazard.origin == "self":
        hazards.give_receipt(s.who(judge), hazard, at=at + HOUR)
        hazards.notify_employees(s.who(manager), hazard, text="该部位存在重大事故隐患，请勿靠近。", at=at + HOUR)
    hazards.confirm_hazard(s.who(judge), hazard, at=at + 2 * HOUR, due_on=(at + 60 * DAY).date(), level="major", criterion=s.stage.criterion)
    hazards.submit_plan(s.who(planner), hazard, at=at + 3 * HOUR, person="周总", measures="加装泄爆装置", amount_fen=1_860_000,
                        due_on=(at + 50 * DAY).date(), contingency="停产断电挂牌上锁")  # fmt: skip
    hazards.approve_plan(s.who(judge), hazard, at=at + 4 * HOUR)
    s.later(takes, lambda: _close(s, hazard, manager, checker))
    return hazard


def visit(s: Season, firm: Enterprise, officer: str, body: Organisation, *, level: str, days: float, kind: str = "joint", host: Organisation | None = None) -> None:
    """A visit on the spot."""
    start_visit(s.who(officer), enterprise=firm, kind=kind, level=level, body=body, started_at=s.at(days), at=s.at(days) + HOUR,
                inspectors=["检查甲", "检查乙"], host_body=host)  # fmt: skip


def _events(s: Season) -> None:
    due, s.works = [w for n, w in s.works if n <= s.week], [(n, w) for n, w in s.works if n > s.week]
    for what in due:
        what()
    _every_week(s)
    _self_checks(s)
    _majors(s)
    _acts(s)
    if s.week >= CROSS_FROM:
        _cross(s)
    _incidents(s)


def _every_week(s: Season) -> None:
    cast, firm, other = s.stage.cast, s.stage.firm, s.stage.other_firm
    inspected(s, firm, "county_officer", "enforcement_officer", "safety_manager", days=3)
    own_general(s, firm, "safety_manager", "safety_director", days=3.2, takes=1 + s.week % 3)
    own_general(s, s.plant, "plant_manager", "plant_director", days=3.3)
    if s.week % 2:
        visit(s, firm, "county_officer", cast.county, level="county", days=3)
        own_general(s, other, "other_manager", "other_director", days=3.4, takes=2)
    else:
        inspected(s, other, "sibling_officer", "sibling_law", "other_manager", days=3.5)
        visit(s, other, "sibling_officer", cast.sibling_county, level="county", days=3.5)


def _self_checks(s: Season) -> None:
    planned = {1: s.stage.firm, 2: s.stage.other_firm, 5: s.plant, 6: s.stage.firm}
    leader = {s.stage.firm.pk: "principal", s.stage.other_firm.pk: "other_principal", s.plant.pk: "plant_principal"}
    if s.week in planned:
        firm = planned[s.week]
        make_self_check_plan(s.who(leader[firm.pk]), enterprise=firm, title="自查自改方案", leader="主要负责人", members="各车间", scope="全厂",
                             made_at=s.at(3), at=s.at(3) + HOUR)  # fmt: skip
    if s.week == 3:
        choose_benchmark(s.who("county_officer"), enterprise=s.stage.firm, at=s.at(0))
        pair(s.who("city_officer"), helper=s.stage.firm, helped=s.stage.other_firm, plan="每月两次", at=s.at(1))
        s.stage.other_firm.refresh_from_db()
    kinds = {1: "plan", 2: "mobilisation", 4: "circular", 8: "interview"}
    if s.week in kinds:
        for who, node in (("county_officer", s.stage.cast.county), ("sibling_officer", s.stage.cast.sibling_county)):
            if s.week == 1 and who == "sibling_officer":
                continue  # the sibling county's plan comes a week late
            setup.record_mechanism(s.who(who), campaign=s.campaign, unit=node, kind=kinds[s.week], title="部署", held_at=s.at(3), at=s.at(3) + HOUR)
    if s.week == 2:
        setup.record_mechanism(s.who("sibling_officer"), campaign=s.campaign, unit=s.stage.cast.sibling_county, kind="plan", title="方案", held_at=s.at(2), at=s.at(2))


def _majors(s: Season) -> None:
    firm, other, cast = s.stage.firm, s.stage.other_firm, s.stage.cast
    county = ("county_officer", "principal", "enforcement_officer", "safety_manager")
    sibling = ("sibling_officer", "other_principal", "sibling_law", "other_manager")
    match s.week:
        case 2:
            major(s, firm, "principal", *county, days=2, takes=2, origin="self")
        case 3:
            major(s, firm, "county_officer", *county, days=2, takes=4, origin="inspection")
        case 5:
            major(s, other, "city_officer", *sibling, days=2, takes=3, origin="inspection", checking_body=cast.city)
            visit(s, other, "city_officer", cast.city, level="city", days=2)
        case 6:
            major(s, s.plant, "city_officer", "city_officer", "plant_principal", "city_law", "plant_manager", days=2, takes=4, origin="city_supervision")
        case 7:
            major(s, other, "sibling_officer", *sibling, days=2, takes=20, origin="tipoff")
        case 11:
            major(s, other, "other_principal", *sibling, days=1, takes=3, origin="self")


def _acts(s: Season) -> None:
    if s.week in (4, 8, 12):
        body = s.stage.cast.county
        issue_order(s.who("enforcement_officer"), enterprise=s.stage.firm, kind={4: "rectify", 8: "stop", 12: "close"}[s.week], content="责令整改",
                    issued_at=s.at(2), due_at=s.at(2) + 10 * DAY, body=body, at=s.at(2) + HOUR)  # fmt: skip
        record_penalty(s.who("enforcement_officer"), enterprise=s.stage.firm, target="firm", violation="未消除隐患", basis_code="", basis_text="安全生产法第一百零二条", basis_note="测试登记",
                       amount_fen=1_234_567, decided_at=s.at(3), body=body, at=s.at(3) + HOUR)  # fmt: skip
    if s.week == 9:
        record_penalty(s.who("sibling_law"), enterprise=s.stage.other_firm, target="principal", person="吴总", violation="未履职", basis_code="", basis_text="安全生产法第九十四条", basis_note="测试登记",
                       amount_fen=2_000_000, decided_at=s.at(3), body=s.stage.cast.sibling_county, at=s.at(3) + HOUR)  # fmt: skip


def _cross(s: Season) -> None:
    cast = s.stage.cast
    if s.week == CROSS_FROM:
        setup.start_cross_round(s.who("city_officer"), s.campaign, at=s.at(0))
    # The guests find, the host county confirms and decides: the record is the host's (三(三)).
    inspected(s, s.stage.firm, "county_officer", "enforcement_officer", "safety_manager", days=2, origin="cross", checking_body=cast.sibling_county)
    if s.week == CROSS_FROM + 1:
        major(s, s.stage.other_firm, "sibling_officer", "sibling_officer", "other_principal", "sibling_law", "other_manager", days=2, takes=2,
              origin="cross", checking_body=cast.county)  # fmt: skip
        visit(s, s.stage.other_firm, "sibling_officer", cast.county, level="county", days=2, kind="cross", host=cast.sibling_county)
    visit(s, s.stage.firm, "county_officer", cast.sibling_county, level="county", days=2, kind="cross", host=cast.county)


def _incidents(s: Season) -> None:
    """What makes real seasons untidy: late entry, a withdrawn finding, three entries of one thing, a rejected re-check."""
    firm = s.stage.firm
    if s.week == 9:  # found on Friday morning, entered on Monday: 72 hours have not passed, and last week stays what it was
        hazard = found(s, "county_officer", firm, days=0, where="补录", found_at=s.at(0) - 3 * DAY + HOUR, origin="inspection")
        _confirm(s, hazard, "county_officer", 0)
    if s.week == 8:
        hazard = found(s, "county_officer", firm, days=1, where="误报", origin="inspection")
        hazards.withdraw_hazard(s.who("county_officer"), hazard, at=s.at(3), reason="核实不属于隐患")
    if s.week == MERGED_IN - 1:
        one, *others = [
            inspected(s, firm, "county_officer", "enforcement_officer", "safety_manager", days=1 + i / 10, takes=None, where=f"并案{i}") for i in range(3)
        ]

        def merge() -> None:
            for other in others:
                hazards.link_duplicates(s.who("county_officer"), one, other, at=s.at(2), note="同一处积尘")

        s.later(1, merge)
    if s.week == 6:
        hazard = inspected(s, firm, "county_officer", "enforcement_officer", "safety_manager", days=1, takes=None, where="返工")

        def reject() -> None:
            hazards.report_fix(s.who("safety_manager"), hazard, at=s.at(0), summary="已整改", no_photo_reason="测试无图")
            hazards.reject_recheck(s.who("enforcement_officer"), hazard, at=s.at(1), reason="仍有积尘", due_on=(s.at(1) + 10 * DAY).date())

        s.later(1, reject)
        s.later(2, lambda: _close(s, hazard, "safety_manager", "county_colleague"))


# ---- Friday ----

def _friday(s: Season) -> None:
    day = s.campaign.fridays()[s.week - 1]
    cutoff = s.campaign.cutoff_of(day)
    returns.open_week(s.campaign, friday=day, at=max(cutoff - 4 * DAY, s.campaign.starts_at + HOUR))
    s.campaign.refresh_from_db()
    units = {r.organisation.code: r for r in Return.objects.filter(campaign=s.campaign, friday=day).select_related("organisation", "campaign")}
    seen: dict[str, list[rules.Finding]] = {}
    signers = {"140921": "reporter", "140922": "sibling_reporter", s.plant.organisation.code: "plant_reporter"}
    for code, who in signers.items():
        seen[code] = _hand_in(s, units[code], who, cutoff + HOUR / 2)
        returns.accept_return(s.who("city_officer"), units[code], at=cutoff + HOUR)
    seen["140900"] = _hand_in(s, units["140900"], "city_officer", cutoff + 1.5 * HOUR)
    s.fridays.append(Friday(s.week, cutoff, units, seen))


def _hand_in(s: Season, weekly: Return, who: str, at: datetime) -> list[rules.Finding]:
    actor = s.who(who)
    returns.save_narratives(actor, weekly, texts={"meetings": f"第{s.week}周召开调度会1次"}, at=at)
    if s.week == MERGED_IN and COUNTY_GENERAL in _fallen(weekly, at):
        returns.correct(actor, weekly, figure=COUNTY_GENERAL, reason="三次登记为同一隐患，已并案", signer=actor.name, at=at)
    findings = check(weekly, compile_return(weekly, at=at))
    returns.submit_return(actor, weekly, signer=actor.name, at=at)
    return findings


def _fallen(weekly: Return, at: datetime) -> set[str]:
    return {key for f in check(weekly, compile_return(weekly, at=at)) if f.severity == "block" for key in f.figures}


def snapshot_of(weekly: Return) -> Snapshot:
    """What was signed."""
    return Snapshot.objects.get(pk=weekly.snapshot_id)
