"""The province-scale databases of the benchmarks: built once under var/bench, used again while the schema is the same."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "var" / "bench"
KINDS = ("sqlite", "postgresql")
SERVER = os.environ.get("BIHUAN_BENCH_POSTGRES", "postgresql://postgres@127.0.0.1:5432")


def say(line: str) -> None:
    """A line for the person who waits."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def fingerprint() -> str:
    """Digest of every migration: a database of another schema is built anew."""
    digest = hashlib.sha256()
    for file in sorted(ROOT.glob("src/bihuan/**/migrations/0*.py")):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def environment(url: str) -> dict[str, str]:
    """What a process needs to work on that database."""
    return os.environ | {
        "BIHUAN_DATABASE_URL": url, "BIHUAN_DATA_DIR": str(FOLDER), "BIHUAN_SECRET_KEY": "bench", "DJANGO_SETTINGS_MODULE": "bihuan.config.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]), "BIHUAN_LOG_LEVEL": "ERROR", "PYTHONUTF8": "1",
    }  # fmt: skip


def run(url: str, *command: str, quiet: bool = True) -> str:
    """Run a Python module or file on that database; returns what it wrote."""
    done = subprocess.run([sys.executable, *command], env=environment(url), cwd=ROOT, text=True, stdout=subprocess.PIPE if quiet else None)
    if done.returncode:
        raise SystemExit(f"✗ {' '.join(command)} 失败（{done.returncode}）")
    return done.stdout or ""


def name_of(hazards: int, firms: int) -> str:
    """What the database of that size is called."""
    return f"bihuan_bench_{hazards}_{firms}"


def missing(kind: str) -> str | None:
    """Why a kind of database cannot be used here, or None."""
    if kind == "sqlite":
        return None
    host, _, port = SERVER.rpartition("@")[2].partition(":")
    try:
        socket.create_connection((host, int(port or 5432)), timeout=2).close()
    except OSError as fault:
        return f"连接不上 {host}:{port}（{fault}）"
    return None


def url_of(kind: str, hazards: int, firms: int) -> str:
    """Its address."""
    name = name_of(hazards, firms)
    return f"sqlite:///{FOLDER / name}.sqlite3" if kind == "sqlite" else f"{SERVER}/{name}"


def prepare(kind: str, hazards: int, firms: int, *, rebuild: bool = False) -> dict[str, Any]:
    """Build the database, or use the one that is there; returns its stamp (url, when it plays, how long it took)."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    stamp = FOLDER / f"{name_of(hazards, firms)}.{kind}.json"
    url = url_of(kind, hazards, firms)
    if stamp.exists() and not rebuild:
        known: dict[str, Any] = json.loads(stamp.read_text())
        if known["schema"] == fingerprint():
            return known
    say(f"{kind}：生成 {hazards} 条隐患、{firms} 家企业……")
    stamp.unlink(missing_ok=True)
    _create(kind, name_of(hazards, firms))
    run(url, "-m", "django", "migrate", "-v0")
    run(url, "-m", "bihuan", "load-packs")
    began = datetime.now(UTC)
    run(url, "-m", "bihuan", "demo", "--scale", "province", "--hazards", str(hazards), "--firms", str(firms), quiet=False)
    made = {"url": url, "schema": fingerprint(), "at": began.isoformat(), "build_seconds": round((datetime.now(UTC) - began).total_seconds(), 1)}
    stamp.write_text(json.dumps(made))
    return made


def _create(kind: str, name: str) -> None:
    if kind == "sqlite":
        for file in FOLDER.glob(f"{name}.sqlite3*"):
            file.unlink()
        return
    drop(kind, name)
    _server(f'CREATE DATABASE "{name}"')


def drop(kind: str, name: str) -> None:
    """Remove the database and its stamp."""
    (FOLDER / f"{name}.{kind}.json").unlink(missing_ok=True)
    if kind == "sqlite":
        for file in FOLDER.glob(f"{name}.sqlite3*"):
            file.unlink()
    else:
        _server(f'DROP DATABASE IF EXISTS "{name}"')


def _server(statement: str) -> None:
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as connection:
        connection.execute(statement)
