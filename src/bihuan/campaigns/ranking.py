"""晾晒通报: rates by unit with their confidence, never raw counts; small denominators are shown but not ranked."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bihuan.foundation.figures.registry import Figure, get

# Below this many cases a rate says nothing about the unit's work.
SMALL = 5
Z95 = 1.96
INDICATORS = (
    ("重大事故隐患整改率", "hazards.all.major.fixed", "hazards.all.major.found"),
    ("一般隐患整改率", "hazards.all.general.fixed", "hazards.all.general.found"),
)


@dataclass(frozen=True)
class Rate:
    """One unit's rate with its 95 % Wilson interval."""

    part: int
    whole: int

    @property
    def small(self) -> bool:
        """Too few cases to be ranked."""
        return self.whole < SMALL

    @property
    def percent(self) -> float | None:
        """The rate in percent, None without cases."""
        return None if not self.whole else round(100 * self.part / self.whole, 1)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Lower and upper bound in percent (Wilson score interval, 95 %)."""
        if not self.whole:
            return None
        n, p = self.whole, self.part / self.whole
        middle, spread = p + Z95**2 / (2 * n), Z95 * math.sqrt(p * (1 - p) / n + Z95**2 / (4 * n * n))
        scale = 1 + Z95**2 / n
        return round(100 * max(0.0, (middle - spread) / scale), 1), round(100 * min(1.0, (middle + spread) / scale), 1)


@dataclass(frozen=True)
class Line:
    """One line of the board; `place` None where the unit is not ranked."""

    unit: str
    rate: Rate
    place: int | None


def definition(part: str, whole: str) -> tuple[Figure, Figure]:
    """The two figures an indicator is made of, for their definitions."""
    return get(part), get(whole)


def rank(rates: dict[str, Rate]) -> list[Line]:
    """Units by the lower bound of their interval, so that three of three does not beat ninety of a hundred; ties share a place."""
    fair = sorted((r for r in rates.items() if not r[1].small), key=lambda r: (-(r[1].interval or (0, 0))[0], r[0]))
    lines: list[Line] = []
    for index, (unit, rate) in enumerate(fair, 1):
        same = lines and lines[-1].rate.interval == rate.interval
        lines.append(Line(unit, rate, lines[-1].place if same else index))
    return lines + [Line(unit, rate, None) for unit, rate in sorted(rates.items()) if rate.small]
