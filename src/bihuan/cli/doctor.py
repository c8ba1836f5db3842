"""`doctor`: one line for each thing the system needs, with what to do where it is missing."""

from __future__ import annotations

import argparse
import shutil
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection

from bihuan.cli.serve import database_fault
from bihuan.foundation.lib.commands import OPERATOR, Finding, Subparsers
from bihuan.foundation.lib.discovery import app_command_modules

LEAST_FREE_MB = 1024
CLOCK_SLACK = timedelta(seconds=5)
OLDEST_WAITING_JOB = timedelta(minutes=10)


def register(subparsers: Subparsers) -> None:
    """Add `doctor`."""
    text = "检查数据库、任务队列、磁盘、时钟、字体、数据包等是否正常"
    parser = subparsers.add_parser("doctor", help=text, description=text)
    parser.set_defaults(func=doctor, capability=OPERATOR)


def doctor(args: argparse.Namespace) -> int:
    """Print every finding; exit code 1 when something is broken."""
    broken = False
    for check in (*CHECKS, *app_checks()):
        for finding in examine(check):
            mark = {True: "✓", None: "!", False: "✗"}[finding.ok]
            sys.stdout.write(f"{mark} {finding.title}：{finding.text}\n")
            broken = broken or finding.ok is False
    return 1 if broken else 0


def app_checks() -> list[Callable[[], Iterable[Finding]]]:
    """What the apps themselves want checked: `findings()` in their cli.py."""
    modules = [import_module(name) for name in app_command_modules()]
    return [module.findings for module in modules if hasattr(module, "findings")]


def examine(check: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """Run one check; a database that fails in the middle is a finding, not a crash."""
    try:
        return list(check())
    except DatabaseError as fault:
        title = (check.__doc__ or check.__name__).split("（")[-1].split("）")[0]
        return [Finding(False, title, f"数据库出错（{first_line(fault)}），请先解决数据库问题")]


def first_line(fault: Exception) -> str:
    """The first line of a message."""
    return (str(fault).strip().splitlines() or [type(fault).__name__])[0]


def check_database() -> Iterator[Finding]:
    """Connection, version, integrity, migrations（数据库）."""
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("select sqlite_version()")
                name = f"SQLite {cursor.fetchone()[0]}，{settings.DATABASES['default']['NAME']}"
                cursor.execute("pragma quick_check(1)")
                verdict = str(cursor.fetchone()[0])
            else:
                cursor.execute("show server_version")
                name, verdict = f"PostgreSQL {cursor.fetchone()[0]}", "ok"
    except DatabaseError as fault:
        yield Finding(False, "数据库", f"连接不上（{first_line(fault)}），请检查 BIHUAN_DATABASE_URL")
        return
    sound = verdict == "ok"
    yield Finding(sound, "数据库", name if sound else f"{name}，文件已损坏（{verdict}），请从备份恢复")
    fault_text = database_fault()
    yield Finding(fault_text is None, "数据库结构", fault_text or "已是最新")


def check_queue() -> Iterator[Finding]:
    """Jobs that wait or failed（任务队列）."""
    now = datetime.now(UTC)
    jobs = apps.get_model("jobs", "JobRun").objects
    waiting = jobs.ready(now - OLDEST_WAITING_JOB).count()
    failed = jobs.filter(state="failed", finished_at__gt=now - timedelta(days=1)).count()
    if waiting:
        yield Finding(False, "任务队列", f"{waiting} 个任务等待超过 10 分钟，请确认 bihuan worker 正在运行")
    elif failed:
        yield Finding(None, "任务队列", f"一天内有 {failed} 个任务失败，请在“系统管理—后台任务”查看原因")
    else:
        yield Finding(True, "任务队列", "无积压")


def check_disk() -> Iterator[Finding]:
    """Free space where records and evidence are kept（磁盘）."""
    for title, folder in (("磁盘（数据）", settings.DATA_DIR), ("磁盘（附件）", Path(settings.MEDIA_ROOT))):
        place = folder
        while not place.exists():
            place = place.parent
        free = shutil.disk_usage(place).free // 2**20
        if free < LEAST_FREE_MB:
            yield Finding(False, title, f"{place} 只剩 {free} MB，请清理或扩容")
        else:
            yield Finding(True, title, f"{place} 剩余 {free / 1024:.0f} GB")


def check_clock() -> Iterator[Finding]:
    """The machine's clock against the database server's, and against the last entry of the audit chain（时钟）."""
    now = datetime.now(UTC)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select clock_timestamp()")
            drift = abs(cursor.fetchone()[0] - now)
        if drift > CLOCK_SLACK:
            yield Finding(False, "时钟", f"与数据库服务器相差 {drift.total_seconds():.0f} 秒，请启用时间同步（NTP）")
            return
    latest = apps.get_model("audit", "Entry").objects.order_by("-id").values_list("at", flat=True).first()
    if latest and latest > now + CLOCK_SLACK:
        yield Finding(False, "时钟", f"最近一条记录的时间在未来（{latest:%Y-%m-%d %H:%M} UTC），请核对系统时间")
    else:
        yield Finding(True, "时钟", f"{now:%Y-%m-%d %H:%M:%S} UTC")


def check_secret() -> Iterator[Finding]:
    """The key that signs sessions（密钥）."""
    file = settings.DATA_DIR / "secret.key"
    if settings.SECRET_KEY.startswith("development-only"):
        yield Finding(False, "密钥", "正在使用开发密钥，请设置 BIHUAN_SECRET_KEY 或关闭 BIHUAN_DEBUG")
    elif len(settings.SECRET_KEY) < 32:
        yield Finding(False, "密钥", "过短，请把 BIHUAN_SECRET_KEY 设为 50 位以上的随机字符")
    elif file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield Finding(False, "密钥", f"{file} 可被他人读取，请运行 chmod 600 {file}")
    else:
        yield Finding(True, "密钥", "已设置")


def check_static() -> Iterator[Finding]:
    """Static files collected, and front-end packages present（静态文件）."""
    vendor = settings.SOURCE_DIR / "foundation/web/static/vendor/.stamp"
    if not vendor.exists():
        yield Finding(False, "前端组件", "未安装，页面样式会缺失：请运行 script/vendor")
    if settings.WHITENOISE_USE_FINDERS:
        yield Finding(None, "静态文件", "直接取自程序目录；正式使用请运行 bihuan static 以启用缓存和压缩")
        return
    collected = (settings.STATIC_ROOT / "staticfiles.json").stat().st_mtime
    newest = max(file.stat().st_mtime for file in settings.SOURCE_DIR.rglob("static/**/*") if file.is_file())
    if newest > collected:
        yield Finding(False, "静态文件", "早于程序版本，请运行 bihuan static 并重启网页服务")
    else:
        yield Finding(True, "静态文件", f"已收集到 {settings.STATIC_ROOT}")


CHECKS = (
    check_database, check_queue, check_disk, check_clock, check_secret, check_static,
)  # fmt: skip
