"""Walks a person's pages as a browser does: navigation, then the links found there, each shape of address a few times."""

from __future__ import annotations

import re
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page

SERIOUS = {"serious", "critical"}
# Leaves the session, makes files, or lies outside the pages.
LEFT_OUT = re.compile(r"^/(accounts/logout|api|files|static|figures/[^?]*\.xlsx)|[?&](export|format|large)=|/download|\.(docx|xlsx|pdf|csv)\b|/print/")
WIDER = """() => {
  const room = document.documentElement.clientWidth;
  const scrolls = e => { for (let p = e; p && p !== document.body; p = p.parentElement) { const s = getComputedStyle(p);
    if (/(auto|scroll|hidden|clip)/.test(s.overflowX) || s.position === 'fixed') return true; } return false; };
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll('main *, header *')].filter(e => e.getBoundingClientRect().right > room + 1 && !scrolls(e))
    .slice(0, 3).map(e => e.tagName.toLowerCase() + '.' + e.className).concat(['page ' + document.documentElement.scrollWidth]);
}"""


@dataclass
class Walk:
    """What was visited and what was wrong there."""

    faults: list[str] = field(default_factory=list)
    times: list[tuple[float, str]] = field(default_factory=list)

    def report(self) -> str:
        """Server time of the pages: median, 95th percentile, the slowest three."""
        ordered = sorted(self.times)
        at = lambda share: ordered[min(len(ordered) - 1, int(len(ordered) * share))][0]  # noqa: E731
        slowest = "、".join(f"{path} {ms:.0f}" for ms, path in ordered[-3:])
        return f"{len(ordered)} pages, server time ms: median {at(0.5):.0f}, p95 {at(0.95):.0f}; slowest {slowest}"


def shape(address: str) -> str:
    """The address with its numbers left out, so that one list's two hundred rows are one kind of page."""
    parts = urlsplit(address)
    keys = ",".join(sorted(word.partition("=")[0] for word in parts.query.split("&") if word))
    return f"{re.sub(r'/[0-9]+(?=/|$)', '/N', parts.path)}?{keys}"


def walk(page: Page, *, limit: int, depth: int = 2, each: int = 1, accessible: bool = True) -> Walk:
    """Visit up to `limit` pages, `depth` links away from the first, `each` addresses of one shape."""
    found, seen, queue = Walk(), set[str](), deque([(urlsplit(page.url).path, 0)])
    shapes: dict[str, int] = {}
    noise: list[str] = []
    page.on("console", lambda m: noise.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: noise.append(str(e)))
    page.on("request", lambda r: noise.append(f"outside: {r.url}") if urlsplit(r.url).hostname not in (None, "", "127.0.0.1") else None)
    while queue and len(found.times) < limit:
        path, level = queue.popleft()
        if path in seen or shapes.get(shape(path), 0) >= each:
            continue
        seen.add(path)
        shapes[shape(path)] = shapes.get(shape(path), 0) + 1
        noise.clear()
        links = _visit(page, path, found, noise, accessible=accessible)
        if level < depth:
            queue.extend((link, level + 1) for link in links)
    return found


def _visit(page: Page, path: str, found: Walk, noise: list[str], *, accessible: bool) -> list[str]:
    began = time.monotonic()
    try:
        response = page.goto(path, wait_until="load")
    except Error as fault:
        if "Download is starting" in fault.message:
            return []  # a paper, not a page
        raise
    assert response is not None
    timing = page.evaluate("() => { const t = performance.getEntriesByType('navigation')[0]; return t ? t.responseStart - t.requestStart : 0; }")
    found.times.append((float(timing) or (time.monotonic() - began) * 1000, path))
    where = f"{path} ({page.viewport_size['width'] if page.viewport_size else ''})"
    if response.status != 200:
        found.faults.append(f"{where}: status {response.status}")
        return []
    wide = page.evaluate(WIDER)
    if wide:
        found.faults.append(f"{where}: wider than the screen: {wide}")
    if accessible:
        found.faults += [f"{where}: {each}" for each in violations(page)]
    found.faults += [f"{where}: console: {text}" for text in noise]
    hrefs: list[str] = page.eval_on_selector_all("a[href]", "links => links.filter(a => !a.hasAttribute('download')).map(a => a.getAttribute('href'))")
    return [p for p in (_inside(page.url, href) for href in hrefs) if p]


def _inside(base: str, href: str) -> str | None:
    parts = urlsplit(urljoin(base, href))
    if parts.hostname != urlsplit(base).hostname or parts.scheme not in ("http", "https"):
        return None
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return None if LEFT_OUT.search(path) else path


def violations(page: Page) -> list[str]:
    """Serious and critical findings of axe-core on the page as it stands."""
    results: dict[str, Any] = Axe().run(page).response
    return [
        f"{v['id']} ({v['impact']}): {[n['html'][:110] for n in v['nodes'][:2]]} ×{len(v['nodes'])}" for v in results["violations"] if v["impact"] in SERIOUS
    ]  # fmt: skip
