"""Child processes that live and end with their parent."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time

PARENT = "BIHUAN_PARENT_PROCESS"
STOP_SECONDS = 20.0
LONGEST_PAUSE = 30.0


def adopt() -> None:
    """Name this process as the one with which its children end."""
    os.environ[PARENT] = str(os.getpid())


def end_with_parent() -> None:
    """In a child of a process that called `adopt`: ask for SIGTERM when the parent dies, however it dies (Linux)."""
    parent = os.environ.pop(PARENT, None)
    if not parent or not sys.platform.startswith("linux"):
        return
    set_death_signal = 1
    ctypes.CDLL(None).prctl(set_death_signal, int(signal.SIGTERM))
    if os.getppid() != int(parent):
        raise SystemExit(1)


class Companion:
    """A `bihuan` command kept running beside this process: started again when it ends, stopped by `stop`."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.stopping = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self._keep, name=f"keep-{words[0]}", daemon=True)

    def start(self) -> None:
        """Start it and watch over it."""
        self.thread.start()

    def _launch(self) -> subprocess.Popen[bytes] | None:
        with self.lock:
            if self.stopping.is_set():
                return None
            command = [sys.executable, "-m", "bihuan", *self.words]
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
            return self.process

    def _keep(self) -> None:
        pause = 1.0
        while (process := self._launch()) is not None:
            began = time.monotonic()
            code = process.wait()
            if self.stopping.is_set():
                return
            pause = 1.0 if time.monotonic() - began > 60 else min(pause * 2, LONGEST_PAUSE)
            sys.stderr.write(f"bihuan {' '.join(self.words)} 意外退出（{code}），{pause:.0f} 秒后重新启动\n")
            self.stopping.wait(pause)

    def stop(self) -> None:
        """Let it finish what it is doing, for at most STOP_SECONDS."""
        with self.lock:
            self.stopping.set()
            process = self.process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
