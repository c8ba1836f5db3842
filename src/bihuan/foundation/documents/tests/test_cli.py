"""What `bihuan verify-documents` and `bihuan doctor` say."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from bihuan.foundation.audit.models import Ref
from bihuan.foundation.documents import cli, registry
from bihuan.foundation.documents.services import issue_copy
from bihuan.foundation.documents.tests.factories import AT, SYSTEM, county, docx


@pytest.fixture(autouse=True)
def _own_folders(settings: pytest.FixtureRequest, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_an_altered_copy_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    home = county("140921", "定襄县应急管理局")
    for n in range(2):
        copy = issue_copy(
            SYSTEM,
            kind="demo",
            subject=Ref("demo.thing", n),
            organisation_id=home.pk,
            title=f"函{n}",
            filename="a.docx",
            content=b"%d" % n,
            at=AT,
        )
    assert cli.verify_documents(argparse.Namespace()) == 0
    Path(default_storage.path(str(copy.file))).write_bytes(b"forged")
    assert cli.verify_documents(argparse.Namespace()) == 1
    assert "函1（第1版）：存档文件与制发时的 SM3 不符" in capsys.readouterr().out


def test_doctor_names_a_broken_template() -> None:
    template = registry.templates()[0]
    assert {finding.title for finding in cli.findings()} == {"中文字体", "LibreOffice"}
    template.override.parent.mkdir()
    template.override.write_bytes(docx("{{ no_such }}"))
    broken = next(finding for finding in cli.findings() if template.title in finding.title)
    assert broken.ok is False
    assert "no_such" in broken.text
