"""Filling a template: escaping, faults named in Chinese, nothing replaced in silence."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document

from bihuan.foundation.documents import registry
from bihuan.foundation.documents.filters import cn_date, cn_date_spaced, cn_datetime, num, wan
from bihuan.foundation.documents.overrides import try_template, visible_text
from bihuan.foundation.documents.render import fill, render_docx
from bihuan.foundation.documents.tests.factories import docx
from bihuan.foundation.lib.problems import NotFound, Problem


def text_of(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs)


def test_values_are_text_whatever_they_hold() -> None:
    nasty = 'A<B & "C" {{ 7*7 }} </w:t>\x00\x0b尾'
    assert (
        text_of(fill(docx("描述：{{ detail }}"), {"detail": nasty})) == '描述：A<B & "C" {{ 7*7 }} </w:t>尾'
    )


def test_line_breaks_are_kept() -> None:
    assert text_of(fill(docx("{{ detail }}"), {"detail": "一\r\n二\n三"})) == "一\n二\n三"


def test_none_prints_nothing_and_num_prints_a_blank() -> None:
    assert text_of(fill(docx("[{{ a }}][{{ a|num }}][{{ b|num }}]"), {"a": None, "b": 0})) == "[][　][0]"


@pytest.mark.parametrize(
    ("template", "says"),
    [
        (("{{ missing }}",), "missing"),
        (("{{ a.missing }}",), "missing"),
        (("{% if a %}未完",), "模板标记写错了"),
        (("{{ a|no_such_filter }}",), "no_such_filter"),
        (("{{ ''.__class__.__mro__ }}",), "不允许的指令"),
        (("{{ a.update({'b': 1}) }}",), "不允许的指令"),
        (("{{ 1/0 }}",), "ZeroDivisionError"),
    ],
)
def test_a_fault_is_named(template: tuple[str, ...], says: str) -> None:
    with pytest.raises(Problem) as caught:
        fill(docx(*template), {"a": {"x": 1}})
    assert caught.value.code == "documents.template_fault"
    assert says in caught.value.message


def test_what_is_no_docx_is_refused() -> None:
    for content in (b"", b"MZ\x90 not a document", b"PK\x03\x04 broken"):
        with pytest.raises(Problem, match=r"不是 Word 文档"):
            fill(content, {})


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as parts:
        parts.writestr(name, data)
    return out.getvalue()


def test_macros_and_outside_links_are_refused() -> None:
    with pytest.raises(Problem, match="宏"):
        fill(with_part(docx("{{ a }}"), "word/vbaProject.bin", b"x"), {"a": 1})
    outside = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        b'Target="http://192.0.2.1/x.dotm" TargetMode="External"/></Relationships>'
    )
    with pytest.raises(Problem, match="外部文件"):
        fill(with_part(docx("{{ a }}"), "word/_rels/settings.xml.rels", outside), {"a": 1})


def test_unknown_key_is_named() -> None:
    with pytest.raises(NotFound, match=r"no\.such"):
        render_docx("no.such", {})


def test_two_files_under_one_key_are_refused() -> None:
    known = registry.templates()[0]
    registry.register(known.key, known.app, known.filename, known.title, sample=known.sample)
    with pytest.raises(ValueError, match="already registered"):
        registry.register(known.key, known.app, "other.docx", "x", sample=dict)


@pytest.mark.parametrize("template", registry.templates(), ids=lambda template: template.key)
def test_every_registered_template_prints_its_sample(template: registry.Template) -> None:
    trial = try_template(template, template.shipped.read_bytes())
    assert "{{" not in visible_text(trial.sample)


@pytest.mark.parametrize("template", registry.templates(), ids=lambda template: template.key)
def test_every_registered_template_has_the_standards_page(template: registry.Template) -> None:
    """GB/T 9704-2012 clause 5.2: A4, and the official fonts are named in the file."""
    document = Document(str(template.shipped))
    section = document.sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    assert sorted((round(section.page_width.mm), round(section.page_height.mm))) == [210, 297]
    xml = document.element.xml
    assert "方正小标宋简体" in xml
    assert "仿宋_GB2312" in xml


def test_a_broken_template_on_disk_is_reported_not_bypassed(
    settings: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    template = registry.templates()[0]
    template.override.parent.mkdir()
    template.override.write_bytes(docx("{{ no_such_value }}"))
    with pytest.raises(Problem) as caught:
        render_docx(template.key, template.sample())
    assert template.title in caught.value.message
    assert "no_such_value" in caught.value.message


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (cn_date(date(2025, 3, 7)), "2025年3月7日"),
        (cn_date(datetime(2025, 3, 6, 16, 30, tzinfo=UTC)), "2025年3月7日"),
        (cn_date(None), ""),
        (cn_date("2025-03-07"), "2025年3月7日"),
        (cn_date("2025-03-06T16:30:00+00:00"), "2025年3月7日"),
        (cn_date("3月上旬"), "3月上旬"),
        (cn_date_spaced("2025-03-07"), "2025 年 3 月 7 日"),
        (cn_datetime("2025-03-07T02:32:00+00:00"), "2025-03-07 10:32"),
        (cn_date_spaced(None), "　　年　　月　　日"),
        (cn_date_spaced(date(2025, 12, 31)), "2025 年 12 月 31 日"),
        (cn_datetime(datetime(2025, 3, 7, 2, 32, tzinfo=UTC)), "2025-03-07 10:32"),
        (num(Decimal("128.60")), "128.6"),
        (num(Decimal("100")), "100"),
        (wan(128_600_000), "128.6"),
        (wan(0), "0"),
        (wan(None), "　"),
    ],
)
def test_filters(printed: str, expected: str) -> None:
    assert printed == expected
