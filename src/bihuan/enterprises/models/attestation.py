"""The half-year attestation (半年更新): one round of a bureau, one attestation a firm."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from bihuan.enterprises.flow import ATTESTATION_FLOW, ROUND_FLOW
from bihuan.enterprises.models.enterprise import Enterprise
from bihuan.enterprises.rules.attestation import ATTESTED, differences
from bihuan.foundation.access.scoping import ScopedQuerySet
from bihuan.foundation.workflow.models import LoopModel


class RoundQuerySet(ScopedQuerySet[Any]):
    """Rounds of the actor's bureau and those beneath."""

    view_capability = "enterprises.attest"
    organisation_path = "organisation"


class AttestationRound(LoopModel):
    """One half-year's round of a bureau over every firm beneath it."""

    flow = ROUND_FLOW

    half_year = models.CharField("半年", max_length=6)
    due_on = models.DateField("截止日期")

    objects: ClassVar[Any] = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = "半年更新"
        ordering = ["-half_year", "-id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "half_year"], name="enterprises_round_once")]

    def __str__(self) -> str:
        return f"{self.half_year[:4]}年{'上' if self.half_year.endswith('1') else '下'}半年企业台账更新"

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/enterprises/rounds/{self.pk}/"


class AttestationQuerySet(ScopedQuerySet[Any]):
    """Attestations, seen with the firm."""

    view_capability = "enterprises.view"
    organisation_path = "organisation"

    def missing(self) -> AttestationQuerySet:
        """Those not attested yet."""
        return self.exclude(status="attested")


class Attestation(LoopModel):
    """One firm in a round: what the file says, what changed since the last time, who signed."""

    flow = ATTESTATION_FLOW

    round = models.ForeignKey(AttestationRound, models.PROTECT, related_name="attestations", verbose_name="批次")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="attestations", verbose_name="企业")
    previous = models.JSONField("上次核定内容", default=dict)
    proposal = models.JSONField("更正内容", default=dict)
    proposal_reason = models.CharField("更正说明", max_length=200, blank=True)
    content = models.JSONField("核定内容", default=dict)
    digest = models.CharField("核定内容摘要（SM3）", max_length=64, blank=True)
    attested_at = models.DateTimeField("核定时间", null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签字人")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="更正人")

    objects: ClassVar[Any] = AttestationQuerySet.as_manager()

    class Meta:
        verbose_name = "企业信息核定"
        ordering = ["enterprise__name"]
        constraints = [models.UniqueConstraint(fields=["round", "enterprise"], name="enterprises_attest_once")]
        indexes = [models.Index(fields=["round", "status"], name="enterprises_attest_open")]

    def __str__(self) -> str:
        return f"{self.enterprise}信息核定"

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/enterprises/attestations/{self.pk}/"

    def changes(self) -> dict[str, tuple[Any, Any]]:
        """What differs from the last attested content: as signed here, or as the file stands now."""
        now = self.content or {key: getattr(self.enterprise, key) for key in ATTESTED}
        return differences(self.previous, now)
