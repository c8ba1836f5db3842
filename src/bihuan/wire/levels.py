"""Alarm severity, and the map each profile owns between it and the profile's own codes.

Level codes run in opposite directions between systems, so there is no common table and no default: a code that a
profile's map does not list is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from bihuan.wire.errors import WireError


class Severity(IntEnum):
    """State of a point against its limits. CLEARED is the end of an alarm (消警)."""

    CLEARED = 0
    LOLO = 1
    LO = 2
    HI = 3
    HIHI = 4
    FAULT = 5


class Colour(IntEnum):
    """Warning level (预警级别), highest first as in the plans: I red, II orange, III yellow, IV blue."""

    RED = 1
    ORANGE = 2
    YELLOW = 3
    BLUE = 4


@dataclass(frozen=True, slots=True)
class LevelMap:
    """One profile's level codes. `codes` maps the code on the wire to our severity or colour."""

    profile: str
    codes: Mapping[str, Severity | Colour]
    _back: dict[Severity | Colour, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        back: dict[Severity | Colour, str] = {}
        for code, level in self.codes.items():
            if (type(level), level) in {(type(known), known) for known in back}:
                raise WireError("ambiguous_level", f"{self.profile}: two codes for {level.name}")
            back[level] = code
        object.__setattr__(self, "_back", back)

    def decode(self, code: object) -> Severity | Colour:
        """Our level for a wire code."""
        level = self.codes.get(str(code))
        if level is None:
            raise WireError("unknown_level", f"{self.profile} does not list level {str(code)[:16]!r}")
        return level

    def encode(self, level: Severity | Colour) -> str:
        """Wire code for our level."""
        code = self._back.get(level)
        if code is None or type(self.codes[code]) is not type(level):
            raise WireError("unknown_level", f"{self.profile} has no code for {level.name}")
        return code
