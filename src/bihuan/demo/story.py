"""Ten weeks of a running campaign: findings in every state, honest and sloppy firms, visits, penalties, paired help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bihuan.assistance.services import choose_benchmark, pair
from bihuan.demo.world import BUILDER, County, Firm, World, full, pack
from bihuan.enforcement.services import issue_order, record_penalty
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.lib.problems import Problem
from bihuan.foundation.lib.times import local_date
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.workflow.replay import Replay
from bihuan.hazards import services as hazards
from bihuan.hazards.models import Hazard, NumberSeries
from bihuan.hazards.services.self_check import make_self_check_plan
from bihuan.inspections.models import Visit
from bihuan.inspections.services import conclude_visit, make_problem_list, sign_problem_list, start_visit
from bihuan.reference.models import CriterionVersion

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SCOPES = {"metallurgy": "metallurgy", "nonferrous": "nonferrous", "building_materials": "building_materials", "machinery": "machinery",
          "light": "light", "textile": "textile", "commerce": "general"}  # fmt: skip


@dataclass
class Plot:
    """Where and when the story plays."""

    world: World
    starts: datetime
    now: datetime
    total: int

    def moment(self, latest: datetime | None = None) -> datetime:
        """A working moment between the start and `latest`, later weeks a little busier."""
        span = (latest or self.now) - self.starts
        share = self.world.rng.random() ** 0.8
        day = local_date(self.starts + span * share)
        at = datetime.combine(day, datetime.min.time(), self.starts.tzinfo) + HOUR * 1 + timedelta(minutes=self.world.rng.randrange(60 * 8))
        return min(max(at, self.starts + HOUR), (latest or self.now) - HOUR)


def after(world: World, at: datetime, low: float, high: float) -> datetime:
    """A moment some days later, in working hours."""
    return at + timedelta(days=world.rng.uniform(low, high))


def tell(plot: Plot) -> None:
    """The whole story, oldest things first."""
    _paired_help(plot)
    _self_check_plans(plot)
    _general(plot)
    _majors(plot)
    _penalties(plot)


def _paired_help(plot: Plot) -> None:
    """Each county chooses one or two benchmark firms and pairs them with small ones."""
    rng = plot.world.rng
    for county in plot.world.counties:
        officer = full(county.people["county"], at=plot.now)
        by_size = sorted(county.firms, key=lambda f: -f.enterprise.headcount)
        at = plot.starts + DAY * rng.randrange(3, 9)
        for helper in by_size[: 1 + len(county.firms) // 60]:
            choose_benchmark(officer, enterprise=helper.enterprise, at=at)
            for helped in rng.sample(by_size[len(by_size) // 2 :], min(3, len(by_size) // 2)):
                if helped.enterprise.pairing_role == "":
                    pair(officer, helper=helper.enterprise, helped=helped.enterprise, plan="每月入企帮扶两次，跟班学习一次，共同排查涉爆粉尘与有限空间风险。", at=at + DAY)


def _self_check_plans(plot: Plot) -> None:
    """Most firms make a work plan in the first weeks; the sloppy ones later or not at all."""
    rng = plot.world.rng
    plans = []
    for firm in plot.world.firms():
        made = plot.starts + timedelta(days=rng.uniform(1, 20 + 60 * (1 - firm.honest)))
        if made < plot.now and rng.random() < firm.honest + 0.2:
            plans.append((made, firm))
    for made, firm in plans:
        make_self_check_plan(
            BUILDER, enterprise=firm.enterprise, title="冬季风险隐患自查自改工作方案", leader=f"{firm.enterprise.principal_name}（主要负责人）",
            members="安全、生产、设备负责人", scope="对照重大事故隐患判定标准，排查粉尘、有限空间、煤气、危险作业", made_at=made, at=made + HOUR,
        )  # fmt: skip


def _fitting(firm: Firm) -> list[dict[str, Any]]:
    sector = firm.enterprise.sector
    return [h for h in pack()["general_hazards"] if not h["sectors"] or sector in h["sectors"]]


def _general(plot: Plot) -> None:
    """General hazards: self-checks by the firms, visits by counties and the city; loaded in bulk through the same table."""
    world, rng = plot.world, plot.world.rng
    replay: Replay[Hazard] = Replay(Hazard)
    numbers: dict[tuple[str, int], int] = {}
    firms = [(county, firm) for county in world.counties for firm in county.firms] + [(None, f) for f in world.state_firms]
    weights = [0.3 + f.honest + f.enterprise.headcount / 400 for _, f in firms]
    visited = {f.enterprise.pk: _visit(plot, county, f) for county, f in rng.sample(firms, len(firms) // 4)}
    for county, firm in rng.choices(firms, weights, k=plot.total):
        visit = visited.get(firm.enterprise.pk)
        if visit is not None and rng.random() < 0.62:
            _inspected(plot, replay, numbers, county, firm, visit)
        else:
            _self_found(plot, replay, numbers, firm)
    replay.flush()
    for (division, year), last in numbers.items():
        NumberSeries.objects.update_or_create(kind="YH", division_code=division, year=year, defaults={"last": last})
    _lists(plot, [v for v in visited.values() if v is not None])


def _hazard(plot: Plot, numbers: dict[tuple[str, int], int], firm: Firm, *, at: datetime, origin: str, level_of: str, body: Organisation, **more: Any) -> Hazard:
    item = plot.world.rng.choice(_fitting(firm))
    e = firm.enterprise
    key = (e.division_code, local_date(at).year)
    numbers[key] = numbers.get(key, 0) + 1
    return Hazard(
        organisation_id=e.organisation_id, enterprise=e, unit_id=e.reporting_unit_id, origin=origin, channel=hazards.default_channel(origin, e.pairing_role),
        checking_level=level_of, checking_body=body, level="general", number=f"YH-{key[0]}-{key[1]}-{numbers[key]:06d}", title=item["title"],
        description=item["text"].format(place=item["place"]), basis=item["basis"], place=item["place"], place_key=item["place"], found_at=at,
        reported_at=at, **more,
    )  # fmt: skip


def _self_found(plot: Plot, replay: Replay[Hazard], numbers: dict[tuple[str, int], int], firm: Firm) -> None:
    world = plot.world
    at = plot.moment()
    manager, director = firm.people["manager"], firm.people["director"]
    story = replay.open(manager, _hazard(plot, numbers, firm, at=at, origin="self", level_of="enterprise", body=firm.enterprise.organisation, sealed_at=at), at=at)
    _run(plot, replay, story, at=at, judge=manager, fixer=manager, checker=director, prefix="self_", firm=firm, world=world)


def _inspected(plot: Plot, replay: Replay[Hazard], numbers: dict[tuple[str, int], int], county: County | None, firm: Firm, visit: Visit) -> None:
    world, at = plot.world, visit.started_at
    officer = county.people["county"] if county is not None and visit.level == "county" else world.people["city"]
    checker = county.people["law"] if county is not None else world.people["citylaw"]
    hazard = _hazard(plot, numbers, firm, at=at, origin="inspection", level_of=visit.level, body=visit.body, source_kind="inspections.visit", source_id=visit.pk)
    story = replay.open(officer, hazard, at=at + HOUR)
    _run(plot, replay, story, at=at + HOUR, judge=officer, fixer=firm.people["manager"], checker=checker, prefix="", firm=firm, world=world)


def _run(plot: Plot, replay: Replay[Hazard], story: Any, *, at: datetime, judge: Actor, fixer: Actor, checker: Actor, prefix: str, firm: Firm, world: World) -> None:
    """Take the hazard as far as its firm would by now."""
    rng = world.rng
    judged = after(world, at, 0.02, 0.8 if prefix else 1.2)
    if judged > plot.now:
        return
    due = local_date(judged) + DAY * rng.randrange(5, 16)
    inputs: dict[str, Any] = {"due_on": due, "assignee": firm.enterprise.safety_contact}
    replay.step(story, judge, f"{prefix}confirm", at=judged, **(inputs if prefix else inputs | {"level": "general"}))
    slow = 1.0 if rng.random() < firm.honest + 0.12 else 2.6
    fixed = after(world, judged, 0.5, 9 * slow)
    if fixed > plot.now:
        return
    replay.step(story, fixer, "report_fix", at=fixed, summary=rng.choice(pack()["fixes"]), no_photo_reason="演示数据")
    checked = after(world, fixed, 0.1, 3)
    if checked > plot.now:
        return
    if rng.random() < 0.05:
        replay.step(story, checker, f"{prefix}reject", at=checked, note="整改不彻底，弯头处仍有积尘", due_on=local_date(checked) + DAY * 5)
        again = after(world, checked, 0.5, 5)
        if again > plot.now:
            return
        replay.step(story, fixer, "report_fix", at=again, summary="已按复查意见返工整改", no_photo_reason="演示数据")
        checked = after(world, again, 0.1, 2)
        if checked > plot.now:
            return
    replay.step(story, checker, f"{prefix}accept", at=checked, opinion=rng.choice(pack()["opinions"]))


def _visit(plot: Plot, county: County | None, firm: Firm) -> Visit:
    """One visit by the county (or the city), through the services."""
    rng, world = plot.world.rng, plot.world
    by_city = county is None or rng.random() < 0.18
    body = world.city if by_city or county is None else county.node
    officer = full(world.people["city"] if by_city or county is None else county.people["county"], at=plot.now)
    started = plot.moment()
    return start_visit(
        officer, enterprise=firm.enterprise, kind="joint", level="city" if by_city else "county", body=body, started_at=started, at=started + HOUR / 2,
        inspectors=[officer.name, rng.choice(["高立军", "许永胜", "曹建国"])], basis="忻应急发〔2024〕216号 三(二)",
    )  # fmt: skip


def _lists(plot: Plot, visits: list[Visit]) -> None:
    """Problem lists of the visits, signed on the spot."""
    found: dict[int, list[Hazard]] = {}
    for hazard in Hazard.objects.filter(source_kind="inspections.visit"):
        found.setdefault(hazard.source_id or 0, []).append(hazard)
    for visit in visits:
        at = visit.started_at + 3 * HOUR
        rows = [{"description": h.description, "evidence": "现场照片", "basis": h.basis, "type": "一般", "note": h.number} for h in found.get(visit.pk, [])]
        made = make_problem_list(BUILDER, visit, rows=rows, at=at)
        sign_problem_list(BUILDER, made, role="inspector", name=visit.inspectors[0], at=at)
        refused = plot.world.rng.random() < 0.02
        sign_problem_list(BUILDER, made, role="firm", name=_firm_signer(visit), at=at, refused=refused,
                          reason="对第一条有异议" if refused else "", witness="村委会见证人" if refused else "")  # fmt: skip
        conclude_visit(BUILDER, visit, ended_at=at, at=at)


def _firm_signer(visit: Visit) -> str:
    """Who signs for the firm; nobody who inspected, though invented names may coincide."""
    names = (visit.enterprise.principal_name, visit.enterprise.safety_contact, "企业值班负责人")
    return next(name for name in names if name and name not in visit.inspectors)


def _majors(plot: Plot) -> None:
    """Major hazards, one by one through the services, so that supervision, double report and to-dos are real."""
    world, rng = plot.world, plot.world.rng
    versions = list(CriterionVersion.objects.effective_on(local_date(plot.starts)).select_related("criterion"))
    firms = [(county, firm) for county in world.counties for firm in county.firms]
    events = []
    for n in range(max(12, plot.total // 60)):
        county, firm = rng.choices(firms, [0.2 + f.enterprise.headcount / 300 for _, f in firms])[0]
        fitting = [v for v in versions if v.scope in (SCOPES.get(firm.enterprise.sector, "general"), "general", "confined_space")]
        origin = rng.choices(["self", "inspection", "city_supervision", "tipoff"], [50, 38, 7, 5])[0]
        events.append((plot.moment(plot.now - (2 * DAY if n % 6 else 0 * DAY)), county, firm, rng.choice(fitting), origin))
    for at, county, firm, version, origin in sorted(events, key=lambda e: e[0]):
        _major(plot, at, county, firm, version, origin)
    _monday_self_report(plot, firms[0][0], versions)


def _major(plot: Plot, at: datetime, county: County, firm: Firm, version: CriterionVersion, origin: str) -> None:
    world, rng = plot.world, plot.world.rng
    officer = full(county.people["county"], at=plot.now)
    principal, manager = full(firm.people["principal"], at=plot.now), full(firm.people["manager"], at=plot.now)
    reporter = {"self": principal, "inspection": officer, "tipoff": officer}.get(origin) or full(world.people["city"], at=plot.now)
    hazard = hazards.report_hazard(
        reporter, enterprise=firm.enterprise, origin=origin, level="major", title=version.title[:60], description=f"{version.title}。", found_at=at, at=at,
        criterion=version, place=rng.choice(["主厂房", "熔炼区", "打磨间", "污水站", "制冷机房", "原料库"]),
        checking_body=None if origin != "city_supervision" else world.city,
    )  # fmt: skip
    if origin == "self" and at + 8 * HOUR < plot.now:
        hazards.give_receipt(officer, hazard, at=at + HOUR * rng.uniform(0.5, 5))
        hazards.notify_employees(manager, hazard, text=f"{hazard.place}发现重大事故隐患：{hazard.title}，整改期间请勿靠近。", at=at + HOUR * rng.uniform(5, 8))
    steps = iter(_plan_of(plot, at, firm))
    judged = next(steps)
    if judged > plot.now:
        return
    due = local_date(judged) + DAY * rng.randrange(12, 31)
    hazards.confirm_hazard(officer, hazard, at=judged, due_on=due, level="major", criterion=version, assignee=firm.enterprise.safety_contact)
    planned = next(steps)
    if planned > plot.now:
        return
    hazards.submit_plan(
        manager, hazard, at=planned, person=f"{principal.name}（主要负责人）", measures="停用相关设备，按设计增设控制措施并组织验收", amount_fen=rng.randrange(20, 900) * 100_000,
        due_on=min(due, local_date(planned) + DAY * 20), contingency="整改期间撤出人员，设专人监护，备齐应急器材", owners=None,
    )  # fmt: skip
    approved = next(steps)
    if approved > plot.now:
        return
    hazards.approve_plan(officer, hazard, at=approved, stop_production=rng.random() < 0.15)
    fixed = next(steps)
    if fixed > plot.now:
        return
    hazards.report_fix(manager, hazard, at=fixed, summary="已按方案完成整改并自行验收", no_photo_reason="演示数据")
    checked = next(steps)
    if checked <= plot.now:
        hazards.accept_recheck(full(county.people["law"], at=plot.now), hazard, at=checked, opinion="现场逐项核实，符合要求，同意销号")
        removed = after(world, checked, 0.2, 3)
        hazard.refresh_from_db()
        if removed < plot.now and rng.random() < 0.8:
            hazards.remove_plate(officer, hazard.supervision, at=removed, publicity="已完成整改，现予摘牌公示")


def _plan_of(plot: Plot, at: datetime, firm: Firm) -> list[datetime]:
    """When it is judged, planned, approved, fixed and re-checked; a sloppy firm is late."""
    world, rng = plot.world, plot.world.rng
    slow = 1.0 if rng.random() < firm.honest else 4.0
    out, here = [], at
    for low, high in ((0.05, 0.9), (0.5, 2.5), (0.2, 1.5), (3, 14 * slow), (0.3, 3)):
        here = after(world, here, low, high)
        out.append(here)
    return out


def _monday_self_report(plot: Plot, county: County, versions: list[CriterionVersion]) -> None:
    """Story 3: a principal reports at 09:12 on Monday, the inspectors come on Tuesday."""
    monday = local_date(plot.now) - DAY * ((local_date(plot.now).weekday()) or 7)
    at = _at(plot, monday, 9, 12)
    firm = county.firms[0]
    principal = full(firm.people["principal"], at=plot.now)
    version = next(v for v in versions if v.scope == "confined_space")
    hazards.report_hazard(
        principal, enterprise=firm.enterprise, origin="self", level="major", title=version.title[:60], description=f"班组长自查发现：{version.title}。",
        found_at=at - HOUR, at=at, criterion=version, place="污水处理站",
    )  # fmt: skip
    tuesday = at + DAY
    if tuesday < plot.now:
        officer = full(county.people["county"], at=plot.now)
        start_visit(officer, enterprise=firm.enterprise, kind="joint", level="county", body=county.node, started_at=tuesday, at=tuesday + HOUR,
                    inspectors=[officer.name, "高立军"], basis="忻应急发〔2024〕216号 三(二)")  # fmt: skip


def _at(plot: Plot, day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, datetime.min.time(), plot.starts.tzinfo) + timedelta(hours=hour - 8, minutes=minute)


def _penalties(plot: Plot) -> None:
    """Penalties and orders on inspected majors; the safe harbour refuses those on self-reports."""
    world, rng = plot.world, plot.world.rng
    for hazard in Hazard.objects.filter(level="major", confirmed_at__isnull=False).exclude(origin="self").select_related("enterprise", "unit").order_by("pk"):
        at = hazard.confirmed_at + DAY if hazard.confirmed_at else plot.now
        if at > plot.now or hazard.unit.kind != "county":
            continue
        county = next(c for c in world.counties if c.node.pk == hazard.unit_id)
        officer = full(county.people["law"], at=plot.now)
        common: dict[str, Any] = {"enterprise": hazard.enterprise, "body": county.node, "at": at + HOUR, "hazard": hazard}
        issue_order(officer, kind=rng.choices(["rectify", "stop", "close"], [80, 17, 3])[0], content="责令按期整改重大事故隐患", issued_at=at, due_at=at + 20 * DAY, **common)
        if rng.random() < 0.55:
            try:
                record_penalty(officer, target="firm", violation="未采取措施消除重大事故隐患", basis_code="PEN-102", amount_fen=rng.randrange(1, 6) * 1_000_000, decided_at=at, **common)
            except Problem as refused:
                if refused.code != "enforcement.safe_harbour":
                    raise
        if rng.random() < 0.2:
            record_penalty(officer, target="principal", person=hazard.enterprise.principal_name, violation="主要负责人未履行安全生产管理职责", basis_code="PEN-094",
                           amount_fen=rng.randrange(2, 5) * 1_000_000, decided_at=at, **common)  # fmt: skip
