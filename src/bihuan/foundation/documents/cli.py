"""Commands: verify the files of issued copies; the lines of `bihuan doctor` on fonts, LibreOffice and templates."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from bihuan.foundation.documents import registry
from bihuan.foundation.documents.fonts import find_fonts
from bihuan.foundation.documents.models import IssuedCopy
from bihuan.foundation.documents.overrides import try_template
from bihuan.foundation.documents.pdf import soffice
from bihuan.foundation.documents.services import fault_of
from bihuan.foundation.lib.commands import OPERATOR, Finding, Subparsers
from bihuan.foundation.lib.problems import Problem


def register(subparsers: Subparsers) -> None:
    """Add `verify-documents`."""
    text = "核对全部已发文书的存档文件与制发时的 SM3"
    parser = subparsers.add_parser("verify-documents", help=text, description=text)
    parser.set_defaults(func=verify_documents, capability=OPERATOR)


def verify_documents(args: argparse.Namespace) -> int:
    """Name every copy whose file is missing or altered; exit code 1 when there is one."""
    checked = faults = 0
    for copy in IssuedCopy.objects.order_by("id").iterator():
        checked += 1
        fault = fault_of(copy)
        if fault is not None:
            faults += 1
            sys.stdout.write(f"✗ 文书 {copy.pk} {copy}：{fault}\n")
    sys.stdout.write(f"已核对 {checked} 份文书，{faults} 份有误\n")
    return 1 if faults else 0


def findings() -> Iterator[Finding]:
    """Fonts, LibreOffice, and every template that this installation has replaced."""
    try:
        fonts = find_fonts()
        yield Finding(
            None if fonts.complete and "→" in fonts.line() else fonts.complete, "中文字体", fonts.line()
        )
    except Problem as fault:
        yield Finding(False, "中文字体", fault.message)
    if soffice() is None:
        yield Finding(
            None, "LibreOffice", "未安装，Word 文书不能转成 PDF：需要时请安装 libreoffice-writer-nogui"
        )
    else:
        yield Finding(True, "LibreOffice", "已安装，Word 文书可以转成 PDF")
    for template in registry.templates():
        if template.override.exists():
            yield _template_finding(template)


def _template_finding(template: registry.Template) -> Finding:
    try:
        try_template(template, template.override.read_bytes())
    except Problem as fault:
        return Finding(False, f"模板 {template.title}", f"{fault.message}文件：{template.override}")
    return Finding(True, f"模板 {template.title}", "使用本单位模板")
