"""The pages: lists and downloads stay within one's sight; a template is replaced through the form."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bihuan.foundation.audit.models import Ref
from bihuan.foundation.documents import registry
from bihuan.foundation.documents.models import IssuedCopy
from bihuan.foundation.documents.services import issue_copy
from bihuan.foundation.documents.tests.factories import AT, SYSTEM, county, docx, user
from bihuan.foundation.tenancy.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folders(settings: pytest.FixtureRequest, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    settings.LOGIN_URL = "/accounts/login/"  # type: ignore[attr-defined]


@pytest.fixture
def home() -> Organisation:
    return county("140921", "定襄县应急管理局")


@pytest.fixture
def copy(home: Organisation) -> IssuedCopy:
    return issue_copy(
        SYSTEM,
        kind="demo.letter",
        subject=Ref("demo.thing", 5),
        organisation_id=home.pk,
        title="关于督促整改的函",
        filename="督促函.docx",
        content=b"content",
        number="定应急督〔2025〕1号",
        at=AT,
    )


def signed_in(role: str, organisation: Organisation) -> Client:
    client = Client()
    client.force_login(user(role, organisation), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_owner_downloads_the_file_as_issued(copy: IssuedCopy, home: Organisation) -> None:
    client = signed_in("county_officer", home)
    assert "关于督促整改的函" in client.get(reverse("documents:list")).content.decode()
    answer = client.get(reverse("documents:file", args=[copy.pk]))
    assert answer.getvalue() == b"content"
    assert "attachment" in answer["Content-Disposition"]


def test_sibling_gets_404_and_stranger_signs_in(copy: IssuedCopy) -> None:
    address = reverse("documents:file", args=[copy.pk])
    sibling = signed_in("county_officer", county("140922", "五台县应急管理局"))
    assert sibling.get(address).status_code == 404
    assert "关于督促整改的函" not in sibling.get(reverse("documents:list")).content.decode()
    assert Client().get(address).status_code == 302


def test_an_altered_file_is_not_handed_out(copy: IssuedCopy, home: Organisation) -> None:
    Path(default_storage.path(str(copy.file))).write_bytes(b"forged")
    answer = signed_in("county_officer", home).get(reverse("documents:file", args=[copy.pk]))
    assert answer.status_code == 409
    assert "SM3 不符" in answer.content.decode()


def test_list_takes_the_same_number_of_queries_for_more_rows(
    copy: IssuedCopy, home: Organisation, django_assert_max_num_queries: object
) -> None:
    for n in range(12):
        issue_copy(
            SYSTEM,
            kind="demo.letter",
            subject=Ref("demo.thing", 100 + n),
            organisation_id=home.pk,
            title=f"函{n}",
            filename="a.docx",
            content=b"%d" % n,
            at=AT,
        )
    client = signed_in("county_officer", home)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert client.get(reverse("documents:list")).status_code == 200


def test_city_replaces_a_template_and_a_broken_one_is_refused(home: Organisation) -> None:
    template = registry.templates()[0]
    client = signed_in("city_officer", Organisation.objects.get(code="140900"))
    address = reverse("documents:replace_template", args=[template.key])
    assert client.get(address).status_code == 200
    broken = client.post(address, {"file": SimpleUploadedFile("a.docx", docx("{{ no_such }}"))})
    assert broken.status_code == 422
    assert "no_such" in broken.content.decode()
    key = next(key for key, value in template.sample().items() if isinstance(value, str))
    good = client.post(address, {"file": SimpleUploadedFile("a.docx", docx("自用 {{ " + key + " }}"))})
    assert good.status_code == 302
    assert template.override.exists()
    page = client.get(reverse("documents:templates")).content.decode()
    assert "本单位模板" in page
    assert (
        client.get(reverse("documents:template_file", args=[template.key])).content
        == template.override.read_bytes()
    )
    assert client.get(reverse("documents:template_sample", args=[template.key])).status_code == 200
    assert client.post(reverse("documents:restore_template", args=[template.key])).status_code == 302
    assert not template.override.exists()


def test_others_may_not(home: Organisation) -> None:
    template = registry.templates()[0]
    county_officer, office = signed_in("county_officer", home), signed_in("campaign_office", home)
    assert county_officer.get(reverse("documents:templates")).status_code == 403
    address = reverse("documents:replace_template", args=[template.key])
    refused = office.post(address, {"file": SimpleUploadedFile("a.docx", docx("{{ unit }}"))})
    assert refused.status_code == 403
    assert not template.override.exists()
