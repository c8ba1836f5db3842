"""Difficult hazards that go up a level, and investigations of repeated or long-standing ones."""

from __future__ import annotations

from django.db import models

from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.workflow.flow import State
from bihuan.foundation.workflow.models import LoopModel
from bihuan.hazards.choices import InvestigationKind, InvestigationOwner
from bihuan.hazards.flow.follow_up import DIFFICULTY_FLOW, INVESTIGATION_FLOW, investigation_state
from bihuan.hazards.models.hazard import Hazard, person
from bihuan.hazards.querysets import HazardPartQuerySet


class Difficulty(LoopModel):
    """A hazard that one level cannot solve, put to the next (逐级上报). The hazard keeps its owner and its clock."""

    flow = DIFFICULTY_FLOW

    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="difficulties", verbose_name="隐患")
    from_body = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="上报单位")
    to_body = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="答复单位")
    reason = models.TextField("难点")
    question = models.TextField("请求协调事项")
    answer = models.TextField("答复意见", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = person("答复人")
    follows = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="passed_to", verbose_name="转报自")

    objects = HazardPartQuerySet.as_manager()

    class Meta:
        verbose_name = "疑难隐患上报"
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["hazard"], condition=models.Q(status="asked"), name="hazards_one_question_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.hazard} → {self.to_body}"

    def get_absolute_url(self) -> str:
        """Shown with its hazard."""
        return f"/hazards/{self.hazard_id}/"


class Investigation(LoopModel):
    """Why a hazard came back, or stands so long (溯源调查); owned by the firm if self-reported, else by the regulator."""

    flow = INVESTIGATION_FLOW

    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="investigations", verbose_name="隐患")
    kind = models.CharField("起因", max_length=16, choices=InvestigationKind.choices)
    owner = models.CharField("调查主体", max_length=12, choices=InvestigationOwner.choices)
    reason = models.CharField("认定依据", max_length=300)
    findings = models.TextField("调查情况", blank=True)
    causes = models.TextField("原因分析", blank=True)
    measures = models.TextField("防范措施", blank=True)
    reported_at = models.DateTimeField("报告时间", null=True, blank=True)
    reported_by = person("报告人")

    objects = HazardPartQuerySet.as_manager()

    class Meta:
        verbose_name = "隐患溯源调查"
        ordering = ["-opened_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["hazard", "kind"], name="hazards_investigated_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.hazard}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/hazards/investigations/{self.pk}/"

    @property
    def state(self) -> State:
        """The state with its handler."""
        return investigation_state(self)
