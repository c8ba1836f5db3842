"""Issued copies are kept, never rewritten, and seen only within one's scope; templates are replaced with care."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from bihuan.foundation.audit.models import Entry, Ref
from bihuan.foundation.documents import registry
from bihuan.foundation.documents.models import IssuedCopy, TemplateChange
from bihuan.foundation.documents.render import render_docx
from bihuan.foundation.documents.services import fault_of, issue_copy, replace_template, restore_template
from bihuan.foundation.documents.tests.factories import AT, county, docx, person, province
from bihuan.foundation.lib.problems import Forbidden, Problem
from bihuan.foundation.tenancy.models import Organisation

pytestmark = pytest.mark.django_db
SUBJECT = Ref("demo.thing", 5)


@pytest.fixture(autouse=True)
def _own_folders(settings: pytest.FixtureRequest, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]


def issue(organisation: Organisation, content: bytes = b"first", **options: object) -> IssuedCopy:
    actor = person("county_officer", organisation, username=f"u{IssuedCopy.objects.count()}")
    return issue_copy(
        actor, kind="demo.letter", subject=SUBJECT, organisation_id=organisation.pk, title="督促函",
        filename="督促函.docx", content=content, number="定应急督〔2025〕1号", at=AT, **options,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_copy_keeps_its_file_and_a_second_is_a_new_edition() -> None:
    home = county("140921", "定襄县应急管理局")
    first, second = issue(home), issue(home, b"second")
    assert (first.edition, second.edition) == (1, 2)
    assert default_storage.open(first.file.name).read() == b"first"
    assert [copy.pk for copy in IssuedCopy.objects.of(SUBJECT)] == [second.pk, first.pk]
    assert Entry.objects.of(first).get().after["sm3"] == first.sm3
    assert fault_of(first) is None


def test_a_copy_is_never_rewritten() -> None:
    copy = issue(county("140921", "定襄县应急管理局"))
    copy.number = "改"
    for attempt in (
        copy.save,
        copy.delete,
        IssuedCopy.objects.all().delete,
        lambda: IssuedCopy.objects.update(number="改"),
    ):
        with pytest.raises(TypeError, match="append-only"):
            attempt()
    copy.refresh_from_db()
    assert copy.number == "定应急督〔2025〕1号"


def test_an_altered_or_missing_file_is_noticed() -> None:
    copy = issue(county("140921", "定襄县应急管理局"))
    Path(default_storage.path(copy.file.name)).write_bytes(b"forged")
    assert fault_of(copy) == "存档文件与制发时的 SM3 不符"
    default_storage.delete(copy.file.name)
    assert fault_of(copy) == "存档文件缺失"


def test_a_sibling_county_does_not_see_it() -> None:
    home, sibling = county("140921", "定襄县应急管理局"), county("140922", "五台县应急管理局")
    copy = issue(home)
    assert list(IssuedCopy.objects.visible_to(person("county_officer", home, "a"))) == [copy]
    assert list(IssuedCopy.objects.visible_to(person("provincial_officer", province(), "p"))) == [copy]
    assert not IssuedCopy.objects.visible_to(person("county_officer", sibling, "b")).exists()
    assert not IssuedCopy.objects.visible_to(person("worker", home_firm(home), "w")).exists()


def home_firm(parent: Organisation) -> Organisation:
    from bihuan.foundation.documents.tests.factories import SYSTEM  # noqa: PLC0415
    from bihuan.foundation.tenancy.services import create_organisation  # noqa: PLC0415

    return create_organisation(SYSTEM, kind="enterprise", name="某企业", code="E1", parent=parent, at=AT)


def city_official() -> object:
    county("140921", "定襄县应急管理局")
    return person("city_officer", Organisation.objects.get(code="140900"), "city")


def own_version(template: registry.Template) -> bytes:
    """A template that prints one value of the sample."""
    key = next(key for key, value in template.sample().items() if isinstance(value, str))
    return docx("本市自用：{{ " + key + " }}")


def test_an_official_replaces_a_template_and_puts_the_shipped_one_back() -> None:
    actor, template = city_official(), registry.templates()[0]
    trial = replace_template(actor, key=template.key, content=own_version(template), at=AT)  # type: ignore[arg-type]
    assert trial.sample
    assert template.path == template.override
    assert len(render_docx(template.key, template.sample())) < len(template.shipped.read_bytes()) * 3
    restore_template(actor, key=template.key, at=AT)  # type: ignore[arg-type]
    assert template.path == template.shipped
    assert len(list((registry.override_dir() / "former").iterdir())) == 1
    assert [bool(change.sm3) for change in TemplateChange.objects.order_by("id")] == [True, False]


def test_a_broken_template_is_refused_and_nothing_changes() -> None:
    actor, template = city_official(), registry.templates()[0]
    for content, says in (
        (docx("{{ no_such }}"), "no_such"),
        (docx("没有标记"), "没有任何填写标记"),
        (docx("{% for %}"), "标记"),
    ):
        with pytest.raises(Problem, match=says):
            replace_template(actor, key=template.key, content=content, at=AT)  # type: ignore[arg-type]
    assert template.path == template.shipped
    assert not TemplateChange.objects.exists()


def test_a_county_may_not_replace_a_template_for_all() -> None:
    actor, template = person("campaign_office", county("140921", "定襄县应急管理局")), registry.templates()[0]
    with pytest.raises(Forbidden, match="省、市两级"):
        replace_template(actor, key=template.key, content=own_version(template), at=AT)
