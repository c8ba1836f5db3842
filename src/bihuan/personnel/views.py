"""Forms for safety posts; they are shown on the one-firm page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from bihuan.enterprises.models import Enterprise
from bihuan.foundation.access.pages import FormPage
from bihuan.foundation.access.scoping import require_at
from bihuan.foundation.lib.times import local_date
from bihuan.personnel.forms import AppointForm, EndForm
from bihuan.personnel.models import Appointment
from bihuan.personnel.services import appoint_post, end_post


class Appoint(FormPage):
    """One more person on a post."""

    capability = "personnel.edit"
    heading = "登记安全管理人员"
    model = Enterprise
    form_class = AppointForm

    def check_object(self) -> None:
        """The right is one of personnel, at the firm."""
        require_at(self.actor, "personnel.edit", self.object.organisation_id)

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the firm."""
        return ((self.object.name, self.object.get_absolute_url()), (self.heading, ""))

    def get_initial(self) -> dict[str, Any]:
        """Today."""
        return {"since": local_date(self.at)}

    def act(self, form: forms.BaseForm) -> Any:
        """Appoint."""
        appoint_post(self.actor, self.object, at=self.at, **form.cleaned_data)
        return self.object


class End(FormPage):
    """A person leaves a post."""

    capability = "personnel.edit"
    heading = "离任"
    model = Appointment
    form_class = EndForm

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to the firm."""
        firm = self.object.enterprise
        return ((firm.name, firm.get_absolute_url()), (self.heading, ""))

    def get_initial(self) -> dict[str, Any]:
        """Today."""
        return {"until": local_date(self.at)}

    def act(self, form: forms.BaseForm) -> Any:
        """End."""
        end_post(self.actor, self.object, until=form.cleaned_data["until"], at=self.at)
        return str(self.object.enterprise.get_absolute_url())
