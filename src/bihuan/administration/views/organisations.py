"""组织机构."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from bihuan.administration import services
from bihuan.administration.forms import MoveForm, NodeForm, ReasonForm
from bihuan.administration.models import Appointment, Node
from bihuan.foundation.access.pages import ActionPage, Button, DetailPage, FormPage, ListPage
from bihuan.foundation.access.scoping import organisations_visible_to
from bihuan.foundation.audit.models import Entry, Ref
from bihuan.foundation.tenancy.choices import OrganisationKind
from bihuan.foundation.web.tables import Column, Filter, Tab

RIGHT = "administration.organisations"
LIST = ("组织机构", "/administration/organisations/")


class NodeList(ListPage):
    """Bureaus and departments in reach; firms are in the enterprise file."""

    capability = RIGHT
    heading = "组织机构"
    model = Node
    columns = (
        Column("name", "名称", url="administration:organisation", sort="name", phone="title", sub="short_name"),
        Column("kind", "类别", value=lambda n: n.get_kind_display(), sort="kind", phone="text"),
        Column("code", "代码", sort="code"),
        Column("parent", "上级", value="parent"),
        Column("children_in_use", "下级", kind="number", sort="children_in_use"),
        Column("is_active", "状态", value=lambda n: ("在用", "green") if n.is_active else ("停用", "gray"), kind="status", phone="state"),
    )
    filters = (
        Filter("q", "名称、代码", kind="search", fields=("name", "short_name", "code")),
        Filter("kind", "类别", choices=OrganisationKind.choices),
    )
    tabs = (Tab("use", "在用", when=Q(is_active=True)), Tab("closed", "停用", when=Q(is_active=False)), Tab("all", "全部"))
    default_order = ("order", "code")
    buttons = (Button("新增单位", "/administration/organisations/new/", icon="plus", primary=True, capability=RIGHT),)

    def get_queryset(self) -> QuerySet[Any]:
        """With the number of nodes beneath; firms left out."""
        rows = super().get_queryset().exclude(kind=OrganisationKind.ENTERPRISE).select_related("parent")
        counted: QuerySet[Any] = rows.annotate(children_in_use=Count("children", filter=Q(children__is_active=True), distinct=True))
        return counted


class NodePage(DetailPage):
    """One node: path, nodes beneath, people, history."""

    capability = RIGHT
    model = Node
    template_name = "administration/organisation.html"

    def get_heading(self) -> str:
        """Its full name."""
        return str(self.object.name)

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Beneath the list."""
        return [LIST, (self.object.name, "")]

    def get_tags(self) -> list[tuple[str, str]]:
        """Kind and state."""
        return [(self.object.get_kind_display(), "blue"), ("在用", "green") if self.object.is_active else ("停用", "gray")]

    def get_buttons(self) -> list[Button]:
        """Move, close."""
        if not self.object.is_active or self.object.kind == OrganisationKind.ENTERPRISE:
            return []
        pk = self.object.pk
        return [Button("调整上级", reverse("administration:organisation-move", args=[pk]), capability=RIGHT),
                Button("停用", reverse("administration:organisation-close", args=[pk]), capability=RIGHT)]  # fmt: skip

    def get_context(self) -> dict[str, Any]:
        """What hangs on it."""
        node = self.object
        rows = Appointment.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=self.at), organisation_id=node.pk).select_related("user")
        path = Node.objects.filter(below__descendant_id=node.pk).annotate(step=F("below__depth")).order_by("-step")
        return super().get_context() | {
            "path": [str(n) for n in path],
            "children": Node.objects.visible_to(self.actor).filter(parent_id=node.pk).exclude(kind=OrganisationKind.ENTERPRISE).order_by("order", "code")[:200],
            "people": [(m.user.name, m.role_title, "代理" if m.deputy_for_id else "", m.valid_from, m.valid_to) for m in rows],
            "entries": Entry.objects.of(Ref("tenancy.organisation", node.pk)).reverse()[:20],
        }


class _NodeForm(FormPage):
    abstract = True
    capability = RIGHT
    model = Node

    def get_form_kwargs(self) -> dict[str, Any]:
        """Only organisations one administers are on offer."""
        return super().get_form_kwargs() | {"units": organisations_visible_to(self.actor, RIGHT).exclude(kind=OrganisationKind.ENTERPRISE)}

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Beneath the list."""
        return [LIST, (self.heading, "")]


class NodeNew(_NodeForm):
    """新增单位."""

    heading = "新增单位"
    form_class = NodeForm
    success_url = "administration:organisation"

    def act(self, form: Any) -> Any:
        """Hang it in."""
        return services.create_node(self.actor, at=self.at, **form.cleaned_data)


class NodeMove(_NodeForm):
    """调整上级."""

    heading = "调整上级单位"
    form_class = MoveForm
    confirm = "调整后，原上级不再看到该单位及其下级的记录"
    success_url = "administration:organisation"

    def act(self, form: Any) -> Any:
        """Hang it elsewhere."""
        services.move_node(self.actor, self.object, parent=form.cleaned_data["parent"], reason=form.cleaned_data["reason"], at=self.at)


class NodeClose(ActionPage):
    """停用."""

    capability = RIGHT
    heading = "停用单位"
    model = Node
    form_class = ReasonForm
    confirm = "停用后不能再向该单位派发任务；历史记录保留"
    success_url = "administration:organisation"

    def act(self, form: Any) -> Any:
        """Out of use."""
        services.close_node(self.actor, self.object, reason=form.cleaned_data["reason"], at=self.at)

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Beneath the list."""
        return [LIST, (self.heading, "")]
