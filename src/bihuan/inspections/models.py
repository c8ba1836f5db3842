"""Visits and the signed problem list (检查问题隐患清单, 附件5)."""

from __future__ import annotations

from django.db import models

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.audit.models import AppendOnly
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.workflow.models import LoopModel
from bihuan.hazards.models import Hazard
from bihuan.inspections.choices import SignerRole, VisitKind, VisitLevel
from bihuan.inspections.flow import FLOW
from bihuan.inspections.querysets import ProblemListQuerySet, SignatureQuerySet, VisitQuerySet


class Visit(LoopModel):
    """One visit to one firm. Its findings are hazards whose source names this visit."""

    flow = FLOW

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="visits", verbose_name="企业")
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="报送单位")
    kind = models.CharField("检查方式", max_length=12, choices=VisitKind.choices)
    level = models.CharField("层级", max_length=10, choices=VisitLevel.choices)
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="检查单位")
    host_body = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="属地单位")
    started_at = models.DateTimeField("检查时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    void_at = models.DateTimeField("作废时间", null=True, blank=True)
    inspectors = models.JSONField("检查人员", default=list)
    campaign = models.CharField("专项行动", max_length=120, blank=True)
    basis = models.CharField("检查依据", max_length=200, blank=True)
    summary = models.TextField("检查情况", blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = "现场检查"
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["unit", "started_at", "kind", "level", "enterprise"], name="inspections_visit_figures")]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/inspections/{self.pk}/"

    @property
    def enterprise_name(self) -> str:
        """The firm's name, for lists."""
        return self.enterprise.name

    def unsigned_reason(self) -> str | None:
        """Why the latest problem list cannot be concluded yet, or None."""
        latest = self.latest_list()
        if latest is None:
            return "请先生成问题隐患清单（没有问题也须生成“未发现问题”的清单）"
        roles = {s.role for s in latest.signatures.all()}
        missing = [SignerRole(r).label for r in (SignerRole.INSPECTOR, SignerRole.FIRM) if r not in roles]
        if missing:
            return f"清单第 {latest.revision} 版还缺{'、'.join(missing)}的签字"
        later = self.findings().filter(reported_at__gt=latest.made_at).count()
        return f"清单第 {latest.revision} 版生成后又登记了 {later} 条隐患，请重新生成清单并签字" if later else None

    def latest_list(self) -> ProblemList | None:
        """The revision in force."""
        latest: ProblemList | None = self.problem_lists.order_by("-revision").first()
        return latest

    def findings(self) -> models.QuerySet[Hazard]:
        """The hazards found on this visit; those withdrawn as no hazard are left out, merged ones stay on the list."""
        rows = Hazard.objects.from_source("inspections.visit", self.pk).exclude(status="withdrawn", duplicate_of__isnull=True)
        found: models.QuerySet[Hazard] = rows.order_by("pk")
        return found


class ProblemList(AppendOnly):
    """One revision of the list as it was put before the signers; a later edit is a new revision and voids the signatures."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="problem_lists")
    revision = models.PositiveIntegerField("版次")
    content = models.JSONField("清单内容")
    digest = models.CharField("内容摘要（SM3）", max_length=64)
    made_at = models.DateTimeField("生成时间")

    objects = ProblemListQuerySet.as_manager()

    class Meta:
        verbose_name = "检查问题隐患清单"
        constraints = [models.UniqueConstraint(fields=["visit", "revision"], name="inspections_list_revision")]

    def __str__(self) -> str:
        return f"{self.visit} 第{self.revision}版"


class ProblemListSignature(AppendOnly):
    """A signature bound to the list's digest; a refusal (拒签) names reason and witness."""

    problem_list = models.ForeignKey(ProblemList, models.PROTECT, related_name="signatures")
    role = models.CharField("身份", max_length=10, choices=SignerRole.choices)
    name = models.CharField("姓名", max_length=40)
    refused = models.BooleanField("拒签", default=False)
    reason = models.CharField("拒签原因", max_length=200, blank=True)
    witness = models.CharField("见证人", max_length=40, blank=True)
    digest = models.CharField("所签内容摘要", max_length=64)
    picture_id = models.BigIntegerField("签名图片", null=True, blank=True)
    picture_sm3 = models.CharField("签名图片摘要（SM3）", max_length=64, blank=True)
    signed_at = models.DateTimeField("签字时间")

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = "签字"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["problem_list", "role", "name"], name="inspections_signed_once")]

    def __str__(self) -> str:
        return f"{self.name}（{self.get_role_display()}）"
