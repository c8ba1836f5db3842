"""Which point table is in force: trial, confirmation and return to the one before (回退).

Kept in one small file that is replaced whole. A table is on trial at first; a gateway that finds an unconfirmed trial
when it starts goes back, because the trial may be why it died.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from msgspec import Struct

from bihuan.gateway.point_table import Bundle

TRIAL_MS = 5 * 60_000
MOST_NEW_BAD = 0.05  # share of all points


class Revision(Struct, frozen=True):
    """Contents of the file."""

    active: Bundle | None = None
    previous: Bundle | None = None
    on_trial: bool = False
    activated_at: int = 0
    bad_before: int = 0
    rejected_version: int = 0


class Revisions:
    """The file and the rules of the trial."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self.now = msgspec.json.decode(path.read_bytes(), type=Revision)
        except FileNotFoundError:
            self.now = Revision()
        except msgspec.DecodeError:
            path.replace(path.with_suffix(".damaged"))
            self.now = Revision()

    def activate(self, bundle: Bundle, *, bad_points: int, at: int) -> None:
        """Put a table in force, on trial. `bad_points` is how many points were bad before."""
        self._write(Revision(bundle, self.now.active, True, at, bad_points, self.now.rejected_version))

    def verdict(self, *, bad_points: int, points: int, at: int) -> bool | None:
        """While on trial: False to go back, True to confirm, None to wait."""
        if not self.now.on_trial:
            return None
        if bad_points - self.now.bad_before > MOST_NEW_BAD * points:
            return False
        return True if at - self.now.activated_at >= TRIAL_MS else None

    def confirm(self) -> None:
        """The trial went well."""
        self._write(msgspec.structs.replace(self.now, on_trial=False))

    def go_back(self, version: int) -> None:
        """Put the table before in force again; this version is not taken a second time."""
        self._write(Revision(self.now.previous, None, False, 0, 0, version))

    def _write(self, revision: Revision) -> None:
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(msgspec.json.encode(revision))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        self.now = revision
