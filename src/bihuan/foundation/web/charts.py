"""Charts and tile maps as plain SVG, worked out on the server: they print, need no script, and have a table beside them.

For long or moving series use ECharts (static/vendor/echarts.min.js) under the rules of the design guide, section 7.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 14, 26
MAX_SERIES = 3
TILE, GAP = 92, 4
STEPS = 5


class Box(NamedTuple):
    """A bar."""

    x: float
    y: float
    width: float
    height: float
    series: int
    title: str


class Tick(NamedTuple):
    """A mark on an axis."""

    at: float
    text: str


class Curve(NamedTuple):
    """One unbroken piece of a line."""

    points: str
    series: int


@dataclass(frozen=True, slots=True)
class Series:
    """Named values in the order of the labels; None is a gap and is drawn as one."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Limit:
    """A labelled line (高限, 高高限)."""

    name: str
    value: float


def nice_ceiling(value: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten, so that the axis has round marks."""
    if value <= 0:
        return 1
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value)


def plain(value: float) -> str:
    """A number without needless decimals."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Chart:
    """A bar or line chart of up to three series over the same labels, values from 0 upwards."""

    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    kind: Literal["bar", "line"] = "bar"
    unit: str = ""
    limits: Sequence[Limit] = field(default=())

    def __post_init__(self) -> None:
        if len(self.series) > MAX_SERIES:
            raise ValueError(f"at most {MAX_SERIES} series can be told apart")
        for item in self.series:
            if len(item.values) != len(self.labels):
                raise ValueError(f"series {item.name!r} has {len(item.values)} values for {len(self.labels)} labels")

    @cached_property
    def top(self) -> float:
        """The highest mark of the axis."""
        known = [value for item in self.series for value in item.values if value is not None]
        return nice_ceiling(max([*known, *(limit.value for limit in self.limits)], default=0))

    def y(self, value: float) -> float:
        """Where a value lies."""
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / self.top), 1)

    @property
    def slot(self) -> float:
        """The width of one label."""
        return (WIDTH - LEFT - RIGHT) / max(len(self.labels), 1)

    def x(self, place: int) -> float:
        """The middle of a label."""
        return round(LEFT + self.slot * (place + 0.5), 1)

    @property
    def ticks(self) -> list[Tick]:
        """Marks of the value axis."""
        return [Tick(self.y(self.top * part / 4), plain(self.top * part / 4)) for part in range(5)]

    @property
    def label_ticks(self) -> list[Tick]:
        """Labels, thinned so that they do not run into each other."""
        every = math.ceil(len(self.labels) / 16) or 1
        return [Tick(self.x(place), text) for place, text in enumerate(self.labels) if place % every == 0]

    @property
    def limit_lines(self) -> list[Tick]:
        """Labelled limits."""
        return [Tick(self.y(limit.value), f"{limit.name} {plain(limit.value)}") for limit in self.limits]

    @property
    def bars(self) -> list[Box]:
        """The bars, those of one label side by side."""
        width = self.slot * 0.72 / len(self.series) if self.series else 0
        boxes = []
        for number, item in enumerate(self.series):
            for place, value in enumerate(item.values):
                if value is not None:
                    left = LEFT + self.slot * (place + 0.14) + width * number
                    words = f"{self.labels[place]} {item.name} {plain(value)}{self.unit}"
                    boxes.append(Box(round(left, 1), self.y(value), round(max(width - 1, 1), 1), round(self.y(0) - self.y(value), 1), number + 1, words))
        return boxes

    @property
    def curves(self) -> list[Curve]:
        """The lines, broken where a value is missing."""
        curves = []
        for number, item in enumerate(self.series, start=1):
            piece: list[str] = []
            for place, value in enumerate([*item.values, None]):
                if value is not None:
                    piece.append(f"{self.x(place)},{self.y(value)}")
                elif piece:
                    curves.append(Curve(" ".join(piece if len(piece) > 1 else piece * 2), number))
                    piece = []
        return curves

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The same data as a table."""
        return [
            (label, ["—" if item.values[place] is None else plain(item.values[place] or 0) for item in self.series])
            for place, label in enumerate(self.labels)
        ]


@dataclass(frozen=True, slots=True)
class Tile:
    """One region on the tile map: its place, its number, where it leads, how many are overdue."""

    title: str
    column: int
    row: int
    value: int
    url: str
    late: int = 0


class DrawnTile(NamedTuple):
    """A tile with its place in the picture and its shade."""

    tile: Tile
    x: int
    y: int
    step: int


@dataclass(frozen=True)
class TileMap:
    """Regions as equal tiles (格网图): no boundary line, so no map in the legal sense (design guide, Maps)."""

    title: str
    tiles: Sequence[Tile]
    unit: str = ""
    caption: str = "格网示意，不代表实际边界"

    @property
    def width(self) -> int:
        """Of the picture."""
        return (max((tile.column for tile in self.tiles), default=0) + 1) * (TILE + GAP)

    @property
    def height(self) -> int:
        """Of the picture."""
        return (max((tile.row for tile in self.tiles), default=0) + 1) * (TILE + GAP)

    @cached_property
    def steps(self) -> list[int]:
        """The lowest value of each shade above the first, evenly spread up to the largest."""
        largest = max((tile.value for tile in self.tiles), default=0)
        return sorted({max(1, math.ceil(largest * part / STEPS)) for part in range(1, STEPS + 1)}) if largest else []

    @property
    def drawn(self) -> list[DrawnTile]:
        """Tiles with place and shade."""
        return [
            DrawnTile(tile, tile.column * (TILE + GAP), tile.row * (TILE + GAP), sum(tile.value >= step for step in self.steps))
            for tile in sorted(self.tiles, key=lambda tile: (tile.row, tile.column))
        ]

    @property
    def legend(self) -> list[tuple[int, str]]:
        """(shade, words)."""
        return [(0, "0" if not self.steps or self.steps[0] == 1 else f"<{self.steps[0]}")] + [
            (place, f"≥{step}") for place, step in enumerate(self.steps, start=1)
        ]
