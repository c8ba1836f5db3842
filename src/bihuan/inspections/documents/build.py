"""Builds annex5.docx; headings are those of 忻应急发〔2024〕216号, annex 5."""

from __future__ import annotations

from pathlib import Path

from docx.enum.text import WD_LINE_SPACING

from bihuan.foundation.documents.template_build import Form, FormColumn, Signature, form_sheet, save

HERE = Path(__file__).parent


ANNEX5 = Form(
    annex="附件 5",
    title=("{{ campaign }}", "检查问题隐患清单"),
    head=("企业名称：{{ firm }}", "检查时间：{{ checked_on|cn_date_spaced }}"),
    head_stacked=True,
    columns=(
        FormColumn("序号", 11, "{{ loop.index }}"),
        FormColumn("隐患描述", 42, "{{ row.description }}", "left"),
        FormColumn("现场证据", 36, "{{ row.evidence }}", "left", pictures="row.photos"),
        FormColumn("判定依据", 33, "{{ row.basis }}", "left"),
        FormColumn("隐患类型", 20, "{{ row.kind }}"),
        FormColumn("备注", 16, "{{ row.note }}", "left"),
    ),
    signatures=(
        Signature(("检查人员（签字）：{{ inspectors }}{% for mark in inspector_marks %}{{ mark }}{% endfor %}",)),
        Signature(("企业负责人（签字）：{{ firm_principal }}{% for mark in firm_marks %}{{ mark }}{% endfor %}",)),
    ),
)


def build() -> list[Path]:
    """Write the file beside this module."""
    document = form_sheet(ANNEX5)
    for paragraph in document.paragraphs:
        if "签字" in paragraph.text:  # an exact line height would cut the handwriting
            paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
    return [save(document, HERE / "annex5.docx")]
