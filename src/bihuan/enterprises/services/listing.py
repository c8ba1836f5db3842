"""Key lists (重点名单): who stands on which from when to when."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from bihuan.enterprises.models import Enterprise, KeyListing
from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.scoping import require
from bihuan.foundation.audit.services import record
from bihuan.foundation.lib.problems import Conflict, Problem


def put_on_key_list(actor: Actor, enterprise: Enterprise, *, list_name: str, since: date, at: datetime, basis: str = "") -> KeyListing:
    """Put the firm on a key list from a day on."""
    require(actor, "enterprises.supervise", enterprise)
    list_name = list_name.strip()
    if not list_name:
        raise Problem("enterprises.list_name", "请填写名单名称。", field="list_name")
    if enterprise.key_listings.filter(list_name=list_name, until__isnull=True).exists():
        raise Conflict("enterprises.already_listed", f"{enterprise.name} 已在“{list_name}”中。", field="list_name")
    with transaction.atomic():
        row: KeyListing = KeyListing.objects.create(enterprise=enterprise, list_name=list_name, basis=basis, since=since)
        record(actor, "enterprises.list", enterprise, at=at, after={"list": list_name, "since": since}, note=basis)
    return row


def take_off_key_list(actor: Actor, listing: KeyListing, *, until: date, reason: str, at: datetime) -> None:
    """Take the firm off the list from a day on; the row stays."""
    require(actor, "enterprises.supervise", listing.enterprise)
    if until < listing.since:
        raise Problem("enterprises.until_before_since", f"移出日期不能早于列入日期 {listing.since}。", field="until")
    with transaction.atomic():
        if not KeyListing.objects.filter(pk=listing.pk, until__isnull=True).update(until=until):
            raise Conflict("enterprises.already_delisted", "该企业已移出此名单，请刷新页面。")
        record(actor, "enterprises.delist", listing.enterprise, at=at, before={"list": listing.list_name}, after={"until": until}, note=reason)
