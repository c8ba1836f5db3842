"""Back up records and evidence, restore them, and prove by a drill that a restore works.

    backup.py backup  FOLDER [--keep 30]   one more backup in FOLDER
    backup.py drill   FOLDER [--name N]    restore the newest into a scratch database, check it, throw it away
    backup.py restore FOLDER [--name N]    restore into the (empty) database and files folder of the settings

Reads the same environment variables as `bihuan` (docs/reference/configuration.md) and is run by the same Python.
FOLDER/<UTC time>/ holds the database and a manifest; FOLDER/files/ holds evidence, which never changes once stored, so
one copy serves all backups. The database is taken first: every file it names is then there to be copied.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bihuan import __version__
from bihuan.config import settings

MANIFEST = "manifest.json"
SQLITE = "sqlite3" in settings.DATABASES["default"]["ENGINE"]
DUMP = "database.sqlite3" if SQLITE else "database.dump"


class Refused(Exception):
    """One sentence for whoever runs it."""


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def run(*command: str) -> None:
    """Run a PostgreSQL client program; its password goes by the environment, not by the command line."""
    environment = {**os.environ, "PGPASSWORD": str(settings.DATABASES["default"].get("PASSWORD", ""))}
    try:
        result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError as fault:
        raise Refused(f"没有找到 {command[0]}，请安装 postgresql-client。") from fault
    if result.returncode:
        raise Refused(f"{command[0]} 失败：{result.stderr.strip().splitlines()[-1]}")


def postgres_url(name: str | None = None) -> str:
    """The address of the database of the settings, or of another one on the same server, without the password."""
    database = settings.DATABASES["default"]
    place = quote(str(database["HOST"]), safe="") + (f":{database['PORT']}" if database["PORT"] else "")
    return f"postgresql://{quote(str(database['USER']), safe='')}@{place}/{quote(name or str(database['NAME']), safe='')}"


def dump_database(target: Path) -> None:
    """Write a consistent copy while others go on working."""
    if not SQLITE:
        run("pg_dump", "--format=custom", f"--file={target}", f"--dbname={postgres_url()}")
        return
    source = Path(str(settings.DATABASES["default"]["NAME"]))
    if not source.exists():
        raise Refused(f"没有找到数据库 {source}，请检查 BIHUAN_DATABASE_URL。")
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        # A single file is easier to carry than one with its log beside it.
        copy.execute("pragma journal_mode=delete")
        verdict = copy.execute("pragma integrity_check").fetchone()[0]
    if verdict != "ok":
        raise Refused(f"数据库文件已损坏：{verdict}")


def mirror_files(store: Path, known: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Copy evidence that `store` lacks; the size and SHA-256 of every file by its path."""
    source = Path(settings.MEDIA_ROOT)
    listed: dict[str, list[Any]] = {}
    for path in sorted(source.rglob("*")) if source.exists() else ():
        if not path.is_file():
            continue
        name = path.relative_to(source).as_posix()
        size = path.stat().st_size
        copy = store / name
        if name in known and known[name][0] == size and copy.exists() and copy.stat().st_size == size:
            listed[name] = known[name]
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        partial = copy.with_name(f".{copy.name}.partial")
        shutil.copyfile(path, partial)
        listed[name] = [partial.stat().st_size, digest(partial)]
        partial.replace(copy)
    return listed


def backups(folder: Path) -> list[Path]:
    """Finished backups, oldest first."""
    return sorted(path.parent for path in folder.glob(f"[0-9]*/{MANIFEST}"))


def manifest_of(backup: Path) -> dict[str, Any]:
    """What a backup says of itself."""
    content: dict[str, Any] = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
    return content


