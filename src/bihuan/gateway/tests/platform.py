"""A small platform for the tests: takes our uploads over real HTTP, remembers them, and can misbehave on request."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bihuan.wire import native, native_http
from bihuan.wire.errors import WireError
from bihuan.wire.native import Ack, Upload

SECRET = "gateway-secret"


class Platform:
    """Stores the first copy of every message id and answers a duplicate with the stored result.

    `before_answer` is called with the number of requests so far; what it returns replaces the answer: a status code,
    or -1 to hang up without an answer.
    """

    def __init__(self) -> None:
        self.uploads: dict[str, Upload] = {}
        self.order: list[str] = []
        self.requests = 0
        self.duplicates = 0
        self.changed_duplicates = 0
        self.before_answer: Callable[[int], int | None] = lambda count: None
        self.arrived = threading.Condition()
        platform = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                platform.take(self)

            def log_message(self, *args: Any) -> None:
                """Silence."""

        class Server(ThreadingHTTPServer):
            def handle_error(self, *args: Any) -> None:
                """A client that was killed is no news."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/ingest/v1/batch"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        try:
            upload = native_http.open_sealed(request.headers, body, SECRET.encode())
        except WireError as error:
            return self._answer(request, 400, error.code.encode())
        with self.arrived:
            self.requests += 1
            verdict = self.before_answer(self.requests)
            if verdict and verdict > 0:
                return self._answer(request, verdict, b"no")
            ack = self._keep(upload)
            self.arrived.notify_all()
        if verdict == -1:
            request.close_connection = True
            return None
        return self._answer(request, 200, native.encode_ack(ack))

    def _keep(self, upload: Upload) -> Ack:
        name, count = upload.batch.message_id, len(upload.batch)
        if native_http.is_sign_of_life(upload):
            return Ack(name, 0)
        if name in self.uploads:
            self.duplicates += 1
            self.changed_duplicates += samples(self.uploads[name]) != samples(upload)
            return Ack(name, 0, count)
        self.uploads[name] = upload
        self.order.append(name)
        return Ack(name, count)

    def wait_for(self, condition: Callable[[], bool], seconds: float = 60) -> bool:
        with self.arrived:
            return self.arrived.wait_for(condition, seconds)

    @staticmethod
    def _answer(request: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
        try:
            request.send_response(status)
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)
        except OSError:
            request.close_connection = True

    def in_order(self) -> list[Upload]:
        return [self.uploads[name] for name in self.order]

    def sample_count(self) -> int:
        return sum(len(upload.batch) for upload in self.uploads.values())


def samples(upload: Upload) -> list[tuple[int, str, int, str]]:
    """Sequence number, point, time and value of each sample, comparable."""
    batch = upload.batch
    return list(zip(batch.seqs, batch.points, batch.times, map(repr, batch.values), strict=True))
