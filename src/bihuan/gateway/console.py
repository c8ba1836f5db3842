"""Local console page (本地控制台): status, points, buffer and recent faults, for the person beside the cabinet.

Read-only but for one button, sending refused messages again. It answers on this machine's own address unless the
configuration says otherwise, and checks the Host and Origin headers so that no web page elsewhere can reach it.
"""

from __future__ import annotations

import asyncio
import html
import json
import logging
import math
from collections import deque
from collections.abc import Iterable
from http import HTTPStatus

from bihuan.gateway import config as conf
from bihuan.gateway.agent import Agent
from bihuan.wire import clock
from bihuan.wire.native import ClockState
from bihuan.wire.quality import Quality

LARGEST_REQUEST, TIMEOUT_S = 8192, 5.0
_HEADERS = (
    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; form-action 'self'\r\n"
    "Connection: close\r\n"
)
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:1rem auto;max-width:60rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid #ddd}"
    "h2{font-size:1.1rem;margin-top:1.5rem}.bad{color:#b00020;font-weight:600}.good{color:#0a6b2d;font-weight:600}"
    "th,.good,.bad{white-space:nowrap}td{overflow-wrap:anywhere}"
    "@media(max-width:600px){td,th{padding:.2rem}body{font-size:14px}}"
)
_QUALITY = {
    Quality.GOOD: "正常",
    Quality.GOOD_MANUAL: "手工",
    Quality.MAINT: "检修",
    Quality.CALIB: "标定",
    Quality.UNC_LAST: "沿用旧值",
    Quality.UNC_RATE: "突变",
    Quality.UNC_STUCK: "恒值",
    Quality.UNC_CLOCK: "时间不可信",
    Quality.BAD_SENSOR: "仪表故障",
    Quality.BAD_RANGE: "超量程",
    Quality.BAD_COMM: "通信中断",
    Quality.BAD_STOP: "停用",
    Quality.BAD_CONFIG: "配置错误",
}
_LANES = {"alarm": "报警", "live": "实时", "backfill": "补传"}


