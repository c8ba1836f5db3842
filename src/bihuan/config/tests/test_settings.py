"""Reading the environment: nonsense is refused, the key is made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from bihuan.config import settings


def test_key_is_made_once_kept_and_private(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    first = settings.kept_secret(folder)
    assert len(first) >= 50
    assert settings.kept_secret(folder) == first
    assert (folder / "secret.key").stat().st_mode & 0o077 == 0
    assert [path.name for path in folder.iterdir()] == ["secret.key"]


def test_another_process_that_was_first_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def first_elsewhere(size: int) -> str:
        (tmp_path / "secret.key").write_text("theirs", encoding="ascii")
        return "ours"

    monkeypatch.setattr(settings.secrets, "token_urlsafe", first_elsewhere)
    assert settings.kept_secret(tmp_path) == "theirs"


@pytest.mark.parametrize("value", ["maybe", "2", "ja"])
def test_flag_refuses_what_is_neither_yes_nor_no(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("BIHUAN_X", value)
    with pytest.raises(ImproperlyConfigured, match="BIHUAN_X"):
        settings.flag("BIHUAN_X", False)


def test_text_can_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "value").write_text("secret\n", encoding="utf-8")
    monkeypatch.setenv("BIHUAN_X_FILE", str(tmp_path / "value"))
    assert settings.text("BIHUAN_X") == "secret"


def test_integer_refuses_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_X", "eight")
    with pytest.raises(ImproperlyConfigured, match="BIHUAN_X"):
        settings.integer("BIHUAN_X", 8)


@pytest.mark.parametrize(
    ("url", "engine", "name"),
    [
        ("sqlite:////var/lib/bihuan/x.sqlite3", "sqlite3", "/var/lib/bihuan/x.sqlite3"),
        ("sqlite:///var/lib/bihuan/x.sqlite3", "sqlite3", "/var/lib/bihuan/x.sqlite3"),
        ("postgresql://bihuan:p%40ss@db:5433/records", "postgresql", "records"),
    ],
)
def test_database_addresses(url: str, engine: str, name: str) -> None:
    database = settings.database(url)
    assert str(database["ENGINE"]).endswith(engine)
    assert database["NAME"] == name


def test_unknown_database_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="mysql"):
        settings.database("mysql://localhost/x")


def test_socket_folder_of_postgres_is_decoded() -> None:
    database = settings.database("postgresql://bihuan@%2Fvar%2Frun%2Fpostgresql/bihuan")
    assert (database["HOST"], database["PORT"]) == ("/var/run/postgresql", "")
