"""A backup that cannot be restored is none: made, checked, restored, and refused when damaged."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


class Site:
    """One installation: its database, its files, its backups."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder, self.database, self.backups = folder, database, folder / "backups"

    def call(self, *command: str) -> subprocess.CompletedProcess[str]:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("BIHUAN_")}
        environment |= {
            "BIHUAN_DATA_DIR": str(self.folder), "BIHUAN_DATABASE_URL": self.database, "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "bihuan.config.settings",
        }  # fmt: skip
        return subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True, check=False, cwd=ROOT)

    def backup(self, action: str, *options: str) -> subprocess.CompletedProcess[str]:
        return self.call("deploy/backup.py", action, str(self.backups), *options)

    def count(self) -> str:
        code = (
            "import django; django.setup(); from bihuan.foundation.accounts.models import User; "
            "print(','.join(User.objects.order_by('username').values_list('username', flat=True)))"
        )
        return self.call("-c", code).stdout.strip()

    def add(self, login: str) -> None:
        code = f"import django; django.setup(); from bihuan.foundation.accounts.models import User; User.objects.create_user({login!r}, name='某')"
        assert self.call("-c", code).returncode == 0


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with a person and a file, to be copied: migrating takes a while."""
    folder = tmp_path_factory.mktemp("filled")
    site = Site(folder, f"sqlite:///{folder / 'bihuan.sqlite3'}")
    (folder / "files/2025").mkdir(parents=True)
    (folder / "files/2025/photo.jpg").write_bytes(b"evidence")
    result = site.call("-m", "bihuan", "migrate")
    assert result.returncode == 0, result.stderr
    site.add("before")
    return folder


@pytest.fixture
def site(filled: Path, tmp_path: Path) -> Site:
    folder = tmp_path / "site"
    shutil.copytree(filled, folder)
    return Site(folder, f"sqlite:///{folder / 'bihuan.sqlite3'}")


def test_restored_records_and_files_are_those_of_the_backup(site: Site) -> None:
    made = site.backup("backup")
    assert made.returncode == 0, made.stderr
    site.add("after")
    refused = site.backup("restore")
    assert refused.returncode == 1
    assert "已存在" in refused.stderr
    for file in site.folder.glob("bihuan.sqlite3*"):
        file.unlink()
    shutil.rmtree(site.folder / "files")
    restored = site.backup("restore")
    assert restored.returncode == 0, restored.stderr
    assert site.count() == "before"
    assert (site.folder / "files/2025/photo.jpg").read_bytes() == b"evidence"


def test_drill_passes_on_a_sound_backup_and_names_what_is_damaged(site: Site) -> None:
    assert site.backup("backup").returncode == 0
    sound = site.backup("drill")
    assert sound.returncode == 0, sound.stderr
    assert "恢复演练通过" in sound.stdout
    (site.backups / "files/2025/photo.jpg").write_bytes(b"forgery!")
    damaged = site.backup("drill")
    assert damaged.returncode == 1
    assert "2025/photo.jpg" in damaged.stderr


def test_damaged_database_copy_is_refused(site: Site) -> None:
    assert site.backup("backup").returncode == 0
    [copy] = site.backups.glob("[0-9]*/database.sqlite3")
    content = bytearray(copy.read_bytes())
    content[-1] ^= 1
    copy.write_bytes(bytes(content))
    damaged = site.backup("drill")
    assert damaged.returncode == 1
    assert "备份已损坏" in damaged.stderr


def test_only_the_newest_are_kept_and_evidence_is_stored_once(site: Site) -> None:
    for _ in range(3):
        assert site.backup("backup", "--keep", "2").returncode == 0
    manifests = sorted(site.backups.glob("[0-9]*/manifest.json"))
    assert len(manifests) == 2
    assert list(json.loads(manifests[-1].read_text(encoding="utf-8"))["files"]) == ["2025/photo.jpg"]
    assert len([path for path in (site.backups / "files").rglob("*") if path.is_file()]) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_postgres_backup_survives_a_drill(tmp_path: Path) -> None:
    database = settings.DATABASES["default"]
    host = quote(str(database["HOST"]), safe="")
    port = f":{database['PORT']}" if database["PORT"] else ""
    address = f"postgresql://{quote(str(database['USER']))}:{quote(str(database['PASSWORD']))}@{host}{port}/{database['NAME']}"
    site = Site(tmp_path, address)
    assert site.backup("backup").returncode == 0
    result = site.backup("drill")
    assert result.returncode == 0, result.stderr
    assert "恢复演练通过" in result.stdout
