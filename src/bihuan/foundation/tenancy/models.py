"""The organisation tree (组织机构) and who works where (任职)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from bihuan.foundation.tenancy.choices import OrganisationKind
from bihuan.foundation.tenancy.querysets import MembershipQuerySet, OrganisationQuerySet


class Organisation(models.Model):
    """A node: bureau, member body or enterprise. Its ancestors are in `Ancestry`."""

    kind = models.CharField("类别", max_length=12, choices=OrganisationKind.choices)
    code = models.CharField("代码", max_length=24, unique=True)
    name = models.CharField("名称", max_length=120)
    short_name = models.CharField("简称", max_length=60, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级")
    order = models.PositiveIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "组织机构"
        ordering = ["order", "code"]
        indexes = [models.Index(fields=["kind", "order"])]

    def __str__(self) -> str:
        return self.short_name or self.name


class Ancestry(models.Model):
    """One pair (ancestor, descendant); every node is its own ancestor at depth 0."""

    ancestor = models.ForeignKey(Organisation, models.CASCADE, related_name="below")
    descendant = models.ForeignKey(Organisation, models.CASCADE, related_name="above")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ancestor", "descendant"], name="tenancy_ancestry_pair")]
        indexes = [models.Index(fields=["descendant", "ancestor"])]

    def __str__(self) -> str:
        return f"{self.ancestor_id} > {self.descendant_id}"


class Membership(models.Model):
    """A person's role at an organisation, for everything beneath it, from a day until a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name="人员")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships", verbose_name="单位")
    role = models.CharField("角色", max_length=40)
    sectors = models.JSONField("分管行业", default=list, blank=True)
    deputy_for = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="deputies", verbose_name="代理")
    valid_from = models.DateTimeField("生效时间")
    valid_to = models.DateTimeField("失效时间", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        indexes = [models.Index(fields=["organisation", "role"])]

    def __str__(self) -> str:
        return f"{self.user_id}@{self.organisation_id}:{self.role}"
