"""The site graph as SVG: sites in their nesting, firms on them, red where an agreement is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bihuan.enterprises.models import Site, SiteParty

WIDTH, ROW, PAD, HEAD = 560, 26, 10, 28


@dataclass(frozen=True)
class Box:
    """One site: a rectangle with its title."""

    x: int
    y: int
    width: int
    height: int
    title: str
    note: str


@dataclass(frozen=True)
class Label:
    """One firm on a site; `url` where the person may open it."""

    x: int
    y: int
    text: str
    tone: str
    word: str
    url: str


@dataclass(frozen=True)
class Drawing:
    """Everything to draw, and its size."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    labels: tuple[Label, ...]


def draw(sites: Sequence[Site], parties: Sequence[SiteParty], *, on: date, visible: set[int]) -> Drawing:
    """Lay the sites out one beneath the other, inner ones within theirs."""
    ids = {site.pk for site in sites}
    children: dict[int | None, list[Site]] = {}
    for site in sites:
        children.setdefault(site.within_id if site.within_id in ids else None, []).append(site)
    here: dict[int, list[SiteParty]] = {}
    for party in parties:
        if party.present(on):
            here.setdefault(party.site_id, []).append(party)
    boxes: list[Box] = []
    labels: list[Label] = []

    def place(site: Site, x: int, y: int, width: int, depth: int) -> int:
        at = len(boxes)
        boxes.append(Box(x, y, width, 0, "", ""))
        below = y + HEAD + PAD
        for party in here.get(site.pk, []):
            labels.append(_label(party, x + PAD, below, on, visible))
            below += ROW
        # A circle of sites cannot be entered by the form; the depth bounds what a faulty import could do.
        for inner in children.get(site.pk, []) if depth < 6 else []:
            below = place(inner, x + PAD, below, width - 2 * PAD, depth + 1) + PAD
        boxes[at] = Box(x, y, width, below - y + 2, f"{site.name}（{site.enterprise}）", f"共用：{site.shared_facilities}" if site.shared_facilities else "")
        return below + 2

    y = 4
    for site in children.get(None, []):
        y = place(site, 4, y, WIDTH - 8, 0) + PAD
    return Drawing(WIDTH, y, tuple(boxes), tuple(labels))


def _label(party: SiteParty, x: int, y: int, on: date, visible: set[int]) -> Label:
    lacks = party.lacks_agreement(on)
    word = f"{party.get_role_display()}{'·' + party.business if party.business else ''}"
    text = f"{word}：{party.enterprise}{'（缺安全协议）' if lacks else ''}"
    url = str(party.enterprise.get_absolute_url()) if party.enterprise_id in visible else ""
    return Label(x, y + 16, text, "red" if lacks else "", word, url)
