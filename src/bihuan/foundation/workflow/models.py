"""What every loop record carries."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.workflow.flow import Flow, State


class LoopModel(models.Model):
    """A record that runs on a flow. Only the engine writes `status`, `version` and `stepped_at`."""

    flow: ClassVar[Flow]

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="所属单位")
    status = models.CharField("状态", max_length=24)
    version = models.PositiveIntegerField("版本", default=1)
    opened_at = models.DateTimeField("登记时间")
    stepped_at = models.DateTimeField("最近办理时间")
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="登记人"
    )

    class Meta:
        abstract = True

    @property
    def state(self) -> State:
        """The state it is in."""
        return self.flow.state(self.status)

    def get_status_display(self) -> str:
        """The state's official word."""
        return self.state.title

    @property
    def is_open(self) -> bool:
        """Whether the loop still runs."""
        return not self.state.final
