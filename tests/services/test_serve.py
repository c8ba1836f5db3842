"""`bihuan serve` as a real process: it answers, stops cleanly, and leaves nothing behind when it is killed."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PATIENCE = 60.0


def bihuan(data: Path, *words: str) -> subprocess.Popen[str]:
    """Start a command with a data folder of its own."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("BIHUAN_")},
        "BIHUAN_DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "bihuan.config.settings",
        "PYTHONPATH": "src",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "bihuan", *words], env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
    )  # fmt: skip


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"not within {PATIENCE:.0f} s: {what}"
        time.sleep(0.05)


def status(port: int, path: str) -> int:
    """The HTTP status of an address; 0 while nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def descendants(pid: int) -> list[int]:
    """Processes started by `pid`, and by those."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text(encoding="utf-8").rsplit(") ", 1)[1].split()[1])
            except OSError:
                continue
            if parent == pid:
                found += [int(entry.name), *descendants(int(entry.name))]
    return found


def alive(pid: int) -> bool:
    """Whether a process runs (one that has ended but was not asked about counts as ended)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(") ", 1)[1][0] != "Z"
    except OSError:
        return False


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    process = bihuan(folder, "migrate")
    assert process.wait(PATIENCE * 2) == 0, process.communicate()[0]
    return folder


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(data: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    process = bihuan(data, "serve", "--port", str(port))
    try:
        until(lambda: status(port, "/api/openapi.json") == 200 or process.poll() is not None, "the server answers")
        assert process.poll() is None, process.communicate()[0]
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_stops_cleanly_when_told(served: subprocess.Popen[str], port: int) -> None:
    children = descendants(served.pid)
    assert children
    served.send_signal(signal.SIGTERM)
    assert served.wait(PATIENCE) == 0
    until(lambda: not any(map(alive, children)), "all children end")
    assert status(port, "/") == 0


def test_leaves_no_process_behind_when_killed(served: subprocess.Popen[str]) -> None:
    children = descendants(served.pid)
    assert children
    served.kill()
    until(lambda: not any(map(alive, children)), "all children end")


def test_says_that_the_port_is_taken(served: subprocess.Popen[str], data: Path, port: int) -> None:
    second = bihuan(data, "serve", "--port", str(port))
    text, _ = second.communicate(timeout=PATIENCE)
    assert second.returncode == 1
    assert f"端口 {port} 已被占用" in text


def test_says_that_the_database_is_not_ready(tmp_path: Path, port: int) -> None:
    process = bihuan(tmp_path, "serve", "--port", str(port))
    text, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "bihuan migrate" in text


def test_serves_collected_files_under_hashed_names(port: int, tmp_path: Path) -> None:
    fresh = tmp_path / "data"
    fresh.mkdir()
    for name in ("migrate", "static"):
        process = bihuan(fresh, name)
        text, _ = process.communicate(timeout=PATIENCE * 2)
        assert process.returncode == 0, text
    hashed = next((fresh / "static/ninja").glob("swagger-ui.*.css")).name
    process = bihuan(fresh, "web", "--port", str(port))
    try:
        until(lambda: status(port, f"/static/ninja/{hashed}") == 200, "the collected file is served")
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)
