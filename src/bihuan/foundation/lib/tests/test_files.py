"""Files are whole or absent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bihuan.foundation.lib.files import safe_name, write_whole


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a" / "ledger.csv"
    write_whole(target, [b"old"])

    def broken() -> Iterator[bytes]:
        yield b"half"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_whole(target, broken())
    assert target.read_bytes() == b"old"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize(
    ("name", "safe"),
    [("../../etc/passwd", "passwd"), ("C:\\a\\现场.jpg", "现场.jpg"), ("a\r\nb?.pdf", "a__b_.pdf"), ("", "文件"), ("..", "文件")],
)
def test_names_lose_folders_and_control_characters(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_long_names_keep_their_ending() -> None:
    assert safe_name("长" * 300 + ".docx").endswith(".docx")
    assert len(safe_name("长" * 300 + ".docx")) == 120
