"""The campaign's Fridays: deployment, and the returns of every week, two counties silent on the last one."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from bihuan import campaigns
from bihuan.campaigns.models import Campaign, CampaignUnit, Return
from bihuan.campaigns.services import returns, setup
from bihuan.demo.story import DAY, HOUR, Plot
from bihuan.demo.world import World, full, pack

TRUE_TENTH_FRIDAY = date(2025, 2, 14)
PACK = Path(campaigns.__file__).parent / "packs" / "winter_2024.yaml"
SILENT = ("140929", "140931")


def shift_for(latest_friday: date) -> timedelta:
    """By how many whole weeks the notice's dates move so that its tenth Friday is the latest one."""
    return latest_friday - TRUE_TENTH_FRIDAY


def open_campaign(world: World, *, latest_friday: date) -> Campaign:
    """The campaign of the notice with shifted dates; its units and their leaders."""
    shift = shift_for(latest_friday)
    read = setup.read_pack(PACK)
    starts = date.fromisoformat(str(read["starts"])) + shift
    city = full(world.people["city"], at=world.since + DAY)
    at = world.since + DAY
    units = [c.node for c in world.counties] + [f.enterprise.organisation for f in world.state_firms]
    campaign = setup.set_up_campaign(city, host=world.city, pack=read, units=units, at=at, shift=shift, key=f"demo-{starts}")
    for unit in CampaignUnit.objects.filter(campaign=campaign).select_related("unit"):
        setup.organise_unit(city, unit, leader=world.rng.choice(["王建国", "张永胜", "赵志强", "刘文斌"]), leader_post="局长" if unit.kind != "firm" else "总经理",
                            contact=world.rng.choice(["吕晓玲", "贾庆丰", "丁春梅"]), contact_phone=f"0350-{world.rng.randrange(2000000, 8999999)}", at=at)  # fmt: skip
    return campaign


def deploy(plot: Plot, campaign: Campaign) -> None:
    """Plans, meetings and mechanisms of every county over the weeks."""
    world, rng = plot.world, plot.world.rng
    for county in world.counties:
        officer = full(county.people["county"], at=plot.now)

        def add(kind: str, title: str, days: float, *, officer=officer, county=county) -> None:  # type: ignore[no-untyped-def]
            held = plot.starts + timedelta(days=days)
            if held < plot.now:
                setup.record_mechanism(officer, campaign=campaign, unit=county.node, kind=kind, title=title, held_at=held, at=held + HOUR)

        add("plan", f"{county.name}冶金工贸风险隐患排查整治实施方案", rng.uniform(0.2, 6))
        add("mobilisation", f"{county.name}动员部署会", rng.uniform(0.5, 7))
        for kind, title in (("circular", "隐患排查情况通报"), ("interview", "约谈逾期企业主要负责人"), ("inspection_tour", "领导组督导巡查"), ("scheduling", "周调度会")):
            for _ in range(rng.randrange(0, 4)):
                add(kind, title, rng.uniform(8, 68))
    for milestone in campaign.milestones.filter(due_at__lt=plot.now):
        for county in world.counties:
            reporter = full(county.people["reporter"], at=plot.now)
            at = milestone.due_at - HOUR * rng.randrange(2, 30) + (DAY if rng.random() < 0.08 else 0 * DAY)
            setup.submit_milestone(reporter, milestone=milestone, unit=county.node, text="已制定方案并召开动员部署会。", at=at)


def hold_fridays(plot: Plot, campaign: Campaign, *, latest_friday: date) -> None:
    """Every past week handed in, accepted and reported; on the last one two counties are silent and the city has not signed."""
    for friday in campaign.fridays():
        if friday > latest_friday:
            break
        monday = campaign.cutoff_of(friday) - 4 * DAY
        returns.open_week(campaign, friday=friday, at=max(monday, plot.starts + HOUR))
        rows = Return.objects.filter(campaign=campaign, friday=friday).select_related("organisation", "campaign")
        for weekly in rows.exclude(kind="city").order_by("organisation__order"):
            if friday == latest_friday and weekly.organisation.code in SILENT:
                continue
            _hand_in(plot, weekly, last=friday == latest_friday)
        if friday != latest_friday:
            city = rows.get(kind="city")
            officer = full(plot.world.people["city"], at=plot.now)
            returns.save_narratives(officer, city, texts=_texts(plot, city=True), at=campaign.cutoff_of(friday) + HOUR)
            returns.submit_return(officer, city, signer="李岩", at=campaign.cutoff_of(friday) + 1.5 * HOUR)


def _texts(plot: Plot, *, city: bool) -> dict[str, str]:
    rng = plot.world.rng
    return {
        "meetings": f"本周召开调度会{rng.randrange(1, 4)}次，开展联合检查{rng.randrange(3, 30)}家次。", "measures": rng.choice(pack()["measures"]) + "。",
        "dispatch": f"通报{rng.randrange(0, 3)}期，约谈企业{rng.randrange(0, 4)}家。", "publicity": f"{'市' if city else '县'}融媒体中心播发报道{rng.randrange(1, 5)}篇。",
        "problems": rng.choice(pack()["problems"]) + "。", "suggestions": rng.choice(pack()["suggestions"]) + "。",
    }  # fmt: skip


def _hand_in(plot: Plot, weekly: Return, *, last: bool) -> None:
    campaign, world = weekly.campaign, plot.world
    county = next((c for c in world.counties if c.node.pk == weekly.organisation_id), None)
    firm = next((f for f in world.state_firms if f.enterprise.organisation_id == weekly.organisation_id), None)
    actor = county.people["reporter"] if county else firm.people["reporter"] if firm else None
    if actor is None:
        return
    reporter = full(actor, at=plot.now)
    at = min(campaign.cutoff_of(weekly.friday) + timedelta(minutes=world.rng.randrange(1, 90)), plot.now)
    returns.save_narratives(reporter, weekly, texts=_texts(plot, city=False), at=at)
    returns.submit_return(reporter, weekly, signer=reporter.name, at=at)
    if not last:
        returns.accept_return(full(world.people["city"], at=plot.now), weekly, at=at + HOUR)


def latest_friday_before(day: date) -> date:
    """The last Friday up to and including `day`."""
    return day - timedelta(days=(day.weekday() - 4) % 7)


