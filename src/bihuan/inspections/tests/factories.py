"""A firm in each of the cast's counties, a visit, and a signed list; everything through the services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image

from bihuan.enterprises.models import Enterprise
from bihuan.enterprises.tests.factories import AT, BUILDER, firm
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.accounts.models import User
from bihuan.foundation.lib.times import local_date
from bihuan.foundation.tenancy.services import appoint
from bihuan.foundation.tenancy.tests.factories import Cast
from bihuan.hazards.models import Hazard
from bihuan.hazards.services import confirm_hazard, report_hazard
from bihuan.hazards.tests.factories import criterion
from bihuan.inspections.models import ProblemList, Visit
from bihuan.inspections.services import (
    make_problem_list,
    record_finding,
    rows_of_findings,
    sign_problem_list,
    start_visit,
)
from bihuan.reference.models import CriterionVersion


def handwriting(shade: int = 0) -> bytes:
    """A picture as a signature pad gives it."""
    out = BytesIO()
    Image.new("RGB", (120, 40), (255, 255, 255 - shade)).save(out, "PNG")
    return out.getvalue()


@dataclass
class Stage:
    """The cast with a firm in each county."""

    people: Cast
    firm: Enterprise
    other: Enterprise

    def actor(self, name: str, at: datetime = AT) -> Actor:
        """Somebody of the cast."""
        return self.people.actor(name, at)

    def visit(self, who: str = "county_officer", *, at: datetime = AT, **parts: Any) -> Visit:
        """A visit under way; by the county unless said otherwise."""
        values: dict[str, Any] = {
            "enterprise": self.firm, "kind": "joint", "level": "county", "body": self.people.county, "started_at": at,
            "inspectors": ["张勇", "赵敏"],
        } | parts  # fmt: skip
        return start_visit(self.actor(who), at=at, **values)

    def finding(self, visit: Visit, who: str = "county_officer", *, at: datetime = AT, **parts: Any) -> Any:
        """A general finding of a visit."""
        values: dict[str, Any] = {"level": "general", "title": "弯头积尘", "description": "风管弯头积尘3.4毫米", "basis": "GB 15577-2018 8.1"}
        return record_finding(self.actor(who), visit, at=at, **values | parts)

    def confirmed(self, *, at: datetime = AT, **parts: Any) -> Hazard:
        """A finding that has been confirmed."""
        hazard = self.finding(self.visit(at=at), at=at, **parts)
        return confirm_hazard(self.actor("county_officer"), hazard, at=at, due_on=local_date(at) + timedelta(days=10))

    def self_report(self, *, at: datetime = AT, **parts: Any) -> Hazard:
        """A hazard the firm's own safety manager reports."""
        user, _ = User.objects.get_or_create(username="own_manager", defaults={"name": "企业安管"})
        if not user.memberships.exists():
            appoint(BUILDER, user=user, organisation=self.firm.organisation, role="safety_manager", at=at)
        values: dict[str, Any] = {
            "enterprise": self.firm, "origin": "self", "level": "general", "title": "弯头积尘", "description": "自查发现弯头积尘", "found_at": at,
            "place": "抛丸区",
        } | parts  # fmt: skip
        own = report_hazard(Actor.of(user, at=at), at=at, **values)
        return confirm_hazard(BUILDER, own, at=at, due_on=local_date(at) + timedelta(days=10))

    def signed(self, visit: Visit, who: str = "county_officer", *, at: datetime = AT) -> ProblemList:
        """The list of the findings, signed by both sides."""
        made = make_problem_list(self.actor(who), visit, rows=rows_of_findings(visit), at=at)
        sign_problem_list(self.actor(who), made, role="inspector", name=visit.inspectors[0], at=at)
        sign_problem_list(self.actor(who), made, role="firm", name="周总", at=at)
        return made


def build_stage(people: Cast) -> Stage:
    """Two firms; names of the enterprise tests."""
    return Stage(
        people, firm(people.county, 11, name="定襄县晋昌锻造有限公司", principal_name="周总"),
        firm(people.sibling_county, 12, name="五台县云岭法兰有限公司", division_code="140922"),
    )  # fmt: skip


def dust_criterion() -> CriterionVersion:
    """One situation of Order 10, in force since 2023."""
    return criterion("MEM10-11-3", since=date(2023, 5, 15))
