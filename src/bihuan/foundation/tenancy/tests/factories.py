"""The standing cast that every test can name: one province, two cities, two counties, two firms, people with known roles."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from bihuan.foundation.access.actor import Actor, system_actor
from bihuan.foundation.accounts.models import User
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.tenancy.services import appoint, create_organisation

SINCE = datetime(2024, 1, 1, tzinfo=UTC)
BUILDER = system_actor("测试布景")
# name in the cast: (role, organisation in the cast, 姓名)
PEOPLE: dict[str, tuple[str, str, str]] = {
    "provincial_officer": ("provincial_officer", "province", "省厅甲"),
    "city_officer": ("city_officer", "city", "李岩"),
    "campaign_office": ("campaign_office", "city", "专班甲"),
    "expert": ("expert", "city", "专家甲"),
    "auditor": ("auditor", "city", "审计甲"),
    "it_operator": ("it_operator", "city", "运维甲"),
    "other_city_officer": ("city_officer", "other_city", "邻市甲"),
    "county_officer": ("county_officer", "county", "张勇"),
    "county_colleague": ("county_officer", "county", "赵敏"),
    "enforcement_officer": ("enforcement_officer", "county", "执法甲"),
    "legal_reviewer": ("legal_reviewer", "county", "法制甲"),
    "reporter": ("reporter", "county", "报送甲"),
    "sibling_officer": ("county_officer", "sibling_county", "邻县甲"),
    "principal": ("principal", "enterprise", "周总"),
    "safety_director": ("safety_director", "enterprise", "总监甲"),
    "safety_manager": ("safety_manager", "enterprise", "王安"),
    "workshop_head": ("workshop_head", "enterprise", "车间甲"),
    "worker": ("worker", "enterprise", "工人甲"),
    "other_principal": ("principal", "other_enterprise", "吴总"),
    "other_manager": ("safety_manager", "other_enterprise", "安管乙"),
}


@dataclass
class Cast:
    """Organisations by what they are; people by name in PEOPLE (`cast.user["worker"]`, `cast.actor("worker")`)."""

    province: Organisation
    city: Organisation
    other_city: Organisation
    county: Organisation
    sibling_county: Organisation
    enterprise: Organisation
    other_enterprise: Organisation
    user: dict[str, User] = field(default_factory=dict)
    _actors: dict[tuple[str, datetime], Actor] = field(default_factory=dict)

    def actor(self, name: str, at: datetime = SINCE) -> Actor:
        """The person as an actor."""
        if (name, at) not in self._actors:
            self._actors[name, at] = Actor.of(self.user[name], at=at)
        return self._actors[name, at]


def cast() -> Cast:
    """Build the cast; the second firm lies in the sibling county."""

    def node(kind: str, name: str, code: str, parent: Organisation | None) -> Organisation:
        return create_organisation(BUILDER, kind=kind, name=name, code=code, parent=parent, at=SINCE)

    province = node("province", "山西省应急管理厅", "140000", None)
    city = node("city", "忻州市应急管理局", "140900", province)
    county = node("county", "定襄县应急管理局", "140921", city)
    sibling = node("county", "五台县应急管理局", "140922", city)
    made = Cast(
        province=province, city=city, other_city=node("city", "晋城市应急管理局", "140500", province), county=county,
        sibling_county=sibling, enterprise=node("enterprise", "定襄县砺川锻造有限公司", "91140921MA0AAAAA17", county),
        other_enterprise=node("enterprise", "五台县云冶法兰有限公司", "91140922MA0BBBBB1X", sibling),
    )  # fmt: skip
    for name, (role, where, person) in PEOPLE.items():
        user = User(username=name, name=person)
        user.set_unusable_password()
        user.save()
        made.user[name] = user
        appoint(BUILDER, user=user, organisation=getattr(made, where), role=role, at=SINCE)
    return made
