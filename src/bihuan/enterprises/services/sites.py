"""Sites, who is on them, and the agreement on safety that must be there (J25-048)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from bihuan.enterprises.events import AGREEMENT_SIGNED, TENANT_WITHOUT_AGREEMENT
from bihuan.enterprises.models import Enterprise, HazardCandidate, Site, SiteParty
from bihuan.foundation.access.actor import Actor, system_actor
from bihuan.foundation.access.scoping import require
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.events import announce
from bihuan.foundation.lib.problems import Conflict, Problem
from bihuan.foundation.lib.times import local_date

BASIS = "《中华人民共和国安全生产法》第四十九条"
LACKING = "tenant_without_agreement"
SYSTEM = system_actor("场所核对")


def add_site(
    actor: Actor, enterprise: Enterprise, *, name: str, at: datetime, since: date, address: str = "", within: Site | None = None,
    shared_facilities: str = "",
) -> Site:  # fmt: skip
    """Register a premises of a firm, perhaps within another one."""
    require(actor, "enterprises.edit", enterprise)
    with transaction.atomic():
        site: Site = Site.objects.create(
            enterprise=enterprise, name=name, address=address, within=within, shared_facilities=shared_facilities, since=since
        )
        record(actor, "enterprises.site", enterprise, at=at, after={"site": name, "within": within.name if within else ""})
    return site


def add_party(
    actor: Actor, site: Site, *, enterprise: Enterprise, role: str, since: date, at: datetime, business: str = "",
    agreement_signed_on: date | None = None, agreement_until: date | None = None,
) -> SiteParty:  # fmt: skip
    """Put a firm on a site; a tenant or contractor without an agreement becomes a candidate for a hazard at once."""
    require(actor, "enterprises.edit", site.enterprise)
    if enterprise.pk == site.enterprise_id and role != "landlord":
        raise Problem("enterprises.own_tenant", "业主企业不能登记为自己场所的承租方或承包单位。", field="enterprise")
    if site.parties.filter(enterprise=enterprise, role=role, until__isnull=True).exists():
        raise Conflict("enterprises.party_present", f"{enterprise.name} 已登记在该场所。", field="enterprise")
    with transaction.atomic():
        party: SiteParty = SiteParty.objects.create(
            site=site, enterprise=enterprise, role=role, since=since, business=business, agreement_signed_on=agreement_signed_on,
            agreement_until=agreement_until,
        )  # fmt: skip
        record(actor, "enterprises.party", site.enterprise, at=at, after={"site": site.name, "party": enterprise.name, "role": role})
        check_party(party, at=at)
    return party


def sign_agreement(actor: Actor, party: SiteParty, *, signed_on: date, at: datetime, until: date | None = None) -> SiteParty:
    """Note the agreement on safety; an open candidate is settled by it."""
    require(actor, "enterprises.edit", party.site.enterprise)
    if until is not None and until < signed_on:
        raise Problem("enterprises.until_before_since", "协议有效期不能早于签订日期。", field="until")
    with transaction.atomic():
        party.agreement_signed_on, party.agreement_until = signed_on, until
        party.save(update_fields=["agreement_signed_on", "agreement_until"])
        record(actor, "enterprises.agreement", party.site.enterprise, at=at, after={"party": party.enterprise.name, "signed_on": signed_on, "until": until})
        check_party(party, at=at)
    return party


def end_party(actor: Actor, party: SiteParty, *, until: date, at: datetime) -> None:
    """The firm leaves the site."""
    require(actor, "enterprises.edit", party.site.enterprise)
    if until < party.since:
        raise Problem("enterprises.until_before_since", f"结束日期不能早于起始日期 {party.since}。", field="until")
    with transaction.atomic():
        party.until = until
        party.save(update_fields=["until"])
        record(actor, "enterprises.party_end", party.site.enterprise, at=at, before={"party": party.enterprise.name}, after={"until": until})
        check_party(party, at=at)


def check_party(party: SiteParty, *, at: datetime) -> HazardCandidate | None:
    """Open or settle the candidate of one party, by what is so today; announces both."""
    lacks = party.lacks_agreement(local_date(at))
    source: dict[str, Any] = {"kind": LACKING, "source_kind": party._meta.label_lower, "source_id": party.pk}
    known: HazardCandidate | None = HazardCandidate.objects.filter(cleared_at__isnull=True, **source).first()
    if lacks and known is None:
        text = f"{party.site.name}的{party.get_role_display()}{party.enterprise.name}没有有效的安全生产管理协议"
        known = HazardCandidate.objects.create(enterprise=party.site.enterprise, title=text[:200], basis=BASIS, noticed_at=at, **source)
        announce(TENANT_WITHOUT_AGREEMENT, party=party, candidate=known, enterprise=party.site.enterprise, at=at)
        return known
    if known is not None and not lacks:
        known.cleared_at, known.cleared_reason = at, "已签订协议" if party.present(local_date(at)) else "已退出场所"
        known.save(update_fields=["cleared_at", "cleared_reason"])
        announce(AGREEMENT_SIGNED, party=party, candidate=known, enterprise=party.site.enterprise, at=at)
    return known if lacks else None


def check_agreements(*, at: datetime) -> int:
    """Nightly: agreements that ran out open candidates, too. Returns how many are open."""
    rows = SiteParty.objects.exclude(role="landlord").select_related("site__enterprise", "enterprise")
    return sum(1 for party in rows.iterator(chunk_size=500) if check_party(party, at=at) is not None)