def make_backup(folder: Path, keep: int) -> Path:
    """One more backup; it has its final name only when it is whole. The oldest beyond `keep` go."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    earlier = backups(folder)
    known = manifest_of(earlier[-1])["files"] if earlier else {}
    name = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    partial = folder / f".partial-{name}"
    partial.mkdir()
    try:
        dump_database(partial / DUMP)
        files = mirror_files(folder / "files", known)
        content = {
            "version": __version__,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "database": {"file": DUMP, "sha256": digest(partial / DUMP)},
            "files": files,
        }
        (partial / MANIFEST).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        os.sync()
        partial.rename(folder / name)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    for old in backups(folder)[:-keep]:
        shutil.rmtree(old)
    return folder / name


def chosen(folder: Path, name: str | None) -> Path:
    """The backup of that name, or the newest."""
    found = [path for path in backups(folder) if name in (None, path.name)]
    if not found:
        raise Refused(f"{folder} 中没有{'名为 ' + name + ' 的' if name else ''}备份。")
    return found[-1]


def check_content(backup: Path) -> int:
    """Compare everything with its digest; the number of files."""
    content = manifest_of(backup)
    dump = backup / content["database"]["file"]
    if digest(dump) != content["database"]["sha256"]:
        raise Refused(f"{dump} 与清单不符，备份已损坏。")
    for name, (_, expected) in content["files"].items():
        path = backup.parent / "files" / name
        if not path.exists() or digest(path) != expected:
            raise Refused(f"附件 {name} 缺失或与清单不符，备份已损坏。")
    return len(content["files"])


def load_dump(backup: Path, *, sqlite_file: Path | None = None, database: str | None = None) -> None:
    """Put the records of a backup into an empty place."""
    dump = backup / manifest_of(backup)["database"]["file"]
    if dump.name != DUMP:
        raise Refused(f"该备份来自另一种数据库（{dump.name}），请使用相应的 BIHUAN_DATABASE_URL。")
    if sqlite_file is not None:
        sqlite_file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(dump, sqlite_file)
    else:
        run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={postgres_url(database)}", str(dump))


@contextmanager
def scratch(backup: Path) -> Iterator[str]:
    """A throw-away copy of the records; its address."""
    if SQLITE:
        with tempfile.TemporaryDirectory(prefix="bihuan-drill-") as place:
            file = Path(place) / "bihuan.sqlite3"
            load_dump(backup, sqlite_file=file)
            yield f"sqlite:///{file}"
        return
    name = f"bihuan_drill_{os.getpid()}"
    run("createdb", f"--maintenance-db={postgres_url()}", name)
    try:
        load_dump(backup, database=name)
        yield postgres_url(name)
    finally:
        run("dropdb", f"--maintenance-db={postgres_url()}", "--force", name)


def drill(backup: Path) -> list[str]:
    """Restore into a scratch database and look at it with this version's own eyes; the findings."""
    files = check_content(backup)
    lines = [f"清单相符：附件 {files} 个"]
    with scratch(backup) as address, tempfile.TemporaryDirectory(prefix="bihuan-drill-") as data:
        environment = {
            **os.environ, "BIHUAN_DATABASE_URL": address, "BIHUAN_DATA_DIR": data,
            "PGPASSWORD": str(settings.DATABASES["default"].get("PASSWORD", "")),
        }  # fmt: skip
        bihuan = [sys.executable, "-m", "bihuan"]
        words = subprocess.run([*bihuan, "--help"], env=environment, capture_output=True, text=True, check=True).stdout
        # A backup of an earlier version is brought to this one, as a real restore would be.
        commands = [("数据库结构", ["migrate"])]
        if "\n    verify" in words:
            commands.append(("存证校验", ["verify"]))
        for title, command in commands:
            result = subprocess.run([*bihuan, *command], env=environment, capture_output=True, text=True, check=False)
            if result.returncode:
                raise Refused(f"恢复演练未通过（{title}）：{(result.stderr or result.stdout).strip()}")
            lines.append(f"{title}：{result.stdout.strip().splitlines()[-1]}")
    return lines


def restore(backup: Path) -> None:
    """Restore for real; refuses where something is already there."""
    check_content(backup)
    if SQLITE:
        target = Path(str(settings.DATABASES["default"]["NAME"]))
        if target.exists():
            raise Refused(f"{target} 已存在：恢复不会覆盖现有数据，请先移走它。")
        load_dump(backup, sqlite_file=target)
    else:
        load_dump(backup)
    for name in manifest_of(backup)["files"]:
        copy = Path(settings.MEDIA_ROOT) / name
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(backup.parent / "files" / name, copy)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="备份、恢复与恢复演练")
    parser.add_argument("action", choices=("backup", "drill", "restore"))
    parser.add_argument("folder", type=Path, help="备份目录")
    parser.add_argument("--keep", type=int, default=30, help="保留最近几份，默认 30")
    parser.add_argument("--name", help="哪一份备份（默认最近一份）")
    args = parser.parse_args()
    if args.keep < 1:
        parser.error("--keep 至少为 1")
    say = sys.stdout.write
    try:
        if args.action == "backup":
            say(f"✓ 已备份到 {make_backup(args.folder, args.keep)}\n")
        elif args.action == "drill":
            backup = chosen(args.folder, args.name)
            say(f"✓ 恢复演练通过：{backup.name}；{'；'.join(drill(backup))}\n")
        else:
            backup = chosen(args.folder, args.name)
            restore(backup)
            say(f"✓ 已从 {backup.name} 恢复，请运行 bihuan migrate 和 bihuan doctor\n")
    except Refused as fault:
        sys.stderr.write(f"✗ {fault}\n")
        return 1
    except OSError as fault:
        sys.stderr.write(f"✗ {fault.strerror}：{fault.filename}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
