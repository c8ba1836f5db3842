"""Firms, criteria and hazards for tests; hazards go through the services, so that their histories are real."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.lib.times import local_date
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.tenancy.tests.factories import SINCE, Cast, cast
from bihuan.hazards import services
from bihuan.hazards.models import Hazard
from bihuan.reference.models import Criterion, CriterionVersion

T0 = datetime(2025, 1, 6, 1, 0, tzinfo=UTC)  # Monday 09:00 in Shanghai
DAY = timedelta(days=1)


def firm_at(node: Organisation, **fields: Any) -> Enterprise:
    """The file of a firm at an existing node."""
    unit = node.parent
    values: dict[str, Any] = {
        "organisation": node, "credit_code": node.code, "name": node.name, "division_code": unit.code if unit else "",
        "supervisor": unit, "reporting_unit": unit, "sector": "machinery", "registered_at": SINCE, "updated_at": SINCE,
    }  # fmt: skip
    return Enterprise.objects.create(**values | fields)


def criterion(code: str = "MEM10-11-3", *, since: date = date(2023, 5, 15), until: date | None = None, number: int = 1) -> CriterionVersion:
    """A version of a criterion of Order 10."""
    parent, _ = Criterion.objects.get_or_create(code=code, defaults={"pack_key": "mem10"})
    _, article, item = code.split("-")
    return CriterionVersion.objects.create(
        criterion=parent, number=number, standard="应急管理部令第10号", standard_title="工贸企业重大事故隐患判定标准",
        article=int(article), item=int(item), scope="dust", title="干式除尘系统未采取控爆措施", control_type="facility",
        search_text="", origin="pack", created_at=SINCE, effective_from=since, effective_to=until,
    )  # fmt: skip


@dataclass
class Stage:
    """The cast, the two firms, a criterion and a clock that goes on by the hour."""

    cast: Cast
    firm: Enterprise
    other_firm: Enterprise
    criterion: CriterionVersion
    now: datetime = T0

    def tick(self, step: timedelta = timedelta(hours=1)) -> datetime:
        """Let time pass."""
        self.now += step
        return self.now

    def report(self, who: str, **parts: Any) -> Hazard:
        """Report a hazard; inspection and general unless said otherwise."""
        at = parts.pop("at", self.now)
        values: dict[str, Any] = {
            "enterprise": self.firm, "origin": "self" if who in ("principal", "safety_manager", "worker", "workshop_head") else "inspection",
            "level": "general", "title": "抛丸区积尘", "description": "除尘风管弯头处积尘", "found_at": at, "basis": "GB 15577-2018 8.1", "place": "抛丸区",
        } | parts  # fmt: skip
        if values["level"] == "major":
            values.setdefault("criterion", self.criterion)
        return services.report_hazard(self.cast.actor(who), at=at, **values)

    def confirm(self, hazard: Hazard, who: str = "county_officer", days: int = 10, **parts: Any) -> Hazard:
        """Confirm it with a time limit of so many days."""
        return services.confirm_hazard(self.cast.actor(who), hazard, at=self.now, due_on=local_date(self.now) + days * DAY, **parts)

    def plan(self, hazard: Hazard, who: str = "principal", **parts: Any) -> Hazard:
        """Send in a complete plan."""
        values: dict[str, Any] = {"person": "周总", "measures": "加装泄爆装置", "amount_fen": 1_860_000, "due_on": local_date(self.now) + 5 * DAY,
                                  "contingency": "停产断电挂牌上锁"} | parts  # fmt: skip
        return services.submit_plan(self.cast.actor(who), hazard, at=self.now, **values)

    def at_work(self, *, level: str = "general", reporter: str = "county_officer", **parts: Any) -> Hazard:
        """A confirmed hazard being rectified."""
        hazard = self.report(reporter, level=level, **parts)
        own = hazard.origin == "self" and level == "general"
        self.confirm(hazard, "safety_manager" if own else "county_officer")
        if level == "major":
            self.plan(hazard)
            services.approve_plan(self.cast.actor("county_officer"), hazard, at=self.now)
        return hazard

    def fix(self, hazard: Hazard, who: str = "safety_manager") -> Hazard:
        """Report it fixed."""
        return services.report_fix(self.cast.actor(who), hazard, at=self.now, summary="已清理并加装", no_photo_reason="测试无图")

    def closed(self, **parts: Any) -> Hazard:
        """A hazard that went through the whole loop."""
        hazard = self.fix(self.at_work(**parts))
        own = hazard.origin == "self" and hazard.level == "general"
        return services.accept_recheck(self.cast.actor("safety_director" if own else "county_officer"), hazard, at=self.now, opinion="现场核实已整改")


def stage() -> Stage:
    """Build it."""
    made = cast()
    return Stage(made, firm_at(made.enterprise), firm_at(made.other_enterprise), criterion())
