"""The criteria editor: a revision is a new version from its day on; nothing decided before is touched."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.audit.models import Entry
from bihuan.foundation.lib.problems import Conflict, Forbidden, Invalid, Problem
from bihuan.reference.models import Criterion, CriterionVersion
from bihuan.reference.services import add_criterion, retire_criterion, revise_criterion
from bihuan.reference.tests.cast import acting
from bihuan.reference.tests.factories import NOW, load_shipped

pytestmark = pytest.mark.django_db

TODAY = date(2025, 1, 10)
LATER = date(2025, 3, 1)


@pytest.fixture
def editor() -> Actor:
    return acting("city_officer")


@pytest.fixture
def criterion() -> Criterion:
    load_shipped()
    found: Criterion = Criterion.objects.get(code="MEM10-13-2")
    return found


def revise(actor: Actor, criterion: Criterion, **changes: Any) -> CriterionVersion:
    settings = {"effective_from": LATER, "reason": "省安委办通知", "at": NOW, **changes.pop("settings", {})}
    return revise_criterion(actor, criterion, content=changes, **settings)


def title_on(criterion: Criterion, day: date) -> str:
    version = CriterionVersion.objects.effective_on(day).get(criterion=criterion)
    return str(version.title)


@pytest.mark.requirement("P24-019")
def test_old_findings_keep_the_old_version_and_new_checks_use_the_new_one(
    editor: Actor, criterion: Criterion
) -> None:
    cited_by_a_finding = criterion.versions.get()
    before = cited_by_a_finding.title
    version = revise(editor, criterion, title="有限空间作业未审批或未全程监护")
    assert (version.number, version.origin, version.reason) == (2, "edit", "省安委办通知")
    cited_by_a_finding.refresh_from_db()
    assert (cited_by_a_finding.title, cited_by_a_finding.number) == (before, 1)
    assert cited_by_a_finding.effective_to == LATER - timedelta(days=1)
    assert title_on(criterion, LATER - timedelta(days=1)) == before
    assert title_on(criterion, LATER) == "有限空间作业未审批或未全程监护"
    assert version.changes_since(cited_by_a_finding) == [("情形", before, "有限空间作业未审批或未全程监护")]
    assert version.tags == cited_by_a_finding.tags


def test_a_revision_stands_in_the_history(editor: Actor, criterion: Criterion) -> None:
    revise(editor, criterion, title="新情形")
    entry = Entry.objects.of(criterion).get()
    assert entry.action == "reference.revise_criterion"
    assert entry.after["title"] == "新情形"
    assert entry.actor_name == "郭建国"


def test_loading_the_packs_again_keeps_the_revision(editor: Actor, criterion: Criterion) -> None:
    revise(editor, criterion, title="新情形")
    assert not load_shipped().changed
    assert title_on(criterion, LATER) == "新情形"


def test_search_finds_the_revised_words(editor: Actor, criterion: Criterion) -> None:
    revise(editor, criterion, title="新写法甲乙丙")
    assert CriterionVersion.objects.search("甲乙丙").get().number == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"scope": "nowhere"}, "scope"),
        ({"article": 0}, "article"),
        ({"title": "x", "settings": {"effective_from": TODAY - timedelta(days=1)}}, "effective_from"),
        ({"title": "x", "settings": {"reason": " "}}, "reason"),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    editor: Actor, criterion: Criterion, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        revise(editor, criterion, **changes)
    assert list(caught.value.errors) == [field]
    assert criterion.versions.count() == 1


def test_the_first_day_must_come_after_the_latest_version(editor: Actor, criterion: Criterion) -> None:
    revise(editor, criterion, title="第二版")
    with pytest.raises(Invalid, match="2025年3月1日"):
        revise(editor, criterion, title="第三版", settings={"effective_from": LATER})


def test_a_revision_without_change_is_refused(editor: Actor, criterion: Criterion) -> None:
    with pytest.raises(Problem, match="没有需要修订之处"):
        revise(editor, criterion, title=criterion.versions.get().title)


def test_a_county_officer_may_not_revise(criterion: Criterion) -> None:
    with pytest.raises(Forbidden, match="修订判定标准"):
        revise(acting("county_officer"), criterion, title="x")


def test_a_retired_criterion_ends_and_can_come_back(editor: Actor, criterion: Criterion) -> None:
    retire_criterion(editor, criterion, last_day=LATER, reason="国家标准修订", at=NOW)
    assert (
        not CriterionVersion.objects.effective_on(LATER + timedelta(days=1))
        .filter(criterion=criterion)
        .exists()
    )
    with pytest.raises(Conflict, match="2025年3月1日停用"):
        retire_criterion(editor, criterion, last_day=LATER, reason="再次", at=NOW)
    assert not load_shipped().changed
    again = revise(editor, criterion, settings={"effective_from": date(2026, 1, 1), "reason": "恢复"})
    assert again.number == 2
    assert not CriterionVersion.objects.effective_on(date(2025, 6, 1)).filter(criterion=criterion).exists()


def test_retiring_needs_a_day_to_come_and_a_reason(editor: Actor, criterion: Criterion) -> None:
    with pytest.raises(Invalid) as caught:
        retire_criterion(editor, criterion, last_day=TODAY - timedelta(days=1), reason="", at=NOW)
    assert set(caught.value.errors) == {"last_day", "reason"}


LOCAL = {
    "title": "本省补充情形", "standard": "晋安办发〔2024〕1号", "standard_title": "一行业一清单", "article": 1,
    "scope": "metallurgy", "control_type": "facility",
}  # fmt: skip


def test_a_province_adds_its_own_criterion(editor: Actor) -> None:
    version = add_criterion(
        editor, code="sx-01", content=LOCAL, effective_from=TODAY, reason="一行业一清单", at=NOW
    )
    assert version.criterion.code == "SX-01"
    assert CriterionVersion.objects.effective_on(TODAY).for_sector("metallurgy").get() == version
    assert not CriterionVersion.objects.effective_on(TODAY).for_sector("light").exists()
    with pytest.raises(Invalid, match="已被使用"):
        add_criterion(editor, code="SX-01", content=LOCAL, effective_from=TODAY, reason="重复", at=NOW)
