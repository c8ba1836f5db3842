"""Writing files so that a reader, or a machine that loses power, never meets half of one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path


def write_whole(target: Path, chunks: Iterable[bytes]) -> None:
    """Write `target` aside, flush it to the disk, then put it in place in one step; OSError leaves no trace."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{secrets.token_hex(6)}")
    try:
        with aside.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(aside, target)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def put_in_place(aside: Path, target: Path) -> None:
    """Rename a complete, flushed file to its name and make the name durable."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def safe_name(name: str, *, fallback: str = "文件") -> str:
    """A file name fit for any system: no folders, control or reserved characters, at most 120 characters, ending kept."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join("_" if c in '<>:"|?*' or not c.isprintable() else c for c in last).strip(" .") or fallback
    stem, dot, ending = clean.rpartition(".")
    if len(clean) <= 120:
        return clean
    return f"{stem[: 119 - len(ending)]}{dot}{ending}" if dot and len(ending) < 12 else clean[:120]
