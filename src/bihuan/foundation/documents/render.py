"""Fills a docx template. Templates are edited by officials, so they run in a sandbox and their faults are named."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from bihuan.foundation.documents import registry
from bihuan.foundation.documents.filters import FILTERS, text_only
from bihuan.foundation.documents.layout import FILL_IN
from bihuan.foundation.documents.redact import Photo
from bihuan.foundation.lib.problems import Problem

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FAULT = "documents.template_fault"
LARGEST_TEMPLATE = 10 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024


def render_docx(template: Path | str, context: Mapping[str, Any]) -> bytes:
    """Return the template filled with `context`; `template` is a registered key or a path.

    Pictures are given as `Photo` and lose their EXIF. A fault of the template raises Problem `documents.template_fault`
    naming the place; nothing is replaced by the shipped template in silence.
    """
    if isinstance(template, Path):
        return fill(template.read_bytes(), context)
    known = registry.get(template)
    try:
        return fill(known.path.read_bytes(), context)
    except Problem as fault:
        if fault.code != FAULT:
            raise
        raise Problem(
            FAULT, f"文书模板“{known.title}”有误：{fault.message}请联系负责模板的同志修改。", status=500
        ) from fault


def fill(template: bytes, context: Mapping[str, Any]) -> bytes:
    """Return the bytes of a template filled with `context`; faults as in `render_docx`."""
    check_container(template)
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render(_with_pictures(document, context), environment(), autoescape=True)
        out = io.BytesIO()
        document.save(out)
    except UndefinedError as fault:
        raise _fault(f"模板用到了没有提供的内容：{_undefined(fault)}") from fault
    except SecurityError as fault:
        raise _fault(f"模板里有不允许的指令：{fault}") from fault
    except TemplateSyntaxError as fault:
        raise _fault(f"模板标记写错了：{fault.message}{_near(fault)}") from fault
    except TemplateError as fault:
        raise _fault(f"模板无法填写：{fault}") from fault
    except (KeyError, ValueError, TypeError, OverflowError, ZeroDivisionError, etree.XMLSyntaxError) as fault:
        raise _fault(f"模板无法填写：{type(fault).__name__} {fault}") from fault
    return out.getvalue()


def fill_text(text: str, context: Mapping[str, Any]) -> str:
    """Return a form's wording with its tags and `[[figures]]` filled in, as plain text for a spreadsheet cell."""
    plain = environment().overlay(autoescape=False)
    return plain.from_string(FILL_IN.sub(r"{{ \1|num }}", text)).render(context)


def environment() -> ImmutableSandboxedEnvironment:
    """The sandbox of templates: strict names, our filters, nothing else."""
    sandbox = ImmutableSandboxedEnvironment(undefined=StrictUndefined, finalize=text_only, autoescape=True)
    sandbox.filters.update(FILTERS)
    return sandbox


def check_container(template: bytes) -> None:
    """Refuse what is not a plain docx: too large, macros, links to other files."""
    if len(template) > LARGEST_TEMPLATE:
        raise _fault("文件超过 10 MB，请删去其中的大图片")
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as parts:
            names = {info.filename: info.file_size for info in parts.infolist()}
            if "word/document.xml" not in names:
                raise _fault("这不是 Word 文档（.docx）。请在 WPS 或 Word 中另存为 .docx 再上传")
            if sum(names.values()) > LARGEST_UNPACKED:
                raise _fault("文件解开后过大")
            if any(name.endswith("vbaProject.bin") for name in names):
                raise _fault("模板带有宏，请另存为不含宏的 .docx")
            if any(_links_out(parts.read(name)) for name in names if name.endswith(".rels")):
                raise _fault("模板链接了外部文件，请断开链接后再上传")
    except zipfile.BadZipFile as fault:
        raise _fault("这不是 Word 文档（.docx）。请在 WPS 或 Word 中另存为 .docx 再上传") from fault


def _links_out(relations: bytes) -> bool:
    """Say whether a relations part pulls anything but a hyperlink from outside the file."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return any(
        relation.get("TargetMode") == "External" and not str(relation.get("Type")).endswith("/hyperlink")
        for relation in etree.fromstring(relations, parser)
    )


def _with_pictures(document: DocxTemplate, value: Any) -> Any:
    """Turn every Photo of the context into the engine's own picture, cleaned."""
    if isinstance(value, Photo):
        return InlineImage(document, io.BytesIO(value.clean()), width=Mm(value.width_mm))
    if isinstance(value, Mapping):
        return {key: _with_pictures(document, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_with_pictures(document, item) for item in value]
    return value


def _undefined(fault: UndefinedError) -> str:
    """Say in Chinese what name was missing."""
    words = (fault.message or "").split("'")
    return f"“{words[-2]}”" if len(words) >= 3 else str(fault)


def _near(fault: TemplateSyntaxError) -> str:
    """Quote the text of the document around the fault."""
    lines = [line.strip() for line in getattr(fault, "docx_context", ()) if line.strip()]
    return f"（在“{lines[-1][:60]}”附近）" if lines else ""


def _fault(message: str) -> Problem:
    return Problem(FAULT, f"{message}。", field="file")
