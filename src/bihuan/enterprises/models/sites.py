"""Premises and who is on them: landlord, tenants, contractors, plants within plants (一厂多租、厂中厂)."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from bihuan.enterprises.models.enterprise import Enterprise, FirmRecordQuerySet


class PartyRole(models.TextChoices):
    """What a firm is on a site."""

    LANDLORD = "landlord", "出租方（业主）"
    TENANT = "tenant", "承租方"
    CONTRACTOR = "contractor", "承包（外委）单位"


# Whoever lets or contracts out must sign an agreement on safety with these (安全生产法第四十九条).
NEEDS_AGREEMENT = (PartyRole.TENANT, PartyRole.CONTRACTOR)


class Site(models.Model):
    """One premises (厂区、厂房) of a firm; `within` is the site that encloses it (厂中厂)."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="sites", verbose_name="业主企业")
    name = models.CharField("场所名称", max_length=120)
    address = models.CharField("地址", max_length=200, blank=True)
    within = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="inner", verbose_name="位于")
    shared_facilities = models.CharField("共用设施", max_length=200, blank=True)
    since = models.DateField("起始")
    until = models.DateField("结束", null=True, blank=True)

    objects: ClassVar[Any] = FirmRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "场所"
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class SiteParty(models.Model):
    """A firm on a site from a day until a day, with its safety agreement (安全生产管理协议)."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="parties", verbose_name="场所")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="site_parts", verbose_name="企业")
    role = models.CharField("关系", max_length=12, choices=PartyRole.choices)
    business = models.CharField("业态", max_length=80, blank=True)
    since = models.DateField("起始")
    until = models.DateField("结束", null=True, blank=True)
    agreement_signed_on = models.DateField("协议签订日期", null=True, blank=True)
    agreement_until = models.DateField("协议有效期至", null=True, blank=True)

    objects: ClassVar[Any] = FirmRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "场所关系"
        ordering = ["site", "role", "id"]
        constraints = [
            models.UniqueConstraint(fields=["site", "enterprise", "role"], condition=Q(until__isnull=True), name="enterprises_party_once")
        ]

    def __str__(self) -> str:
        return f"{self.enterprise}（{self.get_role_display()}）"

    def present(self, on: date) -> bool:
        """Whether the firm is on the site that day."""
        return self.since <= on and (self.until is None or self.until > on)

    def lacks_agreement(self, on: date) -> bool:
        """Whether an agreement is due that day and none is in force."""
        signed = self.agreement_signed_on is not None and self.agreement_signed_on <= on
        in_force = signed and (self.agreement_until is None or self.agreement_until >= on)
        return self.role in NEEDS_AGREEMENT and self.present(on) and not in_force


class HazardCandidate(models.Model):
    """Something in the file that may be a hazard; an officer reports it as one, or it is settled at its source."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="candidates", verbose_name="企业")
    kind = models.CharField("类别", max_length=40)
    source_kind = models.CharField(max_length=60)
    source_id = models.BigIntegerField()
    title = models.CharField("内容", max_length=200)
    basis = models.CharField("依据", max_length=160)
    noticed_at = models.DateTimeField("发现时间")
    cleared_at = models.DateTimeField("消除时间", null=True, blank=True)
    cleared_reason = models.CharField("消除原因", max_length=200, blank=True)

    objects: ClassVar[Any] = FirmRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "隐患线索"
        ordering = ["-noticed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "source_kind", "source_id"], condition=Q(cleared_at__isnull=True), name="enterprises_candidate_once"
            )
        ]

    def __str__(self) -> str:
        return self.title
