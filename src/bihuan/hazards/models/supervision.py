"""Listed supervision, the double report, and escalation proposals of one hazard."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from bihuan.foundation.audit.models import AppendOnly
from bihuan.foundation.messages.models import Notice
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.workflow.models import LoopModel
from bihuan.hazards.flow.supervision import PROPOSAL_FLOW, SUPERVISION_FLOW
from bihuan.hazards.models.hazard import Hazard, person
from bihuan.hazards.parameters import Rung, ladder
from bihuan.hazards.querysets import (
    HazardPartQuerySet,
    ProgressQuerySet,
    ProposalQuerySet,
    SupervisionQuerySet,
)


class Supervision(LoopModel):
    """Listed supervision (挂牌督办) of one confirmed major hazard; opens by itself, ends with removal (摘牌)."""

    flow = SUPERVISION_FLOW

    hazard = models.OneToOneField(Hazard, models.PROTECT, related_name="supervision", verbose_name="隐患")
    plate_number = models.CharField("挂牌号", max_length=24, unique=True)
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="督办单位")
    removed_at = models.DateTimeField("摘牌时间", null=True, blank=True)
    publicity = models.TextField("销号公示内容", blank=True)

    objects = SupervisionQuerySet.as_manager()

    class Meta:
        verbose_name = "挂牌督办"
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["organisation", "status"], name="hazards_listed")]

    def __str__(self) -> str:
        return f"{self.plate_number}"

    def get_absolute_url(self) -> str:
        """Shown with its hazard."""
        return f"/hazards/{self.hazard_id}/"

    @property
    def due_at(self) -> datetime | None:
        """The time limit under supervision: that of the hazard, extensions included."""
        return self.hazard.due_at

    @property
    def level_title(self) -> str:
        """挂牌级别."""
        return {"province": "省级", "city": "市级"}.get(self.body.kind, "县级")


class SupervisionProgress(AppendOnly):
    """A progress entry of one week; never changed, a correction is another entry."""

    supervision = models.ForeignKey(Supervision, models.PROTECT, related_name="progress", verbose_name="挂牌督办")
    week = models.CharField("调度周", max_length=10)
    text = models.TextField("进展")
    percent = models.PositiveSmallIntegerField("完成比例", null=True, blank=True)
    at = models.DateTimeField("填报时间")
    by = person("填报人")
    by_name = models.CharField("填报人", max_length=60)

    objects = ProgressQuerySet.as_manager()

    class Meta:
        verbose_name = "督办进展"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.week} {self.text[:20]}"


class DoubleReport(models.Model):
    """The double report (双报告) of a major hazard: to the regulator, who gives a receipt, and to the employees."""

    hazard = models.OneToOneField(Hazard, models.CASCADE, related_name="double_report", verbose_name="隐患")
    reported_at = models.DateTimeField("报告时间")
    received_at = models.DateTimeField("监管部门回执时间", null=True, blank=True)
    received_by = person("回执人")
    noticed_at = models.DateTimeField("职工通报时间", null=True, blank=True)
    noticed_by = person("通报人")
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="职工通报")
    notice_text = models.TextField("通报内容", blank=True)

    objects = HazardPartQuerySet.as_manager()

    class Meta:
        verbose_name = "双报告"

    def __str__(self) -> str:
        return f"{self.hazard} {self.title}"

    @property
    def is_complete(self) -> bool:
        """Both deliveries are evidenced."""
        return self.received_at is not None and self.noticed_at is not None

    @property
    def title(self) -> str:
        """The state's word."""
        if self.is_complete:
            return "已双报告"
        missing = [word for word, done in (("监管部门回执", self.received_at), ("职工通报", self.noticed_at)) if done is None]
        return f"待{'、'.join(missing)}"

    @property
    def read_count(self) -> int:
        """How many employees have read the notice."""
        return self.notice.reads.count() if self.notice else 0

    @property
    def minutes_to_receipt(self) -> int | None:
        """Minutes from the firm's report to the regulator's receipt."""
        return None if self.received_at is None else int((self.received_at - self.reported_at).total_seconds() // 60)


class Proposal(LoopModel):
    """One rung of the escalation ladder, proposed because the hazard is overdue; a person decides."""

    flow = PROPOSAL_FLOW

    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="proposals", verbose_name="隐患")
    rung = models.CharField("措施", max_length=16)
    due_at = models.DateTimeField("所逾整改期限")
    days_overdue = models.PositiveIntegerField("逾期天数")
    grounds = models.TextField("事实与理由")
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decided_by = person("决定人")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "督办升级建议"
        ordering = ["-opened_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["hazard", "rung", "due_at"], name="hazards_rung_once")]

    def __str__(self) -> str:
        return f"{self.rung_title}：{self.hazard}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/hazards/proposals/{self.pk}/"

    @property
    def definition(self) -> Rung | None:
        """The rung as the ladder in force defines it; None when the bureau has dropped it."""
        return next((item for item in ladder() if item.key == self.rung), None)

    @property
    def rung_title(self) -> str:
        """The measure's word."""
        return self.definition.title if self.definition else self.rung