class RecentLog(logging.Handler):
    """Keeps the last lines of the gateway's log for the page."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: deque[tuple[int, str]] = deque(maxlen=100)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append((int(record.created * 1000), record.getMessage()[:300]))


class Console:
    """A very small HTTP server on the agent's loop."""

    def __init__(self, agent: Agent, settings: conf.Console) -> None:
        self._agent, self._settings = agent, settings
        self._server: asyncio.Server | None = None
        self._log = RecentLog()
        self.port = settings.port

    async def start(self) -> None:
        """Listen; port 0 in the configuration leaves the console off."""
        logging.getLogger("bihuan.gateway").addHandler(self._log)
        if not self._settings.port:
            return
        await self.listen()

    async def listen(self) -> None:
        """Listen on the configured port (0: any free one, for tests)."""
        self._server = await asyncio.start_server(self._serve, self._settings.host, self._settings.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening."""
        logging.getLogger("bihuan.gateway").removeHandler(self._log)
        if self._server:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                head = await reader.readuntil(b"\r\n\r\n")
            status, kind, body = await self.answer(head[:LARGEST_REQUEST].decode("latin-1"))
            data = body.encode()
            head_line = f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {kind}; charset=utf-8\r\n"
            location = "Location: /\r\n" if status is HTTPStatus.SEE_OTHER else ""
            writer.write(
                f"{head_line}{location}{_HEADERS}Content-Length: {len(data)}\r\n\r\n".encode() + data
            )
            await writer.drain()
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # a visitor that gave up or spoke no HTTP
        finally:
            writer.close()

    async def answer(self, head: str) -> tuple[HTTPStatus, str, str]:
        """Answer to a request head: status, content type, body."""
        line, *rest = head.split("\r\n")
        method, _, target = line.partition(" ")
        path = target.partition(" ")[0]
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (row.partition(":") for row in rest)
        }
        if not self._is_local(headers):
            return HTTPStatus.FORBIDDEN, "text/plain", "仅限本机访问"
        match method, path:
            case "GET", "/":
                return HTTPStatus.OK, "text/html", await self._page()
            case "GET", "/status.json":
                return HTTPStatus.OK, "application/json", json.dumps(await self.status(), ensure_ascii=False)
            case "POST", "/requeue":
                await self._agent.requeue()
                return HTTPStatus.SEE_OTHER, "text/plain", ""
        return HTTPStatus.NOT_FOUND, "text/plain", "没有这个页面"

    def _is_local(self, headers: dict[str, str]) -> bool:
        allowed = {f"{host}:{self.port}" for host in ("127.0.0.1", "localhost", self._settings.host)}
        origin = headers.get("origin", "")
        return headers.get("host", "") in allowed and (
            not origin or origin.removeprefix("http://") in allowed
        )

    async def status(self) -> dict[str, object]:
        """Everything the page shows, as plain data."""
        agent, figures = self._agent, await self._agent.figures()
        link = agent.forwarder.state
        now = agent.now()
        return {
            "site": agent.config.site,
            "gateway": agent.config.gateway,
            "config_version": agent.config.version,
            "time": clock.to_beijing(now),
            "clock": {
                "source": agent.forwarder.clock_state.source,
                "offset_ms": agent.forwarder.clock_state.offset_ms,
            },
            "link": {
                "up": link.up,
                "last_ack": clock.to_beijing(link.last_ack_at) if link.last_ack_at else None,
                "error": link.last_error,
                "messages": link.sent,
                "duplicates": link.duplicates,
                "quarantined": link.rejected,
            },
            "buffer": {
                "pending": dict(figures.pending),
                "pending_samples": figures.pending_samples,
                "oldest_s": (now - figures.oldest_pending_at) // 1000 if figures.oldest_pending_at else 0,
                "refused": figures.refused,
                "used_mb": round(figures.used_bytes / 1048576, 1),
                "quota_mb": agent.config.buffer.quota_mb,
                "thinned_samples": figures.thinned_samples,
                "not_stored": agent.lost_in_memory,
            },
            "sources": {name: agent.collector.connections.get(name, False) for name in agent.drivers},
            "finished": sorted(agent.finished),
            "unknown_readings": agent.collector.unknown,
            "errors": [[clock.to_beijing(at), text] for at, text in reversed(agent.errors)],
        }

    async def _page(self) -> str:
        status = await self.status()
        parts = [
            f"<!doctype html><html lang=zh-CN><head><meta charset=utf-8><title>数采网关 {self._agent.config.gateway}</title>",
            "<meta name=viewport content='width=device-width,initial-scale=1'><meta http-equiv=refresh content=5>",
            f"<style>{_STYLE}</style></head><body><h1>数采网关 {html.escape(self._agent.config.gateway)}</h1>",
            self._summary(status),
            self._points(),
            _list("最近故障", self._agent.errors),
            _list("运行日志", self._log.lines),
            "</body></html>",
        ]
        return "".join(parts)

    def _summary(self, status: dict[str, object]) -> str:
        link = self._agent.forwarder.state
        buffer = status["buffer"]
        assert isinstance(buffer, dict)
        pending = "，".join(f"{_LANES[lane]} {count}" for lane, count in buffer["pending"].items())
        state = "<span class=good>已连通</span>" if link.up else "<span class=bad>未连通</span>"
        rows = [
            ("当前时间", str(status["time"])),
            ("上行链路", state + (f" {html.escape(link.last_error)}" if link.last_error else "")),
            ("待传消息", f"{pending}（{buffer['pending_samples']} 个样本，最早 {buffer['oldest_s']} 秒前）"),
            ("缓存占用", f"{buffer['used_mb']} / {buffer['quota_mb']:g} MB"),
            ("平台拒收", str(buffer["refused"])),
            ("时钟偏差", _clock_text(self._agent.forwarder.clock_state)),
        ]
        body = "".join(f"<tr><th scope=row>{name}</th><td>{value}</td></tr>" for name, value in rows)
        button = ""
        if buffer["refused"]:
            button = "<form method=post action=/requeue><button>重新上传被拒收的消息</button></form>"
        return f"<h2>状态</h2><table>{body}</table>{button}"

    def _points(self) -> str:
        rows = []
        for point in self._agent.config.points:
            latest = self._agent.collector.latest[point.code]
            good = latest.quality <= Quality.GOOD_MANUAL
            value = "—" if math.isnan(latest.value) else f"{latest.value:.6g} {html.escape(point.unit)}"
            if latest.quality == Quality.BAD_RANGE and point.high is not None and latest.value > point.high:
                value = f"&gt;{point.high:g} {html.escape(point.unit)}"
            rows.append(
                f"<tr><td>{html.escape(point.code)}</td><td>{value}</td>"
                f"<td class={'good' if good else 'bad'}>{_QUALITY[Quality(latest.quality)]}</td>"
                f"<td>{clock.to_beijing(latest.time)[5:] if latest.time else '—'}</td>"
                f"<td>{html.escape(point.driver)}</td></tr>"
            )
        head = "<tr><th>点位</th><th>数值</th><th>质量</th><th>时间</th><th>来源</th></tr>"
        return f"<h2>点位</h2><table>{head}{''.join(rows)}</table>"


def _list(title: str, lines: Iterable[tuple[int, str]]) -> str:
    """Dated lines, latest first."""
    rows = [
        f"<tr><td>{clock.to_beijing(at)[5:]}</td><td>{html.escape(text)}</td></tr>"
        for at, text in reversed([*lines])
    ]
    return f"<h2>{title}</h2><table>{''.join(rows) or '<tr><td>无</td></tr>'}</table>"


def _clock_text(state: ClockState) -> str:
    if state.source == "none":
        return "未对时（没有时间服务器应答）"
    return f"{state.offset_ms} 毫秒（{html.escape(state.source)}）"
