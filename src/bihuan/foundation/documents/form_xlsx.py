"""An official form as a spreadsheet: the headings and wording of its `Form`, the same context as its docx."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bihuan.foundation.documents.cells import Kind, SheetColumn
from bihuan.foundation.documents.render import fill_text
from bihuan.foundation.documents.template_build import Form, FormColumn
from bihuan.foundation.documents.xlsx import Sheet

CELL = re.compile(r"\{\{ (?:row\.)?([\w.]+)(?:\|(\w+))? \}\}")
KINDS: dict[str, Kind] = {"cn_date": "date", "cn_datetime": "datetime", "num": "decimal", "wan": "wan"}
NUMBER = "loop.index"
CHARACTERS_A_MM = 0.62


def form_workbook(form: Form, context: Mapping[str, Any]) -> Sheet:
    """Return the form as a sheet: dates and numbers as such, 序号 counted, fixed rows as the texts they print.

    Photos stay in the docx. ValueError for a column whose cell is more than one tag: a sheet needs one value.
    """
    title = [fill_text(line, context) for line in form.title]
    head = [fill_text(text, context) for text in form.head or ("", "")]
    return Sheet(
        name=title[-1],
        columns=[_column(form, index) for index in range(len(form.columns))],
        rows=_fixed(form, context) if form.fixed_rows is not None else _looped(form, context),
        title=title,
        annex=form.annex,
        head_left=head[0],
        head_right=head[1],
        note=fill_text(form.note, context),
        signatures=[fill_text(piece, context) for line in form.signatures for piece in line.pieces],
        footer=fill_text(form.imprint, context),
        landscape=form.landscape,
        paper=form.paper,
    )


def _source(column: FormColumn) -> tuple[str, str]:
    """Return the key and the filter of a column's cell."""
    match = CELL.fullmatch(column.cell)
    if match is None:
        raise ValueError(f"column {column.title!r}: {column.cell!r} is not one tag")
    return match[1], match[2] or ""


def _column(form: Form, index: int) -> SheetColumn:
    column = form.columns[index]
    kind: Kind = "text"
    if form.fixed_rows is None:
        key, shown = _source(column)
        kind = "integer" if key == NUMBER or column.whole else KINDS.get(shown, "text")
    return SheetColumn(str(index), column.title, kind, max(6, column.width * CHARACTERS_A_MM))


def _fixed(form: Form, context: Mapping[str, Any]) -> list[list[str]]:
    """The texts of the fixed rows, paragraphs as lines."""
    return [
        [
            "\n".join(fill_text(line, context) for line in ([cell] if isinstance(cell, str) else cell))
            for cell in row
        ]
        for row in form.fixed_rows or ()
    ]


def _looped(form: Form, context: Mapping[str, Any]) -> list[list[Any]]:
    """The values of the list, in the order of the columns."""
    keys = [_source(column)[0] for column in form.columns]
    return [
        [number if key == NUMBER else row[key] for key in keys]
        for number, row in enumerate(context[form.rows], start=1)
    ]
