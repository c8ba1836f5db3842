"""Chinese fonts for PDF: which the machine has, and what stands in for the official ones (none is shipped: not free).

Documents name 方正小标宋简体, 仿宋_GB2312, 楷体_GB2312, 黑体 and 宋体; a bureau may put licensed files into
`settings.FONT_DIR`. Otherwise the nearest free family is taken, by the order below.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import typst
from django.conf import settings

from bihuan.foundation.lib.problems import Problem

PACKAGE = "fonts-noto-cjk"
SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", "SimSun", "AR PL UMing CN")
SANS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "SimHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
)
CANDIDATES: dict[str, tuple[str, ...]] = {
    "小标宋": (
        "方正小标宋简体",
        "FZXiaoBiaoSong-B05S",
        "方正小标宋_GBK",
        "FZXiaoBiaoSong-B05",
        *SERIF,
        *SANS,
    ),
    "仿宋": (
        "仿宋_GB2312",
        "FangSong_GB2312",
        "仿宋",
        "FangSong",
        "Zhuque Fangsong (technical preview)",
        "朱雀仿宋",
        *SERIF,
        *SANS,
    ),
    "楷体": ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "LXGW WenKai", "AR PL UKai CN", *SERIF, *SANS),
    "黑体": ("黑体", "SimHei", *SANS, *SERIF),
    "宋体": ("宋体", "SimSun", "NSimSun", *SERIF, *SANS),
}
# Names that documents carry, by role.
OFFICIAL = {
    "方正小标宋简体": "小标宋",
    "仿宋_GB2312": "仿宋",
    "仿宋": "仿宋",
    "楷体_GB2312": "楷体",
    "黑体": "黑体",
    "宋体": "宋体",
}


@dataclass(frozen=True)
class FontReport:
    """Which family serves each role (None: no Chinese font at all), and which roles have the official font."""

    chosen: dict[str, str | None]
    official: frozenset[str]

    @property
    def complete(self) -> bool:
        """Say whether every role has some Chinese font."""
        return all(self.chosen.values())

    def line(self) -> str:
        """One line for `bihuan doctor`."""
        if not self.complete:
            return f"未找到中文字体，不能生成 PDF：请安装软件包 {PACKAGE}（或把字体文件放入 BIHUAN_FONT_DIR 所指目录）"
        stand_ins = [f"{role}→{family}" for role, family in self.chosen.items() if role not in self.official]
        return (
            "公文字体齐全"
            if not stand_ins
            else f"PDF 代用字体：{'、'.join(stand_ins)}（Word 文书仍标注公文字体）"
        )


def font_dirs() -> list[str]:
    """Return the bureau's own font folder, if it is set; Problem when it does not exist."""
    if not settings.FONT_DIR:
        return []
    if not Path(settings.FONT_DIR).is_dir():
        raise Problem("documents.font_dir", f"字体目录 {settings.FONT_DIR} 不存在，请检查 BIHUAN_FONT_DIR。")
    return [str(settings.FONT_DIR)]


def find_fonts() -> FontReport:
    """Look for the fonts on the system and in FONT_DIR."""
    found = set(typst.Fonts(include_system_fonts=True, font_paths=list(font_dirs())).families())
    chosen = {
        role: next((family for family in names if family in found), None)
        for role, names in CANDIDATES.items()
    }
    own = {role for role, family in chosen.items() if family is not None and family not in (*SERIF, *SANS)}
    if chosen["黑体"] == "SimHei":
        own.add("黑体")
    if chosen["宋体"] == "SimSun":
        own.add("宋体")
    return FontReport(chosen, frozenset(own))


def require_fonts() -> dict[str, str]:
    """Return the family of each role; Problem `documents.no_chinese_font` naming the package when there is none."""
    report = find_fonts()
    if not report.complete:
        raise Problem("documents.no_chinese_font", f"{report.line()}。", status=503)
    return {role: family for role, family in report.chosen.items() if family}


def fontconfig(report: FontReport) -> str:
    """Return a fontconfig file that maps the official names to the families chosen, for LibreOffice."""
    folders = "".join(f"<dir>{escape(folder)}</dir>" for folder in font_dirs())
    aliases = "".join(
        f'<match target="pattern"><test name="family" qual="any"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{escape(family)}</string></edit></match>'
        for name, role in OFFICIAL.items()
        if (family := report.chosen[role]) and family != name
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{folders}{aliases}</fontconfig>'
    )
