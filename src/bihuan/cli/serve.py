"""`serve` and `web`: the server on this machine, with or without the worker beside it."""

from __future__ import annotations

import argparse
import os
import socket
import sys

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from bihuan.foundation.lib.commands import OPERATOR, Subparsers
from bihuan.foundation.lib.discovery import app_command_modules
from bihuan.foundation.lib.processes import Companion, adopt


def register(subparsers: Subparsers) -> None:
    """Add `serve` and `web`."""
    for name, text, func in (
        ("serve", "启动全部服务：网页、接口和后台任务", serve),
        ("web", "只启动网页和接口服务", web),
    ):
        parser = subparsers.add_parser(name, help=text, description=text)
        parser.add_argument("--host", default="127.0.0.1", help="监听地址，默认 127.0.0.1")
        parser.add_argument("--port", type=port_number, default=8000, help="端口，默认 8000")
        parser.add_argument("--workers", type=positive, default=default_workers(), help="网页进程数")
        parser.add_argument("--threads", type=positive, default=default_threads(), help="每个网页进程的线程数")
        parser.set_defaults(func=func, capability=OPERATOR)


def default_workers() -> int:
    """One process on SQLite, where writers queue anyway; two on PostgreSQL."""
    return 1 if connection.vendor == "sqlite" else 2


def default_threads() -> int:
    """Threads wait for the database most of the time, so a few more than cores, but not many."""
    return min(max(2 * (os.cpu_count() or 1), 4), 8)


def positive(text: str) -> int:
    """A whole number of at least one."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("须为正整数")
    return number


def port_number(text: str) -> int:
    """A TCP port."""
    number = positive(text)
    if number > 65535:
        raise argparse.ArgumentTypeError("端口须在 1 至 65535 之间")
    return number


def serve(args: argparse.Namespace) -> int:
    """Everything on one machine: the web server here, the worker as a child process that is kept alive."""
    return start(args, worker="bihuan.foundation.jobs.cli" in app_command_modules())


def web(args: argparse.Namespace) -> int:
    """The web server alone."""
    return start(args, worker=False)


def start(args: argparse.Namespace, *, worker: bool) -> int:
    """Check what can be checked, then serve until told to stop (SIGINT or SIGTERM)."""
    reason = port_fault(args.host, args.port) or database_fault()
    if reason:
        sys.stderr.write(f"✗ {reason}\n")
        return 1
    server = Granian(
        "bihuan.config.wsgi:application",
        address=args.host,
        port=args.port,
        interface=Interfaces.WSGI,
        workers=args.workers,
        blocking_threads=args.threads,
        backpressure=args.threads * 8,
        workers_kill_timeout=15,
        respawn_failed_workers=True,
        log_level=granian_level(),
    )
    companion = Companion("worker") if worker else None
    connection.close()
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    adopt()
    sys.stderr.write(f"闭环已启动：http://{shown_host(args.host)}:{args.port}/ （Ctrl-C 停止）\n")
    if companion:
        companion.start()
    try:
        server.serve()
    finally:
        if companion:
            companion.stop()
    return 0


def port_fault(host: str, port: int) -> str | None:
    """Why the port cannot be had, or None."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            return f"无权使用端口 {port}：请改用 1024 以上的端口（--port 8000）。"
        except OSError as fault:
            if fault.errno == 98:
                return f"端口 {port} 已被占用：请换一个端口（--port {port + 1}）或先停止占用它的程序。"
            return f"无法监听 {host}:{port}（{fault.strerror}）：请检查 --host。"
    return None


def database_fault() -> str | None:
    """Why the database is not ready, or None."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as fault:
        return f"连接不上数据库（{str(fault).strip().splitlines()[0]}）：请检查 BIHUAN_DATABASE_URL。"
    if pending:
        return f"数据库有 {len(pending)} 个待执行的迁移：请先运行 bihuan migrate。"
    return None


def granian_level() -> LogLevels:
    """Granian need not announce each of its processes, except to a developer."""
    return LogLevels.info if settings.DEBUG else LogLevels.warning


def shown_host(host: str) -> str:
    """The host as one types it in a browser."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
