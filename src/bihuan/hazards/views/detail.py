"""One hazard, one page: who acts next and until when, facts with photos before and after, plan, supervision, timeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html

from bihuan.foundation.access.pages import DetailPage
from bihuan.foundation.access.scoping import who_may
from bihuan.foundation.attachments.models import Attachment
from bihuan.foundation.deadlines.models import Clock
from bihuan.foundation.deadlines.services import explain
from bihuan.foundation.lib.times import shanghai
from bihuan.foundation.web.buttons import Button
from bihuan.foundation.workflow.engine import history_of
from bihuan.hazards import services
from bihuan.hazards.models import Hazard
from bihuan.hazards.rules.plans import PARTS
from bihuan.hazards.rules.supervision import days_overdue
from bihuan.hazards.views.lists import due_of

NAMED = 3
STEP_ICONS = {"accept": "check", "reject": "arrow-back-up", "confirm": "gavel", "report_fix": "tool", "ask_extension": "calendar-plus"}


class HazardPage(DetailPage):
    """隐患详情."""

    capability = "hazards.view"
    model = Hazard
    template_name = "hazards/detail.html"

    def get_queryset(self) -> QuerySet[Any]:
        """With what the page shows."""
        rows: QuerySet[Any] = super().get_queryset().with_people().select_related(  # type: ignore[attr-defined]
            "supervision", "supervision__body", "double_report", "double_report__notice", "duplicate_of", "recurrence_of"
        )
        return rows

    def get_heading(self) -> str:
        """What is wrong."""
        return str(self.object.title)

    def get_tags(self) -> Sequence[tuple[str, str]]:
        """Level, state, delay."""
        hazard = self.object
        late = [(f"逾期 {days_overdue(hazard.due_at, self.at)} 天", "red")] if hazard.is_overdue(self.at) else []
        level = ("重大事故隐患", "redf") if hazard.is_major else ("一般隐患", "gray")
        return [level, (hazard.state.title, hazard.state.tone), *late]

    def get_crumbs(self) -> Sequence[tuple[str, str]]:
        """Back to its list."""
        hazard = self.object
        if hazard.is_major:
            return [("重大隐患台账", reverse("hazards:list")), (hazard.number, "")]
        return [("一般问题隐患", reverse("hazards:general")), (hazard.number, "")]

    def get_buttons(self) -> Sequence[Button]:
        """The steps this person may take now; the first primary one is the page's primary button."""
        hazard, made, primary = self.object, [], True
        for offer in services.offers(self.actor, hazard, at=self.at):
            step = offer.transition
            name = step.name.removeprefix("self_")
            first = step.primary and primary and offer.refusal is None
            primary = primary and not first
            made.append(
                Button(step.title, reverse("hazards:step", kwargs={"pk": hazard.pk, "step": name}), icon=STEP_ICONS.get(name, ""),
                       primary=first, danger=step.danger, disabled_reason=offer.refusal or "")
            )  # fmt: skip
        return [*self._papers(), *sorted(made, key=lambda b: b.primary)]

    def _papers(self) -> list[Button]:
        hazard, found = self.object, []
        supervision = getattr(hazard, "supervision", None)
        if supervision is not None:
            kind = "delisting" if supervision.status == "removed" else "listing"
            title = "摘牌通知书" if kind == "delisting" else "督办通知书"
            found.append(Button(title, reverse("hazards:letter", kwargs={"pk": hazard.pk, "kind": kind}), icon="printer", capability="hazards.supervise"))
        return found

    def get_context(self) -> dict[str, Any]:
        """Everything, in a fixed number of queries."""
        hazard = self.object
        files = list(Attachment.objects.of(hazard))
        clocks = list(Clock.objects.of(hazard).prefetch_related("events"))
        return super().get_context() | {
            "steps": self.steps(), "next": self.next_actor(), "due": due_of(hazard),
            "before": [photo(f) for f in files if f.purpose != "after" and f.is_image], "after": [photo(f) for f in files if f.purpose == "after" and f.is_image],
            "papers": [f for f in files if not f.is_image],
            "facts": self.facts(), "plan": self.plan(), "supervision_facts": self.supervision_facts(),
            "progress": list(hazard.supervision.progress.all()) if hasattr(hazard, "supervision") else [],
            "clocks": [explain(clock, self.at) for clock in clocks], "history": list(reversed(history_of(hazard))),
            "harbour": services.penalty_barred(hazard, self.at) if hazard.origin == "self" else None,
            "alike": list(services.possible_duplicates(hazard)[:5]) if hazard.is_open else [],
            "duplicates": list(hazard.duplicates.all()), "difficulties": list(hazard.difficulties.select_related("to_body", "from_body")),
            "investigations": list(hazard.investigations.all()), "proposals": list(hazard.proposals.all()), "more": self.more(),
        }  # fmt: skip

    def next_actor(self) -> dict[str, Any] | None:
        """What has to be done next, and by whom."""
        state = self.object.state
        if not state.todo:
            return None
        people = list(who_may(state.todo, self.object.organisation_id, at=self.at).order_by("pk").values_list("name", flat=True)[: NAMED + 1])
        names = "、".join(people[:NAMED]) + ("等" if len(people) > NAMED else "")
        return {"title": state.todo_title, "names": names or "暂无有权办理的人员，请联系管理员"}

    def steps(self) -> list[dict[str, str]]:
        """The stepper: eight steps of a major hazard, five of a general one."""
        h = self.object
        reached: list[tuple[str, Any]] = [("发现登记", h.reported_at), ("判定确认", h.confirmed_at)]
        if h.is_major:
            listed = getattr(h, "supervision", None)
            reached += [("挂牌督办", listed.opened_at if listed else None), ("五落实方案", h.plan_approved_at)]
        working = h.status in ("rectifying", "stopped", "rejected", "extension")
        fixed = h.fixed_at if h.status in ("recheck", "closed") else None
        reached += [("整改", fixed), ("申请销号", fixed), ("复查验收", h.closed_at if h.status == "closed" else None)]
        if h.is_major:
            listed = getattr(h, "supervision", None)
            reached.append(("销号公示", listed.removed_at if listed else None))
        if h.status == "withdrawn":
            return [{"title": "发现登记", "state": "done", "note": day(h.reported_at)}, {"title": h.state.title, "state": "done", "note": day(h.withdrawn_at)}]
        steps, open_seen = [], False
        for title, at in reached:
            state = "done" if at else "" if open_seen else "late" if h.is_overdue(self.at) and working else "now"
            open_seen = open_seen or not at
            steps.append({"title": title, "state": state, "note": day(at) if at else "进行中" if state else ""})
        return steps

    def facts(self) -> list[tuple[str, Any]]:
        """The finding."""
        h = self.object
        return [
            ("隐患编号", h.number), ("企业", format_html('<a href="{}">{}</a>', h.enterprise.get_absolute_url(), h.enterprise.name)),
            ("部位", h.place), ("判定依据", h.basis_text), ("检查环节", f"{h.get_origin_display()}（{h.get_channel_display()}）"),
            ("检查单位", str(h.checking_body)), ("发现时间", clock_time(h.found_at)), ("登记时间", clock_time(h.reported_at)),
            ("整改责任人", h.assignee), ("证据", h.evidence), ("自报封存时间", clock_time(h.sealed_at) if h.sealed_at else ""),
        ]  # fmt: skip

    def plan(self) -> list[dict[str, Any]]:
        """The five parts as rows."""
        h = self.object
        if not h.needs_plan and not h.plan_person:
            return []
        values = {"plan_amount_fen": None if h.plan_amount_fen is None else f"{h.plan_amount_fen / 1_000_000:,.2f} 万元", "plan_due_on": h.plan_due_on and h.plan_due_on.isoformat()}
        return [{"title": title, "text": values.get(field, getattr(h, field)) or "", "owner": h.plan_owners.get(key, "")} for key, title, field in PARTS]

    def supervision_facts(self) -> list[tuple[str, Any]]:
        """Who supervises, and the double report."""
        h = self.object
        found: list[tuple[str, Any]] = []
        listed = getattr(h, "supervision", None)
        if listed is not None:
            found += [("挂牌号", listed.plate_number), ("督办单位", f"{listed.body}（{listed.level_title}挂牌）"), ("督办状态", listed.state.title)]
        report = getattr(h, "double_report", None)
        if report is not None:
            found += [("双报告", report.title), ("监管回执", clock_time(report.received_at)),
                      ("职工通报", f"{clock_time(report.noticed_at)}，已阅 {report.read_count} 人" if report.noticed_at else "")]  # fmt: skip
        found += [("属地监管", str(h.enterprise.supervisor)), ("报送单位", str(h.unit))]
        return found

    def more(self) -> list[Button]:
        """What can be done beside the loop itself."""
        h, made = self.object, []

        def add(title: str, step: str, capability: str, when: bool = True) -> None:
            if when and self.actor.holds(capability, h.organisation_id):
                made.append(Button(title, reverse("hazards:step", kwargs={"pk": h.pk, "step": step})))

        report, listed = getattr(h, "double_report", None), getattr(h, "supervision", None)
        add("回执", "receipt", "hazards.receive", report is not None and report.received_at is None)
        add("向职工通报", "notify", "hazards.self_notify", report is not None and report.noticed_at is None)
        add("填报进展", "progress", "hazards.fix", listed is not None and listed.is_open)
        add("填报进展", "progress", "hazards.supervise", listed is not None and listed.is_open)
        add("摘牌", "remove", "hazards.delist", listed is not None and listed.status == "clearing")
        add("上报疑难", "help", "hazards.ask_help", h.is_open)
        asked = h.is_open and h.difficulties.filter(status="asked").exists()
        add("答复疑难", "answer", "hazards.answer_difficult", asked)
        add("并案", "merge", "hazards.link", h.is_open)
        add("登记复发", "recur", "hazards.report", h.status == "closed")
        return made


def photo(row: Attachment) -> dict[str, Any]:
    """One picture for the photos component."""
    url = reverse("attachments:file", kwargs={"pk": row.pk})
    return {"url": url, "caption": row.purpose_title, "at": row.captured_at or row.uploaded_at}


def clock_time(moment: Any) -> str:
    """A moment in China, or nothing."""
    return f"{shanghai(moment):%Y-%m-%d %H:%M}" if moment else ""


def day(moment: Any) -> str:
    """Month and day in China."""
    return f"{shanghai(moment):%m-%d %H:%M}" if moment else ""
