"""Trying a template that an official wants to put in the place of the shipped one."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from docx import Document as open_docx

from bihuan.foundation.documents.registry import Template
from bihuan.foundation.documents.render import fill
from bihuan.foundation.lib.problems import Problem


@dataclass(frozen=True)
class Trial:
    """Outcome of a trial: the filled sample, to be looked at before the template is put in force."""

    sample: bytes


def try_template(template: Template, content: bytes) -> Trial:
    """Fill `content` with the template's sample context; Problem `documents.template_fault` names what is wrong.

    A file without any tag is refused as well: it would print the same text for every record.
    """
    filled = fill(content, template.sample())
    text = visible_text(filled)
    for mark in ("{{", "}}", "{%", "%}"):
        if mark in text:
            place = text.index(mark)
            raise Problem(
                "documents.template_fault",
                f"有标记没有被识别：“{text[max(0, place - 20) : place + 30]}”。请把整个标记重新输入一遍，中间不要换格式。",
                field="file",
            )
    if not text.strip():
        raise Problem("documents.template_fault", "填写后的文书是空白的，请检查模板。", field="file")
    if not has_tags(content):
        raise Problem(
            "documents.template_fault",
            "模板里没有任何填写标记（如 {{ unit }}），请在系统自带模板上修改。",
            field="file",
        )
    return Trial(sample=filled)


def visible_text(content: bytes) -> str:
    """Return the text of a docx: paragraphs, tables, headers and footers."""
    document = open_docx(io.BytesIO(content))
    roots = [document.element.body]
    for section in document.sections:
        parts = (section.header, section.footer, section.even_page_footer, section.first_page_footer)
        roots += [part._element for part in parts if not part.is_linked_to_previous]
    tag = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
    return "\n".join("".join(node.text or "" for node in root.iter(tag)) for root in roots)


def has_tags(content: bytes) -> bool:
    """Say whether the docx holds at least one `{{ … }}`, however Word has split it over runs."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return b"{{" in parts.read("word/document.xml") or "{{" in visible_text(content)
