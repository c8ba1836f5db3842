"""Which safety posts a firm must fill, by features and headcount, and which are empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Firm:
    """What the rules look at."""

    sector: str
    features: frozenset[str]
    headcount: int


@dataclass(frozen=True)
class PositionRule:
    """One duty: firms with one of the features (or without all of `not_features`), from `least` to `most` people.

    `posts` are alternatives that count together; `count` is needed at least, or `per_mille` of the headcount rounded up.
    """

    code: str
    title: str
    posts: tuple[str, ...]
    source: str
    verified: bool
    features: frozenset[str] = frozenset()
    not_features: frozenset[str] = frozenset()
    least: int = 0
    most: int | None = None
    count: int = 1
    per_mille: int = 0

    def applies(self, firm: Firm) -> bool:
        """Whether the firm owes this post; firms outside the industry-trade sectors owe none of these."""
        if firm.sector == "outside" or firm.headcount < self.least or (self.most is not None and firm.headcount > self.most):
            return False
        return (not self.features or bool(self.features & firm.features)) and not self.not_features & firm.features

    def needed(self, firm: Firm) -> int:
        """How many people."""
        return max(self.count, -(-firm.headcount * self.per_mille // 1000))


@dataclass(frozen=True)
class Gap:
    """A post that is not filled, or not by enough people."""

    code: str
    title: str
    needed: int
    present: int
    source: str
    verified: bool

    @property
    def text(self) -> str:
        """In words."""
        return f"{self.title}：应有 {self.needed} 人，现有 {self.present} 人"


def gaps(firm: Firm, filled: Mapping[str, int], rules: Iterable[PositionRule]) -> list[Gap]:
    """One gap for each duty that is not met; `filled` is people by post today."""
    found = []
    for rule in rules:
        if not rule.applies(firm):
            continue
        needed, present = rule.needed(firm), sum(filled.get(post, 0) for post in rule.posts)
        if present < needed:
            found.append(Gap(rule.code, rule.title, needed, present, rule.source, rule.verified))
    return found


def read_rules(content: Mapping[str, Any]) -> tuple[PositionRule, ...]:
    """The rules of a pack."""
    return tuple(
        PositionRule(
            code=row["code"], title=row["title"], posts=tuple(row["posts"]), source=row["source"], verified=bool(row.get("verified")),
            features=frozenset(row.get("features", ())), not_features=frozenset(row.get("not_features", ())), least=row.get("from", 0),
            most=row.get("to"), count=row.get("count", 1), per_mille=row.get("per_mille", 0),
        )
        for row in content["rules"]
    )  # fmt: skip
