"""The enterprise, its tags, its supervising body over time, and the key lists it stands on."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from bihuan.enterprises.choices import OperatingStatus, Ownership, PairingRole, RiskGrade, Scale
from bihuan.enterprises.querysets import EnterpriseQuerySet
from bihuan.foundation.access.scoping import ScopedQuerySet
from bihuan.foundation.tenancy.models import Organisation
from bihuan.reference.choices import Sector


class Enterprise(models.Model):
    """One enterprise, one file. `organisation` is its node in the tree; that node's parent is the lead supervising body."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="enterprise", verbose_name="组织节点")
    credit_code = models.CharField("统一社会信用代码", max_length=18, unique=True)
    name = models.CharField("企业名称", max_length=120)
    short_name = models.CharField("简称", max_length=40, blank=True)
    initials = models.CharField("拼音首字母", max_length=120, blank=True, default="")
    division_code = models.CharField("所在行政区划", max_length=12, db_index=True)
    supervisor = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="牵头监管单位")
    reporting_unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="报送单位")
    direct_reporting = models.BooleanField("直接报送（中央、市属重点企业）", default=False)
    ownership = models.CharField("所有制", max_length=12, choices=Ownership.choices, default=Ownership.PRIVATE)
    scale = models.CharField("规模", max_length=8, choices=Scale.choices, default=Scale.SMALL)
    above_scale = models.BooleanField("规模以上", default=False)
    industry_code = models.CharField("行业代码（GB/T 4754）", max_length=6, blank=True)
    processes = models.JSONField("工艺", default=list, blank=True)
    sector = models.CharField("监管行业", max_length=20, choices=Sector.choices)
    headcount = models.PositiveIntegerField("从业人数", default=0)
    dust_workers = models.PositiveIntegerField("涉粉作业人数", default=0)
    address = models.CharField("地址", max_length=200, blank=True)
    principal_name = models.CharField("主要负责人", max_length=40, blank=True)
    principal_phone = models.CharField("主要负责人电话", max_length=20, blank=True)
    safety_contact = models.CharField("安全负责人", max_length=40, blank=True)
    safety_phone = models.CharField("安全负责人电话", max_length=20, blank=True)
    status = models.CharField("生产状态", max_length=12, choices=OperatingStatus.choices, default=OperatingStatus.IN_OPERATION)
    pairing_role = models.CharField("结对帮扶", max_length=10, choices=PairingRole.choices, blank=True, default="")
    standardisation_level = models.PositiveSmallIntegerField("标准化等级", null=True, blank=True)
    grade = models.CharField("风险等级", max_length=8, choices=RiskGrade.choices, blank=True, default="")
    registered_at = models.DateTimeField("建档时间")
    updated_at = models.DateTimeField("更新时间")
    version = models.PositiveIntegerField("版本", default=1)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = "企业"
        ordering = ["name"]
        indexes = [
            models.Index(fields=["name", "id"], name="enterprises_by_name"),
            models.Index(fields=["initials"], name="enterprises_by_initials"),
            models.Index(fields=["reporting_unit", "sector"]),
            models.Index(fields=["supervisor", "status"]),
            models.Index(fields=["sector", "grade"]),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its one page."""
        return f"/enterprises/{self.pk}/"

    @property
    def tags(self) -> list[str]:
        """Codes of its risk features in force."""
        return [link.code for link in self.feature_links.all() if link.ended_at is None]

    @property
    def tag_names(self) -> list[str]:
        """Names of its risk features in force; read with `for_lists()`, else the codes."""
        links = self.feature_links.all()
        return [getattr(link, "feature_name", None) or link.code for link in links if link.ended_at is None]


class EnterpriseTag(models.Model):
    """A risk feature of a firm, with where it comes from; set automatically by a catalogue or by an officer."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="feature_links")
    code = models.CharField("特征代码", max_length=20)
    source = models.CharField("依据", max_length=160)
    automatic = models.BooleanField("目录自动判定", default=True)
    since = models.DateTimeField("起始")
    ended_at = models.DateTimeField("结束", null=True, blank=True)
    ended_reason = models.CharField("取消理由", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "风险特征"
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "code"], condition=Q(ended_at__isnull=True), name="enterprises_tag_once")
        ]
        indexes = [models.Index(fields=["code", "enterprise"])]

    def __str__(self) -> str:
        return f"{self.enterprise_id}:{self.code}"


class FirmRecordQuerySet(ScopedQuerySet[Any]):
    """Records that belong to a firm and are seen with it."""

    view_capability = "enterprises.view"
    organisation_path = "enterprise__organisation"


class SupervisionPeriod(models.Model):
    """Who was the lead supervising body from when to when; exactly one is open at any time."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="supervision_periods")
    supervisor = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="牵头监管单位")
    since = models.DateTimeField("起始")
    until = models.DateTimeField("结束", null=True, blank=True)
    reason = models.CharField("变更原因", max_length=200, blank=True)

    objects = FirmRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "监管归属"
        constraints = [
            models.UniqueConstraint(fields=["enterprise"], condition=Q(until__isnull=True), name="enterprises_one_supervisor")
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id}→{self.supervisor_id}"


class KeyListing(models.Model):
    """Membership of a key list (重点名单), effective-dated."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="key_listings")
    list_name = models.CharField("名单", max_length=80)
    basis = models.CharField("依据", max_length=160, blank=True)
    since = models.DateField("列入日期")
    until = models.DateField("移出日期", null=True, blank=True)

    objects = FirmRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "重点名单"

    def __str__(self) -> str:
        return f"{self.list_name}:{self.enterprise_id}"
