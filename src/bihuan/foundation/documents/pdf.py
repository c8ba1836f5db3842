"""PDF: official documents through LibreOffice, plain ledgers and letters through Typst (no office suite needed)."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import typst

from bihuan.foundation.documents.filters import cn_datetime, text_only
from bihuan.foundation.documents.fonts import find_fonts, font_dirs, fontconfig, require_fonts
from bihuan.foundation.lib.problems import Problem

SECONDS = 120
HERE = Path(__file__).parent / "typst"
Kind = Literal["ledger", "letter"]


def soffice() -> str | None:
    """Return the path of LibreOffice, or None."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def to_pdf(docx: bytes) -> bytes:
    """Convert a docx with LibreOffice; each call has its own profile, so several may run at once.

    Problem `documents.no_office` when LibreOffice is absent, `documents.pdf_failed` when it fails or takes over 120 s.
    """
    program = soffice()
    if program is None:
        raise Problem(
            "documents.no_office",
            "服务器没有安装 LibreOffice，不能把 Word 文书转成 PDF。请下载 Word 文书打印，"
            "或请管理员安装软件包 libreoffice-writer-nogui。",
            status=503,
        )
    with tempfile.TemporaryDirectory(prefix="bihuan-pdf-") as folder:
        work = Path(folder)
        (work / "in.docx").write_bytes(docx)
        (work / "fonts.conf").write_text(fontconfig(find_fonts()), encoding="utf-8")
        command = [
            program, "--headless", "--norestore", "--nologo", f"-env:UserInstallation=file://{work}/profile",
            "--convert-to", "pdf:writer_pdf_Export", "--outdir", str(work), str(work / "in.docx"),
        ]  # fmt: skip
        _run(command, os.environ | {"FONTCONFIG_FILE": str(work / "fonts.conf"), "HOME": folder})
        made = work / "in.pdf"
        if not made.exists():
            raise Problem(
                "documents.pdf_failed", "LibreOffice 没有生成 PDF，请下载 Word 文书打印。", status=503
            )
        return made.read_bytes()


def _run(command: list[str], environment: Mapping[str, str]) -> None:
    """Run LibreOffice in its own process group, so that a hanging child is ended with it."""
    process = subprocess.Popen(
        command,
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired as fault:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise Problem(
            "documents.pdf_failed", "LibreOffice 转换超时，请下载 Word 文书打印。", status=503
        ) from fault


def render_pdf(kind: Kind, context: Mapping[str, Any]) -> bytes:
    """Return a PDF made with Typst.

    `ledger`: title, head_left, head_right, columns [{title, width (relative), align}], rows [[text]], note, imprint
    (text), landscape. `letter`: mark, number, title, addressee, paragraphs [{text, level}], issuer, issued_on, imprint.
    """
    fonts = require_fonts()
    data = json.dumps({**context, "fonts": fonts}, ensure_ascii=False, default=_plain)
    try:
        made = typst.compile(
            str(HERE / f"{kind}.typ"),
            root=str(HERE),
            font_paths=list(font_dirs()),
            sys_inputs={"data": _clean(data)},
        )
    except typst.TypstError as fault:
        raise Problem("documents.pdf_failed", f"生成 PDF 失败：{fault}", status=500) from fault
    assert isinstance(made, bytes)
    return made


def _clean(data: str) -> str:
    return str(text_only(data))


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return cn_datetime(value)
    if isinstance(value, date | Decimal):
        return str(value)
    raise TypeError(f"cannot be printed: {type(value).__name__}")
